"""Sets of areas: what approving one does, what is refused, who sees it, and its pages."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.urls import reverse
from shapely.geometry import shape

from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, DomainError, DomainErrors, NotAllowed, NotInThisState
from hotspot.core.history import version_of
from hotspots.analysis import groups
from hotspots.analysis import operations as analyses
from hotspots.area_sets import candidates, operations, presenters, queries, rules
from hotspots.models import AreaSet, AreaSetMember, AreaTarget, District, HotspotArea
from hotspots.targets.queries import Aim
from reports.figures.targets import Targets
from tests import factories
from tests.hotspots import police_data
from tests.hotspots.area_sets import AT, FIRST_DAY, add_candidate, approved, drafted, proposed, square

OCTOBER, NOVEMBER, DECEMBER = (date(2024, month, 1) for month in (10, 11, 12))
END_OF_OCTOBER = date(2024, 10, 31)


@pytest.fixture
def autumn(force, now) -> AreaSet:
    """The set in force: Hitchin and Letchworth, approved in October, and open."""
    found = drafted(force, "Autumn areas", first_day=OCTOBER)
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.hitchin, force.letchworth])
    return approved(force, found)


@pytest.fixture
def winter(force, autumn) -> AreaSet:
    """A draft that replaces it, and continues Hitchin."""
    found = drafted(force, replaces=autumn)
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.hitchin])
    return found


def codes_of(refusal) -> list[str]:
    errors = refusal.value.errors if isinstance(refusal.value, DomainErrors) else [refusal.value]
    return [error.code for error in errors]


def dates_of(area: HotspotArea) -> tuple[date, date | None]:
    area.refresh_from_db()
    return area.first_day, area.last_day


def test_approval_creates_new_areas_and_ends_those_that_do_not_continue(force, autumn, winter):
    add_candidate(force, winter, "Bancroft", reason="Most incidents of the year.")
    before = dates_of(force.hitchin)
    approved(force, winter)
    new = HotspotArea.objects.get(name="Bancroft")
    assert dates_of(new) == (FIRST_DAY, None)
    assert (new.town, new.district, new.reason) == ("Hitchin", force.north_herts, "Most incidents of the year.")
    assert dates_of(force.hitchin) == before
    assert dates_of(force.letchworth)[1] == END_OF_OCTOBER
    assert dates_of(force.watford)[1] is None
    autumn.refresh_from_db()
    assert autumn.last_day == END_OF_OCTOBER
    winter.refresh_from_db()
    assert (winter.state, winter.proposed_by, winter.approved_by) == ("approved", force.anna, force.adam)


def test_areas_of_a_set_with_a_last_day_end_with_it(force, winter):
    operations.save_set(
        by=force.anna, set_id=winter.pk, name="Winter", first_day=FIRST_DAY, last_day=date(2025, 3, 31),
        replaces=winter.replaces,
    )  # fmt: skip
    add_candidate(force, winter)
    approved(force, winter)
    assert dates_of(HotspotArea.objects.get(name="Bancroft"))[1] == date(2025, 3, 31)
    assert dates_of(force.hitchin)[1] == date(2025, 3, 31)


def test_the_set_after_it_continues_an_area_that_ended_with_it(force, winter):
    operations.save_set(
        by=force.anna, set_id=winter.pk, name="Winter", first_day=FIRST_DAY, last_day=date(2025, 3, 31),
        replaces=winter.replaces,
    )  # fmt: skip
    winter = approved(force, winter)
    spring = drafted(force, "Spring", first_day=date(2025, 4, 1), replaces=winter)
    assert force.hitchin in queries.areas_to_continue(spring, force.anna)
    operations.continue_areas(by=force.anna, set_id=spring.pk, areas=[force.hitchin])
    approved(force, spring)
    assert dates_of(force.hitchin)[1] is None


def test_targets_hold_from_the_first_month_and_the_past_stays(force, autumn, winter):
    factories.AreaTargetFactory(area=force.hitchin, first_month=OCTOBER, patrol_minutes=3100, patrols=31)
    factories.AreaTargetFactory(area=force.letchworth, first_month=OCTOBER, patrol_minutes=3100, patrols=31)
    candidate = add_candidate(force, winter)
    hitchin = winter.members.get(area=force.hitchin)
    operations.set_aims(by=force.anna, set_id=winter.pk, aims={candidate.pk: Aim(600, 6), hitchin.pk: Aim(6000, 60)})
    autumn_only = Period(OCTOBER, END_OF_OCTOBER)

    def due(period: Period) -> tuple[Fraction, Fraction]:
        found = Targets(HotspotArea.objects.all(), period).in_all(period)
        assert found is not None
        return found.patrol_minutes, found.patrols

    before = due(autumn_only)
    approved(force, winter)
    assert due(autumn_only) == before == (6200, 62)
    assert due(Period.month(NOVEMBER)) == (6600, 66)
    assert {(each.area.name, each.first_month) for each in AreaTarget.objects.filter(first_month__gt=OCTOBER)} == {
        ("Bancroft", NOVEMBER),
        ("Hitchin town centre", NOVEMBER),
    }


def test_a_set_that_begins_within_a_month_leaves_the_targets_of_that_month(force, autumn):
    factories.AreaTargetFactory(area=force.hitchin, first_month=OCTOBER, patrol_minutes=3000, patrols=30)
    late = drafted(force, "Mid-November", first_day=date(2024, 11, 15), replaces=autumn)
    operations.continue_areas(by=force.anna, set_id=late.pk, areas=[force.hitchin])
    candidate, member = add_candidate(force, late), late.members.get(area=force.hitchin)
    operations.set_aims(by=force.anna, set_id=late.pk, aims={candidate.pk: Aim(600, 6), member.pk: Aim(60, 1)})
    approved(force, late)
    months = dict(AreaTarget.objects.filter(first_month__gte=NOVEMBER).values_list("area__name", "first_month"))
    assert months == {"Bancroft": NOVEMBER, "Hitchin town centre": DECEMBER}


def test_an_area_that_continues_starts_from_the_target_in_force(force, autumn):
    factories.AreaTargetFactory(area=force.hitchin, first_month=OCTOBER, patrol_minutes=3000, patrols=30)
    draft = drafted(force, replaces=autumn)
    operations.continue_areas(by=force.anna, set_id=draft.pk, areas=[force.hitchin])
    assert (draft.members.get().patrol_minutes, draft.members.get().patrols) == (3000, 30)


def test_split_merged_and_redrawn_areas_keep_where_they_come_from(force, autumn, as_user):
    draft = drafted(force, replaces=autumn)
    north = add_candidate(force, draft, "Hitchin north", origins=[force.hitchin])
    south = add_candidate(force, draft, "Hitchin south", origins=[force.hitchin])
    garden = add_candidate(force, draft, "Garden city", origins=[force.letchworth])
    both = add_candidate(force, draft, "Road between", origins=[force.hitchin, force.letchworth])
    words = presenters.origins_in_words(queries.members_of(draft))
    assert [words[each.pk] for each in (north, south, garden)] == [
        "Split from Hitchin town centre",
        "Split from Hitchin town centre",
        "Split from Letchworth",
    ]
    assert words[both.pk] == "Merged from Hitchin town centre and Letchworth"
    approved(force, draft)
    page = as_user(force.paul).get(reverse("hotspots:area", args=(force.hitchin.pk,))).content.decode()
    assert "Replaced by" in page
    assert "Hitchin north" in page
    new = HotspotArea.objects.get(name="Hitchin north")
    page = as_user(force.paul).get(reverse("hotspots:area", args=(new.pk,))).content.decode()
    assert "Made from" in page
    assert "Winter areas" in page


def test_one_child_alone_is_redrawn(force, autumn):
    draft = drafted(force, replaces=autumn)
    child = add_candidate(force, draft, "Hitchin centre", origins=[force.hitchin])
    assert presenters.origins_in_words(queries.members_of(draft)) == {child.pk: "Redrawn from Hitchin town centre"}


def test_a_draft_shows_nothing_on_the_pages_of_its_origins(force, autumn, as_user):
    draft = drafted(force, replaces=autumn)
    add_candidate(force, draft, "Hitchin centre", origins=[force.hitchin])
    page = as_user(force.paul).get(reverse("hotspots:area", args=(force.hitchin.pk,))).content.decode()
    assert "Hitchin centre" not in page
    assert "Winter areas" not in page


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": "hitchin TOWN centre"}, "candidate_name_taken"),
        ({"town": ""}, "candidate_incomplete"),
        ({"district": None}, "candidate_incomplete"),
    ],
)
def test_a_candidate_that_could_not_be_created_keeps_a_set_from_being_proposed(force, winter, facts, code):
    add_candidate(force, winter, **facts)
    with pytest.raises(DomainError) as refusal:
        proposed(force, winter)
    assert codes_of(refusal) == [code]
    winter.refresh_from_db()
    assert winter.is_draft


def test_everything_that_is_wrong_is_said_at_once(force, winter):
    add_candidate(force, winter, "Bancroft", town="")
    add_candidate(force, winter, "Market Place")
    add_candidate(force, winter, "market place")
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 10, 15))
    with pytest.raises(DomainErrors) as refusal:
        proposed(force, winter)
    assert codes_of(refusal) == ["candidate_incomplete", "candidate_name_twice", "area_not_active"]


def test_an_empty_set_is_not_proposed(force, autumn):
    with pytest.raises(DomainError) as refusal:
        proposed(force, drafted(force))
    assert codes_of(refusal) == ["area_set_empty"]


def test_a_set_has_as_many_areas_as_its_forms_can_take(force, winter, monkeypatch):
    monkeypatch.setattr(rules, "MOST_MEMBERS", 2)
    add_candidate(force, winter, "Bancroft")
    with pytest.raises(DomainError) as refusal:
        add_candidate(force, winter, "Market Place")
    assert codes_of(refusal) == ["area_set_too_large"]
    with pytest.raises(DomainError):
        operations.continue_areas(by=force.anna, set_id=winter.pk, areas=[force.letchworth])
    assert winter.members.count() == 2


def test_an_area_is_in_one_set_at_a_time(force, autumn):
    other = drafted(force, "Beside it")
    operations.continue_areas(by=force.anna, set_id=other.pk, areas=[force.hitchin])
    with pytest.raises(DomainError) as refusal:
        proposed(force, other)
    assert codes_of(refusal) == ["area_in_another_set"]


def test_a_set_is_replaced_once(force, autumn, winter):
    other = drafted(force, "Another winter", replaces=autumn)
    add_candidate(force, other)
    proposed(force, other)
    approved(force, winter)
    with pytest.raises(DomainError) as refusal:
        operations.approve_set(by=force.adam, at=AT, set_id=other.pk)
    assert codes_of(refusal) == ["replaced_already"]
    assert not HotspotArea.objects.filter(name="Bancroft").exists()


def test_a_set_begins_after_the_one_that_it_replaces(force, autumn):
    with pytest.raises(DomainError) as refusal:
        drafted(force, first_day=OCTOBER, replaces=autumn)
    assert (refusal.value.code, refusal.value.field) == ("replaced_begins_later", "first_day")


def test_nobody_approves_their_own_proposal(force, winter):
    operations.propose_set(by=force.adam, at=AT, set_id=winter.pk)
    with pytest.raises(NotAllowed) as refusal:
        operations.approve_set(by=force.adam, at=AT, set_id=winter.pk)
    assert refusal.value.code == "own_area_set"


def test_approval_is_refused_for_a_set_that_would_change_what_is_long_past(force, winter):
    add_candidate(force, winter)
    proposed(force, winter)
    with pytest.raises(DomainError) as refusal:
        operations.approve_set(by=force.adam, at=datetime(2024, 12, 3, 12, tzinfo=UTC), set_id=winter.pk)
    assert refusal.value.code == "area_set_too_late"
    assert "1 November 2024" in refusal.value.message
    operations.approve_set(by=force.adam, at=datetime(2024, 12, 2, 12, tzinfo=UTC), set_id=winter.pk)


def test_a_past_set_that_changes_no_dates_can_be_recorded(force, now):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 6, 30))
    force.hitchin.refresh_from_db()
    past = drafted(force, "Spring", first_day=date(2024, 6, 1), last_day=date(2024, 6, 30))
    operations.continue_areas(by=force.anna, set_id=past.pk, areas=[force.hitchin])
    assert approved(force, past).is_approved


def test_a_past_set_that_changes_targets_of_that_time_is_refused(force, now):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(last_day=date(2024, 6, 30))
    force.hitchin.refresh_from_db()
    past = drafted(force, "Spring", first_day=date(2024, 6, 1), last_day=date(2024, 6, 30))
    operations.continue_areas(by=force.anna, set_id=past.pk, areas=[force.hitchin])
    operations.set_aims(by=force.anna, set_id=past.pk, aims={past.members.get().pk: Aim(600, 6)})
    with pytest.raises(DomainError) as refusal:
        approved(force, past)
    assert refusal.value.code == "area_set_too_late"
    assert not AreaTarget.objects.filter(area=force.hitchin).exists()


@pytest.fixture
def january(force, autumn) -> AreaSet:
    """A set beside the others that was approved before winter's: Hitchin and Watford from January on."""
    operations.save_set(
        by=force.anna, set_id=(found := drafted(force, "January", first_day=date(2025, 1, 1))).pk, name="January",
        first_day=date(2025, 1, 1), last_day=date(2025, 6, 30),
    )  # fmt: skip
    AreaSet.objects.filter(pk=autumn.pk).update(last_day=date(2024, 12, 31))
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.letchworth, force.watford])
    return approved(force, found)


