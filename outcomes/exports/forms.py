"""The form of a download: as what kind of file."""

from django import forms

from hotspot.core.exports.rules import MOST_WORKBOOK_ROWS
from hotspot.core.pages.forms import Form, Look

CSV, XLSX = "csv", "xlsx"


class FormatForm(Form):
    """CSV at once, or an Excel file from a job."""

    format = forms.ChoiceField(
        label="What kind of file?",
        choices=[(CSV, "CSV"), (XLSX, "Excel (XLSX)")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select CSV or Excel", "invalid_choice": "Select CSV or Excel"},
    )

    looks = {
        "format": Look(
            label_size="s",
            option_hints={
                CSV: "Starts at once, with any number of rows. For analysis tools, and for Excel too.",
                XLSX: f"Up to {MOST_WORKBOOK_ROWS:,} rows, with dates and numbers as Excel’s own. "
                "Takes up to a minute to make.",
            },
        )
    }
