"""Forms: what is read, what is said when it cannot be, and the markup a screen reader depends on."""

import datetime as dt

import pytest
from django import forms

from hotspot.core.pages.fields import DateField, MonthField, Stepper, WholeNumberField, month_choices
from hotspot.core.pages.forms import Form, Look


class PatrolForm(Form):
    """A form with one field of each kind that has a rule of its own."""

    area = forms.ChoiceField(
        label="Hotspot area", choices=[("hitchin", "Hitchin"), ("other", "Another area")], widget=forms.RadioSelect
    )
    other = forms.CharField(label="Name of the area", required=False)
    date = DateField(label="Date of the patrol", help_text="For example, 26 10 2024")
    arrests = WholeNumberField(label="Arrests", widget=Stepper(), required=False)
    note = forms.CharField(label="Note", max_length=2000, widget=forms.Textarea, required=False)
    file = forms.FileField(label="Boundary file", help_text="GeoJSON", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    looks = {"area": Look(reveals={"other": "other"}), "note": Look(rows=3)}


def dated(day, month, year):
    """The form with this date, and nothing else wrong with it."""
    return PatrolForm({"area": "hitchin", "date_day": day, "date_month": month, "date_year": year})


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        (("26", "10", "2024"), dt.date(2024, 10, 26)),
        ((" 1 ", "Oct", "2024"), dt.date(2024, 10, 1)),
        (("29", "february", "2024"), dt.date(2024, 2, 29)),
    ],
)
def test_a_date_is_read_as_people_type_it(parts, date):
    form = dated(*parts)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["date"] == date


@pytest.mark.parametrize(
    ("parts", "message", "target"),
    [
        (("", "", ""), "Enter the date of the patrol", "id_date_0"),
        (("26", "", "2024"), "Date of the patrol must include a month", "id_date_1"),
        (("26", "", ""), "Date of the patrol must include a month and year", "id_date_1"),
        (("26", "10", "24"), "Date of the patrol must have a year with 4 numbers, like 2024", "id_date_2"),
        (("31", "2", "2024"), "Date of the patrol must be a real date", "id_date_0"),
        (("1", "ma", "2024"), "Date of the patrol must be a real date", "id_date_0"),
        (("²", "10", "2024"), "Date of the patrol must be a real date", "id_date_0"),
    ],
)
def test_an_error_in_a_date_says_what_to_mend_and_leads_there(parts, message, target):
    form = dated(*parts)
    assert form.errors["date"] == [message]
    assert form["date"].error_target == target
    assert f'<a href="#{target}">{message}</a>' in str(form)


def test_only_the_part_in_error_is_marked():
    html = str(dated("26", "", "2024")["date"])
    assert html.count("govuk-input--error") == 1
    assert 'name="date_month"' in html.split("govuk-input--error")[1].split(">", maxsplit=1)[0]


def test_an_empty_date_that_may_be_empty_is_none():
    assert DateField(required=False).clean(["", "", ""]) is None


def test_an_unchanged_date_has_not_changed():
    sent = {"area": "hitchin", "date_day": "26", "date_month": "10", "date_year": "2024"}
    form = PatrolForm(sent, initial={"area": "hitchin", "date": dt.date(2024, 10, 26)})
    assert form.changed_data == []


