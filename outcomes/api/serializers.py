"""What requests about shifts may hold, and what answers do (PostgreSQL writes those, see queries/documents.py)."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hotspot.core.api.serializers import (
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
    results_of,
    several,
)
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
    Term,
    WeaponKind,
    WeaponSource,
)
from outcomes.queries.terms import terms_of
from outcomes.queries.vocabularies import VOCABULARIES
from outcomes.rules import MAXIMUM_COUNT
from patrols.models import CrewRole, PatrolShift
from patrols.rules import MAXIMUM_CREW, MAXIMUM_NOTE, MAXIMUM_VISITS

MOST_PAGE = 200
MOST_BULK = 500
VOCABULARY_NAMES = {model: name for name, model in VOCABULARIES.items()}


class TermCode(OwnField):
    """The code of a term; its value is the term."""

    default_error_messages = {"unknown_term": "There is no such code. See the vocabulary {vocabulary}."}

    def __init__(self, model: type[Term], **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})
        self.model = model

    def openapi(self) -> dict[str, Any]:
        """A code. Which there are is the law's to say: see the vocabulary."""
        about = f"A code of {VOCABULARY_NAMES[self.model]}."
        return {"type": "string", "maxLength": 60, "description": about}

    def to_internal_value(self, data: Any) -> Term:
        """The term. Raises ValidationError `unknown_term`."""
        term = terms_of(self.model).get(data) if isinstance(data, str) else None
        if term is None:
            self.fail("unknown_term", vocabulary=VOCABULARY_NAMES[self.model])
        return term

    def to_representation(self, value: Term) -> str:
        """The code."""
        return str(value.pk)


# --- requests -----------------------------------------------------------------------------------------------------


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


class ArrestInput(OutcomeInput):
    """An arrest."""

    offence_group = TermCode(OffenceGroup)


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


class WeaponInput(OutcomeInput):
    """A weapon recovered."""

    kind = TermCode(WeaponKind)
    found_by = TermCode(WeaponSource)


class PowerInput(OutcomeInput):
    """A use of a power against anti-social behaviour. Its kind is known from the start."""

    kind = TermCode(AsbPowerKind, required=True, allow_null=False)


class KeepInput(Input):
    """Doubts that the caller was told and keeps."""

    doubts = serializers.ListField(child=Text(max_length=30), max_length=20)
    reason = Text(max_length=500, allow_blank=False)


class ExternalInput(Input):
    """The record of another system: the system's name, and the record's number there."""

    source = Text(max_length=40, allow_blank=False)  # type: ignore[assignment]
    reference = Text(max_length=80, allow_blank=False)


class Counts(OwnField):
    """Whole numbers by code."""

    default_error_messages = {
        "not_object": "Enter an object of codes and whole numbers.",
        "unknown_term": "{code} is not a code.",
        "out_of_range": "{code}: enter a whole number from 0 to {most}.",
    }

    def __init__(self, model: type[Term], **options: Any) -> None:
        super().__init__(**options)
        self.model = model

    def openapi(self) -> dict[str, Any]:
        """Numbers by code."""
        number = {"type": "integer", "minimum": 0, "maximum": MAXIMUM_COUNT}
        about = f"Numbers by the codes of {VOCABULARY_NAMES[self.model]}."
        return {"type": "object", "additionalProperties": number, "description": about}

    def to_internal_value(self, data: Any) -> dict[str, int]:
        """The numbers. Raises ValidationError."""
        if not isinstance(data, Mapping):
            self.fail("not_object")
        for code, count in data.items():
            if code not in terms_of(self.model):
                self.fail("unknown_term", code=str(code)[:60])
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAXIMUM_COUNT:
                self.fail("out_of_range", code=code, most=MAXIMUM_COUNT)
        return dict(data)

    def to_representation(self, value: Mapping[str, int]) -> dict[str, int]:
        """The same numbers."""
        return dict(value)


