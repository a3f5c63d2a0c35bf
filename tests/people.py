"""The cast: one person of each role, in a small force with two districts.

Hitchin is in North Herts, where Sam works. Watford is not. Every test about access names people, not roles.
"""

from dataclasses import dataclass
from datetime import date

from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import District, FundingStream, HotspotArea, PartnerOrganisation, PartnerPerson, Programme
from tests import factories


@dataclass(frozen=True)
class Force:
    """Everything that a test needs to log a shift, and who may."""

    programme: Programme
    grant: FundingStream
    business_as_usual: FundingStream
    north_herts: District
    watford_district: District
    hitchin: HotspotArea
    letchworth: HotspotArea
    watford: HotspotArea
    sam: User  # supervisor in North Herts
    sue: User  # supervisor in Watford
    anna: User  # analyst
    paul: User  # PCC's office
    adam: User  # administrator
    audrey: User  # auditor
    fay: User  # finance
    north_herts_council: PartnerOrganisation
    pete: User  # partner, of North Herts Council

    @property
    def people(self) -> dict[str, User]:
        """The cast by name."""
        return {name: getattr(self, name) for name in ("sam", "sue", "anna", "paul", "adam", "audrey", "fay", "pete")}


def make_force() -> Force:
    """The cast and its force, in the database."""
    programme = factories.ProgrammeFactory(
        name="Operation Hotspot 2024/25", first_day=date(2024, 5, 1), last_day=date(2025, 3, 31)
    )
    north_herts = factories.DistrictFactory(name="North Herts", code="E07000099")
    watford_district = factories.DistrictFactory(name="Watford", code="E07000103")
    sam = factories.UserFactory(name="Sam Sergeant", email="sam@hotspot.example")
    sue = factories.UserFactory(name="Sue Sergeant", email="sue@hotspot.example")
    factories.DistrictAccessFactory(user=sam, district=north_herts)
    factories.DistrictAccessFactory(user=sue, district=watford_district)
    council = PartnerOrganisation.objects.create(
        name="North Herts Council", kind=PartnerOrganisation.Kind.COUNCIL, address="Gernon Road, Letchworth"
    )
    pete = factories.UserFactory(name="Pete Partner", role=Role.PARTNER)
    PartnerPerson.objects.create(user=pete, organisation=council)
    return Force(
        programme=programme,
        grant=factories.FundingStreamFactory(programme=programme, name="Home Office grant", is_default=True),
        business_as_usual=factories.FundingStreamFactory(
            programme=programme, name="Business as usual", kind=FundingStream.Kind.BUSINESS_AS_USUAL
        ),
        north_herts=north_herts,
        watford_district=watford_district,
        hitchin=factories.HotspotAreaFactory(name="Hitchin town centre", town="Hitchin", district=north_herts),
        letchworth=factories.HotspotAreaFactory(name="Letchworth", district=north_herts),
        watford=factories.HotspotAreaFactory(name="Watford town centre", town="Watford", district=watford_district),
        sam=sam,
        sue=sue,
        anna=factories.UserFactory(name="Anna Analyst", role=Role.ANALYST),
        paul=factories.UserFactory(name="Paul Press", role=Role.PCC),
        adam=factories.UserFactory(name="Adam Admin", role=Role.ADMINISTRATOR),
        audrey=factories.UserFactory(name="Audrey Auditor", role=Role.AUDITOR),
        fay=factories.UserFactory(name="Fay Finance", role=Role.FINANCE),
        north_herts_council=council,
        pete=pete,
    )
