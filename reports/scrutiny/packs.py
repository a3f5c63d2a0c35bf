"""A pack as somebody may see it: what was counted, what of it is told, and what it is put beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import Programme, ResidentTable
from hotspots.queries import areas_seen_by
from reports.figures.periods import completed
from reports.models import FrozenPack
from reports.scrutiny import disclosure
from reports.scrutiny.counting import (
    MonthShare,
    PackCounts,
    Residents,
    newest_residents,
    pack_counts,
    shares_of_force,
)
from reports.scrutiny.disclosure import PackPlace, ToldPack


@dataclass(frozen=True)
class ScrutinyPack:
    """What its page and files are made from. `residents` is None where none are loaded."""

    programme: Programme
    counts: PackCounts
    told: ToldPack
    residents: Residents | None
    shares: Sequence[MonthShare]
    made_at: datetime

    @property
    def is_withheld(self) -> bool:
        """Whether anything is kept back."""
        return self.told != disclosure.everything(self.counts)


def chooses_days(user: User) -> bool:
    """Whether this person chooses the days. Who sees no records gets one series: since launch, to the ends of quarters.

    From any other two questions a difference could be asked for that is one person.
    """
    return user.may(Permission.VIEW_DAILY_FIGURES)


def make_pack(user: User, *, programme: Programme, period: Period, at: datetime) -> ScrutinyPack | None:
    """The pack of a programme for this person; None where no quarter is over yet. `period` is for who chooses days."""
    if not chooses_days(user):
        return make_told_pack(user, programme=programme, at=at)
    areas = [area.pk for area in areas_seen_by(user)]
    counts = pack_counts(programme=programme, period=period, areas=areas)
    return _pack(user, programme, counts, disclosure.everything(counts), at)


def make_told_pack(user: User, *, programme: Programme, at: datetime) -> ScrutinyPack | None:
    """The pack without small numbers, since launch to the end of the last quarter; None where none is over yet.

    What packs told that were frozen for meetings is known to their readers, so it is reckoned with.
    """
    over = completed(programme, today(at))
    ends = _ends_of_quarters(programme, over) if over else []
    if not ends:
        return None
    areas, frozen = [area.pk for area in areas_seen_by(user)], frozen_places(programme)
    places: list[PackPlace] = []
    for end in ends:
        counts = pack_counts(programme=programme, period=end, areas=areas)
        places += [*frozen.get(end.last_day, ()), PackPlace(counts)]
    return _pack(user, programme, places[-1].counts, disclosure.told_pack(places, programme.small), at)


def frozen_places(programme: Programme) -> dict[date, list[PackPlace]]:
    """What the frozen packs of a programme counted and told, by the last day of their figures, in their order."""
    found: dict[date, list[PackPlace]] = {}
    for each in FrozenPack.objects.filter(programme=programme).order_by("frozen_at", "pk"):
        place = PackPlace(PackCounts.from_json(each.body["counted"]), ToldPack.from_json(each.body["told"]))
        found.setdefault(each.last_day, []).append(place)
    return found


def _pack(user: User, programme: Programme, counts: PackCounts, told: ToldPack, at: datetime) -> ScrutinyPack:
    areas = [area.pk for area in areas_seen_by(user)]
    tables = ResidentTable.objects.visible_to(user).prefetch_related("counts")[:1]
    shares = shares_of_force(programme=programme, period=counts.period, areas=areas, at=at)
    return ScrutinyPack(programme, counts, told, newest_residents(tables), shares, at)


def _ends_of_quarters(programme: Programme, over: Period) -> list[Period]:
    """From launch to the end of each calendar quarter that is over, and to the programme's own end.

    Quarters, because panels meet by them, and groups seldom move by a small number in so long a time.
    """
    ends = [month.last_day for month in over.each_month() if month.last_day.month % 3 == 0]
    ends += [over.last_day] if over.last_day == programme.last_day and over.last_day not in ends else []
    return [Period(programme.first_day, end) for end in ends]
