"""Sends alerts: one message a person and day, when something begins; what is over since is in the next."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hotspot.core import mail, wording
from hotspot.core.advisory_locks import LockName, try_lock
from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.pages.forms import uncapitalised
from hotspot.core.spreadsheets import MARKING
from hotspots.queries import areas_seen_by
from reports.emails.links import ALERTS, StopLink
from reports.emails.rules import may_still_have
from reports.emails.watching import Crossing, Watch, alert_words, watch
from reports.models import Alert, AlertEmail, AlertEpisode


def send_alerts(*, at: datetime) -> int:
    """Tell everybody whose areas crossed a line; gives how many messages were taken.

    What the mail server does not take is tried again the next time, if it still holds then. Alerts end of who has not
    the right to them any more, or does not see their area any more.
    """
    people = User.objects.filter(pk__in=Alert.objects.values("user")).order_by("?")
    return mail.send_each(list(people.values_list("pk", flat=True)), lambda pk: _send(pk, at))


@transaction.atomic
def _send(user_id: int, at: datetime) -> bool | None:
    # Whoever else is telling this person at this moment does. The mail server can be slow, so their own row is free.
    day, user = today(at), User.objects.filter(pk=user_id).first()
    if user is None or not try_lock(LockName.AREA_ALERTS, user_id):
        return None
    if AlertEmail.objects.filter(user=user, day=day).exists():
        return None
    now = watch(_still_had(user), by=user, at=at)
    found = {crossing.key: crossing for crossing in now.crossings}
    _keep_episodes(user, now, at)
    episodes = AlertEpisode.objects.filter(alert__user=user).select_related("alert", "area")
    begun = list(episodes.filter(ended_on=None, is_begin_told=False))
    over = list(episodes.filter(ended_on__isnull=False, is_end_told=False))
    if not begun:
        return None
    outcome = _mail(user, [found[each.alert_id, each.area_id] for each in begun], _not_again(over, found))
    if outcome is mail.Attempt.LATER:
        return False
    AlertEpisode.objects.filter(pk__in=[each.pk for each in begun]).update(is_begin_told=True)
    AlertEpisode.objects.filter(pk__in=[each.pk for each in over]).update(is_end_told=True)
    AlertEmail.objects.filter(day__lt=day, user=user).delete()
    AlertEmail.objects.create(user=user, day=day, sent_at=at)
    return outcome is mail.Attempt.TAKEN or None


def _still_had(user: User) -> list[Alert]:
    """The alerts that a person has the right to. The others end, and what was told of areas not seen any more."""
    # Who removes one meanwhile waits: an episode must not begin of an alert that is gone.
    mine = Alert.objects.own(user).select_related("area").order_by("pk")
    alerts = list(mine.select_for_update(of=("self",), no_key=True))
    seen = set(areas_seen_by(user).values_list("pk", flat=True))
    kept = [alert for alert in alerts if may_still_have(alert, user) and alert.area_id in {None, *seen}]
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts if alert not in kept]).delete()
    AlertEpisode.objects.filter(alert__user=user).exclude(area__in=seen).delete()
    return kept


def _keep_episodes(user: User, now: Watch, at: datetime) -> None:
    """Begin an episode for what is across its line, and end those of what is not any more.

    Gone without a word is what was not told, and what cannot be judged now: in a new month, of an area that is not
    active any more, after the programme. Nobody can say that it is over.
    """
    day, known, across = today(at), set(), {crossing.key for crossing in now.crossings}
    for episode in AlertEpisode.objects.filter(alert__user=user, ended_on=None):
        key = episode.alert_id, episode.area_id
        known.add(key)
        if key in across:
            continue
        if episode.is_begin_told and key in now.judged:
            episode.ended_on = day
            episode.save(update_fields=("ended_on",))
        else:
            episode.delete()
    AlertEpisode.objects.bulk_create(
        AlertEpisode(alert=crossing.alert, area=crossing.area, began_on=day)
        for crossing in now.crossings
        if crossing.key not in known
    )


def _not_again(over: Sequence[AlertEpisode], found: dict[tuple[int, int], Crossing]) -> list[str]:
    """What is over, in words: not what has begun again since."""
    return [
        f"{each.area}: {uncapitalised(alert_words(each.alert))}, since {wording.day(each.began_on)}"
        for each in over
        if (each.alert_id, each.area_id) not in found
    ]


def _mail(user: User, begun: Sequence[Crossing], over: Sequence[str]) -> mail.Attempt:
    newest = max(Alert.objects.own(user).values_list("pk", flat=True))
    link = StopLink(ALERTS, user.pk, newest)
    context = {"begun": begun, "over": over, "marking": MARKING, "stop_url": link.url}
    subject = f"{MARKING}: {wording.plural(len(begun), 'alert')} of hotspot areas"
    return mail.attempt(subject, "emails/alerts.txt", context, to=[user.email], headers=link.headers)
