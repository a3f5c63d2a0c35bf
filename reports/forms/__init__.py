"""The forms of statements, returns and saved views."""

from reports.forms.returns import (
    EntriesForm,
    MonthRangeForm,
    RowsForm,
    TemplateForm,
    TemplateRowFormSet,
    in_order,
    row_initial,
)
from reports.forms.saved_views import ViewForm
from reports.forms.statements import ChooseForm, LookUpForm, ReadForm, ReasonForm, WordsForm

__all__ = [
    "ChooseForm",
    "EntriesForm",
    "LookUpForm",
    "MonthRangeForm",
    "ReadForm",
    "ReasonForm",
    "RowsForm",
    "TemplateForm",
    "TemplateRowFormSet",
    "ViewForm",
    "WordsForm",
    "in_order",
    "row_initial",
]
