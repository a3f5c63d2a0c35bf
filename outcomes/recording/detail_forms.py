"""The forms of one outcome's detail, of withdrawing and voiding, and of the worklist."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from hotspot.core import wording
from hotspot.core.calendar import LONDON, today
from hotspot.core.clock import TimeHappenedTwice, instant, parse_clock, parse_finish_clock
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import DateField, TextField, WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import HotspotArea
from hotspots.pages.filters import offer_areas
from outcomes.kinds import ARREST, ASB_POWER, BY_MODEL, STOP_SEARCH, WEAPON, PerKind
from outcomes.models import (
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    JusticeOutcome,
    OffenceGroup,
    OfficerEthnicity,
    Outcome,
    SearchObject,
    SearchOutcome,
    SearchPower,
    StopSearch,
    Term,
    WeaponKind,
    WeaponSource,
)
from outcomes.recording.night_fields import CHANGES
from outcomes.rules import JUSTICE
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rules import instant_within

_YES_NO = (("yes", "Yes"), ("no", "No"), ("", "Not recorded"))
_EQUALITY = (
    "This and the next two are used only to check that stop and search is fair. "
    "Leave them empty if the search record does not say."
)


class WithinShift(Form):
    """A form with clock times that lie within one shift. `clock_fields` says which take the last of two instants.

    A field `<name>_change` asks which of two equal times is meant; it is there only on a night with two.
    """

    clock_fields: ClassVar[Mapping[str, bool]] = {}

    def __init__(self, *args: Any, shift: PatrolShift, **kwargs: Any) -> None:
        self.shift = shift
        super().__init__(*args, **kwargs)
        if wording.clock_change(shift.starts_at, shift.ends_at) != "the clocks went back":
            for name in self.clock_fields:
                del self.fields[f"{name}_change"]

    def clean(self) -> dict[str, Any]:
        """Turn clock times into instants; None where nothing was entered."""
        cleaned = super().clean() or self.cleaned_data
        for name, latest in self.clock_fields.items():
            if name in cleaned and not self.fields[name].disabled:
                cleaned[name] = self._instant(name, latest=latest)
        return cleaned

    def _instant(self, name: str, *, latest: bool) -> datetime | None:
        text, change = self.cleaned_data[name], self.cleaned_data.get(f"{name}_change") or None
        try:
            if not text:
                return None
            clock = parse_finish_clock(text, name) if latest else parse_clock(text, name)
            shift = self.shift.starts_at, self.shift.ends_at
            return instant_within(clock, shift, change=change, latest=latest, field=name)
        except DomainError as error:
            asks = isinstance(error, TimeHappenedTwice) and f"{name}_change" in self.fields
            self.add_error(f"{name}_change" if asks else name, ValidationError(error.message, error.code))
            return None


def clock_initial(name: str, at: datetime | None) -> dict[str, str]:
    """What a clock field and its question show of a saved instant."""
    if at is None:
        return {}
    local = at.astimezone(LONDON)
    initial = {name: wording.clock(at)}
    try:
        instant(local.date(), local.time())
    except DomainError:
        initial[f"{name}_change"] = "after" if local.fold else "before"
    return initial


def clock_field(label: str, help_text: str = "") -> TextField:
    """A clock time as text, for `clock_fields`."""
    return TextField(label=label, required=False, max_length=20, help_text=help_text)


def which_field(label: str) -> forms.ChoiceField:
    """The question that goes with a clock field."""
    help_text = "Only for a time from 1am to 2am, which came twice that night"
    return forms.ChoiceField(
        label=label, choices=CHANGES, widget=forms.RadioSelect, required=False, help_text=help_text
    )


def _term(model: type[Term], label: str, help_text: str = "") -> forms.ModelChoiceField:
    """A choice of term; `DetailForm` offers those in force."""
    return forms.ModelChoiceField(
        model.objects.all(), label=label, help_text=help_text, required=False, empty_label="Select one"
    )


def _yes_no(label: str) -> forms.TypedChoiceField:
    coerced = {"yes": True, "no": False}
    return forms.TypedChoiceField(
        label=label,
        choices=_YES_NO,
        coerce=coerced.__getitem__,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class SearchChoice(forms.ModelChoiceField):
    """A stop search of the shift, by its number on the shift's page."""

    numbers: Mapping[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        """Stop search 2, Misuse of Drugs Act 1971 (section 23), 11:40pm."""
        parts = [f"Stop search {self.numbers.get(obj.pk, '')}".strip(), str(obj.power or "")]
        parts += [wording.clock(obj.happened_at)] if obj.happened_at else []
        return ", ".join(part for part in (*parts, obj.reference) if part)


class DetailForm(WithinShift):
    """What may be said about any outcome. `values()` gives it to the operation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    happened_at = clock_field("Time", "For example, 11:40pm or 2340")
    happened_at_change = which_field("Was that before or after the clocks went back?")
    reference = TextField(label="Reference", required=False, max_length=40)
    reason = TextField(
        label="Why it changes",
        required=False,
        max_length=500,
        help_text="Needed if you change what was recorded already. Everybody who can see the shift can read this.",
    )

    clock_fields: ClassVar = {"happened_at": False}
    reference_hint: ClassVar = ""
    looks = {"happened_at": Look(width=10), "reference": Look(width=20)}

    def __init__(
        self, *args: Any, outcome: Outcome, roles: set[CrewRole], at: datetime, may_overwrite: bool, **kwargs: Any
    ) -> None:
        self.detailed, self.roles, self.at = outcome, roles, at
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = f"{self.reference_hint} Never a name."
        for name, field in self.fields.items():
            if isinstance(field, SearchChoice):
                self._offer_searches(field)
            elif isinstance(field, forms.ModelChoiceField):
                field.queryset = self._offered(name, field.queryset)  # type: ignore[arg-type]
        self.initial = {**self.initial, **self._recorded()}
        if not may_overwrite:
            self._fix_recorded()
        if not may_overwrite or not self._has_recorded():
            del self.fields["reason"]

    @property
    def detail_names(self) -> list[str]:
        """The outcome's fields that this form speaks of."""
        return [name for name in self.fields if name not in {"version", "reason", "happened_at_change"}]

    @property
    def detail_fields(self) -> list[Any]:
        """The inputs in the order of the page, those that complete the detail first."""
        first = [name for name in BY_MODEL[type(self.detailed)].required if name in self.fields]
        rest = [name for name in self.fields if name not in {*first, "version", "reason"}]
        return [self[name] for name in (*first, *rest)]

    def values(self) -> dict[str, Any]:
        """What a valid form says, by the names of the outcome's fields."""
        values = {name: self.cleaned_data[name] for name in self.detail_names}
        if self.fields["happened_at"].disabled:
            values["happened_at"] = self.detailed.happened_at
        return values

    def _offered(self, name: str, terms: QuerySet[Any]) -> QuerySet[Any]:
        day = today(self.at) if name in JUSTICE else self.shift.day
        in_force = terms.in_force_on(day)  # type: ignore[attr-defined]
        if terms.model is AsbPowerKind:
            in_force = in_force.filter(roles__overlap=sorted(self.roles))
        chosen = getattr(self.detailed, f"{name}_id")
        return terms.filter(Q(pk__in=in_force.values("pk")) | Q(pk=chosen))

    def _offer_searches(self, field: SearchChoice) -> None:
        searches = self.shift.stop_searches.all()
        field.numbers = {pk: number for number, pk in enumerate(searches.values_list("pk", flat=True), start=1)}
        chosen = Q(pk=self.detailed.stop_search_id)  # type: ignore[attr-defined]
        field.queryset = searches.filter(Q(void_reason="") | chosen).select_related("power")

    def _recorded(self) -> dict[str, Any]:
        recorded: dict[str, Any] = {"version": self.shift.version}
        for name in self.detail_names:
            value = getattr(self.detailed, f"{name}_id", None) or getattr(self.detailed, name)
            recorded[name] = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        return recorded | clock_initial("happened_at", self.detailed.happened_at)

    def _has_recorded(self) -> bool:
        return any(self.initial.get(name) not in (None, "") for name in self.detail_names)

    def _fix_recorded(self) -> None:
        for name in set(self.detail_names) - JUSTICE:
            self.fields[name].disabled = self.initial.get(name) not in (None, "")
        if self.fields["happened_at"].disabled:
            self.fields.pop("happened_at_change", None)


FORMS: PerKind[type[DetailForm]] = PerKind()


@FORMS.of(ARREST)
class ArrestForm(DetailForm):
    """An arrest and what became of it."""

    offence_group = _term(OffenceGroup, "What for")
    stop_search = SearchChoice(
        StopSearch.objects.none(), label="Stop search it followed", required=False, empty_label="None, or not known"
    )
    justice_outcome = _term(JusticeOutcome, "What became of it", "Add it when you hear, however long after the shift.")
    justice_outcome_on = DateField(label="Date of that", required=False, help_text="For example, 12 11 2024")
    custody_days = WholeNumberField(
        label="Sentence of custody", required=False, min_value=1, max_value=36500, help_text="Only after a conviction"
    )

    reference_hint: ClassVar = "The custody record or crime number."
    looks = DetailForm.looks | {"custody_days": Look(width=5, suffix="days")}


@FORMS.of(STOP_SEARCH)
class StopSearchForm(DetailForm):
    """A stop search: a count and a link to the search record, not the record itself."""

    power = _term(SearchPower, "Power")
    object = _term(SearchObject, "Object of search")
    outcome = _term(SearchOutcome, "Outcome")
    found = _yes_no("Was something found?")
    linked = _yes_no("Is the outcome linked to the object of search?")
    self_defined_ethnicity = _term(Ethnicity, "Self-defined ethnicity", _EQUALITY)
    officer_defined_ethnicity = _term(OfficerEthnicity, "Officer-defined ethnicity")
    age_band = _term(AgeBand, "Age range")

    reference_hint: ClassVar = "The number of the search record."
    looks = DetailForm.looks | {"found": Look(inline=True), "linked": Look(inline=True)}


@FORMS.of(WEAPON)
class WeaponForm(DetailForm):
    """A weapon taken off the street."""

    kind = _term(WeaponKind, "Kind of weapon")
    found_by = _term(WeaponSource, "How it was found")
    stop_search = SearchChoice(
        StopSearch.objects.none(), label="Stop search it came from", required=False, empty_label="None, or not known"
    )

    reference_hint: ClassVar = "The exhibit or property number."


@FORMS.of(ASB_POWER)
class AsbPowerForm(DetailForm):
    """One use of a power. Its kind stays among those that somebody in the crew may use."""

    kind = forms.ModelChoiceField(AsbPowerKind.objects.all(), label="Power", empty_label=None)

    reference_hint: ClassVar = "The number of the notice, warning or direction."


class VersionedReasonForm(Form):
    """Why something is withdrawn."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = TextField(
        label="Why",
        max_length=500,
        widget=forms.Textarea,
        help_text="Everybody who can see the shift can read this. Do not include names or intelligence.",
        error_messages={"required": "Say why, in a few words"},
    )

    looks = {"reason": Look(rows=2)}


class WorklistFilter(Form):
    """The area that the worklist is narrowed to."""

    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")

    def __init__(self, *args: Any, areas: QuerySet[HotspotArea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], areas)
