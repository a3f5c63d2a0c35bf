"""Which areas are across the line of an alert now, by the numbers of the dashboard's cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
from reports.figures.periods import month_code
from reports.figures.series import AreaPart, Selection, by_area
from reports.models import Alert


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


def crossings(alerts: Sequence[Alert], *, by: User, at: datetime) -> list[Crossing]:
    """The crossings of a person's alerts by areas that they see and that are active today, while a programme runs."""
    asked = _asked(by, at) if alerts else None
    if asked is None:
        return []
    kinds = {alert.kind for alert in alerts}
    waits = {part.area.pk: part for part in dosage(asked).parts} if Alert.Kind.WAIT in kinds else {}
    hours = {part.area.pk: part for part in by_area(asked)} if Alert.Kind.HOURS in kinds else {}
    found = []
    for alert in alerts:
        for area in asked.areas:
            if alert.area_id not in (None, area.pk):
                continue
            if alert.kind == Alert.Kind.WAIT:
                words = _no_patrol(waits.get(area.pk), alert.threshold)
            else:
                words = _behind(hours.get(area.pk), alert.threshold, asked)
            if words:
                found.append(Crossing(alert, area, words, _url(alert, area, asked)))
    return found


def _asked(by: User, at: datetime) -> Selection | None:
    """This month so far, as the dashboard is asked for it; None while no programme runs."""
    day = today(at)
    programme = usual_programme(programmes_seen_by(by), day)
    month = Period.month(day).clip(programme.period) if programme else None
    if programme is None or month is None or day not in programme.period:
        return None
    return Selection(programme, month, [area for area in areas_seen_by(by) if area.is_active_on(day)], at)


def _no_patrol(part: DosagePart | None, days: int) -> str:
    """That an area has waited so long or longer; nothing where it has not."""
    if part is None or part.waiting is None or part.waiting < days:
        return ""
    if part.days_since is None:
        return f"{part.area}: no patrol yet, for {wording.plural(part.waiting, 'day')}"
    return f"{part.area}: no patrol for {wording.plural(part.waiting, 'day')}"


def _behind(part: AreaPart | None, percent: int, asked: Selection) -> str:
    """That an area had less than a share of the hours due so far; nothing where it had not, or it is too early."""
    if part is None or part.due is None or not _is_judged(part.area, asked):
        return ""
    minutes, due = part.counts.patrol_minutes, rounded(part.due.patrol_minutes)
    if 100 * minutes >= percent * due:
        return ""
    return (
        f"{part.area}: {wording.hours(minutes):,} of {wording.plural(wording.hours(due), 'patrol hour')} due so far in "
        f"{wording.month(asked.period.first_day)} ({ratio(minutes, due, 100, 0)}%)"
    )


def _is_judged(area: HotspotArea, asked: Selection) -> bool:
    return today(asked.at) >= max(asked.period.first_day, area.first_day) + JUDGED_AFTER


def _url(alert: Alert, area: HotspotArea, asked: Selection) -> str:
    """The dashboard of the area this month, with the wait that the alert is set to."""
    said: dict[str, int | str] = {
        "programme": asked.programme.pk,
        "period": month_code(asked.period.first_day),
        "area": area.pk,
    }
    if alert.kind == Alert.Kind.WAIT:
        said["wait"] = alert.threshold
    return f"{settings.SITE_URL}{reverse('reports:dashboard')}?{urlencode(said)}"
