"""Rows for tests, one factory a model. They write past the operations; the database still refuses the impossible."""

import json
import uuid
from datetime import UTC, date, datetime, timedelta

import factory
from factory.django import DjangoModelFactory
from shapely.geometry import box, mapping

from hotspot.core.models import Job, StoredFile, User
from hotspot.core.permissions import Role
from hotspots.models import (
    AreaTarget,
    ClosedMonth,
    District,
    DistrictAccess,
    FundingStream,
    HotspotArea,
    Place,
    Programme,
    SpendCategory,
    SpendEntry,
)
from outcomes.models import AreaSpelling, Arrest, AsbPowerUse, FileImport, StopSearch, UnfinishedShift, WeaponRecovered
from patrols.models import CorrectionRequest, CrewMember, CrewRole, PatrolShift, Visit

PASSWORD = "a long enough passphrase"
SQUARE = {"type": "Polygon", "coordinates": [[[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.94]]]}


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@hotspot.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    role = Role.SUPERVISOR
    password = factory.django.Password(PASSWORD)


class ProgrammeFactory(DjangoModelFactory):
    class Meta:
        model = Programme

    name = factory.Sequence(lambda n: f"Operation Hotspot {n}")
    first_day = date(2024, 5, 1)
    last_day = date(2025, 3, 31)
    grant_pence = 1_000_000_00


class FundingStreamFactory(DjangoModelFactory):
    class Meta:
        model = FundingStream

    programme = factory.SubFactory(ProgrammeFactory)
    name = factory.Sequence(lambda n: f"Home Office grant {n}")
    kind = FundingStream.Kind.HOME_OFFICE_GRANT


class DistrictFactory(DjangoModelFactory):
    class Meta:
        model = District

    name = factory.Sequence(lambda n: f"District {n}")
    # Not E07: the cast's districts have the codes that they really have, and the sequence would come to these.
    code = factory.Sequence(lambda n: f"W06{n:06d}")


class DistrictAccessFactory(DjangoModelFactory):
    class Meta:
        model = DistrictAccess

    user = factory.SubFactory(UserFactory)
    district = factory.SubFactory(DistrictFactory)


class HotspotAreaFactory(DjangoModelFactory):
    class Meta:
        model = HotspotArea

    name = factory.Sequence(lambda n: f"Area {n}")
    town = factory.SelfAttribute("name")
    district = factory.SubFactory(DistrictFactory)
    kind = HotspotArea.Kind.BOTH
    boundary = SQUARE
    first_day = date(2024, 5, 1)


class PlaceFactory(DjangoModelFactory):
    """A square of land, a tenth of a degree wide and high, from `west` and `south`."""

    class Meta:
        model = Place

    name = factory.Sequence(lambda n: f"Place {n}")
    hectares = 7_600
    west, south = -0.3, 51.9
    east, north = factory.LazyAttribute(lambda o: o.west + 0.1), factory.LazyAttribute(lambda o: o.south + 0.1)
    outline = factory.LazyAttribute(lambda o: json.loads(json.dumps(mapping(box(o.west, o.south, o.east, o.north)))))
    loaded_by = factory.SubFactory(UserFactory)
    loaded_at = datetime(2024, 10, 1, 9, tzinfo=UTC)


class AreaTargetFactory(DjangoModelFactory):
    class Meta:
        model = AreaTarget

    area = factory.SubFactory(HotspotAreaFactory)
    first_month = date(2024, 5, 1)
    patrol_minutes = 100 * 60
    patrols = 12


class PatrolShiftFactory(DjangoModelFactory):
    """A completed shift from 10pm to 6am in October 2024, paid by the grant. Give it a crew with `crew`."""

    class Meta:
        model = PatrolShift
        skip_postgeneration_save = True

    submission_id = factory.LazyFunction(uuid.uuid4)
    state = PatrolShift.State.COMPLETED
    area = factory.SubFactory(HotspotAreaFactory)
    funding_stream = factory.SubFactory(FundingStreamFactory)
    starts_at = datetime(2024, 10, 11, 21, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda shift: shift.starts_at + timedelta(hours=8))
    logged_by = factory.SubFactory(UserFactory)
    logged_at = factory.SelfAttribute("ends_at")
    void_reason = factory.LazyAttribute(lambda shift: "Entered twice" if shift.state == "voided" else "")

    @factory.post_generation
    def crew(self, create, roles, **kwargs):
        """The crew's roles; two police officers unless said."""
        for role in [CrewRole.POLICE_OFFICER] * 2 if roles is None else roles:
            CrewMemberFactory(shift=self, role=role)
        # Generated columns and the version are the database's to say.
        self.refresh_from_db()


class CrewMemberFactory(DjangoModelFactory):
    class Meta:
        model = CrewMember

    shift = factory.SubFactory(PatrolShiftFactory, crew=[])
    shift_state = factory.SelfAttribute("shift.state")
    role = CrewRole.POLICE_OFFICER
    starts_at = factory.SelfAttribute("shift.starts_at")
    ends_at = factory.SelfAttribute("shift.ends_at")


class VisitFactory(DjangoModelFactory):
    class Meta:
        model = Visit

    shift = factory.SubFactory(PatrolShiftFactory)
    starts_at = factory.LazyAttribute(lambda visit: visit.shift.starts_at + timedelta(hours=1))
    ends_at = factory.LazyAttribute(lambda visit: visit.starts_at + timedelta(minutes=15))


class ArrestFactory(DjangoModelFactory):
    class Meta:
        model = Arrest

    shift = factory.SubFactory(PatrolShiftFactory)
    detail_to_follow = True


class StopSearchFactory(ArrestFactory):
    class Meta:
        model = StopSearch


class WeaponRecoveredFactory(ArrestFactory):
    class Meta:
        model = WeaponRecovered


