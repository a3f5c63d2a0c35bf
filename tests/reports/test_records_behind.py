"""Numbers on the dashboard lead to the records behind them, and the list has as many."""

import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import Period
from hotspot.core.permissions import Permission
from outcomes.kinds import ARREST, STOP_SEARCH
from outcomes.records.addresses import shifts_address
from reports.figures.tables import NOT_SHOWN
from tests import factories

OUTCOMES = {"outcomes", "arrests", "searches", "weapons", "uses"}
_TOTALS = re.compile(r"([\d,]+) shifts?(?: with ([\d,]+) [^,\d]+)?(?:, ([\d,]+) patrol hours?)?")
_BAR = re.compile(r'<span><a href="([^"]+)">([\d,]+)[^<]*<')


def log(force, dice, day: date, **changes):
    """A shift with something of everything, by chance."""
    starts_at = datetime(day.year, day.month, day.day, 20, 30, tzinfo=UTC)
    state = dice.choice(["completed"] * 4 + ["voided", "planned"])
    values = {
        "area": dice.choice([force.hitchin, force.letchworth, force.watford]),
        "funding_stream": dice.choice([force.grant, force.grant, force.business_as_usual]),
        "logged_by": dice.choice([force.sam, force.sue]),
        "state": state,
        "ends_at": starts_at + timedelta(minutes=dice.choice([95, 240, 415])),
        "logged_at": starts_at + timedelta(hours=dice.choice([8, 12, 60])),
        "doubts_kept": dice.choice([[], [], ["long_shift"]]),
        "crew": ["police_officer"] * dice.choice([1, 2]),
    } | changes
    shift = factories.PatrolShiftFactory(starts_at=starts_at, **values)
    if state != "planned":
        factories.ArrestFactory.create_batch(dice.randrange(3), shift=shift, void_reason=dice.choice(["", "Twice"]))
        factories.StopSearchFactory.create_batch(dice.randrange(2), shift=shift, found=dice.choice([True, False, None]))
        factories.WeaponRecoveredFactory.create_batch(dice.randrange(2), shift=shift)
        for kind in dice.sample(["cpw", "cpn", "informal_warning"], dice.randrange(3)):
            factories.AsbPowerUseFactory(shift=shift, kind_id=kind, detail_to_follow=dice.choice([True, False]))
    return shift


@pytest.fixture
def busy(force, now):
    dice = random.Random(11)
    for number in range(24):
        log(force, dice, date(2024, 9, 14) + timedelta(days=number))
    factories.AreaTargetFactory(area=force.hitchin, first_month=date(2024, 9, 1))
    return force


def number(text: str | None) -> int | None:
    return None if text is None else int(text.replace(",", ""))


def listed(client, address: str, unit: str) -> int | None:
    """How many of a unit the list says that it has."""
    totals = client.get(address).context["totals"]
    shifts, outcomes, hours = map(number, _TOTALS.fullmatch(totals).groups())
    return hours if unit == "hours" else outcomes if unit in OUTCOMES else shifts


def links_of(card) -> list[tuple[str, str, object]]:
    """The address, unit and number of each cell of a card that leads somewhere."""
    rows = [*card.rows, card.foot] if card.foot else card.rows
    return [
        (url, column.unit, value)
        for row, urls in zip(rows, card.addresses, strict=False)
        for column, value, url in zip(card.columns, row, urls, strict=True)
        if url
    ]


@pytest.mark.parametrize("who", ["anna", "sam"])
@pytest.mark.parametrize("query", ["period=2024-10", "period=days&since=2024-09-20&until=2024-10-08", "some"])
def test_every_number_is_that_of_the_list_it_leads_to(busy, as_user, who, query):
    if query == "some":
        query = f"period=launch&area={busy.hitchin.pk}&area={busy.letchworth.pk}"
    client = as_user(busy.people[who])
    page = client.get(f"/dashboard/?{query}")
    codes = set()
    for shown in page.context["cards"]:
        for address, unit, value in links_of(shown.card):
            codes.add((shown.code, unit))
            assert listed(client, address, unit) == value, (shown.code, address)
    assert {code for code, _ in codes} >= {"hours-by-area", "outcomes-by-area", "outcomes-by-kind", "data-quality"}
    bars = _BAR.findall(page.content.decode())
    assert bars
    for address, value in bars:
        counts = _TOTALS.fullmatch(client.get(address.replace("&amp;", "&")).context["totals"]).groups()
        assert number(value) in map(number, counts), address


def test_doubts_do_not_lead_a_supervisor_anywhere(busy, as_user):
    def flagged(who: str) -> bool:
        return "flagged=yes" in as_user(busy.people[who]).get("/dashboard/?period=launch").content.decode()

    assert flagged("anna")
    assert not flagged("sam")


