"""Problem-solving plans: who sees and writes what, their steps, and what is due."""

import io
from datetime import date, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.urls import reverse
from pypdf import PdfReader

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.permissions import Role
from hotspots.initiatives import operations as initiative_operations
from hotspots.initiatives.queries import possible_owners
from hotspots.models import HotspotArea, Initiative, InitiativeKind
from reports.impact.presenters import summary
from reports.models import ImpactStudy, PlanReminder, ProblemPlan
from reports.plans import operations, presenters, queries, reminders
from reports.plans.plan_pdf import plan_pdf
from reports.plans.tasks import send_plan_reminders
from reports.statements import operations as statements
from reports.statements import sign_off
from reports.statements.body import draft_of
from reports.statements.spreadsheets import sheets
from tests import factories
from tests.hotspots import initiatives, police_data
from tests.plans import statements_of
from tests.publishing import digest, drafted, read_and_send
from tests.reports import impact, plans
from tests.reports.plans import AT

PAGE = "/problem-solving/"
TODAY = date(2024, 10, 12)


def address(plan: ProblemPlan, rest: str = "") -> str:
    return f"{PAGE}{plan.pk}/{rest}"


# --- who sees what ------------------------------------------------------------------------------------------------
def test_supervisors_see_the_plans_of_their_districts(force, now, as_user):
    here, elsewhere = plans.begun(force), plans.begun(force, area=force.watford, title="Elsewhere")
    seen = {name: set(ProblemPlan.objects.visible_to(person)) for name, person in force.people.items()}
    every = {here, elsewhere}
    assert seen == {
        "sam": {here},
        "sue": {elsewhere},
        "anna": every,
        "paul": set(),
        "adam": every,
        "audrey": every,
        "fay": set(),
        "pete": set(),
    }
    assert as_user(force.sam).get(address(elsewhere)).status_code == 404
    assert as_user(force.paul).get(address(here)).status_code == 404
    assert as_user(force.audrey).get(address(here)).status_code == 200
    # Only who may write is offered to.
    assert "Write the scanning" not in as_user(force.audrey).get(address(here)).content.decode()


def test_the_office_of_the_commissioner_sees_sums_alone(force, now, as_user):
    plans.written(force)
    page = as_user(force.paul).get(f"{PAGE}totals/")
    rows = dict(page.context["rows"])
    assert (rows["Open"], rows["Closed"], rows["Responses: planned"], rows["Assessed by a study"]) == (
        "1",
        "0",
        "1",
        "0",
    )
    assert "bus station" not in page.content.decode()
    assert force.hitchin.name not in page.content.decode()


# --- writing ------------------------------------------------------------------------------------------------------
def test_a_plan_is_written_step_by_step_and_printed(force, now, as_user):
    anna = as_user(force.anna)
    begun = {"opened_on_day": "2", "opened_on_month": "9", "opened_on_year": "2024"}
    values = {"area": force.hitchin.pk, "title": "Disorder at the bus station", "team": "Hitchin team", **begun}
    made = anna.post(f"{PAGE}new/", values)
    assert made.status_code == 302, made.content.decode()
    plan = ProblemPlan.objects.get()
    assert "Nothing is written yet" in anna.get(address(plan)).content.decode()
    scanning = {"problem": "Fights after school.", "community": "Passengers", "first_month": "2024-09-01"}
    incomplete = anna.post(address(plan, "scanning/"), scanning)
    assert incomplete.status_code == 422
    assert "Select both months" in incomplete.content.decode()
    for step, sent in (
        ("scanning/", scanning | {"last_month": "2024-10-01"}),
        ("analysis/", {"location": "A dark underpass."}),
        ("assessment/", {"learnt": "Too early to say."}),
        ("reviews/new/", {"due_on_day": "1", "due_on_month": "11", "due_on_year": "2024"}),
    ):
        answer = anna.post(address(plan, step), sent)
        assert answer.status_code == 302, answer.content.decode()
    page = anna.get(address(plan)).content.decode()
    for words in ("Fights after school.", "A dark underpass.", "Too early to say.", "1 November 2024", "October 2024"):
        assert words in page
    answer = anna.get(address(plan, "plan.pdf"))
    assert answer.content.startswith(b"%PDF-")


