"""Every page for everybody who may open it: axe in both themes, no sideways scrolling at 320 px, room for a thumb."""

from datetime import UTC, date, datetime
from functools import partial
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from hotspot.core.accounts.operations import disclose
from hotspot.core.permissions import Scope
from hotspots.analysis import operations as analyses
from hotspots.models import District, DoseTarget, HotspotAnalysis, HotspotArea, IncidentCategory
from outcomes.models import Arrest
from patrols.models import CrewRole, PatrolShift
from tests import factories, publishing
from tests.api import connect
from tests.conftest import NOW
from tests.hotspots import area_sets, authorisations, initiatives, ledger, police_data
from tests.house.test_access import ACTORS, MATRIX, path_of
from tests.journeys.conftest import DESKTOP, SMALL_PHONE
from tests.outcomes import months
from tests.patrols import live_visits, planning, positions, rates, trials
from tests.reports import emails, impact, koper, orders, plans, wallboards
from tests.reports import trials as trial_results
from tests.reports.results import frozen_pack, residents
from tests.returns import HOURS, submitted

pytestmark = pytest.mark.slow

# Answers that are no pages.
NOT_PAGES = {
    "hotspots:surroundings",
    "ledger:document",
    "ledger:entries_file",
    "outcomes:import_template",
    "core:healthz",
    "core:readyz",
    "core:job_progress",
    "outcomes:echo",
    "outcomes:manifest",
    "outcomes:queue",
    "outcomes:service_worker",
    "outcomes:import_problems",
    "outcomes:workbook_file",
    "initiatives:document",
    "initiatives:published_file",
    "reports:card_file",
    "reports:costs_file",
    "reports:explore_file",
    "reports:dosage_file",
    "reports:download",
    "reports:order_invoice_file",
    "reports:order_statement_file",
    "reports:plan_file",
    "reports:public_bundle",
    "reports:public_calendar_feed",
    "reports:public_feed",
    "reports:public_file",
    "reports:public_tool",
    "reports:return_file",
    "reports:spreadsheet",
    "reports:scrutiny_file",
    "reports:frozen_pack_file",
    "reports:statement_file",
    "reports:trial_result_file",
    "trials:record",
}
LONG_NAME = "Welwyn Garden City: Howard Centre, bus station and the underpass to Campus West"


