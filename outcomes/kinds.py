"""The kinds of outcome that a shift can have: the one list of them, with everything that differs from kind to kind.

Whatever goes through all kinds goes through `KINDS`. What belongs to a kind but needs a later layer (its form, its
serializers, its row for COPY) is registered there, in a `PerKind`. docs/development.md says how to add a kind.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Field, ForeignKey, Model

from outcomes.models import Arrest, AsbPowerKind, AsbPowerUse, Outcome, StopSearch, Term, WeaponRecovered

T = TypeVar("T")
_SHARED = {"id", *(field.name for field in Outcome._meta.fields)}


@dataclass(frozen=True)
class DetailField:
    """One field that only some kinds have, as files name it.

    `exported` is the column of the file of outcomes, with its `unit`; `imported` the column of an import, empty where
    none fills it, with its `label` and the other `headings` that mean it.
    """

    field: str
    exported: str
    imported: str = ""
    label: str = ""
    headings: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, eq=False)
class OutcomeKind:
    """One kind of outcome.

    `key` names it inside the code and in what an import recorded; `plural` names its count: in forms, in the API, in
    columns of files and summaries, and as the code of its measure; `slug` names it in the addresses of pages.

    `title` heads its tables, `split_title` its figure by the terms of `breakdown`. The pairs are words for one and for
    several: `counted` in a sentence, `brief` where room is short, `measured` on the map, `described` in the API's
    documentation, with the article, `reported` in the press text, with a place for the number. `quoted_as` are the
    parts of words by which people who quote its figure name it.

    `required` names the fields without which its detail is still to follow; the model's constraint holds the same.
    `breakdown` is the field whose vocabulary breaks its figure down, `find` the yes or no of whether something was
    found, where it has one. `cells` are its columns on a shift's page: heading and field. `import_words` name it in a
    file of outcomes, `import_headings` head its count in a file of shifts. `counted_by` is the vocabulary of which each
    term is counted by itself; None: there is one count. `needs_constable` says that nobody but a constable can record
    it.
    """

    model: type[Outcome]
    key: str
    plural: str
    slug: str
    title: str
    split_title: str
    counted: tuple[str, str]
    brief: tuple[str, str]
    measured: tuple[str, str]
    described: tuple[str, str]
    reported: tuple[str, str]
    quoted_as: tuple[str, ...]
    required: tuple[str, ...]
    breakdown: str
    cells: tuple[tuple[str, str], ...]
    details: tuple[DetailField, ...]
    import_words: tuple[str, ...]
    import_headings: tuple[str, ...] = ()
    find: str = ""
    counted_by: type[Term] | None = None
    needs_constable: bool = False

    def __str__(self) -> str:
        return self.key

    @property
    def api_path(self) -> str:
        """Its list in the addresses of the API: stop-searches."""
        return self.plural.replace("_", "-")

    @property
    def table(self) -> str:
        """Its table in the database."""
        return self.model._meta.db_table

    @property
    def label(self) -> str:
        """Stop search."""
        name = str(self.model._meta.verbose_name)
        return name[:1].upper() + name[1:]

    @property
    def label_plural(self) -> str:
        """Several of them, as a heading names them."""
        name = str(self.model._meta.verbose_name_plural)
        return name[:1].upper() + name[1:]

    @property
    def vocabulary(self) -> type[Term]:
        """The terms that break its figure down."""
        terms: type[Term] = self.field(self.breakdown).related_model
        return terms

    @property
    def own_fields(self) -> list[Any]:
        """The model's fields that not every kind has, in their order."""
        return [field for field in self.model._meta.concrete_fields if field.name not in _SHARED]

    def field(self, name: str) -> Any:
        """The model's field of this name."""
        return self.model._meta.get_field(name)


