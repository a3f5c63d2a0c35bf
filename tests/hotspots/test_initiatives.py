"""Initiatives: what they may say, where they are seen, what they cost, and what is published of them."""

import csv
from datetime import date
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from hotspot.core.errors import ChangedMeanwhile, DomainError, DomainErrors
from hotspot.core.models import Disclosure
from hotspot.core.spreadsheets import as_attachment
from hotspots.documents import file_name_of
from hotspots.initiatives import operations, presenters, queries, rules
from hotspots.models import Initiative, InitiativeEntry, InitiativeKind
from tests.hotspots import initiatives
from tests.hotspots.initiatives import AT, PDF
from tests.plans import statements_of

LIST, NEW = "/problem-solving/initiatives/", "/problem-solving/initiatives/new/"

REFUSED = {
    "begun on no day": ({"first_day": None, "in_place_from": None}, "first_day"),
    "begun on a day to come": ({"first_day": date(2024, 10, 13), "in_place_from": None}, "first_day"),
    "finished on no day": ({"status": "finished"}, "last_day"),
    "finished on a day to come": ({"status": "finished", "last_day": date(2024, 10, 13)}, "last_day"),
    "over while under way": ({"last_day": date(2024, 7, 1)}, "last_day"),
    "stopped for no reason": ({"status": "stopped", "last_day": date(2024, 7, 1)}, "stop_reason"),
    "in place while planned": ({"status": "planned"}, "in_place_from"),
    "in place on a day to come": ({"in_place_from": date(2024, 10, 13)}, "in_place_from"),
    "in place before it began": ({"in_place_from": date(2024, 6, 2)}, "in_place_from"),
    "nowhere": ({"areas": []}, "areas"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_beside_its_field(force, now, what):
    facts, field = REFUSED[what]
    with pytest.raises(DomainError) as refused:
        initiatives.added(force, **facts)
    assert refused.value.field == field
    assert not Initiative.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"in_place_until": date(2024, 6, 30)},
        {"status": "finished", "last_day": date(2024, 6, 2), "in_place_from": None},
        {"team": "Community Safety Unit"},
        {"planned_pence": -1},
    ],
)
def test_the_database_refuses_what_the_form_does_not_see(force, now, facts):
    with pytest.raises((DomainError, DomainErrors)):
        initiatives.added(force, **facts)


def test_a_planned_one_needs_no_days_and_a_stopped_one_no_first(force, now):
    initiatives.added(force, status="planned", first_day=None, in_place_from=None)
    facts = {"name": "Masts", "status": "stopped", "first_day": None, "in_place_from": None, "last_day": None}
    with pytest.raises(DomainError) as refused:
        initiatives.added(force, **facts, stop_reason="The money went elsewhere")
    assert refused.value.field == "last_day"


def test_supervisors_see_their_own_districts_and_what_is_of_the_whole_force(force, now):
    here, elsewhere = initiatives.added(force), initiatives.added(force, areas=[force.watford], name="Elsewhere")
    everywhere = initiatives.added(force, is_force_wide=True, name="Everywhere")
    both = initiatives.added(force, areas=[force.hitchin, force.watford], name="Both")
    seen = {name: set(queries.initiatives_seen_by(person)) for name, person in force.people.items()}
    every = {here, elsewhere, everywhere, both}
    assert seen == {
        "sam": {here, everywhere, both},
        "sue": {elsewhere, everywhere, both},
        "anna": every,
        "paul": set(),
        "adam": every,
        "audrey": every,
        "fay": set(),
        "pete": set(),
    }
    of_sam = queries.initiatives_seen_by(force.sam).get(pk=both.pk)
    assert presenters.where(of_sam) == "Hitchin town centre and 1 area elsewhere"
    of_anna = queries.initiatives_seen_by(force.anna).get(pk=both.pk)
    assert presenters.where(of_anna) == "Hitchin town centre and Watford town centre"
    assert set(queries.initiatives_in(force.hitchin, force.sam)) == {here, everywhere, both}


