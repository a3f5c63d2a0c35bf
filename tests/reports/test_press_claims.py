"""The claims of press texts: refused unless they are supported, kept with their working, and changes by token."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hotspot.core.errors import DomainError
from outcomes.models import Arrest
from reports.claims.wordings import study_sentence
from reports.digests import fingerprint
from reports.models import ImpactStudy, Statement
from reports.statements import operations, sign_off
from reports.statements.body import draft_of, release_of
from tests.publishing import digest, drafted, read_and_send
from tests.reports.claim_world import AT, make_study, make_world

CODE = "2024-05-to-2024-11"


@pytest.fixture
def world(force):
    make_world(force)
    return force


def written(force, words: str, **more) -> Statement:
    draft = drafted(force, AT, code=CODE, **more)
    return operations.save_words(by=draft.prepared_by, at=AT, statement_id=draft.pk, words=words)


def published(force, words: str, **more) -> Statement:
    waiting = read_and_send(written(force, words, **more), AT)
    return sign_off.approve(by=force.anna, at=AT + timedelta(hours=1), statement_id=waiting.pk, digest=digest(waiting))


def test_typed_claims_that_are_supported_are_kept_with_their_working(world):
    statement = published(world, "{since}: {arrests}, 26 of them in July. In June 2024 there were 23 arrests.")
    claims = statement.body["claims"]
    assert [claim["text"] for claim in claims][-1] == "23 arrests"
    assert claims[-1]["working"] == {
        "kind": "figures", "measure": "arrests", "definition": "v1", "programme": "Operation Hotspot 2024/25",
        "first_day": "2024-06-01", "last_day": "2024-06-30", "hotspot_areas": "all", "number": 23,
    }  # fmt: skip
    assert statement.sha256 == fingerprint(statement.body)
    assert release_of(statement).claims[-1][0] == "23 arrests"


def test_a_press_text_without_typed_claims_has_the_body_that_it_always_had(world):
    assert "claims" not in published(world, "{since}: {arrests}.").body


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("More than 160 arrests have been made.", "The figures show another number"),
        ("{arrests} in Hitchin town centre.", "The figures show another number"),
        ("{arrests}, and anti-social behaviour has fallen by 15%.", "cannot be told from chance"),
        ("{arrests}. The patrols are working.", "Only a trial"),
        ("22 weapons were found in stop searches.", "Not everything"),
    ],
)
def test_what_is_not_supported_is_refused_with_its_words(world, words, said):
    with pytest.raises(DomainError) as refusal:
        read_and_send(written(world, words), AT)
    assert (refusal.value.code, refusal.value.field) == ("claim_not_supported", "words")
    assert said in refusal.value.message


def test_a_change_is_quoted_by_the_number_of_its_study(world):
    study = ImpactStudy.objects.get(name="Violence and sexual offences")
    statement = published(world, f"{{arrests}}. {{change:{study.pk}}}")
    assert study_sentence(study) in statement.body["press_text"]
    (claim,) = statement.body["claims"]
    assert claim["working"]["study"] == study.pk
    assert claim["working"]["all"]["before"] == 800
    assert claim["working"]["comparison"]["after"] == 1980


def test_a_change_beside_matched_places_says_so_and_passes(world):
    study = ImpactStudy.objects.get(name="Violence and sexual offences")
    ImpactStudy.objects.filter(pk=study.pk).update(is_matched=True)
    statement = published(world, f"{{arrests}}. {{change:{study.pk}}}")
    assert "; in places like them they fell from" in statement.body["press_text"]


@pytest.mark.parametrize("name", ["Burglary", "Vehicle crime", "Bicycle theft", "Criminal damage and arson"])
def test_a_study_that_stands_for_nothing_cannot_be_quoted(world, name):
    study = ImpactStudy.objects.get(name=name)
    with pytest.raises(DomainError) as refusal:
        written(world, f"{{change:{study.pk}}}")
    assert refusal.value.code == "change_unknown"


def test_a_study_made_later_changes_nothing_that_was_published(world):
    study = ImpactStudy.objects.get(name="Violence and sexual offences")
    statement = published(world, f"{{change:{study.pk}}}")
    make_study(world, "Violence and sexual offences", all=(800, 900), comparison=(2000, 1900), interval=[1.0, 1.5],
        areas=((400, 450), (200, 250), (200, 200)), placebo=None)  # fmt: skip
    again = Statement.objects.get(pk=statement.pk)
    assert fingerprint(again.body) == statement.sha256
    assert again.body["claims"] == statement.body["claims"]


def test_what_a_statement_of_some_areas_says_is_of_those_areas(world):
    statement = published(world, "79 arrests have been made.", area_ids=[world.hitchin.pk])
    assert statement.body["claims"][0]["working"]["number"] == 79


@pytest.mark.parametrize(
    ("words", "is_offered"), [("{arrests}. The patrols are working.", False), ("{arrests}.", True)]
)
def test_a_draft_is_not_offered_for_sign_off_while_a_claim_is_not_supported(world, as_user, words, is_offered):
    draft = written(world, words)
    operations.acknowledge(by=draft.prepared_by, statement_id=draft.pk, checks=draft_of(draft, AT).checks)
    page = as_user(draft.prepared_by).get(reverse("reports:draft", args=(draft.pk,))).content.decode()
    assert (reverse("reports:send_draft", args=(draft.pk,)) in page) is is_offered
    assert ("1 claim of the press text is not supported" in page) is not is_offered


def test_a_draft_shows_what_is_not_supported(world):
    draft = written(world, "160 arrests have been made. {patrols}.")
    (answer,) = draft_of(draft, AT).typed_answers
    assert answer.reasons == ("wrong_number",) or list(answer.reasons) == ["wrong_number"]


def test_a_claim_that_was_right_in_the_draft_is_refused_when_the_figures_changed_since(world):
    draft = written(world, "{since}: {arrests}. In June 2024 there were 23 arrests.")
    assert not [answer for answer in draft_of(draft, AT).typed_answers if not answer.is_supported]
    Arrest.objects.filter(shift__day__month=6, shift__area=world.hitchin).update(void_reason="Entered twice")
    with pytest.raises(DomainError, match="is not supported"):
        read_and_send(draft, AT)


def test_a_correction_checks_its_claims_anew_and_leaves_the_statement_as_it_was(world):
    first, later = published(world, "{since}: {arrests}. In June 2024 there were 23 arrests."), AT + timedelta(hours=2)
    body = dict(first.body)
    reason = "An arrest was entered twice."
    correction = operations.correct(by=world.paul, at=later, statement_id=first.pk, reason=reason)
    words = "24 arrests in June 2024."
    correction = operations.save_words(by=world.paul, at=later, statement_id=correction.pk, words=words)
    with pytest.raises(DomainError, match="is not supported"):
        read_and_send(correction, later)
    first.refresh_from_db()
    assert (first.body, first.sha256) == (body, fingerprint(body))


@pytest.mark.parametrize("how", ["unanswered", "deleted", "of some areas"])
def test_a_change_of_a_study_that_is_not_there_to_quote_is_refused(world, how):
    study = ImpactStudy.objects.get(name="Violence and sexual offences")
    words = f"{{since}}: {{arrests}}. {{change:{study.pk}}}"
    draft = written(world, words)
    if how == "unanswered":
        ImpactStudy.objects.filter(pk=study.pk).update(result={})
    elif how == "deleted":
        ImpactStudy.objects.filter(pk=study.pk).delete()
    else:
        result = study.result | {"areas": study.result["areas"][:1]}
        ImpactStudy.objects.filter(pk=study.pk).update(result=result)
    with pytest.raises(DomainError):
        read_and_send(draft, AT)