def test_a_set_does_not_end_areas_of_a_later_one_that_is_approved(force, autumn, january):
    before = dates_of(force.letchworth)
    found = drafted(force, "Winter", last_day=date(2024, 12, 31), replaces=autumn)
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.hitchin])
    approved(force, found)
    assert dates_of(force.letchworth) == before
    assert dates_of(force.hitchin)[1] == date(2024, 12, 31)


def test_an_area_of_a_later_set_continues_until_that_ends(force, january):
    before = dates_of(force.watford)
    found = drafted(force, "Christmas", first_day=date(2024, 12, 1), last_day=date(2024, 12, 31))
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.watford])
    approved(force, found)
    assert dates_of(force.watford) == before == (before[0], date(2025, 6, 30))


def test_the_targets_of_a_later_set_stay(force, january):
    found = drafted(force, "Christmas", first_day=DECEMBER, last_day=date(2024, 12, 31))
    operations.continue_areas(by=force.anna, set_id=found.pk, areas=[force.watford])
    operations.set_aims(by=force.anna, set_id=found.pk, aims={found.members.get().pk: Aim(600, 6)})
    approved(force, found)
    months = AreaTarget.objects.filter(area=force.watford).order_by("first_month")
    assert list(months.values_list("first_month", "patrols")) == [(DECEMBER, 6), (date(2025, 1, 1), 0)]


