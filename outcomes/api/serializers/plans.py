"""What is said about plans that change, planned time taken away, and months that are confirmed."""

from rest_framework import serializers

from hotspot.core.api.serializers import Day, Input, NumberParameter, Text, WholeNumber, YesNo, results_of
from outcomes.api.serializers.requests import PageQuery
from patrols.models import MAXIMUM_MINUTES, MOST_PEOPLE, AbstractionReason


class CancelInput(Input):
    """Why a planned shift does not take place."""

    reason = Text(default="", max_length=500)


class HandOverInput(Input):
    """Whose plan it is from now on."""

    to = Text(max_length=254, allow_blank=False, help_text="The e-mail address of somebody who plans in its area.")


class HandedOverOutput(serializers.Serializer):
    """A planned shift that is somebody else's now, whether the caller still sees it or not."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    version = serializers.IntegerField()


class AbstractionInput(Input):
    """Who was taken away from a shift, for what, and for how many minutes each."""

    reason = serializers.ChoiceField(AbstractionReason.choices)
    people = WholeNumber(least=1, most=MOST_PEOPLE)
    minutes = WholeNumber(least=1, most=MAXIMUM_MINUTES, help_text="Of each.")
    is_backfilled = YesNo(help_text="Whether others patrolled in their place, for all of that time.")


class AbstractionOutput(serializers.Serializer):
    """Planned time that was taken away from a shift. One with `withdrawn_at` counts no longer."""

    id = serializers.IntegerField()
    shift = serializers.IntegerField()
    reason = serializers.ChoiceField(AbstractionReason.choices)
    people = serializers.IntegerField()
    minutes = serializers.IntegerField(help_text="Of each.")
    patrol_minutes = serializers.IntegerField(help_text="Of all of them.")
    is_backfilled = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class AbstractionQuery(PageQuery):
    """Which of them, in the order in which they were recorded."""

    since = Day(required=False, help_text="First London day of the shift.")
    until = Day(required=False, help_text="Last London day of the shift.")
    area = serializers.ListField(child=NumberParameter(), required=False, max_length=200)
    shift = NumberParameter(required=False)


AbstractionsListed = results_of(
    AbstractionOutput,
    next=serializers.URLField(allow_null=True, help_text="The next page, null on the last one."),
)


class ConfirmInput(Input):
    """That there is nothing more to log for a month, as far as its shifts are those that were looked at."""

    person = WholeNumber(
        default=None, allow_null=True, least=1, most=2**63 - 1, help_text="For whom an administrator confirms."
    )
    seen = Text(max_length=64, allow_blank=False, help_text="`fingerprint` as it was read.")


class PersonMonthOutput(serializers.Serializer):
    """A supervisor's month. Numbers of shifts are null where some may be of districts that you do not see."""

    person = serializers.IntegerField(help_text="Their number. Names are on the page.")
    is_confirmed = serializers.BooleanField()
    is_changed_since = serializers.BooleanField(help_text="Whether it is not as it was when it was confirmed.")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    confirmation = serializers.IntegerField(allow_null=True, help_text="Its number, to take it back.")
    shifts = serializers.IntegerField(allow_null=True)
    planned = serializers.IntegerField(allow_null=True, help_text="Shifts to complete or cancel first.")
    changed = serializers.IntegerField(allow_null=True, help_text="Shifts that changed since it was confirmed.")
    fingerprint = serializers.CharField(allow_null=True, help_text="Send it as `seen`; null for who may not confirm.")


class MonthOutput(serializers.Serializer):
    """A month: how many of the supervisors with shifts in it that you see have confirmed it."""

    month = serializers.CharField(help_text="2024-10")
    is_over = serializers.BooleanField(help_text="Whether it can be confirmed by now.")
    expected = serializers.IntegerField()
    confirmed = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Of those, in how many something changed since.")
    own = PersonMonthOutput(allow_null=True, help_text="The caller's own month, for who logs shifts.")
    people = PersonMonthOutput(many=True, help_text="Each supervisor; empty for who sees no names on the page.")


class MonthConfirmationOutput(serializers.Serializer):
    """That a person had nothing more to log for a month."""

    id = serializers.IntegerField()
    person = serializers.IntegerField()
    month = serializers.CharField(help_text="2024-10")
    confirmed_at = serializers.DateTimeField()
    taken_back_at = serializers.DateTimeField(allow_null=True)
