"""Programmes and funding streams in words and table rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.amounts import pounds
from hotspots.models import Programme


def programme_state(programme: Programme, *, day: date) -> dict[str, str]:
    """Whether the programme runs, as a tag."""
    if day in programme.period:
        return {"text": "Running", "colour": "green"}
    return (
        {"text": "Not yet started", "colour": "yellow"}
        if day < programme.first_day
        else {"text": "Ended", "colour": "grey"}
    )


PROGRAMME_COLUMNS = [
    {"label": "Programme"},
    {"label": "Dates"},
    {"label": "Grant", "numeric": True},
    {"label": "State"},
]


def programme_rows(programmes: Iterable[Programme], *, day: date) -> list[list[Any]]:
    """The rows of the list of programmes."""
    return [
        [
            {"url": reverse("hotspots:programme", args=(programme.pk,)), "text": programme.name},
            wording.period(programme.period),
            pounds(programme.grant_pence),
            programme_state(programme, day=day),
        ]
        for programme in programmes
    ]


def programme_facts(programme: Programme, *, overlapping: Iterable[Programme], day: date) -> list[dict[str, Any]]:
    """One programme as a summary list. `overlapping` are the others that run on some of its days, by precedence."""
    days = wording.plural(programme.period.days, "day")
    others = list(overlapping)
    rows = [_overlap(programme, others)] if others else []
    return [
        {"key": "State", "value": programme_state(programme, day=day)["text"]},
        {"key": "Dates", "value": f"{wording.period(programme.period)} ({days})"},
        {"key": "Grant", "value": pounds(programme.grant_pence)},
        {
            "key": "Smallest number shown",
            "value": f"{programme.smallest_shown} for single areas",
        },
        *rows,
    ]


def _overlap(programme: Programme, others: list[Programme]) -> dict[str, Any]:
    """Which programmes run at the same time, and which of them all is used unless another is chosen."""
    lines = [f"{other.name}, {wording.period(other.period)}" for other in others]
    used = min([programme, *others], key=lambda each: (not each.is_default, each.pk))
    lines.append(f"New shifts and figures use {used.name} unless another is chosen.")
    return {"key": "Runs at the same time", "value": "\n".join(lines)}


def stream_table(programme: Programme, *, manages: bool) -> dict[str, list[Any]]:
    """What pays for a programme's shifts, as `stream_columns` and `stream_rows`."""
    columns: list[dict[str, Any]] = [{"label": "Funding stream"}, {"label": "Kind"}]
    columns += [{"label": "Budget", "numeric": True}, {"label": "Used"}]
    rows: list[list[Any]] = []
    for stream in programme.funding_streams.all():
        url = reverse("hotspots:edit_stream", args=(stream.pk,))
        name = {"url": url, "text": stream.name} if manages else stream.name
        used = "Unless another is chosen" if stream.is_default else "When chosen"
        used += "" if stream.in_headline else ", outside the headline figures"
        rows.append([name, stream.get_kind_display(), pounds(stream.budget_pence), used])
    return {"stream_columns": columns, "stream_rows": rows}