def test_nothing_leads_the_pccs_office_to_records(busy, as_user):
    paul = as_user(busy.paul)
    assert "/shifts/" not in paul.get("/figures/?period=2024-09").content.decode()
    address = {"programme": busy.programme, "period": Period.month(date(2024, 9, 1))}
    assert not busy.paul.may(Permission.VIEW_SHIFTS)
    assert shifts_address(by=busy.paul, **address) == ""
    assert shifts_address(by=busy.anna, **address)


def test_addresses_have_only_what_narrows():
    anna = factories.UserFactory.build(role="analyst")
    programme = factories.ProgrammeFactory.build(pk=3)
    given = {"by": anna, "programme": programme, "period": Period(date(2024, 9, 1), date(2024, 9, 30))}
    base = "/shifts/?since=2024-09-01&until=2024-09-30&stream=counted-3"
    assert shifts_address(**given) == base
    assert shifts_address(**given, areas=[4, 5], late=True) == base + "&late=yes&area=4%2C5"
    assert shifts_address(**given, outcome=ARREST, code="") == base + "&outcome=arrests%3A"
    searches = shifts_address(**given, outcome=STOP_SEARCH, found=False)
    assert searches == base + "&outcome=stop_searches&found=nothing"
    assert shifts_address(**given, number=2_000) == base
    assert shifts_address(**given, number=2_001) == base + "&count=all"
    overdue = shifts_address(**given, overdue=True)
    assert overdue == base.replace("counted", "programme") + "&state=overdue"


# --- sorted tables


def test_the_table_of_a_card_is_sorted_by_a_link_and_stays_open(busy, as_user):
    anna = as_user(busy.anna)
    first = next(shown.card for shown in anna.get("/dashboard/").context["cards"] if shown.code == "hours-by-area")
    place = [column.label for column in first.columns].index("Patrols")
    page = anna.get(f"/dashboard/?period=launch&sort=hours-by-area.{place + 1}&order=ascending")
    card = next(shown.card for shown in page.context["cards"] if shown.code == "hours-by-area")
    patrols = [row[place] for row in card.rows]
    assert patrols == sorted(patrols)
    assert [url for _, _, url in links_of(card)]
    text = page.content.decode()
    section = text[text.index('id="hours-by-area"') :]
    section = section[: section.index("</section>")]
    assert '<details class="app-card__part" open>' in section
    assert section.count('aria-sort="ascending"') == text.count("aria-sort") == 1
    assert f"period=launch&amp;sort=hours-by-area.{place + 1}&amp;order=descending#hours-by-area" in section


def test_a_card_by_month_is_sorted_by_the_name_that_its_links_have(busy, as_user):
    busy.programme.first_day = date(2022, 1, 1)
    busy.programme.save()
    page = as_user(busy.anna).get("/dashboard/?period=launch&sort=hours-by-week.1&order=descending")
    card = next(shown.card for shown in page.context["cards"] if shown.code == "hours-by-week")
    months = [row[0] for row in card.rows]
    assert months == sorted(months, reverse=True)
    assert card.code == "hours-by-month"
    assert len(months) > 1


def test_what_is_withheld_comes_last_whichever_way_a_table_is_sorted(busy, as_user):
    paul = as_user(busy.paul)
    for direction in ("ascending", "descending"):
        sheet = paul.get(f"/figures/?period=2024-09&sort=by-area.4&order={direction}").context["sheet"]
        arrests = [row[3] for row in sheet.area_rows]
        known = [value for value in arrests if value != NOT_SHOWN]
        assert NOT_SHOWN in arrests
        assert arrests == [*sorted(known, key=int, reverse=direction == "descending"), *[NOT_SHOWN] * (3 - len(known))]


@pytest.mark.parametrize("who", ["anna", "sam"])
@pytest.mark.parametrize(
    ("query", "unit"),
    [
        ("measure=patrols&rows=area&columns=month", "shifts"),
        ("measure=patrol_hours&rows=district&columns=week", "hours"),
        ("measure=arrests&rows=offence&columns=area_kind", "arrests"),
        ("measure=stop_searches&rows=outcome&columns=month", "searches"),
        ("measure=finds&rows=area", "searches"),
        ("measure=asb_powers&rows=power&columns=district", "uses"),
    ],
)
def test_cells_that_are_explored_lead_to_lists_of_as_many(busy, as_user, who, query, unit):
    client = as_user(busy.people[who])
    rows = client.get(f"/explore/?period=launch&{query}").context["rows"]
    links = [cell for row in rows for cell in row if not isinstance(cell, str)]
    # In Sam's areas nobody found anything.
    assert links or (who, unit) == ("sam", "searches")
    for link in links:
        assert listed(client, link["url"], unit) == number(link["text"]), link


@pytest.mark.parametrize(
    "query", ["measure=stop_searches&rows=age", "measure=patrols&rows=hour", "measure=arrests&rows=area&only_hour=21"]
)
def test_what_a_list_cannot_be_narrowed_to_leads_nowhere(busy, as_user, query):
    rows = as_user(busy.anna).get(f"/explore/?period=launch&{query}").context["rows"]
    assert rows
    assert all(isinstance(cell, str) for row in rows for cell in row)