class FactsInput(Input):
    """Where, when and who."""

    area = WholeNumber(least=1, most=2**63 - 1)
    funding_stream = WholeNumber(required=False, least=1, most=2**63 - 1)
    starts_at = Instant()
    ends_at = Instant()
    crew = several(CrewInput, most=MAXIMUM_CREW)
    note = Text(default="", max_length=MAXIMUM_NOTE, trim_whitespace=False)
    keep = KeepInput(required=False)


def _outcomes(child: type[OutcomeInput]) -> Any:
    return several(child, default=list, most=MAXIMUM_COUNT)


class ResultInput(Input):
    """What a worked shift led to. Either outcomes, or `nothing_to_report`: silence is not zero."""

    nothing_to_report = YesNo(default=False)
    arrests = _outcomes(ArrestInput)
    stop_searches = _outcomes(SearchInput)
    weapons = _outcomes(WeaponInput)
    asb_powers = _outcomes(PowerInput)
    activity = Counts(ActivityKind, default=dict)


class ShiftInput(FactsInput, ResultInput):
    """A new shift. `state` is completed, or planned for one ahead, which has no outcomes yet.

    `submission_id` makes it one shift for ever, however often it is sent; without it, the Idempotency-Key does.
    """

    submission_id = Uuid(required=False)
    state = serializers.ChoiceField(["completed", "planned"], default="completed")
    visits = several(VisitInput, default=list, most=MAXIMUM_VISITS)
    external = ExternalInput(required=False, allow_null=True)


@extend_schema_field(ShiftInput(many=True))
class Unchecked(serializers.ListField):
    """A list whose items are checked one by one, so that what is wrong with one does not stop the others."""


class BulkInput(Input):
    """Up to 500 new shifts."""

    shifts = Unchecked(min_length=1, max_length=MOST_BULK)


class CompletionInput(ResultInput):
    """How a planned shift went. What is not named was as planned."""

    area = WholeNumber(required=False, least=1, most=2**63 - 1)
    funding_stream = WholeNumber(required=False, least=1, most=2**63 - 1)
    starts_at = Instant(required=False)
    ends_at = Instant(required=False)
    crew = several(CrewInput, required=False, most=MAXIMUM_CREW)
    note = Text(required=False, max_length=MAXIMUM_NOTE, trim_whitespace=False)
    keep = KeepInput(required=False)


class TallyInput(Input):
    """How many outcomes of each kind stand. A higher number adds outcomes with detail to follow."""

    arrests = WholeNumber(required=False, most=MAXIMUM_COUNT)
    stop_searches = WholeNumber(required=False, most=MAXIMUM_COUNT)
    weapons = WholeNumber(required=False, most=MAXIMUM_COUNT)
    asb_powers = Counts(AsbPowerKind, required=False)


class CorrectionInput(Input):
    """What was wrong, and why it is changed. What is not named stays."""

    reason = Text(max_length=500, allow_blank=False)
    area = WholeNumber(required=False, least=1, most=2**63 - 1)
    funding_stream = WholeNumber(required=False, least=1, most=2**63 - 1)
    starts_at = Instant(required=False)
    ends_at = Instant(required=False)
    crew = several(CrewInput, required=False, most=MAXIMUM_CREW)
    note = Text(required=False, max_length=MAXIMUM_NOTE, trim_whitespace=False)
    counts = TallyInput(required=False)
    activity = Counts(ActivityKind, required=False)
    keep = KeepInput(required=False)


class ReasonInput(Input):
    """Why."""

    reason = Text(max_length=500, allow_blank=False)


class VisitsInput(Input):
    """All visits of a shift: they replace what was there."""

    visits = several(VisitInput, most=MAXIMUM_VISITS)


