"""The administrator's start page."""

from dataclasses import dataclass

from django.urls import reverse

from hotspot.core.wording import plural
from hotspots.queries import SetUp


@dataclass(frozen=True)
class Step:
    """One kind of record on the administrator's start page."""

    title: str
    url: str
    text: str
    state: str
    colour: str


def steps(state: SetUp) -> list[Step]:
    """What a force is set up with, in the order in which it is needed."""
    without = state.supervisors_without_district
    people = f"{plural(state.people, 'person', 'people')}, {plural(state.supervisors, 'supervisor')}"
    missing = f"{plural(without, 'supervisor')} without a district" if without else "invite a supervisor"
    areas = f"{plural(state.areas, 'area')}, {state.active_areas:,} active today"
    streams = plural(state.streams, "stream")
    return [
        _step("Programmes", plural(state.programmes, "programme"), state.running_programmes, "none runs today"),
        _step("Funding streams", streams, state.default_streams, "the running programme has none", "programmes"),
        _step("Districts", plural(state.districts, "district"), state.districts, "add the first"),
        _step("Hotspot areas", areas, state.active_areas, "none is active", "areas"),
        _step("Targets", plural(state.targets, "target"), state.targets, "set the first month's"),
        _step("People", people, state.supervisors and not without, missing),
        _systems(state.systems),
    ]


def _systems(count: int) -> Step:
    """A force can do without, so this is never left to do."""
    words = plural(count, "active system") if count else "Rota, records and BI systems that use the API"
    state, colour = ("Done", "green") if count else ("Optional", "")
    return Step("Connected systems", reverse("hotspots:systems"), words, state, colour)


def _step(title: str, text: str, is_done: object, missing: str, name: str = "") -> Step:
    url = reverse(f"hotspots:{name or title.lower()}")
    return Step(title, url, text, "Done" if is_done else f"To do: {missing}", "green" if is_done else "yellow")
