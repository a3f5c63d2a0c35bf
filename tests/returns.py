"""Returns for tests: asked for by Adam the administrator, filled in and submitted by Anna the analyst."""

from datetime import datetime

from reports.models import ProgrammeReturn, ReturnTemplate
from reports.returns import operations, template_operations
from reports.returns.body import body_of, digest_of
from reports.returns.operations import entries_digest
from reports.returns.presenters import AnsweredReturn
from reports.returns.template_operations import AskedFor
from tests.people import Force

HOURS = AskedFor("Hours of patrol", "patrol_hours", "target")
SPENT = AskedFor("Spent", "entered:pence")
EVENTS = AskedFor("Events", "entered:number", "at_least", 4)


def asked(
    force: Force, at: datetime, *rows: AskedFor, every: str = "month", by_area: bool = False, **more
) -> ReturnTemplate:
    """A template of these rows, or of the hours."""
    name = more.pop("name", "Home Office return")
    template = template_operations.make_template(
        by=force.adam, programme=force.programme, name=name, every=every, by_area=by_area
    )
    ask(force, at, template, *(rows or (HOURS,)), **more)
    return template


def ask(force: Force, at: datetime, template: ReturnTemplate, *rows: AskedFor, due_days: int | None = 14) -> None:
    """Ask for these rows from now on."""
    newest = template.versions.first()
    template_operations.save_rows(
        by=force.adam, at=at, template_id=template.pk, rows=rows, due_days=due_days,
        seen=newest.pk if newest else 0,
    )  # fmt: skip


def begun(force: Force, at: datetime, template: ReturnTemplate, code: str = "2024-09") -> ProgrammeReturn:
    return operations.begin_return(by=force.anna, at=at, template_id=template.pk, code=code)


def filled(force: Force, made: ProgrammeReturn, remarks: str = "", **entered: int) -> ProgrammeReturn:
    """The draft with what was entered, `row_1` for the code row-1."""
    return operations.save_return(
        by=force.anna, return_id=made.pk, remarks=remarks, seen=entries_digest(made),
        entered={code.replace("_", "-"): value for code, value in entered.items()},
    )  # fmt: skip


def sent(force: Force, at: datetime, made: ProgrammeReturn) -> ProgrammeReturn:
    """Submitted by Anna; what has money is approved by Adam."""
    body = body_of(made, at)
    facts = {"at": at, "return_id": made.pk, "digest": digest_of(body)}
    if not AnsweredReturn(body).needs_second_person:
        return operations.submit_return(by=force.anna, **facts)
    operations.propose_return(by=force.anna, **facts)
    return operations.approve_return(by=force.adam, **facts)


def submitted(force: Force, at: datetime, *rows: AskedFor, code: str = "2024-09", **more) -> ProgrammeReturn:
    return sent(force, at, begun(force, at, asked(force, at, *rows, **more), code))
