"""A statement in words and numbers: the draft that is checked, and the body that is published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import LONDON, Period, today
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import definition_of_body
from hotspot.core.errors import DomainError
from hotspots.queries import areas_seen_by
from reports.claims.answers import ClaimAnswer
from reports.claims.checking import CheckedText
from reports.claims.evidence import Evidence
from reports.claims.presenters import source_in_words
from reports.contact import queries as contacts
from reports.figures import checks, recorded_days, suppression
from reports.figures import headline as figures_headline
from reports.figures.criteria import ReportCriteria
from reports.figures.formatting import in_letters
from reports.figures.gaps import gaps
from reports.figures.history import figures_by
from reports.figures.measures import ASB_POWERS
from reports.figures.periods import find_period, is_since_launch
from reports.figures.publication import MARKING, ROUNDING, period_of, record_checks
from reports.figures.series import Selection
from reports.figures.tables import (
    NOT_RECORDED,
    NOT_RECORDED_NOTE,
    FigureTables,
    Line,
    make_tables,
    number_text,
    without_links,
)
from reports.models import Statement
from reports.statements import initiative_list, press_claims, press_facts, press_text, queries
from reports.statements.addresses import addresses_of
from reports.statements.embargo_checks import held_back, withheld_checks
from reports.statements.statement_tables import StatementTable

_MEASURE_FIELDS = ("code", "name", "label", "singular", "unit", "definition", "source")


def drafted(statement: Statement, at: datetime) -> str:
    """What a statement that is being prepared is of: Operation Hotspot 2024/25: since launch, 2 hotspot areas."""
    words, days = find_period(statement.programme, statement.code, today(at)) or (statement.code, None)
    if days is not None and not is_since_launch(statement.code):
        # As it is called once it is published.
        words = wording.period(days)
    areas = wording.plural(len(statement.area_ids), "hotspot area") if statement.area_ids else "all hotspot areas"
    return f"{statement.programme}: {words.replace('Since', 'since')}, {areas}"


def question_of(statement: Statement, at: datetime) -> ReportCriteria:
    """What a draft asks for. Raises DomainError `period_not_over` for a period that a statement cannot be of."""
    found = period_of(statement.programme, statement.code, at)
    if found is None:
        raise DomainError("period_not_over", "Choose a period that is over, or since launch.", "period")
    all_areas = list(areas_seen_by(statement.prepared_by))
    chosen = [area for area in all_areas if area.pk in statement.area_ids] or all_areas
    return ReportCriteria(statement.programme, statement.code, found[1], chosen, all_areas)


@dataclass(frozen=True)
class Draft:
    """Everything that a person checks before it is frozen. `checks` are what they should know, in sentences."""

    statement: Statement
    sheet: FigureTables
    facts: press_text.Facts
    checks: Sequence[str]
    last: Statement | None
    evidence: Evidence

    @cached_property
    def checked(self) -> CheckedText:
        """The press text with the answers to its claims."""
        return press_claims.check(self.statement.words, self.facts, self.evidence)

    @property
    def typed_answers(self) -> list[ClaimAnswer]:
        """The answers to claims that somebody typed, and to changes."""
        return press_claims.typed_answers(self.statement.words, self.facts, self.checked)

    @cached_property
    def unsupported(self) -> list[ClaimAnswer]:
        """Those of them that are not supported as they stand: with one the statement cannot be sent."""
        return [answer for answer in self.typed_answers if not answer.is_supported]

    @property
    def can_be_sent(self) -> bool:
        """Whether nothing is left to do before it is sent for sign-off."""
        return not (self.unread or self.sheet.is_empty or self.unsupported or self.taking_out)

    @property
    def taking_out(self) -> str:
        """What its text has in braces and may not say, in a sentence: it has to be taken out. Empty without any."""
        return press_text.taking_out(self.statement.words, self.facts)

    @property
    def text(self) -> str:
        """The press text with its numbers."""
        return press_text.press_text(self.statement.words, self.facts)

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The press text in pieces, with locked and typed numbers told apart."""
        return [piece for piece in press_text.parts(self.statement.words, self.facts) if piece[1]]

    @property
    def unread(self) -> list[str]:
        """The checks that nobody has said to have read, neither as they are nor when they were worse."""
        read = self.statement.acknowledged
        return checks.unread(self.checks, read=read, numbers=self.statement.acknowledged_numbers)