class ArrestChange(ArrestInput):
    """More about an arrest, and what became of it. Replacing what is recorded needs a reason."""

    stop_search = WholeNumber(required=False, allow_null=True, least=1, most=2**63 - 1)
    justice_outcome = TermCode(JusticeOutcome)
    justice_outcome_on = Day(required=False, allow_null=True)
    custody_days = WholeNumber(required=False, allow_null=True)
    reason = Text(default="", max_length=500)


class SearchChange(SearchInput):
    """More about a stop search."""

    reason = Text(default="", max_length=500)


class WeaponChange(WeaponInput):
    """More about a weapon."""

    stop_search = WholeNumber(required=False, allow_null=True, least=1, most=2**63 - 1)
    reason = Text(default="", max_length=500)


class PowerChange(OutcomeInput):
    """More about the use of a power."""

    kind = TermCode(AsbPowerKind, allow_null=False)
    reason = Text(default="", max_length=500)


class PageQuery(Query):
    """Which page of a list."""

    page_size = NumberParameter(most=MOST_PAGE, default=50, help_text="At most 200.")
    cursor = serializers.CharField(required=False, max_length=200, help_text="From `next` or `resume` of an answer.")


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
    external_source = serializers.CharField(required=False, max_length=40)
    external_reference = serializers.CharField(required=False, max_length=80)
    detail = serializers.ChoiceField(["summary", "full"], default="summary", help_text="full: with all parts.")


class OutcomeQuery(PageQuery):
    """Which outcomes or visits, in the order in which they were recorded."""

    since = Day(required=False, help_text="First London day of the shift.")
    until = Day(required=False, help_text="Last London day of the shift.")
    area = serializers.ListField(child=NumberParameter(), required=False, max_length=200)
    shift = NumberParameter(required=False)
    updated_since = Instant(required=False, help_text="Of shifts that changed since then.")


# --- answers ------------------------------------------------------------------------------------------------------


class ExternalOutput(serializers.Serializer):
    """The record of another system."""

    source = serializers.CharField()  # type: ignore[assignment]
    reference = serializers.CharField()


