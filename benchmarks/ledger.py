"""The pages of a ledger with 100,000 entries, from the request to the last byte at the server.

    .venv/bin/python -m script.command benchmark -m benchmarks.ledger [--entries 100000]

Runs apart from the rest, on servers of its own. Exits with 1 where a limit is broken.
"""

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import django

ENTRIES = 100_000
AT_MOST_MILLISECONDS = 300
DEEP = 1_000
PROGRAMME = (date(2024, 4, 1), date(2025, 3, 31))
_INSERT = """
INSERT INTO hotspots_spendentry (
    stream_id, day, category_id, area_id, supplier, reference, description, net_pence, vat_pence, vat_recoverable,
    state, entered_by_id, entered_at, submitted_at, decided_by_id, decided_at, refusal, reason
)
SELECT
    (%(streams)s::bigint[])[1 + n %% 3], %(first)s::date + (n::bigint * 7919 %% 365)::int,
    (%(categories)s::bigint[])[1 + n %% 5],
    CASE WHEN n %% 4 > 0 THEN (%(areas)s::bigint[])[1 + n %% 12] END, 'V-' || n %% 97, 'J-' || n,
    'Overtime for patrols', 1000 + n::bigint * 104729 %% 400000, 0, n %% 10 > 0,
    CASE WHEN n %% 200 = 0 THEN 'submitted' ELSE 'approved' END, %(keeper)s, now(), now(),
    CASE WHEN n %% 200 = 0 THEN NULL ELSE %(approver)s END, CASE WHEN n %% 200 = 0 THEN NULL ELSE now() END, '', ''
FROM generate_series(1, %(entries)s) n
"""


def main() -> int:
    """Load, measure, print; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    entries = parser.parse_args().entries
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    from benchmarks.measure import table  # noqa: PLC0415 - settings are there only now

    results = _measured(_loaded(entries), entries)
    print(table(results))
    return 0 if all(result.is_kept for result in results) else 1


def _loaded(entries: int):  # type: ignore[no-untyped-def]
    """A programme of a year with so many entries, and who reads them."""
    from random import Random  # noqa: PLC0415

    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from hotspot.core.calendar import Period  # noqa: PLC0415
    from hotspots.models import SpendCategory  # noqa: PLC0415
    from reports.demo import people, reference  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    areas = reference.make_areas(reference.places(), first_day=PROGRAMME[0], random=Random(1))
    made = {person.first_name: user for person, user in people.make_people(demo=True).items()}
    streams = list(reference.make_programme(Period(*PROGRAMME)).values())
    with connection.cursor() as cursor:
        # A hundred thousand rows with their history take longer than a page may.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            _INSERT,
            {
                "streams": [stream.pk for stream in streams[:3]],
                "first": PROGRAMME[0],
                "categories": list(SpendCategory.objects.values_list("pk", flat=True)),
                "areas": [area.pk for area in areas.values()],
                "keeper": made["Fay"].pk,
                "approver": made["Adam"].pk,
                "entries": entries,
            },
        )
        cursor.execute("VACUUM ANALYZE hotspots_spendentry")
        cursor.execute("RESET statement_timeout")
    return streams[0].programme, made


def _measured(loaded, entries: int):  # type: ignore[no-untyped-def]
    from django.test import Client  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from benchmarks.measure import Result, side_by_side  # noqa: PLC0415
    from hotspots.ledger import queries  # noqa: PLC0415
    from hotspots.models import SpendEntry  # noqa: PLC0415

    programme, made = loaded
    last = SpendEntry.objects.order_by("-day", "-pk")[DEEP * queries.PAGE_SIZE]
    url, of_entries = (reverse(f"ledger:{name}", args=(programme.pk,)) for name in ("programme", "entries"))
    pages = {
        "the ledger, for finance": ("Fay", url),
        "the ledger, for a supervisor": ("Sam", url),
        "the ledger, for the PCC’s office": ("Paul", url),
        "page 1 of the entries": ("Fay", of_entries),
        f"page {DEEP:,} of the entries": ("Fay", f"{of_entries}?after={last.day.isoformat()}_{last.pk}"),
        "entries that have a word": ("Fay", f"{of_entries}?q=nowhere"),
    }

    def page(name: str, address: str):  # type: ignore[no-untyped-def]
        browser = Client(raise_request_exception=True, SERVER_NAME="127.0.0.1")
        browser.force_login(made[name], backend="django.contrib.auth.backends.ModelBackend")

        def ask() -> None:
            answer = browser.get(address)
            if answer.status_code != 200:
                raise AssertionError(f"{address} answered {answer.status_code}")

        return ask

    sums = SpendEntry.objects.of_programme(programme)
    alone = lambda: queries.parts_of(sums)  # noqa: E731
    results = []
    for what, (name, address) in pages.items():
        took, query = side_by_side(page(name, address), alone, runs=11)
        results.append(
            Result(f"{what}, {entries:,} entries", took, "the sums alone", query, None, AT_MOST_MILLISECONDS)
        )
        print(f"{what}: {took:,.0f} ms", flush=True)
    return [*results, _dry_run(programme, made["Fay"], alone), _workbook(programme, made["Fay"], alone)]


def _dry_run(programme: Any, by: Any, alone: Callable[[], Any]) -> Any:
    """The check of a file of as many rows as an import may have."""
    from datetime import datetime  # noqa: PLC0415

    from benchmarks.measure import Result, side_by_side  # noqa: PLC0415
    from hotspot.core.calendar import LONDON  # noqa: PLC0415
    from hotspots.ledger import import_operations, import_rows  # noqa: PLC0415
    from hotspots.models import SpendCategory  # noqa: PLC0415

    lines = [f"{1 + n % 28}/6/2024,Overtime,{n % 900}.50,0,X-{n}" for n in range(import_rows.MOST_ROWS)]
    content = "\n".join(["Date,Description,Net,VAT,Reference", *lines]).encode()
    stream, category = programme.funding_streams.order_by("pk")[0], SpendCategory.objects.all()[0]
    at = datetime(2025, 4, 2, 12, tzinfo=LONDON)
    made = import_operations.upload(
        by=by,
        at=at,
        programme=programme,
        name="ledger.csv",
        content=content,
        defaults=import_rows.Defaults(stream, category, vat_recoverable=True),
    )
    took, query = side_by_side(lambda: import_operations.check(made, by=by, at=at), alone, runs=5)
    return Result(f"dry run of {import_rows.MOST_ROWS:,} rows", took, "the sums alone", query, None, 5_000)


def _workbook(programme: Any, by: Any, alone: Callable[[], Any]) -> Any:
    """The largest Excel file."""
    from datetime import datetime  # noqa: PLC0415

    from benchmarks.measure import Result, side_by_side  # noqa: PLC0415
    from hotspot.core.calendar import LONDON  # noqa: PLC0415
    from hotspots.ledger import exports  # noqa: PLC0415
    from hotspots.models import SpendEntry  # noqa: PLC0415

    last = SpendEntry.objects.order_by("pk")[exports.MOST_IN_WORKBOOK].pk
    entries = SpendEntry.objects.filter(pk__lt=last)
    at = datetime(2025, 4, 2, 12, tzinfo=LONDON)

    took, query = side_by_side(lambda: exports.workbook(programme, entries, [], by=by, at=at), alone, runs=3)
    return Result(f"Excel file of {exports.MOST_IN_WORKBOOK:,} entries", took, "the sums alone", query, None, 10_000)


if __name__ == "__main__":
    sys.exit(main())
