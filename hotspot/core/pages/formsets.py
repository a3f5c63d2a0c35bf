"""Rows of one thing on a page: added by a button that saves nothing, taken out by a box."""

from typing import Any

from django import forms
from django.http import QueryDict


class RowFormSet(forms.BaseFormSet):
    """Rows, each of which can be taken out. A new row that nobody touched does not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"too_many_forms": "There can be %(num)d at the most."}
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        """The valid forms that stay."""
        said = [*self.initial_forms, *(form for form in self.extra_forms if form.has_changed())]
        return [form for form in said if form not in self.deleted_forms]

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """Say what the box does."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = "Take out"


def row_formset(form: type[forms.Form], *, most: int, extra: int = 1, takes_out_new: bool = False) -> Any:
    """The class of rows of this form, `most` of them, with `extra` empty ones to begin with.

    `takes_out_new`: rows that are not saved yet have the box as well, because they are not always typed.
    """
    return forms.formset_factory(
        form,
        formset=RowFormSet,
        extra=extra,
        can_delete=True,
        can_delete_extra=takes_out_new,
        max_num=most,
        validate_max=True,
        absolute_max=most + 1,
    )


def with_one_more(posted: QueryDict) -> QueryDict:
    """What was sent; with one empty row more if "Add" was pressed."""
    data = posted.copy()
    total = data.get("form-TOTAL_FORMS", "")
    if "add" in data and total.isascii() and total.isdecimal() and len(total) < 4:
        data["form-TOTAL_FORMS"] = str(int(total) + 1)
    return data
