"""The steps of a plan: scanning, analysis and assessment, each a form of its own."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspot.core.pages.access import SignedInRequest, call, requires
from hotspot.core.permissions import Permission
from hotspots.pages.views import editing, form_page, posted, seen_version, this_day
from reports.models import ProblemPlan
from reports.plans import operations
from reports.plans.forms import AnalysisStepForm, AssessmentForm, ScanningForm
from reports.plans.views import open_plan

CHEERS = (
    "A real problem passes the CHEERS test: a Community is affected by Harm, Expects something to be done, and the "
    "Events Recur and are Similar."
)
YEARS_BACK = 5


@requires(Permission.KEEP_PLANS)
@editing
def scanning(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the problem is."""
    found = open_plan(request, pk)
    initial = _texts(found, operations.SCANNING) | {
        "first_month": found.first_month,
        "last_month": found.last_month,
        "analyses": list(found.scanned_by.values_list("analysis_id", flat=True)),
    }
    form = ScanningForm(posted(request), by=request.user, months=_months(), initial=initial)
    return _step(request, form, found, operations.save_scanning, title="Scanning: what is the problem?", text=CHEERS)


def _months() -> tuple[date, date]:
    last = Period.month(this_day()).first_day
    return last.replace(year=last.year - YEARS_BACK), last


@requires(Permission.KEEP_PLANS)
@editing
def analysis(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is known of the problem, and why it happens."""
    found = open_plan(request, pk)
    form = AnalysisStepForm(posted(request), initial=_texts(found, operations.ANALYSIS))
    return _step(request, form, found, operations.save_analysis, title="Analysis: why does it happen?")


@requires(Permission.KEEP_PLANS)
@editing
def assessment(request: SignedInRequest, pk: int) -> HttpResponse:
    """What became of the problem."""
    found = open_plan(request, pk)
    initial = _texts(found, operations.ASSESSMENT) | {
        "studies": list(found.assessed_by.values_list("study_id", flat=True))
    }
    form = AssessmentForm(posted(request), by=request.user, initial=initial)
    return _step(request, form, found, operations.save_assessment, title="Assessment: what became of it?")


def _texts(found: ProblemPlan, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(found, name) for name in names}


def _step(
    request: SignedInRequest,
    form: forms.Form,
    found: ProblemPlan,
    save: Callable[..., ProblemPlan],
    *,
    title: str,
    text: str = "",
) -> HttpResponse:
    if form.is_valid() and call(
        form, save, by=request.user, plan_id=found.pk, version=seen_version(request), **form.cleaned_data
    ):
        messages.success(request, "The plan is changed. Its history keeps what it was.")
        return redirect("reports:plan", found.pk)
    back = reverse("reports:plan", args=(found.pk,))
    return form_page(
        request, form, title=title, caption=found.title, text=text, label="Save changes", back=back, row=found
    )
