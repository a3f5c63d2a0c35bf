"""Programmes and their funding streams."""

from typing import Any, ClassVar

from django import forms

from hotspot.core.pages.fields import DateField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import SMALLEST_SHOWN, FundingStream
from hotspots.pages.fields import money_field, name_field


class ProgrammeForm(Form):
    """A funded operation and its dates."""

    name = name_field(help_text="As it is published, for example Operation Hotspot 2024/25")
    first_day = DateField(label="First day", help_text="For example, 1 5 2024")
    last_day = DateField(label="Last day", help_text="Shifts on this day still count")
    grant = money_field("Grant (optional)", "What the government pays for the whole programme, in pounds")

    smallest_shown = forms.IntegerField(
        label="Smallest number shown",
        help_text="Smaller counts of single areas are withheld from published figures and from the PCC office, "
        f"with as many others as it takes. From {SMALLEST_SHOWN[0]} to {SMALLEST_SHOWN[-1]}.",
        min_value=SMALLEST_SHOWN[0],
        max_value=SMALLEST_SHOWN[-1],
        initial=5,
    )

    is_default = forms.BooleanField(
        label="Use this programme where several run on a day",
        help_text="Figures show this programme first, and new shifts are paid from it unless another stream is chosen",
        required=False,
    )
    keeps_overlap = forms.BooleanField(label="Keep these dates: several programmes run at once", required=False)

    looks = {"grant": Look(prefix="£", width=10), "smallest_shown": Look(width=3)}
    error_fields: ClassVar = {"grant_pence": "grant"}

    def drop_question(self) -> None:
        """Leave the question about overlapping dates out of a page on which nobody has to answer it."""
        if not (self.is_bound and (self.has_error("keeps_overlap") or self.data.get("keeps_overlap"))):
            del self.fields["keeps_overlap"]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `save_programme`."""
        facts = dict(self.cleaned_data)
        return facts | {"grant_pence": facts.pop("grant")}


class StreamForm(Form):
    """What pays for shifts. The kind can be chosen only once."""

    name = name_field(help_text="For example, Home Office grant")
    kind = forms.ChoiceField(label="Kind", choices=FundingStream.Kind.choices, widget=forms.RadioSelect)
    budget = money_field("Budget (optional)", "In pounds")
    is_default = forms.BooleanField(label="Use for new shifts unless another is chosen", required=False)

    looks = {
        "budget": Look(prefix="£", width=10),
        "kind": Look(
            option_hints={
                FundingStream.Kind.BUSINESS_AS_USUAL: "Recorded apart, and never in the headline figures",
            }
        ),
    }
    error_fields: ClassVar = {"budget_pence": "budget"}

    def __init__(self, *args: Any, kind_is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        if kind_is_fixed:
            kind.disabled, kind.help_text = True, "Shifts are counted under it, so it cannot change"
        else:
            kind.help_text = "This cannot be changed later"

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `save_stream`."""
        facts = dict(self.cleaned_data)
        return facts | {"budget_pence": facts.pop("budget")}