def test_what_is_withdrawn_leaves_every_list_and_stays_to_be_read(force, now, as_user):
    made = initiatives.added(force, is_publishable=True)
    assert list(queries.publishable(force.paul)) == list(queries.in_place_for(force.paul)) == [made]
    with pytest.raises(DomainError):
        operations.withdraw_initiative(by=force.anna, initiative_id=made.pk, reason=" ")
    operations.withdraw_initiative(by=force.anna, initiative_id=made.pk, reason="Recorded twice")
    for found in (queries.publishable(force.paul), queries.in_place_for(force.anna)):
        assert not found.exists()
    anna = as_user(force.anna)
    assert "Twelve cameras" not in anna.get(LIST).content.decode()
    assert "Recorded twice" in anna.get(f"{LIST}{made.pk}/").content.decode()
    assert anna.get(f"{LIST}{made.pk}/edit/").status_code == 404
    for change in (
        lambda: operations.withdraw_initiative(by=force.anna, initiative_id=made.pk, reason="Again"),
        lambda: operations.add_document(by=force.anna, at=AT, initiative_id=made.pk, name="a.pdf", content=PDF),
    ):
        with pytest.raises(ChangedMeanwhile):
            change()


# --- cost ----------------------------------------------------------------------------------------------------------
def test_the_cost_is_approved_spend_less_what_was_reversed(force, now):
    made, other = initiatives.added(force), initiatives.added(force, name="Another")
    entries = [initiatives.spent(force, pence) for pence in (100, 20, 3)]
    for entry in entries:
        operations.link_entry(by=force.anna, initiative_id=made.pk, number=entry.number)
    assert queries.costs_of(force.anna, [made, other]) == {made.pk: 123}
    # One that was refused takes nothing back, and does not count the entry twice.
    facts = {"state": "refused", "refusal": "No"}
    initiatives.taken_back(force, entries[1], **facts)
    initiatives.taken_back(force, entries[1])
    waiting = {"state": "submitted", "decided_by": None, "decided_at": None}
    initiatives.taken_back(force, entries[2], **waiting)
    assert queries.costs_of(force.anna, [made, other]) == {made.pk: 103}
    assert queries.costs_by_kind(force.paul) == {made.kind_id: 103}
    assert queries.costs_of(force.paul, [made]) == {made.pk: 103}
    shown = presenters.entry_rows(queries.entries_of(made, force.anna), keeps=False)
    assert sorted(row[-1] for row in shown) == ["£0", "£0.03", "£1"]


def test_a_supervisor_is_told_no_cost_that_is_partly_of_another_district(force, now):
    made = initiatives.added(force)
    operations.link_entry(by=force.anna, initiative_id=made.pk, number=initiatives.spent(force).number)
    assert queries.costs_of(force.sam, [made]) == {made.pk: 10_000_00}
    other = initiatives.spent(force, area=force.watford)
    operations.link_entry(by=force.anna, initiative_id=made.pk, number=other.number)
    assert queries.costs_of(force.sam, [made]) == {}
    assert [link.entry_id for link in queries.entries_of(made, force.sam)] != [other.pk]


def test_only_an_approved_entry_of_the_programme_is_booked_and_only_once(force, now):
    made, other = initiatives.added(force), initiatives.added(force, name="Another")
    waiting = initiatives.spent(force, state="submitted", decided_by=None, decided_at=None)
    entry = initiatives.spent(force)
    reversal = initiatives.taken_back(force, entry)
    for number in ("", "SP-x", "SP-999999", "٣", waiting.number, reversal.number):
        with pytest.raises(DomainError) as refused:
            operations.link_entry(by=force.anna, initiative_id=made.pk, number=number)
        assert refused.value.code == "entry_unknown"
    link = operations.link_entry(by=force.anna, initiative_id=made.pk, number=f" sp-{entry.pk} ")
    with pytest.raises(DomainError) as refused:
        operations.link_entry(by=force.anna, initiative_id=other.pk, number=entry.number)
    assert refused.value.code == "entry_linked_already"
    operations.unlink_entry(by=force.anna, link_id=link.pk)
    operations.link_entry(by=force.anna, initiative_id=other.pk, number=str(entry.pk))
    # The history keeps what was taken out.
    events = InitiativeEntry.events.rel.related_model.objects
    assert events.filter(pgh_obj_id=link.pk, pgh_label="delete").count() == 1