def test_the_targets_of_the_largest_set_can_be_sent_at_once(settings):
    # Two numbers for each area, the token and the version.
    assert 2 * rules.MOST_MEMBERS + 2 <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_an_approval_that_fails_half_way_leaves_nothing(force, winter, monkeypatch):
    add_candidate(force, winter)
    proposed(force, winter)

    def broken(**named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(operations, "set_targets", broken)
    with pytest.raises(RuntimeError):
        operations.approve_set(by=force.adam, at=AT, set_id=winter.pk)
    assert not HotspotArea.objects.filter(name="Bancroft").exists()
    assert dates_of(force.letchworth)[1] is None


def test_what_was_looked_at_is_what_is_approved(force, winter):
    proposed(force, winter)
    seen = version_of(AreaSet.objects.get(pk=winter.pk))
    operations.return_set(by=force.adam, set_id=winter.pk, comment="Add Bancroft.")
    add_candidate(force, winter)
    proposed(force, winter)
    with pytest.raises(ChangedMeanwhile):
        operations.approve_set(by=force.adam, at=AT, set_id=winter.pk, version=seen)


@pytest.mark.parametrize("state", ["proposed", "approved"])
def test_only_a_draft_is_changed(force, winter, state):
    candidate = add_candidate(force, winter)
    (proposed if state == "proposed" else approved)(force, winter)
    refused = [
        lambda: operations.save_set(by=force.anna, set_id=winter.pk, name="X", first_day=FIRST_DAY, last_day=None),
        lambda: operations.delete_set(by=force.anna, set_id=winter.pk),
        lambda: operations.continue_areas(by=force.anna, set_id=winter.pk, areas=[force.letchworth]),
        lambda: add_candidate(force, winter, "Other"),
        lambda: operations.remove_member(by=force.anna, member_id=candidate.pk),
        lambda: operations.set_aims(by=force.anna, set_id=winter.pk, aims={candidate.pk: Aim(1, 1)}),
        lambda: operations.propose_set(by=force.anna, at=AT, set_id=winter.pk),
    ]
    for change in refused:
        with pytest.raises(NotInThisState):
            change()
    assert AreaSetMember.objects.filter(area_set=winter).count() == 2


def test_what_somebody_else_removed_at_the_same_time_is_refused(force, winter):
    member = add_candidate(force, winter)
    operations.remove_member(by=force.adam, member_id=member.pk)
    with pytest.raises(ChangedMeanwhile):
        operations.remove_member(by=force.anna, member_id=member.pk)
    operations.delete_set(by=force.adam, set_id=winter.pk)
    with pytest.raises(ChangedMeanwhile):
        add_candidate(force, winter)


def test_a_proposal_is_taken_back_by_its_person_alone(force, winter):
    proposed(force, winter)
    with pytest.raises(NotAllowed):
        operations.take_back_set(by=force.adam, set_id=winter.pk)
    assert operations.take_back_set(by=force.anna, set_id=winter.pk).is_draft


def test_an_area_of_a_set_is_not_deleted(force, autumn, as_user):
    page = as_user(force.adam).post(reverse("hotspots:delete_area", args=(force.hitchin.pk,)))
    assert page.status_code == 409
    assert HotspotArea.objects.filter(pk=force.hitchin.pk).exists()


def test_supervisors_see_the_areas_of_their_districts_in_a_set(force, now, as_user):
    both = drafted(force, "Both districts", first_day=OCTOBER)
    operations.continue_areas(by=force.anna, set_id=both.pk, areas=[force.hitchin, force.watford])
    approved(force, both)
    page = as_user(force.sam).get(reverse("area_sets:area_set", args=(both.pk,))).content.decode()
    assert "Areas in your districts are shown here" in page
    assert force.hitchin.name in page
    assert [queries.sets_seen_by(who).get().area_count for who in (force.sam, force.paul)] == [1, 2]
    assert force.watford.name not in page


def test_supervisors_read_no_names_of_other_districts_in_what_areas_are_made_from(force, now, as_user):
    both = drafted(force, "Both districts", first_day=OCTOBER)
    operations.continue_areas(by=force.anna, set_id=both.pk, areas=[force.hitchin, force.watford])
    later = drafted(force, replaces=approved(force, both))
    add_candidate(force, later, "Over the border", origins=[force.hitchin, force.watford])
    elsewhere = {"district": force.watford.district, "origins": [force.hitchin]}
    add_candidate(force, later, "Moved to Watford", boundary=square(-0.4, 51.65), **elsewhere)
    approved(force, later)
    new = HotspotArea.objects.get(name="Over the border")
    for path in (
        reverse("hotspots:area", args=(new.pk,)),
        reverse("hotspots:area", args=(force.hitchin.pk,)),
        reverse("area_sets:area_set", args=(later.pk,)),
    ):
        seen, everything = (as_user(who).get(path).content.decode() for who in (force.sam, force.adam))
        assert "Over the border" in seen
        assert force.watford.name not in seen
        assert "Moved to Watford" not in seen
        assert "Moved to Watford" in everything or force.watford.name in everything


def test_drafts_are_unknown_to_who_sees_no_police_data(force, winter, as_user):
    path = reverse("area_sets:area_set", args=(winter.pk,))
    assert [as_user(who).get(path).status_code for who in (force.sam, force.paul)] == [404, 404]
    assert [as_user(who).get(path).status_code for who in (force.anna, force.adam, force.audrey)] == [200, 200, 200]


# Pages


def test_from_a_draft_to_an_approved_set_in_pages(force, autumn, as_user):
    anna, adam = as_user(force.anna), as_user(force.adam)
    dates = {"first_day_day": "1", "first_day_month": "11", "first_day_year": "2024", "replaces": autumn.pk}
    assert anna.post(reverse("area_sets:new"), {"name": "Winter", **dates}).status_code == 302
    draft = AreaSet.objects.get(name="Winter")
    page = reverse("area_sets:area_set", args=(draft.pk,))
    anna.post(reverse("area_sets:continue", args=(draft.pk,)), {"areas": [force.hitchin.pk]})
    facts = {"way": "text", "name": "Bancroft", "town": "Hitchin", "district": force.north_herts.pk, "kind": "asb"}
    text = {"text": str(square()).replace("'", '"')}
    added = anna.post(reverse("area_sets:add_candidate", args=(draft.pk,)), {**facts, **text})
    assert added.status_code == 302
    candidate = draft.members.get(is_new=True)
    hours = {f"hours_{each.pk}": "12.5" for each in draft.members.all()}
    patrols = {f"patrols_{each.pk}": "3" for each in draft.members.all()}
    assert anna.post(reverse("area_sets:targets", args=(draft.pk,)), hours | patrols).status_code == 302
    assert "12.5" in anna.get(page).content.decode()
    assert anna.post(reverse("area_sets:propose", args=(draft.pk,))).status_code == 302
    shown = adam.get(reverse("area_sets:approve", args=(draft.pk,))).content.decode()
    assert "Letchworth" in shown
    assert "Without a target" not in shown
    assert adam.post(reverse("area_sets:approve", args=(draft.pk,))).status_code == 302
    candidate.refresh_from_db()
    assert "Bancroft" in as_user(force.paul).get(page).content.decode()
    assert AreaTarget.objects.filter(area=candidate.area, patrol_minutes=750, patrols=3).exists()


def test_a_refused_proposal_says_why_on_the_page(force, winter, as_user):
    add_candidate(force, winter, town="")
    page = as_user(force.anna).post(reverse("area_sets:propose", args=(winter.pk,)))
    assert page.status_code == 422
    assert "Bancroft: enter its name, town, district and kind." in page.content.decode()


def test_a_page_for_another_state_leads_to_the_set(force, winter, as_user):
    proposed(force, winter)
    answer = as_user(force.anna).get(reverse("area_sets:edit", args=(winter.pk,)), follow=True)
    assert answer.redirect_chain == [(reverse("area_sets:area_set", args=(winter.pk,)), 302)]
    assert "waiting for approval" in answer.content.decode()


def test_what_is_wrong_with_a_returned_set_stands_on_its_page(force, winter, as_user):
    proposed(force, winter)
    sent = as_user(force.adam).post(reverse("area_sets:return", args=(winter.pk,)), {"comment": "Leave Hitchin out."})
    assert sent.status_code == 302
    assert (
        "Leave Hitchin out."
        in as_user(force.anna).get(reverse("area_sets:area_set", args=(winter.pk,))).content.decode()
    )


def test_the_page_of_a_set_asks_the_same_for_one_area_and_for_many(
    force, autumn, as_user, django_assert_max_num_queries
):
    draft = drafted(force, replaces=autumn)
    for number in range(12):
        add_candidate(force, draft, f"Area {number}", origins=[force.hitchin, force.letchworth])
    anna = as_user(force.anna)
    with django_assert_max_num_queries(22):
        anna.get(reverse("area_sets:area_set", args=(draft.pk,)))


@pytest.fixture
def analysis(force, now):
    """An answered analysis of one incident in Hitchin."""
    outline = {"type": "Polygon", "coordinates": [[[-0.5, 51.6], [0.1, 51.6], [0.1, 52.1], [-0.5, 52.1], [-0.5, 51.6]]]}
    District.objects.update(outline=outline)
    police_data.loaded(by=force.anna)
    found = police_data.asked(by=force.anna)
    analyses.answer_analysis(job=found.job)
    found.refresh_from_db()
    return found


def test_land_of_an_analysis_becomes_candidates_with_its_reason(force, autumn, analysis, as_user):
    draft = drafted(force, replaces=autumn)
    group = groups.groups_of(analysis)[0]
    path = reverse("area_sets:add_groups", args=(draft.pk, analysis.pk))
    assert as_user(force.anna).post(path, {"groups": [group.number]}).status_code == 302
    candidate = draft.members.get()
    assert candidate.analysis == analysis
    assert shape(candidate.boundary).normalize().equals_exact(shape(group.boundary).normalize(), 1e-6)
    assert candidate.district.name == group.district == "North Herts"
    assert "of the 1 incidents" in candidate.reason
    assert as_user(force.anna).post(path, {"groups": [group.number]}).status_code == 302
    assert [each.name for each in draft.members.order_by("id")] == [group.name, f"{group.name} (2)"]


def test_a_candidate_is_taken_for_made_from_an_ending_area_on_the_same_land(force, autumn):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=square())
    areas = list(HotspotArea.objects.filter(pk__in=(force.hitchin.pk, force.letchworth.pk)))
    assert candidates.origins_of(square(-0.288), areas) == [force.hitchin]
    assert candidates.origins_of(square(-0.2), areas) == []
    assert candidates.origins_of(square(-0.2864), areas) == [force.hitchin]
    assert candidates.origins_of(square(-0.2861), areas) == []