class AsbPowerUseFactory(DjangoModelFactory):
    class Meta:
        model = AsbPowerUse

    shift = factory.SubFactory(PatrolShiftFactory)
    kind_id = "dispersal_direction"


class CorrectionRequestFactory(DjangoModelFactory):
    """That somebody asked for a correction, and nobody has answered."""

    class Meta:
        model = CorrectionRequest

    asked_at = datetime(2024, 10, 12, 11, tzinfo=UTC)
    reason = "The finish was 5am"


class UnfinishedShiftFactory(DjangoModelFactory):
    """What a phone sent of last night in an area: a shift without outcomes, which has to be corrected."""

    class Meta:
        model = UnfinishedShift

    class Params:
        area = None

    submission_id = factory.LazyFunction(uuid.uuid4)
    received_at = datetime(2024, 10, 12, 11, tzinfo=UTC)
    reasons = ["Enter outcomes or select Nothing to report"]
    fields = factory.LazyAttribute(
        lambda made: {
            "submission_id": str(made.submission_id),
            "area": str(made.area.pk),
            "night": "2024-10-11",
            "start": "10pm",
            "end": "6am",
            "crew_police_officer": "2",
        }
    )


class JobFactory(DjangoModelFactory):
    class Meta:
        model = Job

    kind = "test"
    title = "A job"
    by = factory.SubFactory(UserFactory)
    created_at = datetime(2024, 10, 12, 11, tzinfo=UTC)


class StoredFileFactory(DjangoModelFactory):
    class Meta:
        model = StoredFile

    by = factory.SubFactory(UserFactory)
    name = "shifts.csv"
    content = b"Date,Start,Finish,Area,Officers,Arrests\r\n11/10/2024,10pm,6am,Atlantis,2,1\r\n"
    created_at = datetime(2024, 10, 12, 11, tzinfo=UTC)
    expires_at = factory.LazyAttribute(lambda file: file.created_at + timedelta(days=7))


class WorkbookJobFactory(JobFactory):
    """An Excel file of shifts that is made."""

    kind = "make_workbook"
    title = "Excel file of 1 shift"
    state = Job.State.DONE
    finished_at = factory.SelfAttribute("created_at")
    input = {"what": "shifts", "filters": "state=completed", "rows": 1}
    result = factory.LazyAttribute(
        lambda job: {"file": StoredFileFactory(by=job.by, name="shifts.xlsx", districts=[]).pk, "rows": 1}
    )


class AreaSpellingFactory(DjangoModelFactory):
    """How a file wrote the name of an area."""

    class Meta:
        model = AreaSpelling

    fingerprint = "0" * 64
    spelling = factory.Sequence(lambda n: f"Hitchen {n}")
    area = factory.SubFactory(HotspotAreaFactory)
    file_name = "shifts.csv"


class FileImportFactory(DjangoModelFactory):
    """A file of shifts, checked and found wrong."""

    class Meta:
        model = FileImport

    kind = FileImport.Kind.SHIFTS
    by = factory.SubFactory(UserFactory)
    file = factory.SubFactory(StoredFileFactory, by=factory.SelfAttribute("..by"))
    created_at = factory.SelfAttribute("file.created_at")
    columns = {"night": 0, "start": 1, "end": 2, "area": 3, "crew_police_officer": 4, "arrests": 5}
    rows = 1
    problems = factory.SubFactory(StoredFileFactory, by=factory.SelfAttribute("..by"), name="problems.csv")
    checked = factory.SubFactory(
        JobFactory,
        by=factory.SelfAttribute("..by"),
        kind="check_import",
        state="done",
        finished_at=factory.SelfAttribute("created_at"),
        result={
            "rows": 1,
            "states": {"error": 1},
            "problems": {"error": 1},
            "totals": {},
            "first_day": None,
            "last_day": None,
            "sample": [],
            "shown": [
                {
                    "kind": "error",
                    "row": 2,
                    "name": "area",
                    "column": "Area",
                    "value": "Atlantis",
                    "message": "There is no hotspot area of this name.",
                }
            ],
        },
    )


class SpendEntryFactory(DjangoModelFactory):
    """A draft of £120: patrols for the whole force, without VAT."""

    class Meta:
        model = SpendEntry

    stream = factory.SubFactory(FundingStreamFactory)
    day = date(2024, 9, 10)
    category = factory.LazyFunction(
        lambda: SpendCategory.objects.get_or_create(name="Patrols", defaults={"is_patrol": True})[0]
    )
    supplier = "V-1001"
    reference = factory.Sequence(lambda n: f"INV-{n}")
    description = "Overtime"
    net_pence = 120_00
    vat_pence = 0
    vat_recoverable = True
    entered_by = factory.SubFactory(UserFactory)
    entered_at = datetime(2024, 9, 11, 9, tzinfo=UTC)


class ApprovedEntryFactory(SpendEntryFactory):
    """The same, approved by somebody else."""

    state = SpendEntry.State.APPROVED
    submitted_at = factory.SelfAttribute("entered_at")
    decided_by = factory.SubFactory(UserFactory)
    decided_at = factory.SelfAttribute("entered_at")


class ClosedMonthFactory(DjangoModelFactory):
    """A month that two people closed. What it adds up to is not looked at."""

    class Meta:
        model = ClosedMonth

    programme = factory.SubFactory(ProgrammeFactory)
    month = date(2024, 9, 1)
    entries = spend_pence = received_pence = 0
    prepared_by = factory.SubFactory(UserFactory)
    prepared_at = datetime(2024, 10, 3, 9, tzinfo=UTC)
    closed_by = factory.SubFactory(UserFactory)
    closed_at = datetime(2024, 10, 4, 9, tzinfo=UTC)
