"""What requests about shifts and outcomes may hold.

Fields for each kind are put into the body of a class, among its other fields, so that they keep their place.
"""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hotspot.core.api.serializers import (
    BoundedList,
    Day,
    Input,
    Instant,
    NumberParameter,
    OwnField,
    Query,
    Text,
    Uuid,
    WholeNumber,
    YesNo,
    several,
)
from outcomes.api.serializers.fields import CountsField, TermCode
from outcomes.kinds import ARREST, ASB_POWER, KINDS, STOP_SEARCH, WEAPON, OutcomeKind, PerKind
from outcomes.models import (
    ActivityKind,
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    JusticeOutcome,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
    WeaponKind,
    WeaponSource,
)
from outcomes.rules import MAXIMUM_COUNT
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import MAXIMUM_CREW, MAXIMUM_NOTE, MAXIMUM_VISITS

MOST_PAGE = 200
MOST_BULK = 500


class CrewInput(Input):
    """One person on the shift. Own times only where they differ from the shift's."""

    role = serializers.ChoiceField(CrewRole.choices)
    collar_number = Text(default="", max_length=20)
    starts_at = Instant(default=None, allow_null=True)
    ends_at = Instant(default=None, allow_null=True)


class VisitInput(Input):
    """One spell of presence in the area."""

    arrived_at = Instant()
    left_at = Instant()


class OutcomeInput(Input):
    """What all outcomes share. An empty object says that it happened, with detail to follow."""

    happened_at = Instant(required=False, allow_null=True)
    reference = Text(required=False, max_length=40)


INPUTS: PerKind[type[OutcomeInput]] = PerKind()
"""What may be said about an outcome of each kind when its shift is logged."""


@INPUTS.of(ARREST)
class ArrestInput(OutcomeInput):
    """An arrest."""

    offence_group = TermCode(OffenceGroup)


@INPUTS.of(STOP_SEARCH)
class SearchInput(OutcomeInput):
    """A stop search."""

    power = TermCode(SearchPower)
    object = TermCode(SearchObject)
    outcome = TermCode(SearchOutcome)
    found = YesNo(required=False, allow_null=True)
    linked = YesNo(required=False, allow_null=True)
    self_defined_ethnicity = TermCode(Ethnicity)
    officer_defined_ethnicity = TermCode(OfficerEthnicity)
    age_band = TermCode(AgeBand)


@INPUTS.of(WEAPON)
class WeaponInput(OutcomeInput):
    """A weapon recovered."""

    kind = TermCode(WeaponKind)
    found_by = TermCode(WeaponSource)


@INPUTS.of(ASB_POWER)
class PowerInput(OutcomeInput):
    """A use of a power against anti-social behaviour. Its kind is known from the start."""

    kind = TermCode(AsbPowerKind, required=True, allow_null=False)


class KeepInput(Input):
    """Doubts that the caller was told and keeps."""

    doubts = BoundedList(child=Text(max_length=30), max_length=20)
    reason = Text(max_length=500, allow_blank=False)


class ExternalInput(Input):
    """The record of another system: the system's name, and the record's number there."""

    source = Text(max_length=40, allow_blank=False)  # type: ignore[assignment]
    reference = Text(max_length=80, allow_blank=False)


class FactsInput(Input):
    """Where, when and who."""

    area = WholeNumber(least=1, most=2**63 - 1)
    funding_stream = WholeNumber(required=False, least=1, most=2**63 - 1)
    starts_at = Instant()
    ends_at = Instant()
    crew = several(CrewInput, most=MAXIMUM_CREW)
    note = Text(default="", max_length=MAXIMUM_NOTE, several_lines=True)
    keep = KeepInput(required=False)


class ChangedFactsInput(Input):
    """What is known otherwise now. What is not named stays."""

    area = WholeNumber(required=False, least=1, most=2**63 - 1)
    funding_stream = WholeNumber(required=False, least=1, most=2**63 - 1)
    starts_at = Instant(required=False)
    ends_at = Instant(required=False)
    crew = several(CrewInput, required=False, most=MAXIMUM_CREW)
    note = Text(required=False, max_length=MAXIMUM_NOTE, several_lines=True)
    keep = KeepInput(required=False)


class ResultInput(Input):
    """What a worked shift led to. Either outcomes, or `nothing_to_report`: silence is not zero."""

    nothing_to_report = YesNo(default=False)
    locals().update({kind.plural: several(INPUTS[kind], default=list, most=MAXIMUM_COUNT) for kind in KINDS})
    activity = CountsField(ActivityKind, default=dict)