def test_the_algorithm_record_names_who_approved_its_areas(force, autumn, analysis, as_user):
    draft = drafted(force, replaces=autumn)
    add_candidate(force, draft, analysis=analysis)
    path = reverse("analyses:record", args=(analysis.pk,))
    assert "Nobody yet." in as_user(force.anna).get(path).content.decode()
    approved(force, draft)
    page = as_user(force.anna).get(path).content.decode()
    assert "Nobody yet." not in page
    assert "Adam Admin, 1pm, 10 October 2024: Winter areas" in page


def test_overlaps_within_a_set_are_told_before_it_is_approved(force, autumn, as_user):
    draft = drafted(force, replaces=autumn)
    add_candidate(force, draft, "Bancroft", boundary=square())
    add_candidate(force, draft, "Market Place", boundary=square(-0.287))
    add_candidate(force, draft, "Far away", boundary=square(-0.25))
    # They touch, which is no overlap.
    add_candidate(force, draft, "Beside it", boundary=square(-0.294))
    told = presenters.overlaps_in_words(queries.members_of(draft))
    assert len(told) == 1
    assert told[0].startswith("Bancroft and Market Place share 3.1 hectares: 25% of Bancroft and 25% of Market Place.")
    proposed(force, draft)
    shown = as_user(force.adam).get(reverse("area_sets:approve", args=(draft.pk,))).content.decode()
    assert "Without a target" in shown
    assert told[0] in as_user(force.adam).get(reverse("area_sets:approve", args=(draft.pk,))).content.decode()
