"""Police data in words and table rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspot.core.models import Job
from hotspots.models import DataBreak, District, IncidentCategory, IncidentFile, IncidentMonth

MONTH_COLUMNS = [
    {"label": "Month"},
    {"label": "Incidents", "numeric": True},
    {"label": "Without a place", "numeric": True},
    {"label": "Outside your districts", "numeric": True},
    {"label": "Places also used the month before", "numeric": True},
    {"label": "Loaded"},
]
FILE_COLUMNS = [{"label": label} for label in ("File", "State", "Uploaded", "By")]
CATEGORY_COLUMNS = [{"label": label} for label in ("Category", "In what chooses hotspot areas")]
FOUND_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    {"label": "Incidents", "numeric": True},
    {"label": "Usual in a month", "numeric": True},
    {"label": "Without a place", "numeric": True},
    {"label": "Outside your districts", "numeric": True},
]


def share(part: float) -> str:
    """A share in whole percent; less than half of one is not called nothing."""
    return f"{part:.0%}" if part == 0 or part >= 0.005 else "under 1%"


def month_code(day: date) -> str:
    """How an address names a month: 2024-01."""
    return f"{day:%Y-%m}"


def month_rows(months: Iterable[IncidentMonth]) -> list[list[Any]]:
    """The list of months."""
    return [
        [
            {"url": reverse("incidents:month", args=(month_code(each.month),)), "text": wording.month(each.month)},
            f"{each.rows:,}",
            f"{each.rows - each.located:,}",
            f"{each.elsewhere:,}",
            shared_points(each),
            wording.moment(each.loaded_at),
        ]
        for each in months
    ]


def shared_points(month: IncidentMonth) -> str:
    """Which share of a month's places the month before had too; a dash for the first month."""
    if month.points_before is None or month.before is None or not month.points:
        return "–"
    words = share(month.points_before / month.points)
    return words if months_between(month.before, month.month) == 1 else f"{words} (of {wording.month(month.before)})"


def break_in_words(month: date, kind: str, category: str, figures: Mapping[str, Any]) -> str:
    """What changed with a month, how that shows, and what it means for comparisons."""
    name = wording.month(month)
    if kind == DataBreak.Kind.POINTS:
        usual = f", where {share(figures['usual'])} is usual" if figures["usual"] is not None else ""
        return (
            f"The anonymous map points changed in {name}: the month before had {share(figures['share'])} of its "
            f"places{usual}. Do not compare small areas before and after it."
        )
    if kind == DataBreak.Kind.LSOAS:
        return (
            f"From {name} on the LSOAs are those of the {figures['census']} census. Do not compare single LSOAs "
            "before and after it."
        )
    return (
        f"{category} changed in {name}: {figures['count']:,} incidents, where {figures['usual']:,.0f} were usual. "
        "Find out whether it is counted by other rules before you compare."
    )


def breaks_in_words(breaks: Iterable[DataBreak]) -> list[str]:
    """Each break as a sentence or two."""
    return [break_in_words(each.month, each.kind, each.category_name, each.figures) for each in breaks]


def found_breaks(result: Mapping[str, Any]) -> list[str]:
    """The breaks that come with a file, in words."""
    return [
        break_in_words(date.fromisoformat(each["month"]), each["kind"], each["category"], each)
        for each in result["breaks"]
    ]


# --- files --------------------------------------------------------------------------------------------------------
def stage(found: IncidentFile) -> str:
    """What the page of a file is about: checking, checked, loading or loaded."""
    if found.loaded is not None:
        return "loaded" if found.loaded.state == Job.State.DONE else "loading"
    return "checked" if found.checked is not None and found.checked.state == Job.State.DONE else "checking"


_STATES = {
    "checking": {"text": "Being checked", "colour": ""},
    "checked": {"text": "Not loaded yet", "colour": "yellow"},
    "loading": {"text": "Being loaded", "colour": ""},
    "loaded": {"text": "Loaded", "colour": "green"},
}


def file_rows(files: Iterable[IncidentFile]) -> list[list[Any]]:
    """The list of files."""
    return [
        [
            {"url": reverse("incidents:file", args=(each.pk,)), "text": each.file.name},
            _state(each),
            wording.moment(each.created_at),
            each.by.name,
        ]
        for each in files
    ]


def _state(found: IncidentFile) -> dict[str, str]:
    job = found.loaded or found.checked
    if job is not None and job.state == Job.State.FAILED:
        return {"text": "Failed", "colour": "red"}
    return _STATES[stage(found)]


def found_columns(*, is_loaded: bool) -> list[dict[str, Any]]:
    """The columns of `found_rows`."""
    return [*FOUND_COLUMNS, {"label": "What it did" if is_loaded else "What it would do"}]


def found_rows(result: Mapping[str, Any], *, is_loaded: bool) -> list[list[Any]]:
    """The months of a file, and what loading each does or did."""
    return [
        [
            wording.month(date.fromisoformat(each["month"])),
            f"{each['rows']:,}",
            "–" if each["usual"] is None else f"{each['usual']:,.0f}",
            f"{each['rows'] - each['located']:,}",
            f"{each['elsewhere']:,}",
            _effect(each, is_loaded=is_loaded),
        ]
        for each in result["months"]
    ]


