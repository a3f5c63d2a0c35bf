"""The page of several shifts: rows typed or pasted, of which those that are right are saved."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.errors import DomainError, DomainErrors
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, add_errors, requires
from hotspot.core.pages.formsets import with_one_more
from hotspot.core.permissions import Permission
from hotspot.core.text import parse_id
from outcomes.imports.rows.columns import shift_columns
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.recording import operations
from outcomes.recording.checking import Entry
from outcomes.recording.crew_fields import ADD_TEAM
from outcomes.recording.crew_teams import with_team
from outcomes.several.forms import MOST_ROWS, PasteForm, RowOptions, ShiftRowForm, ShiftRows, numbered
from outcomes.several.pasting import read_pasted
from outcomes.vocabulary.cache import terms_of
from patrols.models import PatrolShift
from patrols.teams.queries import teams_offered


@resubmission.refills
@requires(Permission.LOG_SHIFT)
def several(request: SignedInRequest) -> HttpResponse:
    """Log several shifts."""
    page = _Page(request)
    sent = resubmission.entries(request)
    if sent is None:
        return page.show(None)
    if "fill" in sent:
        return page.fill(sent)
    if ADD_TEAM in sent and request.method == "POST":
        return page.add_team(sent)
    if "add" in sent or request.method != "POST":
        return page.show(with_one_more(sent))
    return page.save(sent)


class _Page:
    """What is on the page, and what becomes of what was sent."""

    def __init__(self, request: SignedInRequest) -> None:
        self.request, self.at = request, timezone.now()
        self.options = RowOptions(request.user)
        self.paste = PasteForm()

    def show(
        self, data: QueryDict | None, *, status: int = 200, rows: Any = None, saved: Sequence[PatrolShift] = ()
    ) -> HttpResponse:
        """The page with these rows."""
        context = {
            "formset": rows or self._rows(data),
            "paste": self.paste,
            "saved": saved,
            "batch": _batch(data),
            "has_areas": bool(self.options.areas),
            "teams": teams_offered(self.request.user),
        }
        return render(self.request, "outcomes/several.html", context, status=status)

    def fill(self, sent: QueryDict) -> HttpResponse:
        """Fill the rows from what was pasted. Nothing is saved."""
        self.paste = PasteForm(sent)
        if not self.paste.is_valid():
            return self.show(sent, status=422)
        columns = shift_columns(terms_of(AsbPowerKind).values(), terms_of(ActivityKind).values())
        try:
            found = read_pasted(
                self.paste.cleaned_data["text"], columns=columns, areas=self.options.areas.values(), most=MOST_ROWS
            )
        except DomainError as refusal:
            add_errors(self.paste, refusal)
            return self.show(sent, status=422)
        self.paste = PasteForm()
        if found.not_used:
            messages.warning(self.request, f"Not used: {wording.listing(list(found.not_used))}.")
        messages.info(self.request, f"{wording.plural(len(found.rows), 'row')} to check. Nothing is saved yet.")
        return self.show(_posted(numbered(found.rows) | {"batch": str(uuid4())}))

    def add_team(self, sent: QueryDict) -> HttpResponse:
        """Put a team on the row whose button was pressed. Nothing is saved, or checked."""
        row = parse_id(sent.get(ADD_TEAM, ""))
        self.paste = PasteForm(initial={"text": sent.get("text", "")})
        if row is None or not 1 <= row <= MOST_ROWS:
            return self.show(sent)
        place = f"form-{row - 1}-"
        team = sent.get(f"{place}team", "")
        filled = with_team(sent, team, by=self.request.user, row=place)
        if filled != sent:
            messages.info(self.request, f"The team is in the crew of shift {row}. Nothing is saved yet.")
        return self.show(filled)

    def save(self, sent: QueryDict) -> HttpResponse:
        """Save the rows that are right, and show the others again."""
        rows = self._rows(sent)
        rows.is_valid()
        entered = [form for form in rows.forms if form.is_entered]
        if not entered:
            self.paste = PasteForm(sent)
            add_errors(self.paste, DomainError("rows_missing", "Enter a shift in a row, or paste rows.", "text"))
        if not entered or rows.non_form_errors():
            return self.show(sent, rows=rows, status=422)
        right = [form for form in entered if form.is_valid()]
        results = self._log(right, batch=_batch(sent))
        saved = [found.shift_id for found in results.values() if found.shift_id is not None]
        left = [form for form in entered if form not in results or results[form].shift_id is None]
        shifts = list(PatrolShift.objects.visible_to(self.request.user).filter(pk__in=saved).select_related("area"))
        if not left:
            messages.success(self.request, f"{wording.plural(len(saved), 'shift')} saved.")
            return redirect("outcomes:shifts")
        return self._show_left(left, results, shifts)

    def _log(self, rows: Sequence[ShiftRowForm], *, batch: UUID) -> dict[ShiftRowForm, operations.Result]:
        """What became of each row that can be read."""
        results: dict[ShiftRowForm, operations.Result] = {}
        entries: dict[ShiftRowForm, Entry] = {}
        for form in rows:
            try:
                # The same row of the same page is the same shift, however often it is sent.
                entries[form] = Entry(
                    submission_id=uuid5(batch, form.prefix or ""),
                    report=form.report(),
                    acknowledged=form.acknowledged(),
                    name=f"row {rows.index(form) + 1} of these",
                )
            except DomainError as refusal:
                results[form] = operations.Result(errors=[refusal])
        logged = operations.log_shifts(by=self.request.user, at=self.at, entries=list(entries.values()))
        return results | dict(zip(entries, logged, strict=True))

    def _show_left(
        self,
        left: Sequence[ShiftRowForm],
        results: dict[ShiftRowForm, operations.Result],
        saved: Sequence[PatrolShift],
    ) -> HttpResponse:
        """The rows that were not saved, numbered anew, each with what stopped it."""
        values = [{name: form.sent.getlist(form.add_prefix(name)) for name in form.fields} for form in left]
        data = _posted(numbered(values) | {"batch": str(uuid4())})
        rows = self._rows(data)
        rows.is_valid()
        for form, before in zip(rows.forms, left, strict=True):
            if (result := results.get(before)) is None:
                continue
            form.warnings = list(result.warnings)
            # Asked before, so that nothing but the reason can be missing.
            if {each.code for each in result.warnings} & set(before.acknowledged().codes):
                form.add_error("doubts_reason", "Say why, in a few words")
            if result.errors:
                add_errors(form, DomainErrors(list(result.errors)))
        return self.show(data, rows=rows, saved=saved, status=422)

    def _rows(self, data: QueryDict | None) -> Any:
        kwargs = {"by": self.request.user, "at": self.at, "options": self.options}
        return ShiftRows(data, form_kwargs=kwargs)


def _batch(data: QueryDict | None) -> UUID:
    """What names the rows of one page, as far as the page said it."""
    try:
        return UUID(data.get("batch", "")) if data is not None else uuid4()
    except ValueError:
        return uuid4()


def _posted(values: dict[str, Any]) -> QueryDict:
    """These values as a form posts them."""
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data