def test_two_people_do_not_overwrite_each_other(force, now, as_user):
    plan = plans.begun(force)
    anna, path = as_user(force.anna), address(plan, "analysis/")
    version = anna.get(path).context["version"]
    assert anna.post(path, {"known": "First", "version": version}).status_code == 302
    stale = anna.post(path, {"known": "Second", "version": version})
    assert stale.status_code == 409
    plan.refresh_from_db()
    assert plan.known == "First"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"status": "done"}, "done_on"),
        ({"status": "done", "done_on": date(2024, 10, 13)}, "done_on"),
        ({"status": "dropped"}, "note"),
        ({"due_on": date(2023, 10, 18)}, "due_on"),
        ({"status": "done", "done_on": date(2014, 10, 1)}, "done_on"),
    ],
)
def test_a_response_says_when_it_was_done_and_why_it_was_dropped(force, now, facts, field):
    with pytest.raises(DomainError) as refused:
        plans.responded(force, plans.begun(force), **facts)
    assert refused.value.field == field


def test_a_plan_begins_before_what_is_done_in_it(force, now):
    plan = plans.begun(force)
    response = plans.responded(force, plan, due_on=date(2024, 9, 10))
    review = operations.add_review(by=force.anna, at=AT, plan_id=plan.pk, due_on=date(2024, 10, 26))
    attempts = [
        ("done_on", lambda: operations.tick_response(
            by=force.anna, at=AT, response_id=response.pk, done_on=date(2014, 10, 1)
        )),
        ("held_on", lambda: operations.hold_review(
            by=force.anna, at=AT, review_id=review.pk, held_on=date(2014, 10, 1), decided="Go on"
        )),
        ("opened_on", lambda: operations.save_plan(
            by=force.anna, at=AT, plan_id=plan.pk, area=plan.area, title=plan.title, opened_on=date(2024, 9, 11)
        )),
    ]  # fmt: skip
    for field, attempt in attempts:
        with pytest.raises(DomainError) as refused:
            attempt()
        assert refused.value.field == field


def test_what_is_sent_twice_is_kept_once(force, now):
    plan = plans.begun(force)
    plans.responded(force, plan)
    with pytest.raises(DomainError, match="same response already"):
        plans.responded(force, plan)
    with pytest.raises(DomainError, match="an open plan for this problem"):
        plans.begun(force, title=" disorder at  the bus station")
    operations.close_plan(by=force.anna, at=AT, plan_id=plan.pk, reason="The aim is reached")
    assert plans.begun(force).pk != plan.pk


@pytest.mark.parametrize("page", ["new/", "{plan}/responses/new/", "{plan}/reviews/new/"])
def test_empty_fields_are_asked_for_in_plain_words(force, now, as_user, page):
    sent = as_user(force.anna).post(f"{PAGE}{page.format(plan=plans.begun(force).pk)}", {})
    words = [str(error) for errors in sent.context["form"].errors.values() for error in errors]
    assert words
    assert not [each for each in words if each.endswith((" on", " due"))], words


