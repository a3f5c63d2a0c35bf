"""How forms look and speak: one renderer, one bound field, and the fields and widgets that Django lacks.

`FORM_RENDERER = "hotspot.core.pages.forms.FormRenderer"` gives every form the markup of GOV.UK Frontend:

- `{{ form.start.as_field_group }}`: label, hint (`help_text`), errors and widget, joined for screen readers;
- `{{ form }}`: the error summary, then every field in order;
- `{{ formset }}`: the management form, then each form in its own fieldset.

A form that inherits `Form` or `ModelForm` adds `looks`, what one field looks like, and messages in plain words:

    class ShiftForm(Form):
        start = TextField(label="Start time", help_text="For example, 10pm or 22:00")
        note = TextField(label="Note (optional)", required=False, max_length=2000, widget=forms.Textarea)

        looks = {"start": Look(width=5), "note": Look(rows=4)}
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import boundfield, renderers

from hotspot.core.pages.fields import DateInput

CSS_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.Select, "govuk-select"),
    (forms.PasswordInput, "govuk-input govuk-password-input__input govuk-js-password-input-input"),
    (forms.HiddenInput, ""),
    (forms.widgets.Input, "govuk-input"),
)
"""The first match wins, so a class comes before the class it inherits from."""

ERROR_VARIANTS = {"govuk-input", "govuk-textarea", "govuk-select", "govuk-file-upload"}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one field looks; the words come from the field itself."""

    width: int | str = ""
    """Characters the input is wide (2, 3, 4, 5, 10, 20, 30), or a share of the column ("two-thirds", "one-half")."""
    prefix: str = ""
    suffix: str = ""
    rows: int = 5
    label_size: str = ""
    """s, m, l or xl; empty for ordinary text."""
    heading: bool = False
    """The label or legend is the page's h1."""
    hide_label: bool = False
    """The label is for screen readers only, as in a table of inputs."""
    inline: bool = False
    """Radios side by side: for two short options."""
    small: bool = False
    """Small radios or checkboxes: for filters on a desktop page only."""
    option_hints: Mapping[Any, str] = field(default_factory=dict)
    """A line under an option, by the option's value."""
    reveals: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """The names of the fields an option opens, by the option's value. Render those fields nowhere else."""

    def revealed_by(self, value: str) -> tuple[str, ...]:
        """The names of the fields that the option of this value opens."""
        names = self.reveals.get(value, ())
        return (names,) if isinstance(names, str) else names


PLAIN = Look()
"""Nine figures are more than any count here, and few enough that nobody can make the server read a novel."""


class BoundField(boundfield.BoundField):
    """A field of a form with what the templates need to know: layout, ids, classes and where its errors point."""

    @property
    def look(self) -> Look:
        """The form's `looks` entry for this field, or the plain look."""
        looks: Mapping[str, Look] = getattr(self.form, "looks", {})
        return looks.get(self.name, PLAIN)

    @property
    def layout(self) -> str:
        """The template that lays out label, hint, errors and widget."""
        return f"django/forms/layouts/{self._layout_name()}.html"

    def _layout_name(self) -> str:
        widget = self.field.widget
        if self.field.disabled:
            return "read_only"
        if isinstance(widget, forms.RadioSelect | forms.MultiWidget):
            return "group"
        return "checkbox" if isinstance(widget, forms.CheckboxInput) else "single"

    @property
    def choice_kind(self) -> str:
        """What a group of options is made of, in the words of GOV.UK Frontend."""
        if isinstance(self.field.widget, forms.CheckboxSelectMultiple):
            return "checkboxes"
        return "radios" if isinstance(self.field.widget, forms.RadioSelect) else ""

    @property
    def error_target(self) -> str:
        """The id an error summary links to: the first control that can take the focus and is in error."""
        if isinstance(self.field.widget, forms.MultiWidget):
            names = self.field.widget.widgets_names  # type: ignore[attr-defined]
            return f"{self.auto_id}_{next((i for i, n in enumerate(names) if n[1:] in self.error_parts), 0)}"
        if isinstance(self.field.widget, forms.RadioSelect):
            return f"{self.auto_id}_0"
        return self.auto_id

    @property
    def error_parts(self) -> tuple[str, ...]:
        """The parts of a date that are in error, all of them when the error does not say."""
        if not isinstance(self.field.widget, DateInput) or not self.errors:
            return ()
        params = self.errors.as_data()[0].params or {}
        parts: tuple[str, ...] = params.get("parts", DateInput.PARTS)
        return parts

    @property
    def counts_to(self) -> int | None:
        """The length a textarea counts down to, if it has one."""
        is_textarea = isinstance(self.field.widget, forms.Textarea)
        return getattr(self.field, "max_length", None) if is_textarea else None

    @property
    def is_password(self) -> bool:
        """Whether the input offers to show what was typed."""
        return isinstance(self.field.widget, forms.PasswordInput)

    @property
    def module(self) -> str:
        """The GOV.UK Frontend module that takes charge of the whole group, if one does."""
        if self.counts_to:
            return "govuk-character-count"
        return "govuk-password-input" if self.is_password else ""

    @property
    def options(self) -> Iterator[tuple[Any, str, list[boundfield.BoundField]]]:
        """Each radio or checkbox with its hint and the fields it reveals."""
        for option in self.subwidgets:
            value = str(option.data["value"])
            revealed = [self.form[name] for name in self.look.revealed_by(value)]
            yield option, self.look.option_hints.get(value, ""), revealed

    @property
    def value_in_words(self) -> str:
        """The value as a person reads it, for a field that cannot be changed."""
        value = self.value()
        choices = dict(getattr(self.field, "choices", ()))
        return str(choices.get(value, "" if value is None else value))

    @property
    def aria_describedby(self) -> str | None:
        """The ids of hint, error and character count."""
        described = super().aria_describedby
        if described is not None and self.counts_to and self.auto_id:
            return f"{described} {self.auto_id}-info".strip()
        return described

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Add the classes of GOV.UK Frontend to the attributes Django sets."""
        widget = widget or self.field.widget
        attrs = dict[str, Any](super().build_widget_attrs(attrs, widget))
        if isinstance(widget, forms.FileInput) and self.aria_describedby:
            # Django expects a fieldset around a file input; this one stands alone.
            attrs["aria-describedby"] = self.aria_describedby
        if classes := " ".join(self._classes(widget)):
            attrs["class"] = classes
        if isinstance(widget, forms.Textarea):
            # The browser would cut a pasted note short without a word; the counter and the server say so instead.
            attrs |= {"maxlength": False, "rows": self.look.rows}
        if isinstance(widget, DateInput):
            attrs["error_parts"] = self.error_parts
        return attrs

    def _classes(self, widget: forms.Widget) -> Iterator[str]:
        """Yield the CSS classes of the widget's control."""
        base = next((css for kind, css in CSS_CLASSES if isinstance(widget, kind)), "")
        yield from (css for css in (base, widget.attrs.get("class")) if css)
        if self.errors and base.partition(" ")[0] in ERROR_VARIANTS:
            yield f"{base.partition(' ')[0]}--error"
        if self.counts_to:
            yield "govuk-js-character-count"
        if isinstance(width := self.look.width, int):
            yield f"govuk-input--width-{width}"
        elif width:
            yield f"govuk-!-width-{width}"