def _effect(month: Mapping[str, Any], *, is_loaded: bool) -> str:
    words = []
    if month["is_short"]:
        words.append("Far fewer than expected. ")
    if month["differences"] is None:
        words.append("New")
    else:
        words.append("Replaced what was here: " if is_loaded else "Replaces what is here: ")
        words.append(differences_in_words(month["differences"]))
    return "".join(words)


def differences_in_words(differences: Mapping[str, int]) -> str:
    """What a newer release of a month changed."""
    parts = [
        f"{wording.plural(differences[name], 'incident')} {what}"
        for name, what in (("added", "more"), ("removed", "gone"), ("changed", "changed"))
        if differences[name]
    ]
    if not parts:
        return "no difference"
    how = [
        f"{differences[name]:,} in their {what}"
        for name, what in (("outcome", "outcome"), ("category", "category"), ("place", "place"))
        if differences[name]
    ]
    return ", ".join(parts) + (f" ({wording.listing(how)})" if how else "")


def notes(result: Mapping[str, Any]) -> list[str]:
    """What else has to be known about a file."""
    said = []
    if result["new_categories"]:
        names = wording.listing([f"“{name}”" for name in result["new_categories"]])
        said.append(
            f"New categories: {names}. An administrator can say whether they are recorded because police looked."
        )
    if result["other_forces"]:
        said.append(f"Left out: {wording.plural(sum(result['other_forces'].values()), 'file')} of other forces.")
    if result["left_out"]:
        said.append(f"Left out: {wording.plural(result['left_out'], 'file')} in the archive without street data.")
    if result["elsewhere"]:
        names = ", ".join(f"{name or 'no LSOA'} ({number:,})" for name, number in result["elsewhere"])
        said.append(
            f"Most of those outside your districts: {names}. If one of these is yours, an administrator can give it "
            "this name under Districts."
        )
    if not result["has_districts"]:
        said.append(
            "No district is set up here yet, so nothing is counted by district. Load the file again when some are."
        )
    return said


# --- one month ----------------------------------------------------------------------------------------------------
def month_summary(month: IncidentMonth, *, loads: bool) -> list[dict[str, str]]:
    """Where a month came from and how much of it can be put on a map, with its file for those who may see files."""
    rows = [
        ("Force", month.force),
        ("File", month.member),
        ("Loaded", f"{wording.moment(month.loaded_at)} by {month.source.by.name}"),
        ("Incidents", f"{month.rows:,}"),
        ("Without a place", f"{month.rows - month.located:,}"),
        ("Outside your districts", f"{month.elsewhere:,}"),
        ("Different places", f"{month.points:,}"),
    ]
    if month.points_before is not None and month.before is not None and month.points:
        words = f"{month.points_before:,} ({share(month.points_before / month.points)})"
        rows.append((f"Of these also used in {wording.month(month.before)}", words))
    if month.differences is not None:
        rows.append(("Against the release before", differences_in_words(month.differences)))
    summary = [{"key": key, "value": value} for key, value in rows]
    if loads:
        summary[1] |= {"url": reverse("incidents:file", args=(month.source_id,)), "action": "See", "hidden": "the file"}
    return summary


def count_columns(districts: Sequence[District]) -> list[dict[str, Any]]:
    """The columns of the table of a month by category and district."""
    labels = ["All", *(district.name for district in districts), "Elsewhere", "Without a place"]
    return [{"label": "Category"}, *({"label": label, "numeric": True} for label in labels)]


def count_rows(
    counts: Mapping[tuple[int, int | None], int],
    unplaced: Mapping[int, int],
    categories: Mapping[int, IncidentCategory],
    districts: Sequence[District],
) -> list[list[Any]]:
    """A month by category and district. Those without a place are in no district, and counted apart."""
    here = sorted({category for category, _ in counts}, key=lambda each: categories[each].name)
    return [[categories[each].name, *_words(_numbers(each, counts, unplaced, districts))] for each in here]


def count_foot(
    counts: Mapping[tuple[int, int | None], int], unplaced: Mapping[int, int], districts: Sequence[District]
) -> list[str]:
    """The sums under that table."""
    here = {category for category, _ in counts}
    sums = map(sum, zip(*(_numbers(each, counts, unplaced, districts) for each in here), strict=True))
    return ["All categories", *_words(sums)]


def _numbers(
    category: int,
    counts: Mapping[tuple[int, int | None], int],
    unplaced: Mapping[int, int],
    districts: Sequence[District],
) -> list[int]:
    inside = [counts.get((category, district.pk), 0) for district in districts]
    without = unplaced.get(category, 0)
    elsewhere = counts.get((category, None), 0) - without
    return [sum(inside) + elsewhere + without, *inside, elsewhere, without]


def _words(numbers: Iterable[int]) -> list[str]:
    return [f"{number:,}" for number in numbers]


def category_rows(categories: Iterable[IncidentCategory], *, manages: bool) -> list[list[Any]]:
    """The list of categories, each with a link for those who may change it."""
    return [[_category(each, manages=manages), _use(each)] for each in categories]


def _category(category: IncidentCategory, *, manages: bool) -> str | dict[str, str]:
    url = reverse("incidents:edit_category", args=(category.pk,))
    return {"url": url, "text": category.name} if manages else category.name


def _use(category: IncidentCategory) -> dict[str, str]:
    if category.is_police_generated:
        return {"text": "Left out: recorded because police looked", "colour": "yellow"}
    return {"text": "Counted", "colour": "green"}
