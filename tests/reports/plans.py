"""Problem-solving plans, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse

from reports.models import PlanResponse, ProblemPlan
from reports.plans import operations

AT = datetime(2024, 10, 12, 9, tzinfo=UTC)


def begun(force, **facts: Any) -> ProblemPlan:
    """A plan for Hitchin that Anna leads and nothing is written in yet."""
    facts = {
        "area": force.hitchin,
        "title": "Disorder at the bus station",
        "opened_on": date(2024, 9, 2),
        "lead": force.anna,
    } | facts
    return operations.save_plan(by=force.anna, at=AT, **facts)


def responded(force, plan: ProblemPlan, **facts: Any) -> PlanResponse:
    """A response of Sam's that is due in six days."""
    facts = {"action": "Mend the lights in the underpass", "due_on": date(2024, 10, 18), "owner": force.sam} | facts
    return operations.save_response(by=force.anna, at=AT, plan_id=plan.pk, **facts)


def written(force, study: Any = None, **facts: Any) -> ProblemPlan:
    """A plan with something in every step, and a review that is due in a fortnight."""
    plan = begun(force, **facts)
    scanning = {name: f"On {name}." for name in operations.SCANNING}
    operations.save_scanning(
        by=force.anna, plan_id=plan.pk, first_month=date(2024, 1, 1), last_month=date(2024, 2, 1), analyses=[],
        **scanning,
    )  # fmt: skip
    operations.save_analysis(by=force.anna, plan_id=plan.pk, **{name: f"On {name}." for name in operations.ANALYSIS})
    operations.save_assessment(
        by=force.anna, plan_id=plan.pk, studies=[study] if study else [], learnt="On learning.", following="On."
    )
    responded(force, plan)
    operations.add_review(by=force.anna, at=AT, plan_id=plan.pk, due_on=date(2024, 10, 26))
    plan.refresh_from_db()
    return plan


def in_every_state(force, *, title: str = "Disorder at the bus station", study: Any = None) -> dict[str, Any]:
    """A plan with everything, a closed one, a response and a review, by the names that paths are made with."""
    plan = written(force, study, title=title)
    closed = begun(force, title="Thefts from the market")
    closed = operations.close_plan(by=force.anna, at=AT, plan_id=closed.pk, reason="The aim is reached")
    return {
        "plan": plan,
        "closed_plan": closed,
        "plan_response": plan.responses.get(),
        "plan_review": plan.reviews.get(),
    }


_OF_CLOSED, _OF_RESPONSE, _OF_REVIEW = {"reopen_plan"}, {"edit_response", "tick_response"}, {"hold_review"}
_OF_PLAN = {"plan", "plan_file", "edit_plan", "plan_scanning", "plan_analysis", "plan_assessment", "close_plan"}
_OF_PLAN |= {"add_response", "add_review"}
_SUBJECTS = {
    "closed_plan": _OF_CLOSED,
    "plan_response": _OF_RESPONSE,
    "plan_review": _OF_REVIEW,
    "plan": _OF_PLAN,
    "initiative_document": {"document", "withdraw_document"},
    "initiative_link": {"unlink_entry"},
    "initiative_kind": {"edit_kind"},
    "initiative": {"initiative", "edit", "withdraw", "add_document", "link_entry"},
}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page of plans or initiatives that is about one of these; empty for every other."""
    namespace, _, page = name.partition(":")
    subject = next((key for key, pages in _SUBJECTS.items() if page in pages), "")
    if namespace != ("initiatives" if subject.startswith("initiative") else "reports") or not subject:
        return ""
    return reverse(name, args=(values[subject].pk,))