class FormRenderer(renderers.TemplatesSetting):
    """Renders every form of the project; templates live in `templates/django/forms/`."""

    form_template_name = "django/forms/form.html"
    formset_template_name = "django/forms/formset.html"
    field_template_name = "django/forms/field.html"
    bound_field_class = BoundField


class PlainWords:
    """Mixin for forms: looks, no browser pop-ups, and errors that say what to do."""

    use_required_attribute = False
    looks: Mapping[str, Look] = {}
    fields: dict[str, forms.Field]
    is_bound: bool

    def full_clean(self) -> None:
        """Read what was sent. By now a form has all its fields, those too that its class does not declare."""
        # A form that nobody has sent has nothing to say about errors.
        for name, form_field in self.fields.items() if self.is_bound else ():
            explain(form_field, str(form_field.label or name.replace("_", " ")))
        super().full_clean()  # type: ignore[misc]

    @property
    def revealed(self) -> set[str]:
        """The names of fields that another field's option opens, so that `{{ form }}` renders each once."""
        looks = self.looks.values()
        return {name for look in looks for value in look.reveals for name in look.revealed_by(value)}


class Form(PlainWords, forms.Form):
    """The base of every form that has no model."""


class ModelForm(PlainWords, forms.ModelForm):
    """The base of every form for one record. Dates need `field_classes = {"starts": DateField}` in Meta."""


OUR_WORDS = {
    "invalid_choice": "Select one of the options",
    "max_length": "Shorten this to %(limit_value)d characters. It has %(show_value)d.",
    "min_value": "Enter %(limit_value)s or more",
    "max_value": "Enter %(limit_value)s or less",
    "max_digits": "Enter a number of %(max)s figures at most",
    "max_whole_digits": "Enter a number of %(max)s figures at most",
    "max_decimal_places": "Enter %(max)s figures after the point at most",
}
"""What we say in place of Django and of its validators, by the code of the error."""


def explain(form_field: forms.Field, label: str) -> None:
    """Say what to do where Django says what a value ensures or is not, unless the field brings words of its own."""
    words = {"required": instruction(form_field, label), **OUR_WORDS}
    for code, message in words.items():
        if form_field.error_messages.get(code) == _djangos(form_field, code):
            form_field.error_messages[code] = message


def _djangos(form_field: forms.Field, code: str) -> Any:
    """What Django's own field says. None for what a validator finds, whose words a field can replace."""
    classes = [each for each in type(form_field).__mro__ if each.__module__.startswith("django.")]
    found = (each.__dict__.get("default_error_messages", {}) for each in classes)
    return next((messages[code] for messages in found if code in messages), None)


NEEDS_NO_ARTICLE = frozenset(("a", "an", "the", "your", "how", "what", "when", "where", "which", "who", "why"))


BEGINS_NO_NOUN = frozenset(
    ("comes", "continued", "counted", "each", "from", "in", "on", "paid", "received", "show", "to", "watch")
)
"""A label that begins with these is the beginning of a sentence which its field ends."""


def instruction(form_field: forms.Field, label: str) -> str:
    """Say what to do about an empty field, in the middle of whose sentence its label can stand."""
    verb = "Select" if isinstance(form_field, forms.ChoiceField | forms.FileField | forms.BooleanField) else "Enter"
    if isinstance(form_field, forms.BooleanField):
        return f"{verb} “{label}”"
    if label.endswith("?"):
        return f"{verb} an answer"
    if label.split(maxsplit=1)[0].lower() in BEGINS_NO_NOUN or ": " in label:
        return f"Select one of the options under “{label}”" if verb == "Select" else f"Fill in “{label}”"
    article = "" if label.split(maxsplit=1)[0].lower() in NEEDS_NO_ARTICLE else "the "
    return f"{verb} {article}{uncapitalised(label)}"


def uncapitalised(text: str) -> str:
    """Return `text` for the middle of a sentence; an acronym keeps its capitals."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == "-" else text
