"""Initiatives as somebody may see them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import (
    HotspotArea,
    Initiative,
    InitiativeArea,
    InitiativeDocument,
    InitiativeEntry,
    InitiativeKind,
    InitiativeQuerySet,
    Programme,
    SpendEntry,
)

_LIST_ORDER = ("kind__position", "kind__name", "-first_day", "name", "pk")


def initiatives_seen_by(user: User) -> InitiativeQuerySet:
    """The initiatives this person may see, each with its `shown_places`: those in areas that they may see."""
    return _with_places(Initiative.objects.visible_to(user), HotspotArea.objects.visible_to(user))


def initiatives_in(area: HotspotArea, user: User) -> InitiativeQuerySet:
    """Those that stand of an area or of the whole force, the latest first."""
    found = initiatives_seen_by(user).standing().filter(in_areas([area.pk]))
    return found.order_by("-first_day", "name", "pk")


def publishable(user: User) -> InitiativeQuerySet:
    """Those that may be published, for everybody who sees figures: wherever they are."""
    if not user.may(Permission.VIEW_FIGURES):
        return Initiative.objects.none()
    return _with_places(Initiative.objects.publishable(), HotspotArea.objects.all())


def publishable_in(programme: Programme, *, until: date, areas: Collection[int] | None = None) -> InitiativeQuerySet:
    """Those of a programme that may be published and had begun by a day: what a statement can speak of.

    With `areas` (by id), those in one of them or in the whole force.
    """
    begun = Initiative.objects.publishable().filter(programme=programme, first_day__lte=until)
    found = begun.exclude(status=Initiative.Status.PLANNED)
    if areas is not None:
        found = found.filter(in_areas(areas))
    return _with_places(found, HotspotArea.objects.all())


def in_place_for(user: User, areas: Collection[int] | None = None) -> InitiativeQuerySet:
    """Those in place in some areas or in the whole force (None: anywhere) that this person may see or everybody may."""
    found = Initiative.objects.in_place()
    if not user.may(Permission.VIEW_PLANS):
        found = found.publishable() if user.may(Permission.VIEW_FIGURES) else found.none()
    elif user.has_own_districts:
        found = found.filter(pk__in=Initiative.objects.visible_to(user).values("pk"))
    if areas is not None:
        found = found.filter(in_areas(areas))
    seen = HotspotArea.objects.visible_to(user)
    return _with_places(found, seen).order_by("-in_place_from", "pk")


def in_areas(areas: Collection[int]) -> Q:
    """The initiatives of some areas (by id), and those of the whole force, which are in every area."""
    there = InitiativeArea.objects.filter(area__in=areas).values("initiative")
    return Q(is_force_wide=True) | Q(pk__in=there)


def _with_places(initiatives: InitiativeQuerySet, areas: QuerySet[HotspotArea]) -> InitiativeQuerySet:
    places = InitiativeArea.objects.filter(area__in=areas.values("pk")).select_related("area").defer("area__boundary")
    shown = Prefetch("places", places.order_by("area__position", "area__name"), to_attr="shown_places")
    found = initiatives.select_related("kind", "owner", "programme").prefetch_related(shown)
    # Where rows are grouped, Django leaves out a model's own order.
    return found.annotate(place_count=Count("places")).order_by(*_LIST_ORDER)


def documents_of(initiative: Initiative, user: User) -> list[InitiativeDocument]:
    """The documents of an initiative without their contents, the first added first."""
    return list(_documents_seen_by(user).filter(initiative=initiative).defer("content"))


def documents_seen_by(user: User) -> QuerySet[InitiativeDocument]:
    """The documents this person may read; those that were withdrawn are not among them."""
    return _documents_seen_by(user).filter(void_reason="")


def _documents_seen_by(user: User) -> QuerySet[InitiativeDocument]:
    return InitiativeDocument.objects.visible_to(user).select_related("added_by", "initiative")


def costs_of(user: User, initiatives: Iterable[Initiative]) -> dict[int, int]:
    """What initiatives cost in pence, by their ids: approved entries of spend less what reverses them.

    Those without any entry are left out; for supervisors, so are those with an entry that is not of their districts.
    """
    if not user.may(Permission.VIEW_LEDGER):
        return {}
    links = InitiativeEntry.objects.filter(initiative__in=[each.pk for each in initiatives])
    if user.has_own_districts:
        seen = SpendEntry.objects.counted_for(user).values("pk")
        links = links.exclude(initiative__in=links.exclude(entry__in=seen).values("initiative"))
    return _costs(links, "initiative")


def costs_by_kind(user: User) -> dict[int, int]:
    """The same for all initiatives of each kind, by its id, for who may see them added up."""
    if not user.may(Permission.VIEW_PLAN_TOTALS) or not user.may(Permission.VIEW_LEDGER):
        return {}
    return _costs(InitiativeEntry.objects.filter(initiative__void_reason=""), "initiative__kind")


def _costs(links: QuerySet[InitiativeEntry], by: str) -> dict[int, int]:
    # An entry can have several reversals that were refused, so the two sums cannot be one.
    approved, links = SpendEntry.State.APPROVED, links.order_by()
    spent = links.filter(entry__state=approved).values_list(by).annotate(pence=Sum("entry__cost_pence"))
    taken_back = links.filter(entry__reversals__state=approved).values_list(by)
    reversed_pence = dict(taken_back.annotate(pence=Sum("entry__reversals__cost_pence")))
    return {key: pence + reversed_pence.get(key, 0) for key, pence in spent}


def entries_of(initiative: Initiative, user: User) -> list[InitiativeEntry]:
    """The entries of spend of an initiative that this person may see, the latest first."""
    seen = SpendEntry.objects.visible_to(user).values("pk")
    links = (
        initiative.entries.filter(entry__in=seen)
        .select_related("entry__category")
        .prefetch_related(Prefetch("entry__reversals", SpendEntry.objects.approved(), to_attr="approved_reversals"))
    )
    return list(links.order_by("-entry__day", "-entry_id"))


def links_seen_by(user: User) -> QuerySet[InitiativeEntry]:
    """The links between initiatives and entries that this person may see both ends of."""
    links = InitiativeEntry.objects.filter(initiative__in=Initiative.objects.visible_to(user).values("pk"))
    return links.filter(entry__in=SpendEntry.objects.visible_to(user).values("pk")).select_related(
        "entry", "initiative"
    )


def kinds() -> QuerySet[InitiativeKind]:
    """The kinds of initiatives, in list order."""
    return InitiativeKind.objects.all()


def possible_owners() -> QuerySet[User]:
    """The people who can own an initiative or a response: those who may do it, by name."""
    return User.objects.who_may(Permission.DO_RESPONSES)


@dataclass(frozen=True)
class KindTotal:
    """The initiatives of a kind added up: how many have each status, how many units, and their planned cost in pence.

    `priced` is how many have a planned cost.
    """

    kind: InitiativeKind
    by_status: dict[str, int]
    quantity: int
    planned_pence: int
    priced: int

    @property
    def number(self) -> int:
        """All of them."""
        return sum(self.by_status.values())


def totals_by_kind(user: User) -> list[KindTotal]:
    """All initiatives that stand, by kind, for who may see them added up; kinds without any are left out."""
    if not user.may(Permission.VIEW_PLAN_TOTALS):
        return []
    statuses = {f"in_{status}": Count("pk", filter=Q(status=status)) for status in Initiative.Status.values}
    rows: Any = (
        Initiative.objects.standing()
        .order_by()
        .values("kind")
        .annotate(units=Sum("quantity"), planned=Sum("planned_pence"), priced=Count("planned_pence"), **statuses)
    )
    by_kind = {row["kind"]: row for row in rows}
    return [
        KindTotal(
            kind,
            {status: row[f"in_{status}"] for status in Initiative.Status.values},
            row["units"] or 0,
            row["planned"] or 0,
            row["priced"],
        )
        for kind in kinds()
        if (row := by_kind.get(kind.pk))
    ]