class AreaNamed(serializers.Serializer):
    """A hotspot area by its number and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class OutcomeCounts(serializers.Serializer):
    """How many outcomes of each kind stand. ASB powers are those that the headline counts."""

    arrests = serializers.IntegerField()
    stop_searches = serializers.IntegerField()
    weapons = serializers.IntegerField()
    asb_powers = serializers.IntegerField()


class ShiftSummary(serializers.Serializer):
    """A shift without its parts."""

    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="The number people quote, like HS-1457.")
    state = serializers.ChoiceField(PatrolShift.State.choices)
    area = AreaNamed()
    funding_stream = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    day = serializers.DateField(help_text="The London day that the shift belongs to.")
    clock_minutes = serializers.IntegerField()
    crew_size = serializers.IntegerField()
    patrol_minutes = serializers.IntegerField(help_text="The sum of everybody's minutes.")
    outcomes = OutcomeCounts()
    nothing_to_report = serializers.BooleanField()
    void_reason = serializers.CharField(allow_blank=True)
    external = ExternalOutput(allow_null=True)
    version = serializers.IntegerField(help_text="Compare it for equality; it is the ETag.")
    logged_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CrewOutput(serializers.Serializer):
    """One person on the shift."""

    role = serializers.ChoiceField(CrewRole.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    collar_number = serializers.CharField(required=False, allow_blank=True, help_text="Only for who may see officers.")


class VisitOutput(serializers.Serializer):
    """One spell of presence in the area."""

    id = serializers.IntegerField()
    arrived_at = serializers.DateTimeField()
    left_at = serializers.DateTimeField()


class OutcomeOutput(serializers.Serializer):
    """What all outcomes share. One with a `void_reason` was withdrawn and does not count."""

    id = serializers.IntegerField()
    detail_to_follow = serializers.BooleanField()
    happened_at = serializers.DateTimeField(allow_null=True)
    reference = serializers.CharField(allow_blank=True)
    void_reason = serializers.CharField(allow_blank=True)
    external = ExternalOutput(allow_null=True)


def _code() -> serializers.CharField:
    return serializers.CharField(allow_null=True)


class ArrestOutput(OutcomeOutput):
    """An arrest."""

    offence_group = _code()
    stop_search = serializers.IntegerField(allow_null=True)
    justice_outcome = _code()
    justice_outcome_on = serializers.DateField(allow_null=True)
    custody_days = serializers.IntegerField(allow_null=True)


class SearchOutput(OutcomeOutput):
    """A stop search."""

    power = _code()
    object = _code()
    outcome = _code()
    found = serializers.BooleanField(allow_null=True)
    linked = serializers.BooleanField(allow_null=True)
    self_defined_ethnicity = _code()
    officer_defined_ethnicity = _code()
    age_band = _code()


class WeaponOutput(OutcomeOutput):
    """A weapon recovered."""

    kind = _code()
    found_by = _code()
    stop_search = serializers.IntegerField(allow_null=True)


class PowerOutput(OutcomeOutput):
    """A use of a power."""

    kind = serializers.CharField()


class OfShift(serializers.Serializer):
    """What belongs to a shift, in a list of its own."""

    shift = serializers.IntegerField()


class VisitOfShift(OfShift, VisitOutput):
    """A visit with its shift."""


class ArrestOfShift(OfShift, ArrestOutput):
    """An arrest with its shift."""


class SearchOfShift(OfShift, SearchOutput):
    """A stop search with its shift."""


class WeaponOfShift(OfShift, WeaponOutput):
    """A weapon with its shift."""


class PowerOfShift(OfShift, PowerOutput):
    """A use of a power with its shift."""


class ShiftOutput(ShiftSummary):
    """A shift with everything on it."""

    submission_id = serializers.UUIDField()
    note = serializers.CharField(allow_blank=True)
    doubts_kept = serializers.ListField(child=serializers.CharField())
    doubts_reason = serializers.CharField(allow_blank=True)
    crew = CrewOutput(many=True)
    visits = VisitOutput(many=True)
    arrests = ArrestOutput(many=True)
    stop_searches = SearchOutput(many=True)
    weapons = WeaponOutput(many=True)
    asb_powers = PowerOutput(many=True)
    activity = serializers.DictField(child=serializers.IntegerField())


class ShiftListed(ShiftOutput):
    """A shift in a list. What `ShiftSummary` lacks is there with `detail=full`."""

    def get_fields(self) -> dict[str, serializers.Field]:
        """Those of the whole shift, of which the parts may be absent."""
        fields = super().get_fields()
        for name in fields.keys() - ShiftSummary().fields.keys():
            fields[name].required = False
        return fields


def listed(child: type[serializers.Serializer], **more: serializers.Field) -> type[serializers.Serializer]:
    """The answer of a list of these: a page, and where the next one is."""
    following = serializers.URLField(allow_null=True, help_text="The next page, null on the last one.")
    return results_of(child, next=following, **more)


RESUME = serializers.URLField(required=False, help_text="With `updated_since`: where to go on next time.")


class BulkItem(serializers.Serializer):
    """What became of one shift of many, at its place in the request."""

    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="201 made, 200 made before, else as for a single one.")
    id = serializers.IntegerField(required=False)
    problem = serializers.DictField(required=False)


class BulkOutput(serializers.Serializer):
    """What became of each."""

    made = serializers.IntegerField()
    made_before = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkItem(many=True)


class TermOutput(serializers.Serializer):
    """One term of a vocabulary. Both days are included; null means open."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    legal_basis = serializers.CharField(allow_blank=True)
    in_force_from = serializers.DateField(allow_null=True)
    in_force_to = serializers.DateField(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField(), required=False, help_text="Who may use the power.")
    in_headline = serializers.BooleanField(required=False)


class VocabularyOutput(serializers.Serializer):
    """The name of a vocabulary."""

    name = serializers.CharField()
