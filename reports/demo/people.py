"""The people of the demonstration. Their password is published, so they exist nowhere but in a demonstration."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import District, DistrictAccess

PASSWORD = "twelve-towns-patrol"  # noqa: S105 - published on purpose, see `check_demo`


@dataclass(frozen=True)
class Person:
    """Somebody to sign in as. `districts` by name, for supervisors only."""

    first_name: str
    last_name: str
    role: Role
    districts: tuple[str, ...] = ()
    leads_council_team: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self) -> str:
        return f"{self.first_name.lower()}@hotspot.example"


PEOPLE = (
    Person("Sam", "Okafor", Role.SUPERVISOR, ("North Hertfordshire", "Stevenage", "East Hertfordshire")),
    Person("Priya", "Shah", Role.SUPERVISOR, ("St Albans", "Dacorum", "Welwyn Hatfield")),
    Person("Tom", "Whitfield", Role.SUPERVISOR, ("Watford", "Three Rivers")),
    Person("Grace", "Mensah", Role.SUPERVISOR, ("Hertsmere", "Broxbourne")),
    Person("Carol", "Finch", Role.SUPERVISOR, ("Watford", "Stevenage", "St Albans"), leads_council_team=True),
    Person("Anna", "Reid", Role.ANALYST),
    Person("Paul", "Hart", Role.PCC),
    Person("Adam", "Lewis", Role.ADMINISTRATOR),
    Person("Audrey", "King", Role.AUDITOR),
    Person("Fay", "Brooks", Role.FINANCE),
    Person("Pete", "Marsh", Role.PARTNER),
)


def check_demo(*, demo: bool) -> None:
    """Raise DomainError `not_a_demonstration` unless this deployment says that it is one."""
    if not demo:
        message = (
            "This is not a demonstration: DEMO is not true. Demonstration accounts have a published password, "
            "so they are not made here."
        )
        raise DomainError("not_a_demonstration", message)


def make_people(*, demo: bool) -> dict[Person, User]:
    """Make every account, with access to their districts, which have to be there. Raises what `check_demo` raises."""
    check_demo(demo=demo)
    # One hash for all: to hash one password ten times takes seconds and protects nothing.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=person.email, name=person.name, role=person.role, password=password) for person in PEOPLE
    )
    made = dict(zip(PEOPLE, users, strict=True))
    districts = {district.name: district for district in District.objects.all()}
    DistrictAccess.objects.bulk_create(
        DistrictAccess(user=user, district=districts[name])
        for person, user in made.items()
        for name in person.districts
    )
    return made
