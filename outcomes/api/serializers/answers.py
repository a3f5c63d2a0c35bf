"""What answers about shifts and outcomes hold. PostgreSQL writes those itself (records/json_documents.py).

Fields for each kind are put into the body of a class, among its other fields, so that they keep their place.
"""

from rest_framework import serializers

from hotspot.core.api.serializers import results_of
from outcomes.kinds import ARREST, ASB_POWER, KINDS, STOP_SEARCH, WEAPON, PerKind
from patrols.models import CrewRole, PatrolShift


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

    locals().update({kind.plural: serializers.IntegerField() for kind in KINDS})


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
    cancel_reason = serializers.CharField(allow_blank=True, help_text="Of a planned shift that was cancelled.")
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


OUTPUTS: PerKind[type[OutcomeOutput]] = PerKind()
"""The answer about an outcome of each kind on its shift."""


@OUTPUTS.of(ARREST)
class ArrestOutput(OutcomeOutput):
    """An arrest."""

    offence_group = _code()
    stop_search = serializers.IntegerField(allow_null=True)
    justice_outcome = _code()
    justice_outcome_on = serializers.DateField(allow_null=True)
    custody_days = serializers.IntegerField(allow_null=True)


@OUTPUTS.of(STOP_SEARCH)
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


@OUTPUTS.of(WEAPON)
class WeaponOutput(OutcomeOutput):
    """A weapon recovered."""

    kind = _code()
    found_by = _code()
    stop_search = serializers.IntegerField(allow_null=True)


@OUTPUTS.of(ASB_POWER)
class PowerOutput(OutcomeOutput):
    """A use of a power."""

    kind = serializers.CharField()


class OfShift(serializers.Serializer):
    """What belongs to a shift, in a list of its own."""

    shift = serializers.IntegerField()


class VisitOfShift(OfShift, VisitOutput):
    """A visit with its shift."""


OF_SHIFT: PerKind[type[OutcomeOutput]] = PerKind()
"""The answer about an outcome of each kind by itself, with its shift."""


@OF_SHIFT.of(ARREST)
class ArrestOfShift(OfShift, ArrestOutput):
    """An arrest with its shift."""


@OF_SHIFT.of(STOP_SEARCH)
class SearchOfShift(OfShift, SearchOutput):
    """A stop search with its shift."""


@OF_SHIFT.of(WEAPON)
class WeaponOfShift(OfShift, WeaponOutput):
    """A weapon with its shift."""


@OF_SHIFT.of(ASB_POWER)
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
    locals().update({kind.plural: OUTPUTS[kind](many=True) for kind in KINDS})
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