def draft_of(statement: Statement, at: datetime) -> Draft:
    """A draft with the figures as they are now. Raises DomainError `period_not_over`, and `nothing_counted`."""
    question = question_of(statement, at)
    definition = queries.definition_of_statement(statement)
    figures = figures_by(
        definition,
        programme=question.programme,
        period=question.period,
        areas=[area.pk for area in question.areas],
        at=at,
        by=(figures_headline.Grain.AREA, figures_headline.Grain.MONTH),
    )
    withheld = suppression.withheld(
        programme=question.programme, areas=[area.pk for area in question.all_areas], at=at, definition=definition
    )
    sheet = without_links(make_tables(question, figures, withheld, today=today(at)))
    facts = press_text.Facts(
        programme=question.programme.name,
        period=question.period,
        is_running=is_since_launch(question.code),
        towns=tuple(dict.fromkeys(area.town or area.name for area in question.areas)),
        numbers={
            measure.code: number for measure, number in zip(definition.headline, sheet.total.numbers, strict=False)
        },
        sentences=press_facts.sentences(statement, question, at),
    )
    last = queries.previous(statement)
    before = release_of(last) if last else None
    evidence = press_claims.evidence_of(statement, question, figures, definition, at)
    quoted = press_claims.quoted_changes(statement.words, evidence)
    facts = replace(facts, changes=quoted)
    return Draft(statement, sheet, facts, list(_checks(statement, sheet, facts, before)), last, evidence)


def _checks(
    statement: Statement, sheet: FigureTables, facts: press_text.Facts, before: "PublishedStatement | None"
) -> Iterator[str]:
    question, at = sheet.question, sheet.figures.as_at
    days = recorded_days.recorded_days(question.programme, question.period, [area.pk for area in question.areas], at)
    asked = Selection(question.programme, question.period, question.areas, at)
    yield from record_checks(asked, is_told=lambda number: is_told(question, number))
    yield from gaps(question.period, days, today(at))
    yield from withheld_checks(sheet)
    yield from held_back(statement, question.period, at)
    if before is not None and before.period.clip(question.period) == before.period:
        for name, then, now in before.beside(facts.numbers):
            if now is not None and then is not None and now < then:
                yield f"{name}: {now:,}, fewer than the {then:,} published in {before.slug}."
    if before is not None and before.definition.version != sheet.definition.version:
        versions = f"definition {before.definition.version}, this one by {sheet.definition.version}"
        yield f"{before.slug} was counted by {versions}: figures can differ for that reason alone."
    is_told_whole = None not in facts.numbers.values()
    if before is not None and statement.corrects and is_told_whole and before.headline == facts.numbers:
        number = in_letters(len(facts.numbers))
        yield f"All {number} figures are still those of {before.slug}: if records are wrong, correct them first."
    if press_text.INITIATIVES not in facts.sentences and press_text.speaks_of_initiatives(statement.words):
        yield "The press text speaks of initiatives, and none may be published: take out {initiatives}."
    if taking_out := press_text.taking_out(statement.words, facts):
        yield taking_out
    typed = press_text.unlocked(statement.words)
    if typed:
        said = ", ".join(f"“{each}”" for each in typed)
        yield f"The press text has numbers or changes that were typed, which have to be supported: {said}."


def is_told(question: ReportCriteria, number: int) -> bool:
    """Whether a statement's sentence may say how many outcomes of some kind there are: the same rule as its tables'.

    Only of all areas, and only if nobody could be recognised in it.
    """
    return not question.is_narrowed and number not in question.programme.small


# --- what is published --------------------------------------------------------------------------------------------


