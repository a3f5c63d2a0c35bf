"""What is said of days and months without records, and where a statement since launch ends."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from reports.figures.gaps import gaps
from reports.statements.body import draft_of, release_of
from tests import factories
from tests.publishing import drafted, published
from tests.reports.test_statement_files import files_of, rows_of

TODAY = date(2026, 11, 28)
PROGRAMME = Period(date(2024, 5, 1), date(2025, 3, 31))


def days(*runs: tuple[date, date]) -> set[date]:
    return {day for run in runs for day in Period(*run).each_day()}


def said(period: Period, recorded: set[date], today: date = TODAY) -> list[str]:
    return list(gaps(period, recorded, today))


def test_nothing_is_said_of_a_period_without_gaps():
    assert said(Period(date(2024, 5, 1), date(2024, 6, 30)), days((date(2024, 5, 1), date(2024, 6, 30)))) == []


def test_months_without_records_are_named_in_runs():
    recorded = days((date(2024, 5, 1), date(2024, 8, 31)), (date(2024, 10, 1), date(2024, 12, 31)))
    assert said(PROGRAMME, recorded) == [
        "No patrols are recorded in September 2024 and January 2025 to March 2025.",
    ]


def test_days_without_records_are_named_in_runs_and_the_last_month_is_said_to_end_early():
    recorded = days(
        (date(2024, 5, 1), date(2024, 5, 2)), (date(2024, 5, 6), date(2024, 5, 9)), (date(2024, 5, 11),) * 2
    )
    assert said(Period(date(2024, 5, 1), date(2024, 5, 31)), recorded) == [
        "No patrols are recorded on 4 days: 3 May 2024 to 5 May 2024 and 10 May 2024.",
        "May 2024 is not complete: no patrols are recorded after 11 May 2024.",
    ]


def test_many_days_are_counted():
    recorded = {day for day in Period(date(2024, 5, 1), date(2024, 5, 31)).each_day() if day.day % 2}
    (sentence,) = said(Period(date(2024, 5, 1), date(2024, 5, 31)), recorded)
    assert sentence.startswith("No patrols are recorded on 15 days: 2 May 2024, 4 May 2024, ")
    assert sentence.endswith("20 May 2024 and 5 days more.")


def test_a_month_that_is_not_over_is_said():
    recorded = days((date(2024, 5, 1), date(2024, 5, 10)))
    assert said(Period(date(2024, 5, 1), date(2024, 5, 10)), recorded, date(2024, 5, 12)) == [
        "May 2024 is not over: the figures include it to 10 May 2024."
    ]


def test_nothing_recorded_at_all_is_said_elsewhere():
    assert said(PROGRAMME, set()) == []


# --- statements ---------------------------------------------------------------------------------------------------


@pytest.fixture
def seeded(force, now):
    """Two nights in May, one in July and one on 10 December; the programme ended on 31 March, long ago."""
    for day in (date(2024, 5, 1), date(2024, 5, 3), date(2024, 7, 4), date(2024, 12, 10)):
        start = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        shift = factories.PatrolShiftFactory.create(
            area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
            ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(),
        )  # fmt: skip
        factories.ArrestFactory.create_batch(6, shift=shift)
    now.move_to(AT)
    return force


AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_since_launch_ends_on_the_last_day_with_records(seeded):
    release = release_of(published(seeded, AT))
    assert release.title.endswith("since launch, 1 May 2024 to 10 December 2024")
    assert "\nSince May:\n" in release.body["press_text"]
    assert [row["month"] for row in release.by("month")][-1] == "2024-12"


@pytest.mark.parametrize(
    ("code", "title", "words"),
    [
        ("launch-to-2024-11", "since launch, 1 May 2024 to 30 November 2024", "Since May:"),
        ("2024-05-to-2024-11", "1 May 2024 to 30 November 2024", "Between May 2024 and November 2024:"),
        ("2024-07-to-2025-03", "1 July 2024 to 31 March 2025", "Between July 2024 and March 2025:"),
    ],
)
def test_ranges_of_months(seeded, code, title, words):
    release = release_of(published(seeded, AT, code=code))
    assert release.title.endswith(f": {title}")
    assert words in release.body["press_text"]


@pytest.mark.parametrize(
    "code", ["2024-11-to-2024-05", "2024-05-to-2025-04", "launch-to-2025-04", "2024-05-to-", "x-to-y"]
)
def test_other_ranges_are_refused(seeded, code):
    with pytest.raises(DomainError, match="a period that is over"):
        drafted(seeded, AT, code=code)


def test_the_check_page_names_what_is_missing(seeded):
    checks = draft_of(drafted(seeded, AT), AT).checks
    assert "No patrols are recorded in June 2024 and August 2024 to November 2024." in checks
    assert any(
        check.startswith("No patrols are recorded on 68 days: 2 May 2024, 4 May 2024 to 31 May 2024")
        for check in checks
    )
    assert "December 2024 is not complete: no patrols are recorded after 10 December 2024." in checks


def test_a_month_without_records_is_no_zero(seeded, as_user):
    statement = published(seeded, AT, code="2024-05-to-2024-08")
    release = release_of(statement)
    assert [(row["month"], row["recorded"], row["patrols"]) for row in release.by("month")] == [
        ("2024-05", True, 2), ("2024-06", False, None), ("2024-07", True, 1), ("2024-08", False, None),
    ]  # fmt: skip
    files = files_of(release)
    for kind in ("xlsx", "ods"):
        rows = {row[0]: row[1:] for row in rows_of(files[kind], "By_month") if row and row[0]}
        assert set(rows["June 2024"]) == {"[x]"}
        assert rows["July 2024"][1] == 1
    assert b",month,,2024-06,patrols,patrols,[x]" in files["csv"]
    assert any("[x] stands for a month" in note for note in release.body["notes"])
    page = as_user(seeded.anna).get(f"/published/{statement.slug}/").content.decode()
    assert page.count("no patrols recorded") == 2
    live = as_user(seeded.anna).get("/figures/", {"period": "2024-05-to-2024-08"}).content.decode()
    charts, table = live.split("By month</caption>")
    assert table.count("no patrols recorded") == 2
    assert charts.count("no patrols recorded</title>") == 2 * charts.count('class="app-sticks"') == 10
    assert (
        ",2024-06,[x],[x],[x]"
        in as_user(seeded.anna).get("/figures/download.csv", {"period": "2024-05-to-2024-08"}).content.decode()
    )


def test_months_are_chosen_on_the_form(seeded, as_user):
    paul = as_user(seeded.paul)
    page = paul.get("/published/new/").content.decode()
    assert "Months you choose" in page
    programme = seeded.programme.pk
    for period, ends, code in (
        ("months", {"from_month": "2024-05", "to_month": "2024-11"}, "2024-05-to-2024-11"),
        ("launch-to", {"to_month": "2024-11"}, "launch-to-2024-11"),
        ("months", {"from_month": "2024-11", "to_month": "2024-11"}, "2024-11"),
        ("2024-12", {"from_month": "2024-11", "to_month": "2024-11"}, "2024-12"),
    ):
        answer = paul.post("/published/new/", {"period": f"{programme}:{period}", **ends})
        assert answer.status_code == 302, answer.content.decode()
        assert seeded.programme.statements.latest("pk").code == code
    for period, ends, message in (
        ("months", {"to_month": "2024-11"}, "Select the first month"),
        ("months", {"from_month": "2024-05"}, "Select the last month"),
        ("launch-to", {}, "Select the last month"),
        ("months", {"from_month": "2024-11", "to_month": "2024-05"}, "the same as or after the first"),
    ):
        refused = paul.post("/published/new/", {"period": f"{programme}:{period}", **ends})
        assert refused.status_code == 422
        assert message in refused.content.decode()
