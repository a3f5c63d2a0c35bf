"""The return that the funder of the demonstration asks for, and the months of it that were answered."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from xlsxwriter import Workbook

from hotspot.core.calendar import LONDON
from hotspot.core.definitions.v1 import V1
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import Programme
from reports.demo.people import Person
from reports.demo.published import LAST_NIGHT
from reports.demo.reference import FIRST_PROGRAMME
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow
from reports.returns import operations, template_operations
from reports.returns.body import body_of, digest_of
from reports.returns.money_checks import in_ledger
from reports.returns.periods import return_periods
from reports.returns.sources import MONEY, NUMBER, TEXT, WORDS, YES_NO
from reports.returns.template_operations import AskedFor, asked_of

# Made up: no source has a funder's real form.
_SHARES = {
    "patrols": AskedFor("of the hours: Community Enforcement Officers", "crew:role=community_enforcement_officer"),
    "stop_searches": AskedFor("of these: something was found", "stop_searches:result=found"),
    "weapons": AskedFor("of these: knives and other blades", "weapons:group=knives"),
}
_NAMES = {
    "patrol_hours": "Hours of patrol funded by the programme",
    "asb_powers": "Uses of powers against anti-social behaviour",
}


def _asked() -> Iterator[AskedFor]:
    """The figures of the headline, and shares of some of them, under headings."""
    counted = {column for column, _ in V1.outcome_tables}
    first_outcome = next(measure for measure in V1.headline if measure.code in counted)
    yield AskedFor("Patrols", "heading")
    for measure in V1.headline:
        if measure == first_outcome:
            yield AskedFor("Outcomes", "heading")
        bound = TemplateRow.Bound.NONE if measure.code in counted else TemplateRow.Bound.TARGET
        yield AskedFor(_NAMES.get(measure.code, measure.name), measure.code, bound)
        if measure.code in _SHARES:
            yield _SHARES[measure.code]


EVENTS = AskedFor("Engagement events held", "entered:number", "at_least", 4)
DONE = AskedFor("What was done besides patrols", "entered:text")
ON_COURSE = AskedFor("On course to spend the grant by the end of March?", "entered:yes_no")
DUE_DAYS = 21
_DONE = "Two problem-solving meetings with the council, and a knife sweep with volunteers."


def _money(spent: AskedFor) -> list[AskedFor]:
    note = AskedFor("Without value added tax.", "note")
    return [AskedFor("Money", "heading"), note, spent, ON_COURSE]


def _divided(label: str, rows: Sequence[AskedFor], source: str, per: int = 1) -> AskedFor:
    """One of the rows divided by the patrol hours among them."""
    places = {row.source: place for place, row in enumerate(rows, start=1)}
    return AskedFor(label, "ratio", top=places[source], base=places["patrol_hours"], per=per)


def _all_asked(spent: AskedFor) -> list[AskedFor]:
    """What is counted, entered and worked out, with the money at the end."""
    rows = list(_asked())
    rows.append(_divided("Arrests per 100 hours", rows, "arrests", per=100))
    rows += [AskedFor("Prevention", "heading"), EVENTS, DONE, *_money(spent)]
    return [*rows, _divided("Spent for an hour of patrol", rows, MONEY)]


def make_returns(made: Mapping[Person, User], *, today: date) -> None:
    """Ask for a monthly return of each programme, and answer the months that are over.

    Of the first programme they are the whole months of the patrols that were published; of the running one the last is
    still to do, and the one before it waits for approval.
    """
    by = {person.role: user for person, user in made.items()}
    # The first minute of the day: whenever it is loaded, that has been.
    at = datetime.combine(today, time(0, 1), LONDON)
    for programme in Programme.objects.all():
        is_first = programme.period == FIRST_PROGRAMME
        # What the running programme's funder asks for, it asked for from the start: what is late is overdue.
        since = at if is_first else datetime.combine(programme.first_day, time(0, 1), LONDON)
        template = template_operations.make_template(
            by=by[Role.ADMINISTRATOR], programme=programme, name="Monthly return (example)", every="month", by_area=True
        )
        stream = programme.funding_streams.filter(is_default=True).get()
        spent = AskedFor("Spent in the month", "entered:pence", "budget", stream_id=stream.pk)
        template_operations.save_rows(
            by=by[Role.ADMINISTRATOR],
            at=since,
            template_id=template.pk,
            rows=_all_asked(spent),
            due_days=DUE_DAYS,
            seen=0,
        )
        _keep_workbook(template, by[Role.ADMINISTRATOR], at)
        over = return_periods(template, at)
        months = [code for code, (_, month) in over.items() if not is_first or month.last_day <= LAST_NIGHT][::-1]
        # Of the running programme, the last month is still to do, and the one before it waits, overdue.
        is_running = today in programme.period and not is_first
        done = months[:-2] if is_running else months
        for place, code in enumerate(months[:-1] if is_running else months):
            waiting = _proposed(template, code, place, by[Role.ANALYST], at)
            if code in done:
                digest = waiting.proposed_digest
                operations.approve_return(by=by[Role.ADMINISTRATOR], at=at, return_id=waiting.pk, digest=digest)


def _keep_workbook(template: ReturnTemplate, by: User, at: datetime) -> None:
    """A workbook such as a funder may have, with a cell for the answer to each row."""
    file, version = io.BytesIO(), template.versions.get()
    rows = asked_of(version)
    with Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Return")
        sheet.set_column("A:A", 60)
        bold = book.add_format({"bold": True})
        looks = {"bg_color": "#fff7d6", "border": 1}
        plain = book.add_format(looks | {"num_format": "#,##0.##"})
        money = book.add_format(looks | {"num_format": "#,##0.00"})
        for place, row in enumerate(rows):
            sheet.write_string(place, 0, row.label, bold if row.source == "heading" else None)
            if row.source not in WORDS:
                is_money = row.source == MONEY or (row.top and rows[row.top - 1].source == MONEY)
                sheet.write_blank(place, 1, None, money if is_money else plain)
    kept = template_operations.keep_workbook(
        by=by, at=at, template_id=template.pk, name="Example of a funder’s workbook.xlsx", content=file.getvalue(),
        seen=version.pk,
    )  # fmt: skip
    named = [
        row if row.source in WORDS else replace(row, cell=f"Return!B{place}") for place, row in enumerate(rows, start=1)
    ]
    template_operations.save_rows(by=by, at=at, template_id=template.pk, rows=named, due_days=DUE_DAYS, seen=kept.pk)


def _proposed(template: ReturnTemplate, code: str, place: int, by: User, at: datetime) -> ProgrammeReturn:
    """The return of a month, filled in and waiting for approval."""
    rows = template.versions.get().rows.filter(source__startswith="entered:")
    made = operations.begin_return(by=by, at=at, template_id=template.pk, code=code)
    said = {row.code: entry_of(row, place, made) for row in rows}
    made = operations.save_return(
        by=by, return_id=made.pk, entered=said, remarks="", seen=operations.entries_digest(made)
    )
    return operations.propose_return(by=by, at=at, return_id=made.pk, digest=digest_of(body_of(made, at)))


def entry_of(row: TemplateRow, place: int, made: ProgrammeReturn) -> int | str:
    """What was entered in a row of the return of a month, the `place`th: of money what the ledger has of its stream."""
    entries: dict[str, int | str] = {NUMBER: 4 + place, TEXT: _DONE, YES_NO: "yes"}
    if row.source != MONEY or row.stream_id is None:
        return entries[row.source]
    return in_ledger(made, [row.stream_id]).get(row.stream_id, 0)
