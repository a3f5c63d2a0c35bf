"""Several shifts planned at once: the form, then a list of the nights in which each can be left out."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.calendar import monday_of, today
from hotspot.core.errors import DomainError, DomainErrors, NeedsConfirming
from hotspot.core.models import User
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, form_status, requires
from hotspot.core.pages.resubmission import MARKER
from hotspot.core.permissions import Permission
from outcomes.recording.crew_teams import sent, team_context
from outcomes.recording.form_values import shift_values
from outcomes.recording.series_forms import Candidate, CopyWeekForm, PatternForm, name_of, streams_seen_by
from patrols.planning import series_operations
from patrols.planning.queries import shifts_to_copy
from patrols.shifts import queries
from patrols.shifts.checking import Checked

CHANGED = "Something has changed since you saw this list. Check the nights again."
NONE_LEFT = "None of these shifts is yours to copy any more: somebody has changed them since you saw the list"
# What the page that lists the nights sends besides the form before it.
_OF_LIST = {"csrfmiddlewaretoken", MARKER, "choice", "chosen", "keep", "step"}


@dataclass(frozen=True)
class ListedNight:
    """A night in the list: what it would be, why it cannot be planned, and what is unusual about it."""

    key: str
    name: str
    said: str
    problems: Sequence[str]
    warnings: Sequence[str]
    is_chosen: bool

    @property
    def is_possible(self) -> bool:
        return not self.problems


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def plan_pattern(request: SignedInRequest) -> HttpResponse:
    """Plan the same shift on some nights of the week."""
    now, last = timezone.now(), queries.last_shift(request.user)
    values = shift_values(last) if last else {}
    usual = {
        name: value for name, value in values.items() if name in ("area", "start", "end") or name.startswith("crew_")
    }
    form = PatternForm(sent(request), by=request.user, at=now, initial=usual)
    if not _leads_to_list(request, form) or not form.is_valid():
        patterns = queries.usual_times(request.user, at=now)
        context = {"form": form, "patterns": patterns, **team_context(request)}
        return render(request, "planning/pattern.html", context, status=form_status(form))
    return _list(request, form, form.candidates())


@resubmission.refills
@requires(Permission.PLAN_SHIFT)
def copy_week(request: SignedInRequest) -> HttpResponse:
    """Plan one's own shifts of a week once more in another week."""
    form = CopyWeekForm(resubmission.entries(request), day=today(timezone.now()))
    if _leads_to_list(request, form) and form.is_valid():
        streams = streams_seen_by(request.user)
        candidates = form.candidates(shifts_to_copy(request.user, form.week), streams)
        if candidates:
            return _list(request, form, candidates)
        is_later = form.data.get("step") == "save"
        form.add_error("source", NONE_LEFT if is_later else "You planned and logged no shifts in this week")
    return render(request, "planning/copy_week.html", {"form": form}, status=form_status(form))


def _leads_to_list(request: SignedInRequest, form: Any) -> bool:
    """Whether the nights are listed next: the form was sent, or the list itself when the session had ended."""
    if not form.is_bound or form.data.get("choice") == "change":
        return False
    return request.method == "POST" or form.data.get("step") == "save"


def _list(request: SignedInRequest, form: Any, candidates: Sequence[Candidate]) -> HttpResponse:
    """Plan the nights that were chosen, or list them all to choose from."""
    if form.data.get("step") != "save":
        _begin_anew(form, candidates, by=request.user)
        return _list_page(request, form, candidates)
    chosen = set(form.data.getlist("chosen"))
    if request.method != "POST":
        return _list_page(request, form, candidates, chosen)
    return _plan(request, form, candidates, chosen)


def _begin_anew(form: Any, candidates: Sequence[Candidate], *, by: User) -> None:
    """Make a new series of what the form says where it was saved before and changed since: by going back to it."""
    nights = [each.night for each in candidates if each.facts]
    if series_operations.is_another_list(by=by, series=form.cleaned_data["submission_id"], nights=nights):
        form.cleaned_data["submission_id"] = uuid.uuid4()
        form.data = form.data.copy()
        form.data["submission_id"] = str(form.cleaned_data["submission_id"])


