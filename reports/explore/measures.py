"""What can be measured: the figures of the definition, and what lies beside them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Model, Q, QuerySet, Sum

from outcomes.kinds import ASB_POWER, KINDS, STOP_SEARCH, WEAPON
from patrols.models import CrewMember, PatrolShift, Visit
from reports.figures import measures as definition


@dataclass(frozen=True)
class Family:
    """The records of one table. `shift` leads from them to their shift, `moment` to when it was, which may be unknown.

    `standing` are those that count, as far as it does not depend on their shift.
    """

    code: str
    model: type[Model]
    shift: str = "shift__"
    moment: str = "happened_at"
    standing: Q | None = None

    def rows(self) -> QuerySet[Any]:
        """Its records that count on a shift that counts."""
        rows = self.model._default_manager.order_by()
        return rows.filter(self.standing) if self.standing else rows


_STANDING = Q(void_reason="")
SHIFTS = Family("shifts", PatrolShift, shift="", moment="starts_at")
CREW = Family("crew", CrewMember, moment="starts_at")
VISITS = Family("visits", Visit, moment="starts_at")
_OF_KINDS = {kind.plural: Family(kind.plural, kind.model, standing=_STANDING) for kind in KINDS}
_IN_HEADLINE = ("in_headline", True)
SEARCHES = _OF_KINDS[STOP_SEARCH.plural]


@dataclass(frozen=True)
class ExploreMeasure:
    """One measure. `number` adds up its records, those that `only` leaves; `base` those that a share is of, if any.

    `flag` is a yes or no of their kind that leaves some, as (name, value). `unit` stands beside the number: several of
    it. Of `is_minutes`, minutes are added up and hours are said.
    `column` is the summaries' column that holds the same, if one does.
    """

    code: str
    name: str
    group: str
    family: Family
    unit: str
    definition: str
    number: Callable[[Q | None], Aggregate]
    only: Q | None = None
    flag: tuple[str, bool] | None = None
    base: Q | None = None
    is_minutes: bool = False
    column: str = ""

    def __str__(self) -> str:
        return self.name

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage by itself."""
        return self.base is not None


def _rows(only: Q | None) -> Aggregate:
    return Count("pk", filter=only)


def _minutes(only: Q | None) -> Aggregate:
    return Sum("minutes", filter=only)


def _clock_minutes(only: Q | None) -> Aggregate:
    return Sum("clock_minutes", filter=only)


def _of_definition(
    code: str,
    family: Family,
    number: Callable[[Q | None], Aggregate],
    group: str,
    flag: tuple[str, bool] | None = None,
) -> ExploreMeasure:
    figure = next(figure for figure in definition.CATALOGUE if figure.code == code)
    return ExploreMeasure(
        figure.code,
        figure.name,
        group,
        family,
        figure.unit,
        figure.definition,
        number,
        flag=flag,
        is_minutes=figure.unit == "hours",
        column=figure.column,
    )


_PATROLS, _OUTCOMES, _DETAIL = "Patrols", "Outcomes", "Outcomes in detail"
_OF_FINDS = "Stop searches of which it is recorded whether something was found."

PATROL_HOURS = _of_definition("patrol_hours", CREW, _minutes, _PATROLS)
PATROLS = _of_definition("patrols", SHIFTS, _rows, _PATROLS)
FIND_RATE = ExploreMeasure(
    code="find_rate",
    name="Find rate of stop searches",
    group=_DETAIL,
    family=SEARCHES,
    unit="%",
    definition=f"Of 100 stop searches, those in which something was found. {_OF_FINDS}",
    number=_rows,
    only=Q(found=True),
    base=Q(found__isnull=False),
)

MEASURES: dict[str, ExploreMeasure] = {
    measure.code: measure
    for measure in (
        PATROL_HOURS,
        PATROLS,
        _of_definition("clock_hours", SHIFTS, _clock_minutes, _PATROLS),
        ExploreMeasure(
            "people", "Places in crews", _PATROLS, CREW, "people", "One person on one completed shift.", _rows
        ),
        ExploreMeasure(
            code="visits",
            name="Visits",
            group=_PATROLS,
            family=VISITS,
            unit="visits",
            definition="Visits that crews recorded on completed shifts, whatever their length.",
            number=_rows,
        ),
        *(
            _of_definition(code, family, _rows, _OUTCOMES, _IN_HEADLINE if code == ASB_POWER.plural else None)
            for code, family in _OF_KINDS.items()
        ),
        ExploreMeasure(
            code="finds",
            name="Stop searches with a find",
            group=_DETAIL,
            family=SEARCHES,
            unit="searches",
            definition="Stop searches of which it is recorded that something was found.",
            number=_rows,
            only=Q(found=True),
        ),
        FIND_RATE,
        ExploreMeasure(
            code="knives",
            name="Knives recovered",
            group=_DETAIL,
            family=_OF_KINDS[WEAPON.plural],
            unit="knives",
            definition="Weapons recovered of a kind that counts as a knife or another blade.",
            number=_rows,
            flag=("is_knife", True),
        ),
        ExploreMeasure(
            code="other_powers",
            name="ASB powers counted apart",
            group=_DETAIL,
            family=_OF_KINDS[ASB_POWER.plural],
            unit="uses",
            definition="Uses of those powers that the figure of ASB powers used leaves out.",
            number=_rows,
            flag=("in_headline", False),
        ),
    )
}
"""By their codes, in the order in which they are offered."""