@pytest.fixture
def world(force):
    """A shift of Sam's with something of everything, in an area with a long name; and the values that paths need."""
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(name=LONG_NAME)
    shift = partial(factories.PatrolShiftFactory, area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    full = shift(note="Station Road " * 30, logged_at=datetime(2024, 10, 12, 6, tzinfo=UTC), crew=list(CrewRole))
    arrest = factories.ArrestFactory(shift=full, reference="41XY/" + "1234567/" * 4)
    Arrest.objects.filter(pk=arrest.pk).update(justice_outcome="charged", justice_outcome_on=full.day)
    factories.ArrestFactory(shift=full)
    residents(by=force.anna)
    factories.StopSearchFactory.create_batch(3, shift=full)
    factories.WeaponRecoveredFactory(shift=full)
    factories.AsbPowerUseFactory(shift=full)
    factories.VisitFactory(shift=full)
    shift(starts_at=datetime(2024, 10, 9, 21, tzinfo=UTC), state=PatrolShift.State.VOIDED)
    shift(starts_at=datetime(2024, 10, 13, 21, tzinfo=UTC), state=PatrolShift.State.PLANNED)
    target = factories.AreaTargetFactory(area=force.hitchin)
    DoseTarget.objects.create(area=force.hitchin, first_monday=date(2024, 9, 30), minutes=45, visits=3)
    filters = f"area={force.hitchin.pk}&whose=all"
    disclose(by=force.sam, at=NOW, action="download_csv", request="f" * 32, what="shifts", filters=filters, rows=4)
    return {
        "shift_id": full.pk,
        "kind": "arrest",
        "outcome_id": arrest.pk,
        "arrest_id": arrest.pk,
        "stage_id": arrest.stages.get().pk,
        "unfinished_id": factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin).pk,
        "request_id": factories.CorrectionRequestFactory(shift=full, asked_by=force.sam).pk,
        "import_id": factories.FileImportFactory(by=force.adam).pk,
        **publishing.in_every_state(force, NOW, title=LONG_NAME),
        "template_id": (made := submitted(force, NOW, HOURS, by_area=True)).template_id,
        "return_id": made.pk,
        "job_id": factories.WorkbookJobFactory(by=force.sam).pk,
        "police_file": police_data.loaded(by=force.anna),
        "category": IncidentCategory.objects.get(name="Robbery"),
        "analysis": answered(force),
        **area_sets.in_every_state(force, area_name=LONG_NAME),
        **ledger.in_every_state(force),
        **orders.in_every_state(force),
        "impact_study": (study := impact.answered(force)),
        "change": impact.changed(force),
        **(made := trials.in_every_state(force)),
        "trial_result": trial_results.answered_with_some(force, made["sealed_trial"]),
        "koper_study": koper.answered(force),
        "position_file": positions.checked(force),
        "harm_table": police_data.weights(by=force.anna),
        "layer": police_data.lsoas(by=force.anna),
        **initiatives.in_every_state(force, name=LONG_NAME),
        **authorisations.in_every_state(force),
        **plans.in_every_state(force, title=LONG_NAME, study=study),
        **emails.in_every_state(force, name=LONG_NAME[:80]),
        **wallboards.in_every_state(force, name=LONG_NAME[:80]),
        **planning.in_every_state(force),
        **months.in_every_state(force),
        **live_visits.in_every_state(force),
        "frozen_pack": frozen_pack(force, NOW, meeting=LONG_NAME),
        "rate": rates.rate(force.adam, force.grant, 3250),
        "holiday": rates.holiday(force.adam),
        "month": "2024-01",
        "what": "shifts",
        "target": target,
        "system": connect(force.adam, *Scope, name="Records management system of the seven eastern forces (trial)"),
        "uidb64": "x",
        "token": "x",
    }


def answered(force) -> HotspotAnalysis:
    """An analysis with its answer: a group of cells, a break-free month, and hotspot areas beside them.

    Months of an own extract and of stop and searches are there too.
    """
    outline = {"type": "Polygon", "coordinates": [[[-0.5, 51.6], [0.1, 51.6], [0.1, 52.1], [-0.5, 52.1], [-0.5, 51.6]]]}
    District.objects.update(outline=outline)
    police_data.load(police_data.extract_csv([{}]), by=force.anna, name="extract.csv")
    searches = (police_data.DATA / "2024-06-hertfordshire-stop-and-search.csv").read_bytes()
    police_data.load(searches, by=force.anna, name="2024-06-hertfordshire-stop-and-search.csv")
    analysis = police_data.asked(by=force.anna)
    analyses.answer_analysis(job=analysis.job)
    return analysis


def pages_of(actor: str) -> list[str]:
    """The names of the pages that this person may open."""
    place = ACTORS.index(actor)
    names = [name for name, row in MATRIX.items() if row[place] == 200 and name not in NOT_PAGES]
    return [name for name in names if LOOKED_AT_ONCE.get(name, actor) == actor]


# The same for everybody, and so long that looking at it takes as long as at all the rest.
LOOKED_AT_ONCE = {"api:docs": "sue"}


@pytest.mark.parametrize("actor", ACTORS)
def test_every_page_is_accessible_and_fits_a_phone(force, world, page_for, actor):
    page = page_for(None if actor == "anon" else force.people[actor])
    troubles = []
    for name in pages_of(actor):
        page.goto(path_of(name, world, force))
        troubles += [f"{name}: {trouble}" for trouble in look_over(page)]
    if "analyses:analysis" in pages_of(actor):
        page.goto(reverse("analyses:record", args=(world["analysis"].pk,)))
        troubles += [f"record: {trouble}" for trouble in look_over(page)]
    page.goto("/nothing-is-here/")
    troubles += [f"404: {trouble}" for trouble in look_over(page)]
    if actor == "sam":
        page.goto(reverse("hotspots:add_area"))
        troubles += [f"403: {trouble}" for trouble in look_over(page)]
    assert troubles == []


