"""The forms of an import: the file with what is meant where it does not say, its columns, and what is left out."""

from collections.abc import Sequence
from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import UploadField
from hotspot.core.pages.forms import Form
from hotspot.core.table_files.readers import MOST_BYTES
from hotspots.ledger.forms import PAID, RECOVERED
from hotspots.ledger.import_rows import COLUMNS, Defaults, FileHeaders
from hotspots.models import FundingStream, Programme, SpendCategory


class SpendFileForm(Form):
    """A file of a finance system."""

    file = UploadField(
        label="File of the finance system",
        help_text="CSV, XLSX or ODS with one entry in a row, up to 5 MB and 5,000 rows",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 5 MB.",
    )
    stream = forms.ModelChoiceField(
        FundingStream.objects.none(), label="Paid from, where the file does not say", empty_label="Select what pays"
    )
    category = forms.ModelChoiceField(
        SpendCategory.objects.none(), label="Category, where the file does not say", empty_label="Select a category"
    )
    vat_recoverable = forms.ChoiceField(
        label="Is the VAT recovered?", choices=[(RECOVERED, "Yes"), (PAID, "No")], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        streams = FundingStream.objects.visible_to(by).in_headline().filter(programme=programme)
        self.fields["stream"].queryset = streams  # type: ignore[attr-defined]
        self.fields["category"].queryset = SpendCategory.objects.filter(is_offered=True)  # type: ignore[attr-defined]

    @property
    def defaults(self) -> Defaults:
        """What is meant where a row does not say."""
        found = self.cleaned_data
        return Defaults(found["stream"], found["category"], found["vat_recoverable"] == RECOVERED)


class SpendColumnsForm(Form):
    """Which column of the file each of ours is."""

    def __init__(self, *args: Any, found: FileHeaders, columns: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Not in this file"), *_choices(found.headers, found.examples)]
        for column in COLUMNS:
            label = column.label if column.is_needed else f"{column.label} (optional)"
            self.fields[column.name] = forms.ChoiceField(label=label, choices=choices, required=False)
            self.initial[column.name] = str(columns.get(column.name, ""))

    @property
    def columns(self) -> dict[str, int]:
        """The place of each column that is in the file."""
        return {name: int(place) for name, place in self.cleaned_data.items() if place}


def _choices(headers: Sequence[str], examples: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (str(place), f"{header or f'Column {place + 1}'}{f', like {example[:40]}' if example else ''}")
        for place, (header, example) in enumerate(zip(headers, examples, strict=True))
    ]


class WriteForm(Form):
    """Whether rows that are wrong are left out."""

    leave_out = forms.BooleanField(label="Leave out the rows that are wrong", required=False)

    def __init__(self, *args: Any, wrong: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wrong:
            del self.fields["leave_out"]
