"""Queries about statements: the counts kept with each, the one before, and whether the history still gives them."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import definition_of, definition_of_body
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from reports.digests import fingerprint
from reports.figures.headline import CountRow, Counts, Figures, Grain, counts_of
from reports.figures.history import counted_at, figures_by
from reports.figures.measures import DEFINITION_VERSION
from reports.models import Statement


def definition_of_statement(statement: Statement) -> Definition:
    """By which a statement is counted: what is frozen by what it says, a correction like what it corrects.

    So a correction differs from what was published by the records alone. Every other draft: the current definition.
    """
    counted = statement.body or (statement.corrects.body if statement.corrects else None)
    return definition_of_body(counted) if counted else definition_of(DEFINITION_VERSION)


def kept_rows(statement: Statement) -> list[CountRow]:
    """The counts by area and month that were frozen with a statement, small ones too."""
    definition = definition_of_statement(statement)
    return [
        CountRow(counts_of(definition, counts), area=area, month=date.fromisoformat(month))
        for area, month, *counts in (statement.counted or {}).get("rows", [])
    ]


def keepable(rows: Iterable[CountRow], definition: Definition) -> dict[str, list[list[object]]]:
    """Rows by area and month as `kept_rows` reads them back."""
    columns = definition.columns
    return {"rows": [[row.area, str(row.month), *(getattr(row.counts, column) for column in columns)] for row in rows]}


def previous(statement: Statement) -> Statement | None:
    """The last signed off of the same programme and areas, also to be released later, or the one that this corrects.

    Only for those who prepare statements: nobody else may be told of one before its release.
    """
    if statement.corrects is not None:
        return statement.corrects
    signed_off = Statement.objects.signed_off().filter(programme=statement.programme, area_ids=statement.area_ids)
    return signed_off.exclude(pk=statement.pk).order_by("-as_at", "-pk").first()


def possible_approvers(by: User) -> list[User]:
    """Everybody who may sign off what this person prepares, by name."""
    return list(User.objects.who_may(Permission.PREPARE_STATEMENT).exclude(pk=by.pk))


def usual_approver(statement: Statement) -> int | None:
    """The id of who was named for this statement before, or for the last one that the same person sent."""
    if statement.approver_id:
        return statement.approver_id
    sent = Statement.objects.filter(prepared_by=statement.prepared_by, approver__isnull=False)
    return sent.order_by("-created_at", "-pk").values_list("approver", flat=True).first()


def live_figures(statement: Statement, *, at: datetime) -> Figures:
    """The figures of a frozen statement's programme, days and areas as the records are now, by area.

    Counted by the definition of the statement, so that they differ from it by the records alone.
    """
    return figures_by(
        definition_of_statement(statement),
        programme=statement.programme,
        period=_period_of(statement),
        areas=(statement.counted or {})["areas"],
        at=at,
        by=(Grain.AREA,),
    )


def published_figures(statement: Statement) -> dict[int, Counts]:
    """The counts that were frozen with a statement, by area."""
    parts: dict[int, list[Counts]] = {}
    for row in kept_rows(statement):
        if row.area is not None:
            parts.setdefault(row.area, []).append(row.counts)
    return {area: Counts.total(counts) for area, counts in parts.items()}


def _period_of(statement: Statement) -> Period:
    if statement.first_day is None or statement.last_day is None:
        raise ValueError("A draft has no figures.")
    return Period(statement.first_day, statement.last_day)


def recount_from_history(statement: Statement) -> list[CountRow]:
    """The counts behind a frozen statement once more, from the history as it stood then."""
    if statement.records_until is None:
        raise ValueError("A draft has no figures.")
    return counted_at(
        programme=statement.programme,
        period=_period_of(statement),
        areas=(statement.counted or {})["areas"],
        moment=statement.records_until,
        definition=definition_of_statement(statement),
    )


def integrity_problems(statement: Statement) -> list[str]:
    """What is wrong with a published statement, in sentences for the log: nothing, unless somebody got past the rules.

    Its body must have its fingerprint, its files theirs, and its counts must come out of the history once more.
    """
    wrong = []
    if fingerprint(statement.body or {}) != statement.sha256:
        wrong.append("its text is not what was published")
    changed = [file.name for file in statement.files.all() if hashlib.sha256(file.content).hexdigest() != file.sha256]
    wrong += [f"the file {name} is not what was published" for name in changed]
    if recount_from_history(statement) != kept_rows(statement):
        wrong.append("the history does not give its figures any more")
    return wrong
