"""The administrator's start page."""

from dataclasses import dataclass, replace

from django.urls import reverse

from hotspot.core.wording import plural
from hotspots.setup.queries import SetUp


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
    missing = f"give {plural(without, 'supervisor')} a district" if without else "invite a supervisor"
    areas = f"{plural(state.areas, 'area')}, {state.active_areas:,} active today"
    streams = plural(state.streams, "stream")
    no_programme = "add one whose dates hold today" if state.programmes else "add a programme"
    no_area = "add one that is active today" if state.areas else "add an area with its boundary"
    found = [
        _step("Programmes", plural(state.programmes, "programme"), state.running_programmes, no_programme),
        _step("Funding streams", streams, state.default_streams, "open the programme and add what pays", "programmes"),
        _step("Districts", plural(state.districts, "district"), state.districts, "add the first"),
        _step("Hotspot areas", areas, state.active_areas, no_area, "areas"),
        _step("People", people, state.supervisors and not without, missing),
        _step("Targets", plural(state.targets, "target"), state.targets, "set the first month's"),
        _systems(state.systems),
    ]
    return _with_next(found)


def _with_next(found: list[Step]) -> list[Step]:
    """The steps, with the first that is left to do named as the next."""
    following = next((step for step in found if step.colour == "yellow"), None)
    return [replace(step, state=step.state.replace("To do", "Next")) if step is following else step for step in found]


def _systems(count: int) -> Step:
    """A force can do without, so this is never left to do."""
    words = plural(count, "active system") if count else "Rota, records and BI systems that use the API"
    state, colour = ("Done", "green") if count else ("Optional", "")
    return Step("Connected systems", reverse("hotspots:systems"), words, state, colour)


def _step(title: str, text: str, is_done: object, missing: str, name: str = "") -> Step:
    url = reverse(f"hotspots:{name or title.lower()}")
    return Step(title, url, text, "Done" if is_done else f"To do: {missing}", "green" if is_done else "yellow")
