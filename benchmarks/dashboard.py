"""The dashboard's cards, one by one and all together, for a financial year and every area."""

from collections.abc import Iterator

from django.utils import timezone

from benchmarks.measure import Action, Result, side_by_side
from hotspot.core.periods import Period
from hotspots.models import HotspotArea, Programme
from reports.queries import Grain, figures
from reports.queries.dashboard import Asked
from reports.views.dashboard import KINDS

CARD_MILLISECONDS, ALL_MILLISECONDS = 100, 400
RUNS = 11


def results(programme: Programme) -> Iterator[Result]:
    """Each card and all of them, against the same months' six figures."""
    period = Period.financial_year(programme.last_day).clip(programme.period) or programme.period
    areas = list(HotspotArea.objects.select_related("district").defer("boundary"))
    asked = Asked(programme, period, areas, timezone.now())
    cards: dict[str, Action] = {code: lambda kind=kind: kind.card(asked) for code, kind in KINDS.items()}  # type: ignore[misc]
    cards |= {"all cards": lambda: [kind.card(asked) for kind in KINDS.values()]}

    def headline() -> None:
        figures(programme=programme, period=period, areas=asked.area_ids, at=asked.at, by=(Grain.AREA,))

    for code, card in cards.items():
        took, headline_took = side_by_side(card, headline, runs=RUNS)
        limit = ALL_MILLISECONDS if code == "all cards" else CARD_MILLISECONDS
        yield Result(f"dashboard: {code}", took, "six figures by area", headline_took, None, limit)