# Pages that refuse to be sent empty, by who sends them.
REFUSE_EMPTY = {
    "anon": ["core:sign_in"],
    "sam": [
        "core:change_password",
        "outcomes:log",
        "outcomes:several",
        "outcomes:plan",
        "outcomes:plan_pattern",
        "outcomes:copy_week",
        "outcomes:change_plan",
        "outcomes:hand_over",
        "outcomes:correct",
        "outcomes:void",
        "outcomes:withdraw",
        "outcomes:arrest",
        "outcomes:withdraw_stage",
        "outcomes:crew",
        "outcomes:visits",
        "reports:ask_for_weekly",
        "reports:set_alert",
        "authorisations:new",
        "authorisations:correct",
        "authorisations:continue",
        "authorisations:review",
        "authorisations:void",
    ],
    "anna": [
        "trials:new",
        "trials:edit",
        "initiatives:new",
        "initiatives:withdraw",
        "initiatives:add_document",
        "initiatives:link_entry",
        "reports:new_plan",
        "reports:close_plan",
        "reports:add_response",
        "reports:hold_review",
        "reports:take_over",
        "reports:withdraw_release",
    ],
    "paul": [
        "reports:freeze_pack",
        "reports:new_statement",
        "reports:check_draft",
        "reports:send_draft",
        "reports:announce_release",
        "reports:reschedule_release",
        "reports:cancel_release",
        "reports:correct_statement",
        "reports:check_figure",
        "reports:check_claim",
    ],
    "adam": [
        "trials:stop",
        "initiatives:new_kind",
        "reports:new_template",
        "reports:template_rows",
        "reports:copy_template",
        "reports:template_workbook",
        "reports:restate",
        "hotspots:add_area",
        "hotspots:import_areas",
        "hotspots:redraw_area",
        "hotspots:edit_doses",
        "positions:new",
        "positions:withdraw",
        "hotspots:retire_area",
        "hotspots:add_programme",
        "outcomes:new_import",
        "residents:new",
        "hotspots:add_stream",
        "hotspots:add_district",
        "hotspots:invite_person",
        "hotspots:connect_system",
        "hotspots:change_system",
        "rates:add_rate",
        "rates:set_rule",
        "rates:add_holiday",
        "hotspots:give_organisation",
        "reports:edit_contact",
        "reports:make_wallboard",
    ],
    "fay": [
        "ledger:add_entry",
        "ledger:edit_entry",
        "ledger:refuse_entry",
        "ledger:reverse_entry",
        "ledger:add_income",
        "ledger:edit_income",
        "ledger:receive",
        "ledger:reverse_receipt",
        "ledger:add_cap",
        "ledger:add_category",
        "ledger:edit_category",
        "ledger:new_import",
        "orders:add_organisation",
        "orders:edit_organisation",
        "orders:edit_sender",
        "orders:add_order",
        "orders:edit_order",
        "orders:set_rate",
        "reports:sign_off_order",
        "reports:withdraw_order",
        "reports:cancel_invoice",
        "reports:receive_payment",
        "reports:link_payment",
    ],
}


@pytest.mark.parametrize("actor", REFUSE_EMPTY)
def test_every_page_with_its_errors_is_accessible_too(force, world, page_for, actor):
    page = page_for(None if actor == "anon" else force.people[actor])
    troubles = []
    for name in REFUSE_EMPTY[actor]:
        page.goto(path_of(name, world, force))
        with page.expect_navigation():
            page.locator("main form[method=post]").first.evaluate(SEND_EMPTY)
        if not page.title().startswith("Error: "):
            troubles.append(f"{name}: was not refused: {page.title()}")
        if not page.locator(".govuk-error-summary").evaluate("summary => summary === document.activeElement"):
            troubles.append(f"{name}: the error summary has no focus")
        for link in page.locator(".govuk-error-summary a").all():
            target = link.get_attribute("href") or ""
            if page.locator(target).count() != 1:
                troubles.append(f"{name}: {target} leads nowhere")
        troubles += [f"{name}: {trouble}" for trouble in look_over(page)]
    assert troubles == []