# --- documents -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("order.exe", PDF, "file_type"),
        ("order", PDF, "file_type"),
        ("order.pdf", b"<html>", "file_not_as_named"),
        ("order.docx", PDF, "file_not_as_named"),
        ("order.pdf", b"", "file_empty"),
        ("order.pdf", PDF + b" " * rules.MOST_BYTES, "file_too_large"),
    ],
)
def test_a_document_is_checked_by_type_and_size(force, now, name, content, code):
    made = initiatives.added(force)
    with pytest.raises(DomainError) as refused:
        operations.add_document(by=force.anna, at=AT, initiative_id=made.pk, name=name, content=content)
    assert (refused.value.code, refused.value.field) == (code, "file")


def test_a_document_is_read_by_who_sees_its_initiative_until_it_is_withdrawn(force, now, as_user):
    made = initiatives.added(force)
    anna, page = as_user(force.anna), f"{LIST}{made.pk}/"
    sent = anna.post(f"{page}documents/new/", {"file": SimpleUploadedFile("Order £5.pdf", PDF)})
    assert sent.status_code == 302, sent.content.decode()
    document = made.documents.get()
    address = reverse("initiatives:document", args=(document.pk,))
    answer = as_user(force.sam).get(address)
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/pdf")
    assert "attachment" in answer["Content-Disposition"]
    taken = Disclosure.objects.get()
    assert (taken.by, taken.action) == (force.sam, "download_initiative_document")
    assert taken.detail["said"] == "Order £5.pdf, of the initiative Twelve cameras"
    assert "Downloaded a document of an initiative" in as_user(force.audrey).get("/shifts/downloads/").content.decode()
    assert as_user(force.sue).get(address).status_code == as_user(force.paul).get(address).status_code == 404
    assert anna.post(f"{LIST}documents/{document.pk}/withdraw/", {"reason": "Shows a face"}).status_code == 302
    document.refresh_from_db()
    assert bytes(document.content) == b""
    assert anna.get(address).status_code == 404
    assert "withdrawn: Shows a face" in anna.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "kept_as"),
    [
        ("Order 5.PDF", "Order_5.pdf"),
        ("日本.pdf", "日本.pdf"),
        ("£€.pdf", "document.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ('a"; filename="b.exe.pdf', "a_filenameb.exe.pdf"),
        ("..pdf", "document.pdf"),
    ],
)
def test_names_of_documents_are_safe_on_every_system(name, kept_as):
    assert file_name_of(name) == kept_as
    assert f"{quote(kept_as)}" in as_attachment(HttpResponse(), kept_as)["Content-Disposition"]


def test_what_is_sent_twice_is_kept_once(force, now):
    made = initiatives.added(force)
    with pytest.raises(DomainError, match="here already"):
        initiatives.added(force, name="twelve  CAMERAS")
    document = {"by": force.anna, "at": AT, "initiative_id": made.pk, "name": "order.pdf"}
    operations.add_document(**document, content=PDF)
    with pytest.raises(DomainError, match="this document already"):
        operations.add_document(**document, content=PDF)
    operations.add_document(**document, content=PDF.replace(b"up", b"UP"))
    operations.withdraw_initiative(by=force.anna, initiative_id=made.pk, reason="Twice")
    assert initiatives.added(force).pk != made.pk


# --- what is published, and sums -----------------------------------------------------------------------------------
def test_the_publishable_list_is_for_everybody_of_the_force_and_has_nothing_else(force, now, as_user):
    initiatives.added(force, is_publishable=True, areas=[force.watford], purpose="SECRET purpose")
    initiatives.added(force, name="=Not for the public")
    assert as_user(force.pete).get(f"{LIST}published/").status_code == 404
    for person in (person for name, person in force.people.items() if name != "pete"):
        page = as_user(person).get(f"{LIST}published/").content.decode()
        assert "Twelve cameras" in page
        assert "Watford town centre" in page
        for secret in ("Not for the public", "SECRET", force.sam.name, "24,000"):
            assert secret not in page.split("<main")[1], secret
    initiatives.added(force, name="=Sum", is_publishable=True, is_force_wide=True, quantity=1)
    answer = as_user(force.paul).get(f"{LIST}published.csv")
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines()))
    assert [(row["initiative"], row["where"], row["quantity"], row["unit"]) for row in rows] == [
        ("'=Sum", "Whole force", "1", "camera"),
        ("Twelve cameras", "Watford town centre", "12", "cameras"),
    ]