def test_months_run_over_the_new_year_newest_first():
    choices = month_choices(dt.date(2024, 11, 5), dt.date(2025, 1, 31))
    assert choices == [
        ("2025-01-01", "January 2025"),
        ("2024-12-01", "December 2024"),
        ("2024-11-01", "November 2024"),
    ]
    assert MonthField(first=dt.date(2024, 11, 5), last=dt.date(2025, 1, 31)).clean("2024-12-01") == dt.date(2024, 12, 1)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (forms.CharField(label="Start time"), "Enter the start time"),
        (forms.EmailField(label="E-mail address"), "Enter the e-mail address"),
        (forms.CharField(label="Received on"), "Fill in “Received on”"),
        (forms.CharField(label="Continued until: date"), "Fill in “Continued until: date”"),
        (forms.ChoiceField(label="Show by"), "Select one of the options under “Show by”"),
        (forms.ChoiceField(label="ASB power"), "Select the ASB power"),
        (forms.ChoiceField(label="Is this patrol additional?"), "Select an answer"),
        (forms.BooleanField(label="I have checked it"), "Select “I have checked it”"),
        (forms.CharField(error_messages={"required": "Say why"}), "Say why"),
    ],
)
def test_an_empty_field_gets_an_instruction(field, message):
    form = type("OneField", (Form,), {"field": field})({})
    assert form.errors["field"] == [message]


def test_hint_error_and_count_are_read_out_with_the_control():
    sent = {"area": "hitchin", "date_day": "1", "note": "x" * 2001}
    form = PatrolForm(sent)
    assert 'aria-describedby="id_note_error id_note-info"' in str(form["note"])
    assert 'aria-describedby="id_date_helptext id_date_error"' in form["date"].as_field_group()
    assert 'aria-describedby="id_file_helptext"' in str(form["file"])


def test_the_count_is_a_plain_number_for_the_script_and_the_browser_cuts_nothing():
    html = PatrolForm()["note"].as_field_group()
    assert 'data-maxlength="2000"' in html
    assert " maxlength=" not in html


def test_a_revealed_field_stands_under_its_option_and_nowhere_else():
    html = str(PatrolForm())
    assert html.count('name="other"') == 1
    assert html.index('value="other"') < html.index('name="other"') < html.index('name="date_day"')


def test_a_hidden_field_has_no_label_and_its_error_no_link():
    form = PatrolForm({})
    form.add_error("token", "This form was sent before")
    assert "<li>This form was sent before</li>" in str(form)
    assert "<label" not in form["token"].as_field_group()


def test_a_disabled_field_is_text_in_words():
    form = PatrolForm(initial={"area": "hitchin"})
    form.fields["area"].disabled = True
    html = form["area"].as_field_group()
    assert "Hitchin" in html
    assert "<input" not in html


def test_what_was_typed_is_escaped():
    html = str(PatrolForm({"other": "<script>", "note": "</textarea>", "date_day": '"><b>'}))
    assert "<script>" not in html
    assert "</textarea></textarea>" not in html
    assert "><b>" not in html


def test_a_formset_sums_up_the_errors_of_all_its_forms():
    formset = forms.formset_factory(PatrolForm, extra=2)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-area": "hitchin"}
    )
    assert '<a href="#id_form-1-date_0">Enter the date of the patrol</a>' in str(formset)


def test_a_formset_counts_its_rows_where_the_browser_can_send_them_back():
    html = str(forms.formset_factory(PatrolForm)().management_form)
    assert 'name="form-TOTAL_FORMS"' in html
    assert 'name="form-INITIAL_FORMS"' in html


class Bounded(Form):
    """Fields whose own words and whose validators' words are Django's, but for one."""

    note = forms.CharField(max_length=5, required=False)
    hours = WholeNumberField(min_value=0, max_value=24, required=False)
    grant = forms.DecimalField(max_digits=4, decimal_places=2, required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], required=False)
    told = forms.ChoiceField(choices=[("a", "A")], required=False, error_messages={"invalid_choice": "Choose A"})


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("note", "sixsix", "Shorten this to 5 characters. It has 6."),
        ("hours", "-1", "Enter 0 or more"),
        ("hours", "25", "Enter 24 or less"),
        ("grant", "12345", "Enter a number of 4 figures at most"),
        ("grant", "0.123", "Enter 2 figures after the point at most"),
        ("kind", "b", "Select one of the options"),
        ("told", "b", "Choose A"),
    ],
)
def test_what_a_value_may_be_is_said_in_our_words(field, value, words):
    assert Bounded({field: value}).errors == {field: [words]}