SEND_EMPTY = """form => {
  for (const field of form.elements) {
    if (field.matches("[type=hidden], button")) continue;
    field.checked = false;
    if (!field.matches("[type=checkbox], [type=radio], [type=file]")) field.value = "";
  }
  form.submit();
}"""


def look_over(page: Page) -> list[str]:
    """Everything that is wrong with the page that is open."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.emulate_media(color_scheme="light")
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    troubles = serious(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": SMALL_PHONE[0], "height": SMALL_PHONE[1]})
    # The theme changes colours alone, so these are all that has to be looked at again.
    troubles += serious(page, runOnly=["color-contrast", "scrollable-region-focusable"])
    return troubles + page.evaluate(FITS) + page.evaluate(SMALL_TARGETS)


def serious(page: Page, **options: object) -> list[str]:
    """What axe calls serious or critical, and what lies outside every landmark, in a line each."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical") or rule["id"] == "region"
        for node in rule["nodes"]
    ]


# No page is wider than the phone; what is wider scrolls in a region of its own that the keyboard reaches. Nobody has to
# scroll sideways to fill something in or to press a button.
FITS = """() => {
  const troubles = [];
  if (document.documentElement.scrollWidth > innerWidth)
    troubles.push(`scrolls sideways: ${document.documentElement.scrollWidth} px`);
  for (const element of document.querySelectorAll("body *")) {
    if (!["auto", "scroll"].includes(getComputedStyle(element).overflowX)) continue;
    if (element.matches("textarea") || element.scrollWidth <= element.clientWidth) continue;
    if (element.tabIndex < 0 || element.getAttribute("role") !== "region" || !element.getAttribute("aria-label"))
      troubles.push(`scrolls without a name or the keyboard: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const control of document.querySelectorAll(".app-table-scroll :is(.govuk-button, input, select, textarea)")) {
    if (control.checkVisibility() && control.getBoundingClientRect().right > innerWidth)
      troubles.push(`is off the screen of a phone: ${control.outerHTML.slice(0, 120)}`);
  }
  return troubles;
}"""

# WCAG 2.5.8 asks for 24 px, but not of links inside a sentence; what a thumb presses most gets 44.
SMALL_TARGETS = """() => {
  const main = ".govuk-button, .app-stepper__button, .app-chip, .app-nav__link, .app-nav__summary, .govuk-input, "
    + ".govuk-select, .govuk-textarea, .govuk-radios__input, .govuk-checkboxes__input, .app-filter__summary";
  const size = (element) => {
    const box = element.getBoundingClientRect();
    const label = element.labels?.[0]?.getBoundingClientRect();
    return [Math.max(box.width, label?.width ?? 0), Math.max(box.height, label?.height ?? 0)];
  };
  const inSentence = (link) => {
    const block = link.closest("p, li, dd, td, th, div");
    const around = block.innerText.replace(link.innerText, "").trim();
    return link.matches("a") && getComputedStyle(link).display === "inline" && around.length > 2;
  };
  const troubles = [];
  for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (element.type === "hidden" || !element.checkVisibility() || element.matches(".govuk-skip-link")) continue;
    const least = element.matches(main) ? 44 : 24;
    const [width, height] = size(element);
    if (width && (width < 24 || height < least - 0.5) && !inSentence(element))
      troubles.push(`${Math.round(width)}×${Math.round(height)} px: ${element.outerHTML.slice(0, 140)}`);
  }
  return troubles;
}"""


def test_every_page_that_refuses_is_a_page():
    for names in REFUSE_EMPTY.values():
        assert set(names) <= set(MATRIX)


def test_the_checks_find_what_they_look_for(page_for):
    page = page_for()
    page.goto("/help/")
    assert urlsplit(page.url).path == "/help/"
    page.evaluate("""document.querySelector("main").innerHTML =
      '<img src="/static/img/mark.svg"><p><button>x</button></p>' + '<pre>' + 'wide'.repeat(200) + '</pre>'""")
    found = " ".join(look_over(page))
    for trouble in ("image-alt", "scrolls sideways", "px: <button>"):
        assert trouble in found