def body_of(draft: Draft, *, slug: str, version: int, as_at: datetime, records_until: datetime) -> dict[str, Any]:
    """A statement's body, but for who signed it off and when: what every file of it is made from."""
    sheet, corrected = draft.sheet, draft.statement.corrects
    return {
        "marking": MARKING,
        "reference": slug,
        "version": version,
        "corrects": corrected.slug if corrected else None,
        "reason": draft.statement.reason or None,
        "programme": sheet.question.programme.name,
        "title": sheet.title,
        "period": draft.statement.code,
        "first_day": str(sheet.question.period.first_day),
        "last_day": str(sheet.question.period.last_day),
        "hotspot_areas": sheet.place,
        "area_names": [area.name for area in sheet.question.areas],
        "as_at": as_at.astimezone(LONDON).isoformat(timespec="seconds"),
        "records_until": records_until.astimezone(LONDON).isoformat(),
        "definition": sheet.definition.version,
        "measures": [
            {name: getattr(measure, name) for name in _MEASURE_FIELDS} for measure in sheet.definition.measures
        ],
        "totals": _values(sheet.definition, sheet.total),
        "by_area": [{"hotspot_area": line.area, **_values(sheet.definition, line)} for line in sheet.areas],
        "by_month": [
            {"month": f"{line.month:%Y-%m}", "name": line.name, "recorded": line.is_recorded}
            | _values(sheet.definition, line)
            for line in sheet.months
        ],
        "notes": _notes(sheet),
        "press_text": draft.text,
        "prepared_by": draft.statement.prepared_by.name,
        **press_claims.kept(draft.typed_answers, draft.checked.text),
        **press_facts.kept(draft.statement, sheet.question, as_at),
        "addresses": addresses_of(slug),
        **contacts.kept(),
    }


def _notes(sheet: FigureTables) -> list[str]:
    found = [sheet.withheld_note] * sheet.has_withheld + [ROUNDING] * sheet.rounding_shows
    return [*found, *([NOT_RECORDED_NOTE] if any(not line.is_recorded for line in sheet.months) else [])]


def _values(definition: Definition, line: Line) -> dict[str, int | None]:
    codes = [measure.code for measure in definition.measures]
    return dict(zip(codes, line.numbers, strict=True)) if line.is_recorded else dict.fromkeys(codes)


