"""A problem-solving plan as PDF that screen readers can read (PDF/UA), by Typst: a page for a partnership meeting."""

from datetime import datetime
from pathlib import Path
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.spreadsheets import MARKING
from hotspot.core.typesetting import typeset
from reports.models import ProblemPlan
from reports.plans import presenters, queries
from reports.plans.area_figures import months_looked_at

_TEMPLATE = Path(__file__).with_name("plan.typ")


def plan_pdf(plan: ProblemPlan, user: User, *, at: datetime) -> bytes:
    """A plan as this person may see it at an instant: what its page says, with the figures of its months added up."""
    day = today(at)
    said = {
        "marking": MARKING,
        "title": f"Problem-solving plan: {plan.title}",
        "state": f"{plan.get_state_display()} on {wording.day(day)}",
        "about": _entries(presenters.about(plan)),
        "scanning": _entries([*presenters.scanning(plan), *_months(plan, user, at)]),
        "analysis": _entries(presenters.analysis(plan)),
        "response_columns": _labels(presenters.response_columns(links=False)),
        "responses": _responses(plan, user, at),
        "assessment": _entries(_assessment(plan, user)),
        "review_columns": _labels(presenters.REVIEW_COLUMNS),
        "reviews": presenters.review_rows(queries.reviews_of(plan), day=day, keeps=False),
        "day": [day.year, day.month, day.day],
    }
    return typeset(_TEMPLATE, said)


def _labels(columns: list[dict[str, Any]]) -> list[str]:
    return [column["label"] for column in columns]


def _entries(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"key": row["key"], "lines": row["value"].splitlines() or [""]} for row in rows]


def _months(plan: ProblemPlan, user: User, at: datetime) -> list[dict[str, str]]:
    months = months_looked_at(plan, user, at=at)
    if not months:
        return []
    first, last = wording.month(months[0].month), wording.month(months[-1].month)
    pairs = zip(presenters.MONTH_COLUMNS[1:], presenters.month_foot(months)[1:], strict=True)
    numbers = [f"{column['label']}: {number}" for column, number in pairs]
    return [{"key": first if first == last else f"{first} to {last}", "value": "; ".join(numbers)}]


def _responses(plan: ProblemPlan, user: User, at: datetime) -> list[list[str]]:
    responses, costs = queries.responses_with_costs(plan, user)
    rows = presenters.response_rows(responses, costs, user=user, day=today(at), links=False)
    return [[cell["text"] if isinstance(cell, dict) else cell for cell in row] for row in rows]


def _assessment(plan: ProblemPlan, user: User) -> list[dict[str, str]]:
    rows = [
        {"key": f"{each.name}: {each.verdict}", "value": "\n".join(each.lines)}
        for each in presenters.findings(queries.studies_of(plan), plan, user)
    ]
    return [*rows, *presenters.assessment(plan)]
