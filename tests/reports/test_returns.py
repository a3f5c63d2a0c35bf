"""Programme returns: templates as data, numbers that fill themselves, frozen when submitted, restated with reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, InternalError, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError
from patrols.models import CrewRole
from reports.models import ProgrammeReturn, TemplateRow
from reports.returns import operations, template_operations
from reports.returns.body import body_of
from reports.returns.forms import TemplateRowForm
from reports.returns.periods import turns
from reports.returns.presenters import AnsweredReturn, beside_words, changes
from reports.returns.sources import sources
from reports.returns.template_operations import MOST_ROWS, AskedFor
from reports.tasks import verify_statements
from tests import factories
from tests.hotspots import initiatives
from tests.returns import EVENTS, HOURS, SPENT, ask, asked, begun, filled, sent, submitted

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)


def patrol(force, area, *nights: datetime, roles=(CrewRole.POLICE_OFFICER, CrewRole.PCSO), minutes=480, stream=None):
    """A patrol of this crew on each night."""
    for starts_at in nights:
        shift = factories.PatrolShiftFactory.create(
            area=area, funding_stream=stream or force.grant, logged_by=force.sam, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes), logged_at=starts_at + timedelta(hours=9), crew=list(roles),
        )  # fmt: skip
        yield shift


@pytest.fixture
def worked(force, now):
    """September and October: 8 hours with an officer and a PCSO, twice in Hitchin and once in Watford each month."""
    now.move_to(AT)
    for month in (9, 10):
        nights = [datetime(2024, month, day, 20, tzinfo=UTC) for day in (3, 10)]
        for shift in patrol(force, force.hitchin, *nights):
            factories.WeaponRecoveredFactory.create(shift=shift, kind_id="machete_or_sword")
            factories.WeaponRecoveredFactory.create(shift=shift, kind_id="firearm")
            factories.AsbPowerUseFactory.create(shift=shift, kind_id="informal_warning")
        for shift in patrol(force, force.watford, nights[0]):
            factories.WeaponRecoveredFactory.create(shift=shift, kind_id="bladed_article")
            factories.StopSearchFactory.create_batch(2, shift=shift)
    factories.AreaTargetFactory.create(
        area=force.hitchin, first_month=date(2024, 9, 1), patrol_minutes=100 * 60, patrols=10
    )
    return force


def numbers(made: ProgrammeReturn, at: datetime = AT) -> dict[str, int | None]:
    return {row["label"]: row["value"] for row in body_of(made, at)["rows"]}


def test_rows_fill_themselves(worked):
    grant = worked.grant.pk
    template = asked(
        worked, AT, HOURS, AskedFor("Patrols", "patrols"), AskedFor("Knives", "weapons:group=knives"),
        AskedFor("Guns", "weapons:kind=firearm"), AskedFor("PCSO hours", "crew:role=pcso"),
        AskedFor("Hours by grant", f"crew:stream={grant}"), AskedFor("Warnings", "asb_powers:kind=informal_warning"),
        AskedFor("Searches", "stop_searches"), AskedFor("On the clock", "clock_hours"), AskedFor("Visits", "visits"),
        SPENT,
    )  # fmt: skip
    assert numbers(begun(worked, AT, template)) == {
        "Hours of patrol": 48, "Patrols": 3, "Knives": 3, "Guns": 2, "PCSO hours": 24, "Hours by grant": 48,
        "Warnings": 2, "Searches": 2, "On the clock": 24, "Visits": 0, "Spent": None,
    }  # fmt: skip


def test_every_source_fills_a_row_and_kinds_add_up_to_their_figure(worked, monkeypatch):
    monkeypatch.setattr(template_operations, "MOST_ROWS", 200)
    known = sources(worked.programme)
    rows = [AskedFor(code, code) for code in known]
    divided = {"top": 1, "base": 2}
    template = asked(worked, AT, *(replace(row, **divided) if row.source == "ratio" else row for row in rows))
    found = numbers(begun(worked, AT, template))
    assert set(found) == set(known)
    kinds = [code for code in known if code.startswith("weapons:kind=")]
    assert sum(found[code] for code in kinds) == found["weapons"] == 5
    assert sum(found[code] for code in known if code.startswith("crew:role=")) == found["patrol_hours"]
    empty = {code for code in found if found[code] is None}
    # Nothing here has a rate, so that neither an hour nor a patrol has a cost.
    averages = {"cost:cost_per_hour", "cost:cost_per_patrol"}
    assert {code for code in known if known[code].is_entered} == empty - averages - {"heading", "note"}


def test_by_area_the_parts_add_up_and_areas_without_patrols_say_0(worked):
    made = begun(worked, AT, asked(worked, AT, HOURS, AskedFor("Knives", "weapons:group=knives"), by_area=True))
    body = body_of(made, AT)
    assert dict(zip(body["area_names"], body["rows"][0]["areas"], strict=True)) == {
        "Hitchin town centre": 32, "Letchworth": 0, "Watford town centre": 16,
    }  # fmt: skip
    assert sorted(body["rows"][1]["areas"]) == [0, 1, 2]


def test_initiatives_in_place_are_counted_once_and_by_area(worked):
    """Those in place on some day of September: not one that came in October, was withdrawn, or went in August."""
    cameras = initiatives.added(worked, areas=[worked.hitchin, worked.watford])
    initiatives.added(worked, name="Signs", is_force_wide=True)
    initiatives.added(worked, name="Late", in_place_from=date(2024, 10, 1))
    initiatives.added(worked, name="Gone", in_place_until=date(2024, 8, 31))
    initiatives.added(worked, name="Only planned", status="planned", in_place_from=None)
    kind = f"initiatives:kind={cameras.kind_id}"
    rows = AskedFor("Initiatives", "initiatives"), AskedFor("Of this kind", kind)
    made = submitted(worked, AT, *rows, by_area=True)
    numbers = {row["source"]: row["value"] for row in made.body["rows"]}
    assert numbers == {"initiatives": 2, kind: 2}
    by_area = dict(zip(made.body["area_names"], made.body["rows"][0]["areas"], strict=True))
    assert {name: number for name, number in by_area.items() if number} == {
        "Hitchin town centre": 1,
        "Watford town centre": 1,
    }
    initiatives.added(worked, name="Found out later", in_place_from=date(2024, 9, 2))
    made.refresh_from_db()
    assert made.body["rows"][0]["value"] == 2


def test_business_as_usual_is_in_no_return(worked):
    template = asked(worked, AT, HOURS)
    list(patrol(worked, worked.hitchin, datetime(2024, 9, 20, 20, tzinfo=UTC), stream=worked.business_as_usual))
    assert numbers(begun(worked, AT, template)) == {"Hours of patrol": 48}
    assert f"crew:stream={worked.business_as_usual.pk}" not in sources(worked.programme)


def test_targets_limits_and_budgets_stand_beside(worked):
    worked.grant.budget_pence = 1_000_000
    worked.grant.save()
    template = asked(
        worked, AT, HOURS, AskedFor("Spent", "entered:pence", "budget", stream_id=worked.grant.pk),
        EVENTS, AskedFor("Searches", "stop_searches", "at_most", 1),
    )  # fmt: skip
    september = sent(worked, AT, filled(worked, begun(worked, AT, template), row_2=250_050, row_3=4))
    october = filled(worked, begun(worked, AT, template, "2024-10"), row_2=100_000, row_3=1)
    without = ", without 4 earlier periods whose returns were not submitted"
    assert [beside_words(row) for row in september.body["rows"]] == [
        "Target 100: 48.0% of it", f"Budget of Home Office grant: £10,000. So far £2,500.50: 25.0% of it{without}",
        "At least 4: kept", "At most 1: 1 too many",
    ]  # fmt: skip
    assert [beside_words(row) for row in body_of(october, AT)["rows"]][1:3] == [
        f"Budget of Home Office grant: £10,000. So far £3,500.50: 35.0% of it{without}", "At least 4: 3 too few",
    ]  # fmt: skip


def test_what_is_not_entered_keeps_it_from_being_submitted(worked):
    made = begun(worked, AT, asked(worked, AT, HOURS, SPENT))
    with pytest.raises(DomainError, match="Enter this first: Spent"):
        sent(worked, AT, made)
    assert sent(worked, AT, filled(worked, made, row_2=0)).body["rows"][1]["value"] == 0


def test_only_what_is_asked_for_can_be_entered(worked):
    made = filled(worked, begun(worked, AT, asked(worked, AT, HOURS, SPENT)), row_1=99, row_2=5, row_9=1)
    assert made.entered == {"row-2": 5}


def test_a_submitted_return_stays_whatever_is_corrected_later(worked):
    made = submitted(worked, AT)
    list(patrol(worked, worked.hitchin, datetime(2024, 9, 21, 20, tzinfo=UTC)))
    made.refresh_from_db()
    assert made.body["rows"][0]["value"] == 48
    assert changes(made.body, body_of(made, AT)) == [["Hours of patrol", "48", "64"]]


def test_the_database_refuses_to_change_what_was_submitted(worked):
    made = submitted(worked, AT)
    with pytest.raises(InternalError), transaction.atomic():
        ProgrammeReturn.objects.filter(pk=made.pk).update(remarks="Nothing")
    with pytest.raises(InternalError), transaction.atomic():
        ProgrammeReturn.objects.filter(pk=made.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeReturn.objects.create(
            template=made.template, asks=made.asks, code="2024-09", first_day=made.first_day, last_day=made.last_day,
            prepared_by=worked.anna, created_at=AT,
        )  # fmt: skip


def test_every_night_a_return_is_held_against_its_fingerprint(worked, caplog):
    made = submitted(worked, AT)
    with caplog.at_level("INFO"):
        verify_statements()
    assert "returns held against their fingerprints: 1" in caplog.text
    assert "Return " not in caplog.text
    with pgtrigger.ignore("reports.ProgrammeReturn:submitted_stays"):
        ProgrammeReturn.objects.filter(pk=made.pk).update(body={**made.body, "remarks": "Better than it was"})
    with caplog.at_level("ERROR"):
        verify_statements()
    assert f"Return {made.slug}: its text is not what was submitted" in caplog.text


def test_what_changed_since_it_was_looked_at_is_not_submitted(worked):
    made = begun(worked, AT, asked(worked, AT))
    with pytest.raises(DomainError, match="The numbers have changed"):
        operations.submit_return(by=worked.anna, at=AT, return_id=made.pk, digest="0" * 64)
    assert sent(worked, AT, made).state == "submitted"


def test_two_people_filling_in_one_draft(worked):
    made = begun(worked, AT, asked(worked, AT, SPENT))
    filled(worked, made, row_1=100)
    with pytest.raises(ChangedMeanwhile):
        operations.save_return(by=worked.adam, return_id=made.pk, entered={"row-1": 5}, remarks="", seen="0" * 64)
    made.refresh_from_db()
    assert made.entered == {"row-1": 100}


def test_restated_with_a_reason_and_only_once(worked):
    first = submitted(worked, AT)
    list(patrol(worked, worked.hitchin, datetime(2024, 9, 21, 20, tzinfo=UTC)))
    with pytest.raises(DomainError, match="why the return is restated"):
        operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason=" ")
    second = operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason="A shift came late")
    with pytest.raises(DomainError, match="newer version"):
        operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason="Once more")
    second = sent(worked, AT, second)
    assert (second.version, second.body["restates"], second.body["reason"]) == (2, first.slug, "A shift came late")
    assert second.body["rows"][0]["value"] == 64
    assert list(ProgrammeReturn.objects.standing()) == [second]


def test_a_withdrawn_restatement_leaves_the_return_standing(worked):
    first = submitted(worked, AT)
    draft = operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason="A mistake")
    assert list(ProgrammeReturn.objects.standing()) == [first]
    operations.withdraw_return(by=worked.anna, return_id=draft.pk)
    again = operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason="Really")
    assert again.version == 3


def test_a_budget_counts_only_the_returns_that_stand(worked):
    template = asked(worked, AT, AskedFor("Spent", "entered:pence", "budget", stream_id=worked.grant.pk))
    first = sent(worked, AT, filled(worked, begun(worked, AT, template), row_1=500))
    again = operations.restate(by=worked.anna, at=AT, return_id=first.pk, reason="The invoice came late")
    october = begun(worked, AT, template, "2024-10")
    assert body_of(october, AT)["rows"][0]["beside"]["before"] == 500
    sent(worked, AT, filled(worked, again, row_1=700))
    assert body_of(october, AT)["rows"][0]["beside"]["before"] == 700


# --- templates ----------------------------------------------------------------------------------------------------


def test_a_template_that_was_used_gets_a_new_version_and_its_returns_keep_theirs(worked):
    template = asked(worked, AT, HOURS, SPENT)
    september = begun(worked, AT, template)
    code = {row.label: row.code for row in template.versions.get().rows.all()}
    ask(worked, AT, template, AskedFor("Patrols", "patrols"), AskedFor("Spent", "entered:pence", code=code["Spent"]))
    assert [version.number for version in template.versions.all()] == [2, 1]
    assert [row.code for row in template.versions.get(number=2).rows.all()] == ["row-3", "row-2"]
    assert set(numbers(september)) == {"Hours of patrol", "Spent"}
    assert set(numbers(begun(worked, AT, template, "2024-10"))) == {"Patrols", "Spent"}


def test_a_template_that_was_not_used_is_changed(worked):
    template = asked(worked, AT, HOURS)
    ask(worked, AT, template, SPENT)
    assert [version.number for version in template.versions.all()] == [1]
    assert [row.label for row in template.versions.get().rows.all()] == ["Spent"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (AskedFor("Arrests", "arrests", "target"), "Arrests: Monthly targets are set for patrol hours"),
        (AskedFor("Patrols", "patrols", "at_least"), "Enter the number that it should be at least"),
        (AskedFor("Patrols", "patrols", "none", 5), "can be given for ‘At least’ and ‘At most’ only"),
        (AskedFor("Hours", "patrol_hours", "budget", stream_id=1), "Only an amount of money"),
        (AskedFor("Moons", "moons"), "Choose what fills it from the list"),
        (AskedFor("Spent", "entered:pence", "budget", stream_id=0), "Choose what fills it from the list"),
    ],
)
def test_rows_that_make_no_sense_are_refused(worked, row, words):
    with pytest.raises(DomainError, match=words):
        asked(worked, AT, row)
    assert not TemplateRow.objects.exists()


def test_a_template_asks_for_something(worked):
    template = asked(worked, AT)
    with pytest.raises(DomainError, match="at least one"):
        ask(worked, AT, template)


def test_two_administrators_on_one_template(worked):
    template = asked(worked, AT)
    seen = template.versions.get()
    ask(worked, AT, template, HOURS, SPENT)
    assert template.versions.get().number == seen.number
    for looked_at in (0, seen.pk):
        with pytest.raises(ChangedMeanwhile):
            template_operations.save_rows(
                by=worked.adam, at=AT, template_id=template.pk, rows=[SPENT], due_days=None, seen=looked_at
            )


def test_what_was_due_before_the_rows_were_edited_is_still_awaited(worked):
    template = asked(worked, AT - timedelta(days=60))
    late = [turn.code for turn in turns(template, by=worked.anna, at=AT) if turn.is_late]
    assert late == ["2024-10", "2024-09"]
    ask(worked, AT, template, HOURS, SPENT)
    assert [turn.code for turn in turns(template, by=worked.anna, at=AT) if turn.is_late] == late


def test_as_many_rows_as_there_can_be_are_posted_at_once(worked, settings):
    fields = TemplateRowForm(sources=sources(worked.programme), streams=[]).fields
    # Each may be taken out, too; beside them are what the page and the rows together post.
    assert MOST_ROWS * (len(fields) + 1) + 15 <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_names_are_taken_once_whatever_their_capitals(worked):
    asked(worked, AT)
    with pytest.raises(DomainError, match="already has a return of this name"):
        asked(worked, AT, name="HOME OFFICE return")


def test_only_a_template_without_returns_can_be_removed(worked):
    template = asked(worked, AT, HOURS, SPENT)
    made = begun(worked, AT, template)
    with pytest.raises(DomainError, match="so it stays"):
        template_operations.remove_template(by=worked.adam, template_id=template.pk)
    other = asked(worked, AT, name="Another")
    template_operations.remove_template(by=worked.adam, template_id=other.pk)
    assert set(TemplateRow.objects.values_list("version__template", flat=True)) == {made.template_id}


# --- periods ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("every", "codes"),
    [
        ("month", ["2024-10", "2024-09", "2024-08", "2024-07", "2024-06", "2024-05"]),
        ("quarter", ["quarter-2024-07", "quarter-2024-04"]),
        ("year", []),
    ],
)
def test_periods_that_are_over_can_be_returned(worked, every, codes):
    template = asked(worked, AT, every=every)
    assert [turn.code for turn in turns(template, by=worked.anna, at=AT)] == codes
    with pytest.raises(DomainError, match="period of this return that is over"):
        begun(worked, AT, template, "2024-11")


def test_a_year_is_one_period(worked):
    over = datetime(2025, 4, 1, 12, tzinfo=UTC)
    template = asked(worked, over, every="year")
    assert [turn.code for turn in turns(template, by=worked.anna, at=over)] == ["year-2024-04"]
    assert numbers(begun(worked, over, template, "year-2024-04"), over) == {"Hours of patrol": 96}


def test_what_is_due_is_overdue_from_the_day_after_it(worked):
    template = asked(worked, datetime(2024, 11, 1, 12, tzinfo=UTC), due_days=14)

    def late(at: datetime) -> list[str]:
        return [turn.code for turn in turns(template, by=worked.anna, at=at) if turn.is_late]

    assert late(datetime(2024, 11, 14, 23, tzinfo=UTC)) == []
    assert late(datetime(2024, 11, 15, 1, tzinfo=UTC)) == ["2024-10"]
    sent(worked, AT, begun(worked, AT, template, "2024-10"))
    assert late(AT) == []


def test_begun_twice_is_one_return(worked):
    template = asked(worked, AT)
    assert begun(worked, AT, template) == begun(worked, AT, template)


# --- who sees what ------------------------------------------------------------------------------------------------


def test_the_pccs_office_sees_totals_and_police_activity_and_no_share_of_outcomes(worked):
    made = submitted(
        worked, AT, HOURS, AskedFor("Knives", "weapons:group=knives"), AskedFor("Weapons", "weapons"), by_area=True
    )
    answer = AnsweredReturn(made.body, sees_parts=False)
    assert [row[1] for row in answer.rows] == ["48", "[c]", "5"]
    assert [row[1:] for row in answer.area_rows] == [
        [row[1], "[c]", "[c]"] for row in AnsweredReturn(made.body).area_rows
    ]
    assert any(row[1] != "0" for row in answer.area_rows)
    assert answer.withholds
    assert not ProgrammeReturn.objects.visible_to(worked.sam).exists()


def test_drafts_are_for_those_who_prepare(worked):
    made = begun(worked, AT, asked(worked, AT))
    for person in (worked.paul, worked.audrey, worked.sam):
        assert not ProgrammeReturn.objects.visible_to(person).exists()
    assert ProgrammeReturn.objects.visible_to(worked.adam).get() == made


def test_a_return_of_many_rows_takes_as_many_queries_as_one(worked, django_assert_num_queries):
    few = begun(worked, AT, asked(worked, AT, HOURS))
    many = begun(worked, AT, asked(worked, AT, *(AskedFor(f"Row {n}", "arrests") for n in range(60)), name="Many"))
    for made in (few, many):
        found = ProgrammeReturn.objects.select_related("template__programme", "asks").get(pk=made.pk)
        with django_assert_num_queries(13):
            body_of(found, AT)
