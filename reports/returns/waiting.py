"""What of returns to funders waits for a person."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateVersion

Every = ReturnTemplate.Every
State = ProgrammeReturn.State
MOST_PERIODS = {Every.MONTH: 3, Every.QUARTER: 2, Every.YEAR: 1}
"""How many of the last periods are looked at: each makes the statement longer, and older ones are known by then."""
_MONTHS_OF_QUARTER_ENDS = (3, 6, 9, 12)


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
    yield WaitingKind("return to approve", "returns to approve", url, [others])
    yield WaitingKind("return sent back to you", "returns sent back to you", url, [sent_back])
    yield WaitingKind("return to finish", "returns to finish", url, [own])
    overdue = [_not_begun(user, every, end, today(at)) for every in Every for end in _last_days(every, today(at))]
    yield WaitingKind("return overdue and not begun", "returns overdue and not begun", url, overdue)


def _last_days(every: Every, day: date) -> list[date]:
    """The last days of the periods that were over last before a day, newest first."""
    ends: list[date] = []
    end = day.replace(day=1) - timedelta(days=1)
    while len(ends) < MOST_PERIODS[every]:
        is_end_of_quarter = end.month in _MONTHS_OF_QUARTER_ENDS
        if every == Every.MONTH or (is_end_of_quarter and (every == Every.QUARTER or end.month == 3)):
            ends.append(end)
        end = Period.month(end).first_day - timedelta(days=1)
    return ends


def _not_begun(user: User, every: Every, end: date, day: date) -> QuerySet[ReturnTemplate]:
    """The templates whose return of the period that ended then is overdue on a day, and was not begun.

    As in the list of returns, what was due before a template asked for something is not.
    """
    versions = TemplateVersion.objects.filter(template=OuterRef("pk"))
    begun = ProgrammeReturn.objects.filter(template=OuterRef("pk"), last_day=end).exclude(state=State.WITHDRAWN)
    due_days = Subquery(versions.order_by("-number").values("due_days")[:1])
    asked_at = Subquery(versions.order_by("number").values("created_at")[:1])
    templates = ReturnTemplate.objects.visible_to(user).filter(
        every=every, programme__first_day__lte=end, programme__last_day__gte=end
    )
    due = ExpressionWrapper(Value(end, DateField()) + F("due_days"), DateField())
    overdue = templates.annotate(due_days=due_days, asked_at=asked_at).filter(
        due_days__lt=(day - end).days, asked_at__date__lte=due
    )
    # A range of months that was chosen is in place of no period.
    return overdue.exclude(Exists(begun.exclude(code__contains="-to-")))