ARREST = OutcomeKind(
    model=Arrest,
    key="arrest",
    plural="arrests",
    slug="arrest",
    title="Arrests",
    split_title="Arrests by offence group",
    counted=("arrest", "arrests"),
    brief=("arrest", "arrests"),
    measured=("arrest", "arrests"),
    described=("an arrest", "arrests"),
    reported=("{number} arrest has been made", "{number} arrests have been made"),
    quoted_as=("arrest",),
    required=("offence_group",),
    breakdown="offence_group",
    cells=(("Offence group", "offence_group"), ("What became of it", "justice_outcome")),
    details=(
        DetailField("offence_group", "offence_group", "offence_group", "Offence group", ("offence",)),
        DetailField("justice_outcome", "justice_outcome", "justice_outcome", "Justice outcome", ("disposal",)),
        DetailField("justice_outcome_on", "justice_outcome_on", "justice_outcome_on", "Date of the justice outcome"),
        DetailField(
            "custody_days", "custody", "custody_days", "Sentence of custody, in days", ("custody days",), "days"
        ),
        DetailField("stop_search", "from_stop_search", unit="outcome_id"),
    ),
    import_words=("arrest", "arrests"),
    import_headings=("no of arrests", "number of arrests", "arrests made"),
    needs_constable=True,
)
STOP_SEARCH = OutcomeKind(
    model=StopSearch,
    key="stop_search",
    plural="stop_searches",
    slug="stop-search",
    title="Stop searches",
    split_title="Stop searches by outcome",
    counted=("stop search", "stop searches"),
    brief=("stop search", "stop searches"),
    measured=("stop search", "stop searches"),
    described=("a stop search", "stop searches"),
    reported=("{number} stop search has been carried out", "{number} stop searches have been carried out"),
    quoted_as=("search",),
    required=("power", "object", "outcome"),
    breakdown="outcome",
    cells=(("Power", "power"), ("Object", "object"), ("Outcome", "outcome")),
    details=(
        DetailField("power", "search_power", "search_power", "Power of search", ("legislation",)),
        DetailField("object", "object_of_search", "search_object", "Object of search"),
        DetailField("outcome", "search_outcome", "search_outcome", "Outcome of search", ("search outcome",)),
        DetailField("found", "something_found", "found", "Something was found", ("found",)),
        DetailField("linked", "outcome_linked_to_object", "linked", "Outcome linked to object of search", ("linked",)),
        DetailField(
            "self_defined_ethnicity", "self_defined_ethnicity", "self_defined_ethnicity", "Self-defined ethnicity"
        ),
        DetailField(
            "officer_defined_ethnicity",
            "officer_defined_ethnicity",
            "officer_defined_ethnicity",
            "Officer-defined ethnicity",
        ),
        DetailField("age_band", "age_band", "age_band", "Age range", ("age", "age band")),
    ),
    import_words=("stop search", "stop searches", "stop and search", "search"),
    import_headings=("searches", "stop and search", "stop and searches", "s&s"),
    find="found",
    needs_constable=True,
)
WEAPON = OutcomeKind(
    model=WeaponRecovered,
    key="weapon",
    plural="weapons",
    slug="weapon",
    title="Weapons recovered",
    split_title="Weapons recovered by kind",
    counted=("weapon recovered", "weapons recovered"),
    brief=("weapon", "weapons"),
    measured=("weapon recovered", "weapons recovered"),
    described=("a recovered weapon", "recovered weapons"),
    reported=("{number} weapon has been recovered", "{number} weapons have been recovered"),
    quoted_as=("weapon", "kni"),
    required=("kind", "found_by"),
    breakdown="kind",
    cells=(("Kind", "kind"), ("How it was found", "found_by")),
    details=(
        DetailField("kind", "weapon", "weapon_kind", "Kind of weapon", ("weapon type",)),
        DetailField("found_by", "weapon_found_by", "found_by", "How the weapon was found", ("found by",)),
        DetailField("stop_search", "from_stop_search", unit="outcome_id"),
    ),
    import_words=("weapon", "weapon recovered", "weapons", "knife"),
    import_headings=("weapons", "weapons seized", "knives"),
)
ASB_POWER = OutcomeKind(
    model=AsbPowerUse,
    key="asb_power",
    plural="asb_powers",
    slug="asb-power",
    title="ASB powers used",
    split_title="ASB powers by kind",
    counted=("use of an ASB power", "uses of ASB powers"),
    brief=("ASB power", "ASB powers"),
    measured=("use of ASB powers", "uses of ASB powers"),
    described=("a use of an ASB power", "uses of ASB powers"),
    reported=(
        "anti-social behaviour powers* have been utilised {number} time",
        "anti-social behaviour powers* have been utilised {number} times",
    ),
    quoted_as=("power", "time"),
    required=("kind",),
    breakdown="kind",
    cells=(("Power", "kind"),),
    details=(DetailField("kind", "asb_power", "asb_kind", "ASB power", ("power type", "kind of power")),),
    import_words=("asb power", "asb power used", "power", "power used"),
    counted_by=AsbPowerKind,
)

KINDS = (ARREST, STOP_SEARCH, WEAPON, ASB_POWER)
"""Every kind, in the order of the pages, the API and the files."""
COUNTED = tuple(kind for kind in KINDS if kind.counted_by is None)
"""Those with one count, by which they are entered. A power is counted by its own kind: see `counted_by`."""
BY_MODEL: dict[type[Model], OutcomeKind] = {kind.model: kind for kind in KINDS}
BY_SLUG = {kind.slug: kind for kind in KINDS}
BY_PLURAL = {kind.plural: kind for kind in KINDS}


class PerKind(Generic[T]):
    """One thing for each kind, registered where it is defined: `@FORMS.of(ARREST)` above the form."""

    def __init__(self) -> None:
        self._things: dict[OutcomeKind, T] = {}

    def of(self, kind: OutcomeKind) -> Callable[[T], T]:
        """Registers what it decorates for this kind. Raises ValueError where the kind has one already."""

        def register(thing: T) -> T:
            if kind in self._things:
                raise ValueError(f"There are two for {kind}: {self._things[kind]} and {thing}")
            self._things[kind] = thing
            return thing

        return register

    def __getitem__(self, kind: OutcomeKind) -> T:
        """Raises KeyError with a message for a kind that has none."""
        if kind not in self._things:
            raise KeyError(f"Nothing is registered for {kind}; docs/development.md says what a kind needs.")
        return self._things[kind]


def details_of(kinds: Iterable[OutcomeKind]) -> list[tuple[OutcomeKind, DetailField]]:
    """Each detail of these kinds, once for each kind that has it, in the order of the files: links come last."""
    details = [(kind, detail) for kind in kinds for detail in kind.details]
    return sorted(details, key=lambda each: is_link(each[0].field(each[1].field)))


def is_link(field: "Field[Any, Any]") -> bool:
    """Whether this field of an outcome refers to another outcome, and not to a term."""
    return isinstance(field, ForeignKey) and issubclass(field.related_model, Outcome)
