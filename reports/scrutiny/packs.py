"""A pack as somebody may see it: what was counted, what of it is told, and what it is put beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import Programme, ResidentTable
from hotspots.queries import areas_seen_by
from reports.figures.periods import completed
from reports.scrutiny import disclosure
from reports.scrutiny.counting import (
    MonthShare,
    PackCounts,
    Residents,
    newest_residents,
    pack_counts,
    shares_of_force,
)
from reports.scrutiny.disclosure import ToldPack


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
    areas = [area.pk for area in areas_seen_by(user)]
    if chooses_days(user):
        counts = pack_counts(programme=programme, period=period, areas=areas)
        told = disclosure.everything(counts)
    else:
        over = completed(programme, today(at))
        if over is None:
            return None
        ends = _ends_of_quarters(programme, over)
        quarters = [pack_counts(programme=programme, period=end, areas=areas) for end in ends]
        if not quarters:
            return None
        counts, told = quarters[-1], disclosure.told_pack(quarters, programme.small)
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
