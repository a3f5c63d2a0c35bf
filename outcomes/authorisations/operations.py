"""Writes of answers about directions and searches outside every authorisation."""

from datetime import datetime

from django.db import transaction

from hotspot.core.errors import DomainError, NotInThisState
from hotspot.core.models import User
from hotspot.core.text import clean_line
from outcomes.authorisations.queries import questions_of
from outcomes.models import AuthorisationAnswer
from patrols.models import PatrolShift


@transaction.atomic
def answer_question(
    *, by: User, at: datetime, shift_id: int, kind: str, cause: str, reason: str, uses: int | None = None
) -> AuthorisationAnswer:
    """Say why a shift has uses of a power outside every authorisation; an earlier answer is replaced.

    `uses` is how many there were when the question was read: nobody answers for what they did not see. Raises
    PatrolShift.DoesNotExist, NotInThisState where nothing is asked any more or there are more uses, and DomainError
    on `reason`.
    """
    shift = PatrolShift.objects.visible_to(by).select_for_update(of=("self",)).get(pk=shift_id)
    question = next((each for each in questions_of([shift]) if each.kind == kind), None)
    if question is None:
        message = "This is not asked any more: an authorisation covers it now, or the shift was corrected."
        raise NotInThisState("nothing_asked", message)
    if uses is not None and question.uses > uses:
        message = "More was recorded on the shift since you opened this page. Read the question again, then answer it."
        raise NotInThisState("more_uses", message)
    if not (said := clean_line(reason)):
        raise DomainError("reason_missing", "Say in a few words how it was.", "reason")
    answer = question.answer or AuthorisationAnswer(shift=shift, kind=kind)
    answer.uses, answer.cause, answer.reason = question.uses, cause, said
    answer.answered_by, answer.answered_at = by, at
    answer.full_clean(validate_unique=False, validate_constraints=False)
    answer.save()
    return answer
