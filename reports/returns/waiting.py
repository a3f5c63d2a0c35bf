"""What of returns to funders waits for a person."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Least
from django.urls import reverse

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateVersion

Every = ReturnTemplate.Every
State = ProgrammeReturn.State
MOST_PERIODS = {Every.MONTH: 3, Every.QUARTER: 3, Every.YEAR: 2}
"""How many of the last periods are looked at. Each makes the statement longer, and older ones are known by then. The
present quarter and year are among them, which end early where a programme does; the present month is never over."""
_PERIOD_OF = {Every.MONTH: Period.month, Every.QUARTER: Period.quarter, Every.YEAR: Period.financial_year}


def waiting(user: User, at: datetime) -> Iterator[WaitingKind]:
    """Returns of others to approve, one's own that came back or are not finished, and those that are overdue."""
    if not user.may(Permission.PREPARE_RETURN):
        return
    url, returns = reverse("reports:returns"), ProgrammeReturn.objects.visible_to(user)
    through = ProgrammeReturn.preparers.through.objects
    prepared = Q(prepared_by=user) | Exists(through.filter(programmereturn=OuterRef("pk"), user=user))
    # Who proposed a return is among its preparers.
    others = returns.filter(state=State.WAITING).exclude(prepared)
    sent_back = returns.filter(prepared, state=State.DRAFT).exclude(sent_back="")
    own = returns.filter(prepared_by=user, state=State.DRAFT, sent_back="")
    one = "reports:programme_return"
    yield WaitingKind("return to approve", "returns to approve", url, [others], one)
    yield WaitingKind("return sent back to you", "returns sent back to you", url, [sent_back], one)
    yield WaitingKind("return to finish", "returns to finish", url, [own], one)
    day = today(at)
    overdue = [_not_begun(user, every, period, day) for every in Every for period in _newest(every, day)]
    yield WaitingKind(
        "return overdue and not begun", "returns overdue and not begun", url, overdue, "reports:return_template"
    )


def _newest(every: Every, day: date) -> Iterator[Period]:
    """The period that a day lies in and those before it, newest first. Of months those before it alone."""
    if every == Every.MONTH:
        day = day.replace(day=1) - timedelta(days=1)
    for _ in range(MOST_PERIODS[every]):
        period = _PERIOD_OF[every](day)
        yield period
        day = period.first_day - timedelta(days=1)


def _not_begun(user: User, every: Every, period: Period, day: date) -> QuerySet[ReturnTemplate]:
    """The templates whose return of a period is overdue on a day, and was not begun.

    As in the list of returns, what was due before a template asked for something is not, and a quarter or a year ends
    with its programme.
    """
    end: Any = Value(period.last_day, DateField())
    last_day = end if every == Every.MONTH else Least(F("programme__last_day"), end)
    versions = TemplateVersion.objects.filter(template=OuterRef("pk"))
    begun = ProgrammeReturn.objects.filter(template=OuterRef("pk"), last_day=OuterRef("last_day"))
    templates = ReturnTemplate.objects.visible_to(user).filter(
        every=every, programme__first_day__lte=period.last_day, programme__last_day__gte=period.first_day
    )
    dated = templates.annotate(
        last_day=last_day,
        asked_at=Subquery(versions.order_by("number").values("created_at")[:1]),
        due_on=ExpressionWrapper(
            F("last_day") + Subquery(versions.order_by("-number").values("due_days")[:1]), DateField()
        ),
    )
    overdue = dated.filter(due_on__lt=day, asked_at__date__lte=F("due_on"))
    # A range of months that was chosen is in place of no period.
    return overdue.exclude(Exists(begun.exclude(state=State.WITHDRAWN).of_single_periods()))
