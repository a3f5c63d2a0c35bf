"""Figures as other systems ask for them and get them."""

from rest_framework import serializers

from hotspot.core.api.serializers import Day, NumberParameter, Query, Text
from hotspot.core.definitions.registry import CURRENT
from reports.figures.headline import Grain


class FiguresQuery(Query):
    """Which figures."""

    programme = NumberParameter(required=False, help_text="The one that runs now, of several the default.")
    period = Text(
        required=False,
        allow_blank=False,
        max_length=20,
        help_text=(
            "launch (unless you say), 2024-10, 2024-05-to-2024-11, quarter-2024-10, year-2024-04, or days with since "
            "and until. Without the right to single days, months that are over only."
        ),
    )
    since = Day(required=False)
    until = Day(required=False)
    area = serializers.ListField(child=NumberParameter(), required=False, max_length=200)
    district = serializers.ListField(child=NumberParameter(), required=False, max_length=200)


class SplitQuery(FiguresQuery):
    """Which figures, split by what."""

    by = serializers.ListField(
        child=serializers.ChoiceField([grain.value for grain in Grain]),
        required=False,
        max_length=2,
        help_text="area, month, day, or two of them.",
    )


class ShownOutput(serializers.Serializer):
    """The six figures and clock hours, in whole numbers. null is withheld: too small a number to tell.

    Hours and patrols are never withheld.
    """

    locals().update({measure.code: serializers.IntegerField(allow_null=True) for measure in CURRENT.measures})


class CountsOutput(ShownOutput):
    """The six figures and clock hours. null is withheld: too small a number to tell. Minutes are for record readers."""

    patrol_minutes = serializers.IntegerField(required=False)
    clock_minutes = serializers.IntegerField(required=False)


class RowOutput(CountsOutput):
    """The figures of one part."""

    area = serializers.IntegerField(required=False)
    month = serializers.CharField(required=False, help_text="Like 2024-10.")
    day = serializers.DateField(required=False)


class PeriodOutput(serializers.Serializer):
    """A run of London days, both ends included."""

    code = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()


class AboutOutput(serializers.Serializer):
    """What was asked, and what the numbers mean."""

    programme = serializers.IntegerField()
    period = PeriodOutput()
    areas = serializers.ListField(child=serializers.IntegerField())
    as_at = serializers.DateTimeField()
    definition = serializers.CharField(help_text="The version of the definitions, see /figures/definitions/.")


class FiguresOutput(AboutOutput):
    """Figures."""

    totals = CountsOutput()
    rows = RowOutput(many=True, help_text="Parts without any count have no row.")


class RoleRow(serializers.Serializer):
    """What people of one role gave."""

    role = serializers.CharField()
    patrol_minutes = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Places in crews: somebody on ten shifts counts ten times.")


class RolesOutput(AboutOutput):
    """Patrol time by role."""

    rows = RoleRow(many=True)


class PowerRow(serializers.Serializer):
    """How often one power was used."""

    kind = serializers.CharField()
    uses = serializers.IntegerField()
    in_headline = serializers.BooleanField()


class PowersOutput(AboutOutput):
    """Uses of powers against anti-social behaviour by kind."""

    rows = PowerRow(many=True)


class ShownAreaOutput(ShownOutput):
    """The figures of one hotspot area."""

    hotspot_area = serializers.CharField()


class ShownMonthOutput(ShownOutput):
    """The figures of one month. null is withheld, or not recorded."""

    month = serializers.CharField(help_text="Like 2024-10.")
    name = serializers.CharField()
    recorded = serializers.BooleanField(
        help_text="False for a month in which no patrols are recorded: its figures are null then, not withheld."
    )


class MeasureOutput(serializers.Serializer):
    """What a figure is called and counts."""

    code = serializers.CharField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    singular = serializers.CharField()
    unit = serializers.CharField()
    definition = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class StatementBriefOutput(serializers.Serializer):
    """A published statement, in a list."""

    reference = serializers.CharField(help_text="Like 2024-12-10-v1.")
    programme = serializers.CharField()
    title = serializers.CharField()
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    as_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField()
    totals = ShownOutput()
    sha256 = serializers.CharField(help_text="Of the statement's canonical JSON, which is among its files.")
    corrected_by = serializers.CharField(allow_null=True, help_text="The version that replaces it.")


class StatementOutput(StatementBriefOutput):
    """A published statement, whole. It never changes, but for `corrected_by`."""

    marking = serializers.CharField()
    version = serializers.IntegerField()
    corrects = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True, help_text="What was wrong in the version that it corrects.")
    period = serializers.CharField()
    hotspot_areas = serializers.CharField()
    area_names = serializers.ListField(child=serializers.CharField())
    records_until = serializers.DateTimeField(help_text="The history up to this instant gives these figures.")
    definition = serializers.CharField()
    measures = MeasureOutput(many=True)
    by_area = ShownAreaOutput(many=True)
    by_month = ShownMonthOutput(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    press_text = serializers.CharField()
    claims = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="Claims that were typed into the press text, each with its finding and its working.",
    )
    initiatives = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="The initiatives that the press text speaks of, each with what the publishable list says of it.",
    )
    knives = serializers.DictField(
        required=False,
        help_text="How many knives the press text says, of how many weapons recovered, and the definition of knives.",
    )
    contact = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="The office that answers questions, its e-mail address and telephone number, as they were then.",
    )
    addresses = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        help_text="Where the statement can be read, and where a figure or a file of it can be checked.",
    )
    prepared_by = serializers.CharField()
    approved_by = serializers.CharField()
    signed_off_at = serializers.DateTimeField(
        required=False, help_text="When it was signed off, where it was published later than that."
    )