def _plan(
    request: SignedInRequest, form: Any, candidates: Sequence[Candidate], chosen: Collection[str]
) -> HttpResponse:
    """Plan these nights, if they still are what the list said; else show it again."""
    now, series = timezone.now(), form.cleaned_data["submission_id"]
    wanted, shown = [each for each in candidates if each.key in chosen and each.facts], _shown(request)
    if len(wanted) < len(chosen):
        return _list_page(request, form, candidates, chosen, [CHANGED])
    nights, kept = [each.night for each in wanted], {each.name: shown.get(each.key, ()) for each in wanted}
    try:
        ids = series_operations.plan_series(by=request.user, at=now, series=series, nights=nights, acknowledged=kept)
    except DomainError as refusal:
        return _list_page(request, form, candidates, chosen, [refusal.message])
    except DomainErrors as refusals:
        return _list_page(request, form, candidates, chosen, [error.message for error in refusals.errors])
    except NeedsConfirming:
        return _list_page(request, form, candidates, chosen, [CHANGED])
    if ids:
        messages.success(request, f"{wording.plural(len(ids), 'shift is', 'shifts are')} planned.")
    else:
        messages.info(request, "These shifts were planned already.")
    first = monday_of(min(night.facts.day for night in nights))
    return redirect(f"{reverse('planning:calendar')}?from={first}")


def _shown(request: SignedInRequest) -> dict[str, set[str]]:
    """The warnings that stood beside each night in the list that was sent."""
    sent = (text.rpartition(":") for text in request.POST.getlist("keep"))
    return {key: set(codes.split(",")) for key, _, codes in sent}


def _list_page(
    request: SignedInRequest,
    form: Any,
    candidates: Sequence[Candidate],
    chosen: Collection[str] | None = None,
    errors: Sequence[str] = (),
) -> HttpResponse:
    possible = [each for each in candidates if each.facts]
    checked = dict(
        zip(
            [each.key for each in possible],
            series_operations.check_series(
                by=request.user,
                at=timezone.now(),
                series=form.cleaned_data["submission_id"],
                nights=[each.night for each in possible],
            ),
            strict=True,
        )
    )
    names = None if chosen is None else {name_of(key) for key in chosen}
    nights = [_listed(each, checked.get(each.key), names) for each in candidates]
    context = {
        "nights": nights,
        "errors": errors,
        "number": sum(night.is_chosen for night in nights),
        "shown": _shown_now(checked),
        "hidden_values": [
            (name, value) for name, values in form.data.lists() if name not in _OF_LIST for value in values
        ],
    }
    return render(request, "planning/nights.html", context, status=422 if errors else 200)


def _shown_now(checked: Mapping[str, Checked]) -> list[str]:
    """The warnings beside each night, as the list sends them back: a night is one field, however many it has."""
    codes = {key: sorted({warning.code for warning in each.open_warnings}) for key, each in checked.items()}
    return [f"{key}:{','.join(found)}" for key, found in codes.items() if found]


def _listed(each: Candidate, checked: Checked | None, chosen: Collection[str] | None) -> ListedNight:
    name = wording.weekday(each.day)
    if each.facts is None:
        return ListedNight(each.key, name, "", [each.problem], (), is_chosen=False)
    assert checked is not None  # noqa: S101 - every night that is possible was checked
    problems = [error.message for error in checked.errors]
    if checked.saved:
        problems = ["Planned already, from this list."]
    warnings = [warning.message for warning in checked.open_warnings]
    is_chosen = not problems and (not warnings if chosen is None else each.name in chosen)
    return ListedNight(each.key, name, _in_words(each), problems, warnings, is_chosen)


def _in_words(each: Candidate) -> str:
    """Hitchin, 8pm Friday to midnight – 4 hours (the clocks went back), 2 people; and what pays, if not the usual."""
    facts = each.facts
    assert facts is not None  # noqa: S101 - only what can be planned is said
    times = wording.shift_echo(facts.starts_at, facts.ends_at, len(facts.crew))
    paid = "" if facts.funding_stream.is_default else f". {facts.funding_stream.name}"
    return f"{facts.area.name}, {times}{paid}"
