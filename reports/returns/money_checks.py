"""What was entered as spent, held against what the ledger has: for those who prepare and approve a return."""

from collections.abc import Collection, Iterator

from django.db.models import Q, Sum

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.amounts import pounds
from hotspots.models import SpendEntry
from reports.models import ProgrammeReturn, TemplateRow


def ledger_checks(made: ProgrammeReturn) -> Iterator[str]:
    """Where what was entered of a stream's budget is not what the ledger has in the period, in sentences.

    What several rows say of one stream is added up. Of a stream of which the ledger has nothing at all, nothing is
    said: the force keeps no ledger of it.
    """
    rows = made.asks.rows.filter(stream__isnull=False).select_related("stream")
    of_streams: dict[int, list[TemplateRow]] = {}
    for row in rows:
        if row.stream_id is not None and isinstance(made.entered.get(row.code), int):
            of_streams.setdefault(row.stream_id, []).append(row)
    kept = in_ledger(made, of_streams)
    days = wording.period(Period(made.first_day, made.last_day))
    for pk, own in of_streams.items():
        entered = sum(made.entered[row.code] for row in own)
        if pk in kept and kept[pk] != entered:
            labels = wording.listing([row.label for row in own])
            yield (
                f"{labels}: {pounds(entered)} is entered, but the ledger has {pounds(kept[pk])} of approved spend from "
                f"{own[0].stream} in {days}."
            )


def in_ledger(made: ProgrammeReturn, streams: Collection[int]) -> dict[int, int]:
    """The approved spend in a return's days by the ids of streams: of those of which the ledger has any at all."""
    if not streams:
        return {}
    spend = SpendEntry.objects.of_programme(made.template.programme).approved().filter(stream__in=streams)
    within = Sum("cost_pence", filter=Q(day__range=(made.first_day, made.last_day)), default=0)
    return dict(spend.order_by().values("stream").annotate(pence=within).values_list("stream", "pence"))