def test_a_closed_plan_is_changed_no_more_until_it_is_reopened(force, now, as_user):
    plan = plans.written(force)
    with pytest.raises(DomainError):
        operations.close_plan(by=force.anna, at=AT, plan_id=plan.pk, reason=" ")
    operations.close_plan(by=force.anna, at=AT, plan_id=plan.pk, reason="The aim is reached")
    review, response = plan.reviews.get(), plan.responses.get()
    for change in (
        lambda: plans.responded(force, plan),
        lambda: operations.save_analysis(by=force.anna, plan_id=plan.pk, known="More"),
        lambda: operations.tick_response(by=force.sam, at=AT, response_id=response.pk, done_on=TODAY),
        lambda: operations.hold_review(by=force.anna, at=AT, review_id=review.pk, held_on=TODAY, decided="Go on"),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.code == "plan_closed"
    anna = as_user(force.anna)
    assert anna.get(address(plan, "edit/")).status_code == 404
    assert "The aim is reached" in anna.get(address(plan)).content.decode()
    assert anna.post(address(plan, "reopen/")).status_code == 302
    plans.responded(force, plan, action="Leaflets")


def test_a_review_sets_the_next_one(force, now):
    plan = plans.begun(force)
    with pytest.raises(DomainError) as refused:
        operations.add_review(by=force.anna, at=AT, plan_id=plan.pk, due_on=TODAY - timedelta(days=1))
    assert refused.value.code == "review_past"
    review = operations.add_review(by=force.anna, at=AT, plan_id=plan.pk, due_on=TODAY)
    held = {"review_id": review.pk, "held_on": TODAY, "decided": "Go on"}
    with pytest.raises(DomainError) as refused:
        operations.hold_review(by=force.anna, at=AT, next_on=TODAY - timedelta(days=1), **held)
    assert refused.value.field == "next_on"
    review.refresh_from_db()
    assert review.held_on is None
    operations.hold_review(by=force.anna, at=AT, next_on=TODAY + timedelta(days=90), **held)
    assert [each.due_on for each in queries.reviews_of(plan)] == [TODAY, TODAY + timedelta(days=90)]
    with pytest.raises(ChangedMeanwhile):
        operations.hold_review(by=force.anna, at=AT, **held)


# --- ticking off --------------------------------------------------------------------------------------------------
def test_a_supervisor_ticks_off_what_is_theirs_and_nothing_else(force, now, as_user):
    plan = plans.begun(force)
    mine, other = plans.responded(force, plan), plans.responded(force, plan, action="Another", owner=force.anna)
    sam = as_user(force.sam)
    page = sam.get(address(plan)).content.decode()
    assert f"responses/{mine.pk}/done/" in page
    assert f"responses/{other.pk}/done/" not in page
    assert sam.get(f"{PAGE}responses/{other.pk}/done/").status_code == 403
    assert sam.get(f"{PAGE}responses/{mine.pk}/edit/").status_code == 403
    with pytest.raises(NotAllowed):
        operations.tick_response(by=force.sam, at=AT, response_id=other.pk, done_on=TODAY)
    done = {"done_on_day": "11", "done_on_month": "10", "done_on_year": "2024", "note": "The council mended them"}
    assert sam.post(f"{PAGE}responses/{mine.pk}/done/", done).status_code == 302
    mine.refresh_from_db()
    assert (mine.status, mine.done_on, mine.note) == ("done", date(2024, 10, 11), "The council mended them")
    assert sam.get(f"{PAGE}responses/{mine.pk}/done/").status_code == 404
    # Somebody who loses the role, or the district, cannot.
    waiting = plans.responded(force, plan, action="Third")
    force.sam.district_access.all().delete()
    assert sam.get(f"{PAGE}responses/{waiting.pk}/done/").status_code == 404


def test_an_auditor_owns_nothing(force, now):
    assert set(possible_owners()) == {force.sam, force.sue, force.anna, force.adam}


# --- cost and assessment ------------------------------------------------------------------------------------------
def test_a_response_shows_what_its_initiative_cost(force, now):
    made = initiatives.added(force)
    initiative_operations.link_entry(by=force.anna, initiative_id=made.pk, number=initiatives.spent(force).number)
    plan = plans.begun(force)
    plans.responded(force, plan, initiative=made)
    plans.responded(force, plan, action="Leaflets", planned_pence=50_00)
    responses, costs = queries.responses_with_costs(plan, force.anna)
    rows = presenters.response_rows(responses, costs, user=force.anna, day=TODAY, links=False)
    assert [row[4:] for row in rows] == [["£24,000", "£10,000"], ["£50", "–"]]
    assert "Part of the initiative Twelve cameras." in rows[0][0]


def test_a_response_says_nothing_of_an_initiative_elsewhere_or_withdrawn(force, now, as_user):
    elsewhere = initiatives.added(force, areas=[force.watford], name="Arches at the stadium", planned_pence=777_00)
    plan = plans.begun(force)
    plans.responded(force, plan, initiative=elsewhere)
    page = as_user(force.anna).get(address(plan)).content.decode()
    assert "Arches at the stadium" in page
    assert "£777" in page
    page = as_user(force.sam).get(address(plan)).content.decode()
    assert "Arches" not in page
    assert "777" not in page
    pdf = as_user(force.sam).get(address(plan, "plan.pdf")).content
    assert "Arches" not in "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)
    initiative_operations.withdraw_initiative(by=force.anna, initiative_id=elsewhere.pk, reason="Twice")
    assert "Part of the initiative" not in as_user(force.anna).get(address(plan)).content.decode()


@pytest.fixture
def study(force, now) -> ImpactStudy:
    boundary = [[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.95], [-0.28, 51.94]]
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary={"type": "Polygon", "coordinates": [boundary]})
    police_data.loaded(by=force.anna)
    return impact.answered(force)


def test_an_assessment_quotes_the_study(force, study, as_user):
    plan = plans.written(force, study)
    page = as_user(force.anna).get(address(plan)).content.decode()
    assert "The study says of all its areas together: Cannot tell. Of this area: Cannot tell." in page
    for line in summary(study):
        assert line in page.replace("&#x27;", "'")
    # A supervisor reads it without being led to a page that is not theirs.
    of_sam = as_user(force.sam).get(address(plan)).content.decode()
    assert "Cannot tell" in of_sam
    assert reverse("reports:impact_study", args=(study.pk,)) not in of_sam
    totals = dict(as_user(force.paul).get(f"{PAGE}totals/").context["rows"])
    assert totals["Studies that say “Cannot tell”"] == "1"
    assert plan_pdf(plan, force.sam, at=AT).startswith(b"%PDF-")


