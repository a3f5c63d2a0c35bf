"""The money of the demonstration: £1,000,000 a programme, to the penny, of which months are closed as they pass.

All of it is made up. What is left to do is there to be seen: entries that wait, a refused one, and a reversal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

import pghistory

from hotspot.core.calendar import LONDON, Period
from hotspot.core.models import User
from hotspots.ledger import income_operations, month_operations, operations
from hotspots.ledger.forms import shared
from hotspots.models import FundingStream, HotspotArea, Programme, SpendCategory, SpendEntry

Kind = FundingStream.Kind
SOURCE = "demo"
NAMES = {
    Kind.HOME_OFFICE_GRANT: "Grant agreement",
    Kind.PCC_MATCH: "Contribution of the PCC",
    Kind.COUNCIL: "Contribution of the councils",
}
# What each stream is spent on, in hundredths.
SHARES: Mapping[str, Mapping[str, int]] = {
    Kind.HOME_OFFICE_GRANT: {
        "Patrols": 76,
        "Initiatives": 10,
        "Problem-solving": 6,
        "Management and analysis": 8,
    },
    Kind.PCC_MATCH: {"Patrols": 55, "Initiatives": 25, "Problem-solving": 20},
    Kind.COUNCIL: {"Patrols": 100},
}
INITIATIVES = (
    "CCTV upgrade: cameras and masts",
    "Weapons detection: knife arches and search wands",
    "Signs about police powers",
    "DNA tagging spray",
    "Property marking kits",
)
WORDS: Mapping[str, Sequence[str]] = {
    "Patrols": ("Overtime for patrols", "Rest days worked on patrol", "Community Enforcement Officers"),
    "Initiatives": INITIATIVES,
    "Problem-solving": ("Lighting of an underpass", "Outreach workers, evenings", "Gates for an alley"),
    "Management and analysis": ("Programme manager, part time", "Analyst, two days a week"),
}
SUPPLIERS = {"Patrols": "PAYROLL", "Management and analysis": "PAYROLL"}
CAP_SHARE = 2_500
"""A quarter of the grant for what is not patrols: made up, like everything here."""


@dataclass(frozen=True)
class Treasury:
    """Who keeps the ledger, and who decides about what they entered."""

    keeper: User
    approver: User


def make_ledger(treasury: Treasury, *, today: date, random: Random) -> None:
    """Fill the ledger of every programme as it would stand today."""
    for programme in Programme.objects.order_by("first_day"):
        streams = {stream.kind: stream for stream in programme.funding_streams.all()}
        months = [month.first_day for month in programme.period.each_month()]
        past = [month for month in months if Period.month(month).last_day < today]
        with pghistory.context(user=treasury.keeper.pk, source=SOURCE):
            _income(programme, streams, months, past, treasury)
            _caps(programme, streams, treasury)
            entries = list(_entries(streams, months, treasury, random))
            SpendEntry.objects.bulk_create(entry for entry in entries if entry.day.replace(day=1) in past)
        if today <= programme.last_day:
            _open_work(streams[Kind.HOME_OFFICE_GRANT], treasury, today)
        _close(programme, past if today > programme.last_day else past[:-1], treasury, today)


def _income(
    programme: Programme,
    streams: Mapping[str, FundingStream],
    months: Sequence[date],
    past: Sequence[date],
    treasury: Treasury,
) -> None:
    for kind, name in NAMES.items():
        profile = shared(streams[kind].budget_pence or 0, months)
        line = income_operations.save_income(
            by=treasury.keeper,
            stream=streams[kind],
            name=f"{name} {programme.name.rpartition(' ')[2]}",
            amount_pence=sum(profile.values()),
            months=profile,
        )
        for month in past:
            income_operations.receive(
                by=treasury.keeper,
                at=_at(Period.month(month).last_day),
                line_id=line.pk,
                day=month.replace(day=25),
                amount_pence=profile[month],
                reference=f"BACS {month:%y%m}",
            )


def _caps(programme: Programme, streams: Mapping[str, FundingStream], treasury: Treasury) -> None:
    income_operations.add_cap(
        by=treasury.keeper,
        programme_id=programme.pk,
        name="Grant spent on what is not patrols",
        stream=streams[Kind.HOME_OFFICE_GRANT],
        categories=list(SpendCategory.objects.filter(is_patrol=False)),
        share=CAP_SHARE,
        amount_pence=None,
    )


def _entries(
    streams: Mapping[str, FundingStream], months: Sequence[date], treasury: Treasury, random: Random
) -> Iterator[SpendEntry]:
    """Approved entries that spend each stream to the penny in the months of its programme."""
    categories = {category.name: category for category in SpendCategory.objects.all()}
    areas = list(HotspotArea.objects.order_by("position", "pk"))
    number = 0
    for kind, shares in SHARES.items():
        for name, amount in _split(streams[kind].budget_pence or 0, shares).items():
            for month, pence in shared(amount, months).items():
                for part in _parts(pence, random):
                    number += 1
                    is_local = name in {"Initiatives", "Problem-solving"} or kind == Kind.COUNCIL
                    yield _entry(
                        treasury,
                        stream=streams[kind],
                        category=categories[name],
                        area=areas[number % len(areas)] if is_local else None,
                        day=month + timedelta(days=random.randrange(2, 27)),
                        description=WORDS[name][number % len(WORDS[name])],
                        supplier=SUPPLIERS.get(name, f"V-{1000 + number % 9}"),
                        reference=f"J{month:%y%m}-{number:04d}",
                        net_pence=part,
                        vat_pence=part // 5 if name in {"Initiatives", "Problem-solving"} else 0,
                    )


def _entry(treasury: Treasury, *, day: date, **facts: object) -> SpendEntry:
    return SpendEntry(
        day=day,
        vat_recoverable=True,
        state=SpendEntry.State.APPROVED,
        entered_by=treasury.keeper,
        entered_at=_at(day),
        submitted_at=_at(day),
        decided_by=treasury.approver,
        decided_at=_at(day + timedelta(days=1)),
        **facts,
    )


def _split(amount: int, shares: Mapping[str, int]) -> dict[str, int]:
    """An amount by hundredths; the first has what is left over."""
    found = {name: amount * share // 100 for name, share in shares.items()}
    first = next(iter(found))
    return found | {first: found[first] + amount - sum(found.values())}


def _parts(pence: int, random: Random) -> list[int]:
    """An amount in one to three parts of different size."""
    if pence < 1_000_00:
        return [pence]
    first = pence * random.randrange(30, 60) // 100
    second = (pence - first) * random.randrange(40, 100) // 100
    return [part for part in (first, second, pence - first - second) if part]


def _open_work(grant: FundingStream, treasury: Treasury, today: date) -> None:
    """What is left to do in the last days: a draft, two that wait, a refused one and a reversal that waits."""
    day = max(today - timedelta(days=4), grant.programme.first_day)
    keeper, approver = treasury.keeper, treasury.approver
    draft = partial(_draft, grant, by=keeper, day=day)
    with pghistory.context(user=keeper.pk, source=SOURCE):
        draft(words="Radio batteries", pence=310_00)
        waiting = [
            draft(words="Overtime for patrols, last week", pence=4_812_50),
            draft(words="Hire of a mobile CCTV tower", pence=1_950_00, category="Initiatives"),
        ]
        refused = draft(words="Refreshments at a public meeting", pence=86_40, category="Other")
        twice = draft(words="Property marking kits, second delivery", pence=1_275_00, category="Initiatives")
        for entry in (*waiting, refused, twice):
            operations.submit_entry(by=keeper, at=_at(day), entry_id=entry.pk)
    with pghistory.context(user=approver.pk, source=SOURCE):
        operations.refuse_entry(
            by=approver, at=_at(day), entry_id=refused.pk, reason="The grant does not pay for refreshments."
        )
        operations.approve_entry(by=approver, at=_at(day), entry_id=twice.pk)
    with pghistory.context(user=keeper.pk, source=SOURCE):
        operations.reverse_entry(
            by=keeper, at=_at(day), entry_id=twice.pk, day=day, reason="The supplier took the delivery back."
        )


def _draft(
    grant: FundingStream, *, by: User, day: date, words: str, pence: int, category: str = "Patrols"
) -> SpendEntry:
    facts = operations.SpendFacts(
        stream=grant,
        day=day,
        category=SpendCategory.objects.get(name=category),
        area=None,
        description=words,
        net_pence=pence,
        vat_pence=0,
        vat_recoverable=True,
        supplier="V-1004",
    )
    return operations.save_entry(by=by, at=_at(day), facts=facts)


def _close(programme: Programme, months: Sequence[date], treasury: Treasury, today: date) -> None:
    """Close these months, each prepared early in the month after."""
    for month in months:
        at = min(_at(Period.month(month).last_day + timedelta(days=5)), _at(today))
        with pghistory.context(user=treasury.keeper.pk, source=SOURCE):
            month_operations.prepare_month(by=treasury.keeper, at=at, programme_id=programme.pk, month=month)
        with pghistory.context(user=treasury.approver.pk, source=SOURCE):
            month_operations.close_month(by=treasury.approver, at=at, programme_id=programme.pk, month=month)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10, 30), LONDON)
