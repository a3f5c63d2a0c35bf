"""What was entered as spent, held against what the ledger has: for those who prepare and approve a return."""

from collections.abc import Iterator

from django.db.models import Count, Q, Sum

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.amounts import pounds
from hotspots.models import SpendEntry
from reports.models import ProgrammeReturn


def ledger_checks(made: ProgrammeReturn) -> Iterator[str]:
    """Where what was entered of a stream's budget is not what the ledger has in the period, in sentences.

    Of a stream of which the ledger has nothing at all, nothing is said: the force keeps no ledger of it.
    """
    for row in made.asks.rows.filter(stream__isnull=False).select_related("stream"):
        entered = made.entered.get(row.code)
        if not isinstance(entered, int):
            continue
        kept = in_ledger(made, row.stream_id)
        if kept is not None and kept != entered:
            days = wording.period(Period(made.first_day, made.last_day))
            yield (
                f"{row.label}: {pounds(entered)} is entered, but the ledger has {pounds(kept)} of approved spend from "
                f"{row.stream} in {days}."
            )


def in_ledger(made: ProgrammeReturn, stream_id: int | None) -> int | None:
    """The approved spend from a stream in a return's days. None where the ledger has none of the stream at all."""
    spend = SpendEntry.objects.of_programme(made.template.programme).approved().filter(stream=stream_id)
    within = Sum("cost_pence", filter=Q(day__range=(made.first_day, made.last_day)), default=0)
    found = spend.aggregate(entries=Count("pk"), pence=within)
    return int(found["pence"]) if found["entries"] else None