def test_figures_are_those_of_the_months_and_incidents_for_who_may_see_them(force, study, as_user):
    plan = plans.written(force)
    shown = as_user(force.anna).get(address(plan)).context
    assert [row[0] for row in shown["months"]] == ["January 2024", "February 2024"]
    assert shown["month_foot"][:3] == ["All of these", "0", "0"]
    assert shown["month_foot"][3] == "2"
    assert as_user(force.sam).get(address(plan)).context["month_foot"][3:] == ["–", "–", "–"]


# --- what is due --------------------------------------------------------------------------------------------------
def test_what_is_due_is_that_of_its_owner_or_of_who_leads_the_plan(force, now):
    plan = plans.begun(force)
    mine = plans.responded(force, plan)
    plans.responded(force, plan, action="Later", due_on=TODAY + timedelta(days=8))
    teams = plans.responded(force, plan, action="Of a team", owner=None, team="Town council", due_on=TODAY)
    late = plans.responded(force, plan, action="Late", owner=force.anna, due_on=TODAY - timedelta(days=1))
    review = operations.add_review(by=force.anna, at=AT, plan_id=plan.pk, due_on=TODAY + timedelta(days=7))
    found = {name: [each.pk for each in queries.due_things(who, day=TODAY)] for name, who in force.people.items()}
    assert found["sam"] == [mine.pk]
    assert found["anna"] == [late.pk, teams.pk, review.pk]
    assert [found[name] for name in ("sue", "paul", "adam", "audrey")] == [[], [], [], []]


def test_the_first_page_says_what_is_due_to_those_concerned_alone(force, now, as_user):
    plan = plans.begun(force)
    plans.responded(force, plan)
    plans.responded(force, plan, action="Late", owner=force.anna, due_on=TODAY - timedelta(days=1))
    assert "1 problem-solving action due within a week" in as_user(force.sam).get("/shifts/").content.decode()
    assert "1 problem-solving action overdue" in as_user(force.anna).get("/figures/").content.decode()
    for name, page in (("sue", "/shifts/"), ("paul", "/figures/"), ("adam", "/manage/"), ("audrey", "/figures/")):
        assert "problem-solving action" not in as_user(force.people[name]).get(page).content.decode()
    rows = as_user(force.sam).get(f"{PAGE}due/").context["rows"]
    assert [row[0]["text"] for row in rows] == ["Mend the lights in the underpass"]
    assert "Nothing is due" in as_user(force.adam).get(f"{PAGE}due/").content.decode()


def test_everybody_is_reminded_once_before_and_once_after(force, now):
    plan = plans.begun(force)
    plans.responded(force, plan)
    plans.responded(force, plan, action="Of a team", owner=None, team="Town council")
    for _ in range(3):
        send_plan_reminders()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([force.sam.email, force.anna.email])
    (to_sam,) = [letter for letter in mail.outbox if letter.to == [force.sam.email]]
    assert "1 response or review that is yours is due within a week." in to_sam.body
    assert "/problem-solving/due/" in to_sam.body
    for secret in ("underpass", "bus station", "Hitchin"):
        assert secret not in to_sam.body + to_sam.subject
    now.shift(timedelta(days=7))
    for _ in range(3):
        send_plan_reminders()
    assert len(mail.outbox) == 4
    assert "is overdue" in mail.outbox[-1].body
    now.shift(timedelta(days=30))
    send_plan_reminders()
    assert len(mail.outbox) == 4
    assert PlanReminder.objects.count() == 4


def test_another_day_is_reminded_of_again(force, now):
    plan = plans.begun(force)
    response = plans.responded(force, plan)
    send_plan_reminders()
    facts = {"action": response.action, "owner": force.sam, "due_on": TODAY + timedelta(days=3)}
    operations.save_response(by=force.anna, at=AT, plan_id=plan.pk, response_id=response.pk, **facts)
    send_plan_reminders()
    assert len(mail.outbox) == 2