class ShiftInput(FactsInput, ResultInput):
    """A new shift. `state` is completed, or planned for one ahead, which has no outcomes yet.

    `submission_id` makes it one shift for ever, however often it is sent; without it, the Idempotency-Key does.
    """

    submission_id = Uuid(required=False)
    state = serializers.ChoiceField(["completed", "planned"], default="completed")
    visits = several(VisitInput, default=list, most=MAXIMUM_VISITS)
    external = ExternalInput(required=False, allow_null=True)


@extend_schema_field(ShiftInput(many=True))
class Unchecked(BoundedList):
    """A list whose items are checked one by one, so that what is wrong with one does not stop the others."""


class BulkInput(Input):
    """Up to 500 new shifts."""

    shifts = Unchecked(min_length=1, max_length=MOST_BULK)


class CompletionInput(ChangedFactsInput, ResultInput):
    """How a planned shift went. What is not named was as planned."""


def _count(kind: OutcomeKind) -> OwnField:
    """How many there are: one number, or numbers by the codes of the terms that are counted by themselves."""
    by = kind.counted_by
    return CountsField(by, required=False) if by else WholeNumber(required=False, most=MAXIMUM_COUNT)


class TallyInput(Input):
    """How many outcomes of each kind stand. A higher number adds outcomes with detail to follow."""

    locals().update({kind.plural: _count(kind) for kind in KINDS})


class CorrectionInput(ChangedFactsInput):
    """What was wrong, and why it is changed. What is not named stays."""

    reason = Text(max_length=500, allow_blank=False)
    counts = TallyInput(required=False)
    activity = CountsField(ActivityKind, required=False)


class ReasonInput(Input):
    """Why."""

    reason = Text(max_length=500, allow_blank=False)


class VisitsInput(Input):
    """All visits of a shift: they replace what was there."""

    visits = several(VisitInput, most=MAXIMUM_VISITS)


CHANGES: PerKind[type[OutcomeInput]] = PerKind()
"""What may be said about an outcome of each kind later."""


@CHANGES.of(ARREST)
class ArrestChange(ArrestInput):
    """More about an arrest, and what became of it. Replacing what is recorded needs a reason."""

    stop_search = WholeNumber(required=False, allow_null=True, least=1, most=2**63 - 1)
    justice_outcome = TermCode(JusticeOutcome)
    justice_outcome_on = Day(required=False, allow_null=True)
    custody_days = WholeNumber(required=False, allow_null=True)
    reason = Text(default="", max_length=500)


@CHANGES.of(STOP_SEARCH)
class SearchChange(SearchInput):
    """More about a stop search."""

    reason = Text(default="", max_length=500)


@CHANGES.of(WEAPON)
class WeaponChange(WeaponInput):
    """More about a weapon."""

    stop_search = WholeNumber(required=False, allow_null=True, least=1, most=2**63 - 1)
    reason = Text(default="", max_length=500)


@CHANGES.of(ASB_POWER)
class PowerChange(OutcomeInput):
    """More about the use of a power."""

    kind = TermCode(AsbPowerKind, allow_null=False)
    reason = Text(default="", max_length=500)


class PageQuery(Query):
    """Which page of a list."""

    page_size = NumberParameter(most=MOST_PAGE, default=50, help_text="At most 200.")
    cursor = Text(required=False, allow_blank=False, max_length=200, help_text="From `next` or `resume` of an answer.")


class ShiftQuery(PageQuery):
    """Which shifts. Newest first; with `updated_since`, in the order of their last change."""

    since = Day(required=False, help_text="First London day.")
    until = Day(required=False, help_text="Last London day.")
    area = serializers.ListField(child=NumberParameter(), required=False, max_length=200)
    state = serializers.ListField(child=serializers.ChoiceField(PatrolShift.State.choices), required=False)
    updated_since = Instant(
        required=False,
        help_text="Everything that changed since then, voids too, with five minutes' overlap. Go on with `resume`.",
    )
    external_source = Text(required=False, allow_blank=False, max_length=40)
    external_reference = Text(required=False, allow_blank=False, max_length=80)
    detail = serializers.ChoiceField(["summary", "full"], default="summary", help_text="full: with all parts.")


class OutcomeQuery(PageQuery):
    """Which outcomes or visits, in the order in which they were recorded."""

    since = Day(required=False, help_text="First London day of the shift.")
    until = Day(required=False, help_text="Last London day of the shift.")
    area = serializers.ListField(child=NumberParameter(), required=False, max_length=200)
    shift = NumberParameter(required=False)
    updated_since = Instant(required=False, help_text="Of shifts that changed since then.")
