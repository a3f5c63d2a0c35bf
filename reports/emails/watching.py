"""Which areas are across the line of an alert now, by the numbers of the dashboard's cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspots.models import HotspotArea
from hotspots.programmes.rules import usual_programme
from hotspots.queries import areas_seen_by, programmes_seen_by
from reports.dashboard.cards.dosage import DosagePart, dosage
from reports.emails.rules import JUDGED_AFTER
from reports.figures.formatting import ratio, rounded
from reports.figures.periods import DAYS, month_code
from reports.figures.series import AreaPart, Selection, by_area
from reports.models import Alert

Judge = Callable[[HotspotArea, int], str | None]


@dataclass(frozen=True)
class Crossing:
    """An area that is across an alert's line: what is to be said of it, and the page that shows it."""

    alert: Alert
    area: HotspotArea
    words: str
    url: str

    @property
    def key(self) -> tuple[int, int]:
        """The ids of the alert and of the area."""
        return self.alert.pk, self.area.pk


@dataclass(frozen=True)
class Watch:
    """What alerts come to now. `judged` has the ids of alert and area wherever it could be said whether it is across:
    not of an area that is not active, nor while it is too early, nor while no programme runs."""

    crossings: Sequence[Crossing] = ()
    judged: frozenset[tuple[int, int]] = frozenset()


def alert_words(alert: Alert) -> str:
    """No patrol for 10 days; hours of the month below 80% of what is due so far."""
    if alert.kind == Alert.Kind.WAIT:
        return f"No patrol for {wording.plural(alert.threshold, 'day')}"
    return f"Hours of the month below {alert.threshold}% of what is due so far"


def watch(alerts: Sequence[Alert], *, by: User, at: datetime) -> Watch:
    """A person's alerts of the areas that they see and that are active today, while a programme runs."""
    asked = _asked(by, at) if alerts else None
    if asked is None:
        return Watch()
    judges = {kind: _judge(kind, asked) for kind in {alert.kind for alert in alerts}}
    found, judged = [], set()
    for alert, area in _pairs(alerts, asked.areas):
        words = judges[alert.kind](area, alert.threshold)
        if words is not None:
            judged.add((alert.pk, area.pk))
        if words:
            found.append(Crossing(alert, area, words, _url(alert, area, asked)))
    return Watch(found, frozenset(judged))


def _judge(kind: str, asked: Selection) -> Judge:
    """What says of an area and a threshold that it is across: empty where it is not, None where nobody can say."""
    if kind == Alert.Kind.WAIT:
        waits = {part.area.pk: part for part in dosage(asked).parts}
        return lambda area, days: _no_patrol(waits.get(area.pk), days)
    done = _until_yesterday(asked)
    hours = {part.area.pk: part for part in by_area(done)} if done else {}
    return lambda area, percent: _behind(hours.get(area.pk), percent, done) if done else None


def _pairs(alerts: Sequence[Alert], areas: Sequence[HotspotArea]) -> list[tuple[Alert, HotspotArea]]:
    return [(alert, area) for alert in alerts for area in areas if alert.area_id in (None, area.pk)]


def _asked(by: User, at: datetime) -> Selection | None:
    """This month so far, as the dashboard is asked for it; None while no programme runs."""
    day = today(at)
    programme = usual_programme(programmes_seen_by(by), day)
    month = Period.month(day).clip(programme.period) if programme else None
    if programme is None or month is None or day not in programme.period:
        return None
    return Selection(programme, month, [area for area in areas_seen_by(by) if area.is_active_on(day)], at)


def _until_yesterday(asked: Selection) -> Selection | None:
    """The same without today, whose patrols are mostly to come; None on the first day."""
    first, yesterday = asked.period.first_day, today(asked.at) - timedelta(days=1)
    return replace(asked, period=Period(first, yesterday)) if yesterday >= first else None


def _no_patrol(part: DosagePart | None, days: int) -> str | None:
    """That an area has waited so long or longer."""
    if part is None or part.waiting is None:
        return None
    if part.waiting < days:
        return ""
    if part.days_since is None:
        return f"{part.area}: no patrol yet, for {wording.plural(part.waiting, 'day')}"
    return f"{part.area}: no patrol for {wording.plural(part.waiting, 'day')}"


def _behind(part: AreaPart | None, percent: int, done: Selection) -> str | None:
    """That an area had less than a share of the hours due so far."""
    if part is None or part.due is None or not _is_judged(part.area, done):
        return None
    minutes, due = part.counts.patrol_minutes, rounded(part.due.patrol_minutes)
    if 100 * minutes >= percent * due:
        return ""
    return (
        f"{part.area}: {wording.hours(minutes):,} of {wording.plural(wording.hours(due), 'patrol hour')} due, "
        f"{wording.period(done.period)} ({ratio(minutes, due, 100, 0)}%)"
    )


def _is_judged(area: HotspotArea, done: Selection) -> bool:
    return today(done.at) >= max(done.period.first_day, area.first_day) + JUDGED_AFTER


def _url(alert: Alert, area: HotspotArea, asked: Selection) -> str:
    """The dashboard of the area: this month with the wait that the alert is set to, or the days whose hours it had."""
    said: dict[str, int | str] = {"programme": asked.programme.pk, "area": area.pk}
    done = _until_yesterday(asked)
    if alert.kind == Alert.Kind.WAIT or done is None:
        said |= {"period": month_code(asked.period.first_day), "wait": alert.threshold}
    else:
        said |= {"period": DAYS, "since": str(done.period.first_day), "until": str(done.period.last_day)}
    return f"{settings.SITE_URL}{reverse('reports:dashboard')}?{urlencode(said)}"