@dataclass(frozen=True)
class PublishedStatement:
    """A frozen statement as pages and files say it.

    Made from its body alone, and where that is silent from the definition that it names: no record is read, and
    nothing that the current definition says.
    """

    body: Mapping[str, Any]
    sha256: str = ""

    @property
    def slug(self) -> str:
        """2024-12-10-v1."""
        return str(self.body["reference"])

    @property
    def title(self) -> str:
        """Operation Hotspot 2024/25: since launch, 1 May 2024 to 10 December 2024."""
        title = str(self.body["title"])
        return f"{self.body['programme']}: {title[:1].lower() + title[1:] if title.startswith('Since') else title}"

    @property
    def period(self) -> Period:
        """Its days."""
        return Period(date.fromisoformat(self.body["first_day"]), date.fromisoformat(self.body["last_day"]))

    @property
    def as_at(self) -> datetime:
        """When its figures were frozen."""
        return datetime.fromisoformat(self.body["as_at"])

    @property
    def published_at(self) -> datetime | None:
        """When it was or will be released; None while it waits for sign-off."""
        return self._moment("published_at")

    @property
    def signed_off_at(self) -> datetime | None:
        """When it was signed off: as it was published, unless it was to be released later."""
        return self._moment("signed_off_at") or self.published_at

    @property
    def release_at(self) -> datetime | None:
        """When it is to be released, while it waits for sign-off; None: once it is signed off."""
        return self._moment("release_at")

    def _moment(self, name: str) -> datetime | None:
        at = self.body.get(name)
        return datetime.fromisoformat(at) if at else None

    @property
    def definition(self) -> Definition:
        """The definition by which it was counted."""
        return definition_of_body(self.body)

    @property
    def headline(self) -> dict[str, int | None]:
        """The headline's numbers by their code. None is withheld."""
        return {measure["code"]: self.body["totals"][measure["code"]] for measure in self.headline_measures}

    @property
    def measures(self) -> Sequence[Mapping[str, str]]:
        """What each figure is called and counts, as it was defined then."""
        measures: Sequence[Mapping[str, str]] = self.body["measures"]
        return measures

    @property
    def headline_measures(self) -> Sequence[Mapping[str, str]]:
        """Those of the headline, as it was defined then."""
        codes = {measure.code for measure in self.definition.headline}
        return [measure for measure in self.measures if measure["code"] in codes]

    def beside(self, numbers: Mapping[str, int | None]) -> Iterator[tuple[str, int | None, int | None]]:
        """Its headline figures that are among other `numbers` too, by their code: name, its number and the other."""
        for measure in self.headline_measures:
            code = measure["code"]
            if code in numbers:
                yield measure["name"], self.headline[code], numbers[code]

    @property
    def tiles(self) -> list[tuple[str, str]]:
        """The headline's numbers and what stands under them."""
        numbers = self.headline
        return [(number_text(numbers[each["code"]]), _label(each, numbers)) for each in self.headline_measures]

    @property
    def page_tiles(self) -> list[tuple[str, str]]:
        """The tiles with an asterisk at the one that the page explains below them."""
        stars = ["*" if measure["code"] == ASB_POWERS.code else "" for measure in self.headline_measures]
        return [(number, f"{label}{star}") for (number, label), star in zip(self.tiles, stars, strict=True)]

    @property
    def claims(self) -> list[tuple[str, str, str]]:
        """The claims typed into its press text: their words, what was found, and what they were held against."""
        return [
            (claim["text"], claim["finding"], source_in_words(claim["working"]))
            for claim in self.body.get("claims", ())
        ]

    @property
    def initiatives(self) -> initiative_list.InitiativeTable | None:
        """The initiatives that its press text speaks of."""
        return initiative_list.table_of(self.body)

    @property
    def page_notes(self) -> list[str]:
        """Its notes for a page, which says in words what files write as [x]."""
        return [note for note in self.body["notes"] if not note.startswith(f"{NOT_RECORDED} ")]

    @property
    def tables(self) -> list[StatementTable]:
        """By hotspot area and by month, each with its total; only those that have more than one row."""
        names = [measure["name"] for measure in self.measures]
        tables = [
            StatementTable(
                "By hotspot area",
                "Hotspot area",
                names,
                [self._row(row["hotspot_area"], row) for row in self.by("area")],
            ),
            StatementTable("By month", "Month", names, [self._row(row["name"], row) for row in self.by("month")]),
        ]
        total = self._row("Total", self.body["totals"])
        return [StatementTable(each.name, each.key, names, [*each.rows, total]) for each in tables if each.rows]

    def by(self, grain: str) -> Sequence[Mapping[str, Any]]:
        """The rows by "area" or "month"."""
        rows: Sequence[Mapping[str, Any]] = self.body[f"by_{grain}"]
        return rows

    def _row(self, name: str, values: Mapping[str, int | None]) -> list[str | int | None]:
        if not values.get("recorded", True):
            return [name, *[NOT_RECORDED] * len(self.measures)]
        return [name, *(values[measure["code"]] for measure in self.measures)]

    @property
    def unrecorded(self) -> list[str]:
        """The names of the months without records."""
        return [row["name"] for row in self.by("month") if not row.get("recorded", True)]


def _label(measure: Mapping[str, str], numbers: Mapping[str, int | None]) -> str:
    return measure["singular"] if numbers[measure["code"]] == 1 else measure["label"]


def release_of(statement: Statement) -> PublishedStatement:
    """A frozen statement, to be shown. Raises ValueError for a draft."""
    if statement.body is None:
        raise ValueError("A draft has nothing to show.")
    return PublishedStatement(statement.body, statement.sha256)
