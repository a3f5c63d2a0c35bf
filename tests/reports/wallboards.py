"""Wallboards, for tests."""

from typing import Any

from django.urls import reverse

from reports.wallboards.operations import IssuedBoard, make_wallboard
from tests.conftest import NOW

CARDS = ("headline", "hours-by-area", "still-needed", "waits", "peak-cover")


def issued(force, **facts: Any) -> IssuedBoard:
    """A wallboard of Adam's with the six figures and as many cards as there can be."""
    facts = {"name": "Briefing room", "programme": force.programme, "cards": CARDS} | facts
    return make_wallboard(by=force.adam, at=NOW, **facts)


def in_every_state(force, *, name: str = "Briefing room") -> dict[str, Any]:
    """A wallboard with its token, by the name that paths are made with."""
    return {"wallboard": issued(force, name=name)}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page about a wallboard; empty for every other."""
    if name == "reports:wallboard":
        return reverse(name, args=(values["wallboard"].token,))
    return reverse(name, args=(values["wallboard"].board.pk,)) if name == "reports:revoke_wallboard" else ""