def test_the_office_of_the_commissioner_sees_sums_by_kind_alone(force, now, as_user):
    initiatives.added(force)
    initiatives.added(force, name="More", quantity=3, status="planned", first_day=None, in_place_from=None)
    withdrawn = initiatives.added(force, name="Mistake")
    operations.withdraw_initiative(by=force.anna, initiative_id=withdrawn.pk, reason="Twice")
    (row,) = as_user(force.paul).get("/problem-solving/totals/").context["kinds"]
    assert row == ["CCTV upgrade", "1", "1", "0", "0", "15 cameras", "£48,000", "–"]
    assert queries.totals_by_kind(force.sam) == []
    assert as_user(force.paul).get(LIST).status_code == 404


def test_an_initiative_is_added_and_changed_by_page(force, now, as_user):
    anna = as_user(force.anna)
    empty = anna.post(NEW, {})
    assert empty.status_code == 422
    kind = InitiativeKind.objects.get(name="Property marking kits")
    values = {
        "programme": force.programme.pk, "kind": kind.pk, "name": "Kits for the estate", "where": "areas",
        "areas": [force.hitchin.pk], "status": "planned", "quantity": "1,200", "planned_pence": "£1,200.50",
        "team": "Community Safety Unit",
    }  # fmt: skip
    added = anna.post(NEW, values)
    assert added.status_code == 302, added.content.decode()
    made = Initiative.objects.get()
    assert (made.quantity, made.planned_pence, made.team) == (1200, 1_200_50, "Community Safety Unit")
    shown = anna.get(added["Location"]).content.decode()
    for words in ("1,200 kits", "£1,200.50", "Community Safety Unit", "Nothing is booked to it"):
        assert words in shown
    version = anna.get(f"{added['Location']}edit/").context["version"]
    changed = values | {"name": "Kits for two estates", "version": version}
    assert anna.post(f"{added['Location']}edit/", changed).status_code == 302
    stale = anna.post(f"{added['Location']}edit/", values | {"version": version})
    assert stale.status_code == 409
    assert "Kits for two estates" in anna.get(reverse("hotspots:area", args=(force.hitchin.pk,))).content.decode()


def test_administrators_add_kinds(force, now, as_user):
    adam = as_user(force.adam)
    values = {"name": "Street lighting", "unit": "lamp", "units": "lamps", "position": "5"}
    assert adam.post(f"{LIST}kinds/new/", values).status_code == 302
    twice = adam.post(f"{LIST}kinds/new/", values)
    assert twice.status_code == 422
    kind = InitiativeKind.objects.get(name="Street lighting")
    assert adam.post(f"{LIST}kinds/{kind.pk}/", values | {"units": "lights"}).status_code == 302
    made = initiatives.added(force, kind=kind, quantity=2)
    assert presenters.quantity(made.quantity, InitiativeKind.objects.get(pk=kind.pk)) == "2 lights"


def test_queries_do_not_grow_with_the_initiatives(force, now, as_user):
    anna = as_user(force.anna)
    first = initiatives.added(force)
    operations.link_entry(by=force.anna, initiative_id=first.pk, number=initiatives.spent(force).number)
    anna.get(LIST)
    asked = len(statements_of(lambda: anna.get(LIST)))
    for number in range(30):
        made = initiatives.added(force, name=f"Number {number}", areas=[force.hitchin, force.watford])
        operations.link_entry(by=force.anna, initiative_id=made.pk, number=initiatives.spent(force).number)
    assert len(statements_of(lambda: anna.get(LIST))) == asked
