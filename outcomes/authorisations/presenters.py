"""Questions about authorisations in words and table rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import PowerAuthorisation
from outcomes.authorisations.queries import KINDS, AuthorisationQuestion

LIST_COLUMNS = [{"label": label} for label in ("Question", "Shift", "Area", "Night")]
_USES = {
    KINDS.DISPERSAL: ("dispersal direction", "dispersal directions"),
    KINDS.SEARCH: ("search under section 60", "searches under section 60"),
}
_NEEDED = {KINDS.DISPERSAL: "dispersal authorisation (section 34)", KINDS.SEARCH: "section 60 authorisation"}


def uses_in_words(question: AuthorisationQuestion) -> str:
    """2 dispersal directions."""
    return wording.plural(question.uses, *_USES[PowerAuthorisation.Kind(question.kind)])


def in_words(question: AuthorisationQuestion) -> str:
    """What is asked: 2 dispersal directions are recorded, and no dispersal authorisation …"""
    shift, are = question.shift, "is" if question.uses == 1 else "are"
    span = wording.span(shift.starts_at, shift.ends_at)
    return (
        f"{uses_in_words(question)} {are} recorded, but no {_NEEDED[PowerAuthorisation.Kind(question.kind)]} for "
        f"{shift.area.name} at that time ({span}, {wording.day(shift.day)})."
    )


@dataclass(frozen=True)
class ShownQuestion:
    """A question on a page: what is asked, and where it is answered or the authorisation recorded; or its answer."""

    text: str
    answer: str
    answer_url: str
    record_url: str


def shown(question: AuthorisationQuestion, viewer: User) -> ShownQuestion:
    """A question as this person is shown it; the addresses are empty for who may not do what is there."""
    answer = question.answer
    said = f"{answer.get_cause_display()}: {answer.reason}" if answer and not question.is_open else ""
    answers, keeps = viewer.may(Permission.CORRECT_SHIFT), viewer.may(Permission.KEEP_AUTHORISATIONS)
    return ShownQuestion(
        text=in_words(question),
        answer=said,
        answer_url=answer_url(question) if answers else "",
        record_url=record_url(question) if keeps else "",
    )


def answer_url(question: AuthorisationQuestion) -> str:
    """Where the question is answered."""
    return reverse("outcomes:answer_question", args=(question.shift.pk, question.kind))


def record_url(question: AuthorisationQuestion) -> str:
    """Where the authorisation that is missing is recorded."""
    return f"{reverse('authorisations:new')}?kind={question.kind}&area={question.shift.area_id}"


def list_rows(questions: Iterable[AuthorisationQuestion]) -> list[list[Any]]:
    """The worklist."""
    return [
        [
            {"url": answer_url(each), "text": f"{uses_in_words(each)} outside an authorisation"},
            {"url": reverse("outcomes:shift", args=(each.shift.pk,)), "text": each.shift.reference},
            each.shift.area.name,
            wording.weekday(each.shift.day),
        ]
        for each in questions
    ]
