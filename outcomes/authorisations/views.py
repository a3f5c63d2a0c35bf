"""The worklist of questions about authorisations, and the page that answers one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.permissions import Permission
from hotspots.models import PowerAuthorisation
from hotspots.pages import paging
from hotspots.pages.views import editing, form_page
from outcomes.authorisations import operations, presenters, queries
from outcomes.authorisations.forms import AnswerQuestionForm, QuestionFilter
from outcomes.records.views import visible

QUESTIONS_A_PAGE = 50


@requires(Permission.CORRECT_SHIFT)
@require_safe
def authorisation_questions(request: SignedInRequest) -> HttpResponse:
    """Directions and searches that no recorded authorisation covers and nobody has answered for, the latest first."""
    filters = QuestionFilter(request.GET, by=request.user)
    page = page_of(request, queries.open_questions(request.user, area=filters.chosen("area")), size=QUESTIONS_A_PAGE)
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "total": page.paginator.count,
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(queries.loaded(page)),
        **paging.pagination(page, request.GET),
    }
    return render(request, "authorisations/questions.html", context)


@resubmission.refills
@requires(Permission.CORRECT_SHIFT)
@editing
def answer_question(request: SignedInRequest, shift_id: int, kind: str) -> HttpResponse:
    """Say how it was. Where nothing is asked any more, the shift's page says so."""
    now, shift = timezone.now(), visible(request, shift_id)
    if kind not in PowerAuthorisation.Kind.values:
        raise Http404
    question = next((each for each in queries.questions_of([shift]) if each.kind == kind), None)
    back = reverse("outcomes:shift", args=(shift_id,))
    if question is None:
        messages.info(
            request, "Nothing is asked about this shift: an authorisation covers it, or there is no such use."
        )
        return redirect(back)
    answer = question.answer
    initial = {"cause": answer.cause, "reason": answer.reason} if answer else {}
    form = AnswerQuestionForm(resubmission.entries(request), initial=initial)
    if request.method == "POST" and form.is_valid() and call(
        form, operations.answer_question, by=request.user, at=now, shift_id=shift_id, kind=kind,
        uses=_uses_read(request), **form.cleaned_data,
    ):  # fmt: skip
        messages.success(request, "Your answer is saved. It can be read on the shift’s page.")
        return redirect(back)
    shown = presenters.shown(question, request.user)
    return form_page(
        request, form, title="Was it authorised?", label="Save answer", back=back, caption=shift.reference,
        template="authorisations/answer.html", question=shown, is_asked=True, uses=question.uses,
    )  # fmt: skip


def _uses_read(request: SignedInRequest) -> int | None:
    """For how many uses the question stood on the page that was sent, if it says."""
    text = request.POST.get("uses", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