def test_nobody_is_reminded_of_what_is_done_closed_or_not_theirs_to_see(force, now):
    plan, closed = plans.begun(force), plans.begun(force, title="Closed")
    plans.responded(force, closed)
    operations.close_plan(by=force.anna, at=AT, plan_id=closed.pk, reason="Done")
    done = plans.responded(force, plan)
    operations.tick_response(by=force.sam, at=AT, response_id=done.pk, done_on=TODAY)
    plans.responded(force, plan, action="Of Sue, who works elsewhere", owner=force.sue)
    plans.responded(force, plan, action="Of Anna")
    type(force.sam).objects.filter(pk=force.sam.pk).update(is_active=False)
    send_plan_reminders()
    assert mail.outbox == []
    type(force.sam).objects.filter(pk=force.sam.pk).update(is_active=True, role=Role.AUDITOR)
    send_plan_reminders()
    assert mail.outbox == []


def test_without_the_mail_server_the_letter_goes_later(force, now, monkeypatch):
    plans.responded(force, plans.begun(force))

    def down(*_, **__):
        raise SMTPServerDisconnected

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", down)
        assert reminders.send_reminders(at=AT) == 0
    assert not PlanReminder.objects.exists()
    assert reminders.send_reminders(at=AT) == 1
    assert len(mail.outbox) == 1


def test_without_any_mail_server_nothing_is_marked_as_sent(force, now, settings):
    plans.responded(force, plans.begun(force))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert reminders.send_reminders(at=AT) == 0
    assert not PlanReminder.objects.exists()


# --- many plans ---------------------------------------------------------------------------------------------------
def test_queries_do_not_grow_with_the_plans(force, now, as_user):
    anna = as_user(force.anna)
    plan = plans.written(force)
    plans.responded(force, plan, action="First", owner=force.anna, initiative=initiatives.added(force))
    places = ("", f"{plan.pk}/", "due/", "totals/")
    anna.get(PAGE)
    asked = [len(statements_of(lambda place=place: anna.get(PAGE + place))) for place in places]
    areas = factories.HotspotAreaFactory.create_batch(5, district=force.north_herts)
    for number, area in enumerate(areas * 6):
        made = plans.begun(force, area=area, title=f"Number {number}")
        plans.responded(force, made, owner=force.anna)
    for number in range(10):
        plans.responded(force, plan, action=f"Number {number}", initiative=initiatives.added(force, name=str(number)))
    assert [len(statements_of(lambda place=place: anna.get(PAGE + place))) for place in places] == asked


# --- statements ---------------------------------------------------------------------------------------------------
WORDS = "{headline}\n\nThe programme has also paid for {initiatives}."


def test_a_statement_speaks_of_initiatives_and_keeps_them_as_they_were(force, now, as_user):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    initiatives.added(force, is_publishable=True)
    kits = InitiativeKind.objects.get(name="Property marking kits")
    initiatives.added(force, name="Kits", kind=kits, quantity=1_500, is_publishable=True, is_force_wide=True)
    initiatives.added(force, name="Secret", kind=kits)
    later = {"first_day": date(2024, 10, 12), "in_place_from": None}
    initiatives.added(force, name="After its last day", is_publishable=True, **later)
    draft = drafted(force, AT)
    statements.save_words(by=force.paul, at=AT, statement_id=draft.pk, words=WORDS)
    draft.refresh_from_db()
    assert "The programme has also paid for CCTV upgrade (12 cameras) and property marking kits (1,500 kits)." in (
        draft_of(draft, AT).text
    )
    waiting = read_and_send(draft, AT)
    made = sign_off.approve(by=force.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    initiative = Initiative.objects.get(name="Kits")
    initiative_operations.withdraw_initiative(by=force.anna, initiative_id=initiative.pk, reason="Twice")
    page = as_user(force.paul).get(reverse("reports:statement", args=(made.slug,)))
    assert [row[0] for row in page.context["release"].initiatives.rows] == ["Twelve cameras", "Kits"]
    assert "1,500 kits" in page.content.decode()
    sheet = next(each for each in sheets(page.context["release"]) if each.name == "Initiatives")
    assert [row[0] for row in sheet.rows] == ["Twelve cameras", "Kits"]


def test_without_anything_to_publish_initiatives_are_to_be_taken_out(force, now, as_user):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    initiatives.added(force)
    draft = drafted(force, AT)
    page = as_user(force.paul).get(reverse("reports:draft_words", args=(draft.pk,)))
    assert dict(page.context["names"])["{initiatives}"].endswith("where there are any")
    statements.save_words(by=force.paul, at=AT, statement_id=draft.pk, words=WORDS)
    draft.refresh_from_db()
    assert any("take out {initiatives}" in check for check in draft_of(draft, AT).checks)
    initiatives.added(force, name="Known", is_publishable=True)
    draft.refresh_from_db()
    assert not any("take out {initiatives}" in check for check in draft_of(draft, AT).checks)
