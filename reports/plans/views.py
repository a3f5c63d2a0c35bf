"""Pages of problem-solving plans: the list, one plan, its steps, and all of them added up."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.history import versions_of
from hotspot.core.pages.access import SignedInRequest, call, own_site_only, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.initiatives import presenters as initiatives_presenters
from hotspots.initiatives import queries as initiatives_queries
from hotspots.pages import paging, timeline
from hotspots.pages.views import confirm_page, editing, form_page, posted, seen_version, this_day
from reports.models import ProblemPlan
from reports.plans import operations, presenters, queries
from reports.plans.area_figures import months_looked_at
from reports.plans.forms import ClosePlanForm, PlanFilter, ProblemPlanForm
from reports.plans.plan_pdf import plan_pdf

PLANS_A_PAGE = 50


@requires(Permission.VIEW_PLANS)
@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    """The plans this person may see, open ones first, narrowed by the filters in the address."""
    filters, day = PlanFilter(request.GET, by=request.user), this_day()
    page = page_of(request, filters.apply(queries.listed_plans(request.user, day=day)), size=PLANS_A_PAGE)
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "columns": presenters.LIST_COLUMNS,
        "rows": presenters.list_rows(page, day=day),
        "keeps": request.user.may(Permission.KEEP_PLANS),
        "area": filters.chosen("area"),
        **paging.pagination(page, request.GET),
    }
    return render(request, "plans/list.html", context)


@requires(Permission.VIEW_PLANS)
@require_safe
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """One plan, all of it: the page that is printed for a partnership meeting."""
    found = get_object_or_404(queries.plans_seen_by(request.user), pk=pk)
    return render(request, "plans/plan.html", _plan_context(request, found))


def _plan_context(request: SignedInRequest, found: ProblemPlan) -> dict[str, Any]:
    user, day = request.user, this_day()
    keeps = user.may(Permission.KEEP_PLANS) and found.is_open
    responses, costs = queries.responses_with_costs(found, user)
    links = found.is_open and user.may(Permission.DO_RESPONSES)
    months = months_looked_at(found, user, at=timezone.now())
    initiatives = initiatives_queries.initiatives_in(found.area, user)
    return {
        "plan": found,
        "state": presenters.plan_state(found),
        "about": presenters.about(found),
        "scanning": presenters.scanning(found),
        "months": presenters.month_rows(months),
        "months_caption": presenters.months_caption(months),
        "month_columns": presenters.MONTH_COLUMNS,
        "month_foot": presenters.month_foot(months),
        "scanned_by": queries.analyses_of(found) if user.may(Permission.VIEW_INCIDENTS) else [],
        "analysis": presenters.analysis(found),
        "responses": presenters.response_rows(responses, costs, user=user, day=day, links=links),
        "response_columns": presenters.response_columns(links=links),
        "links": links,
        "initiatives": initiatives_presenters.short_rows(initiatives),
        "initiative_columns": initiatives_presenters.SHORT_COLUMNS,
        "findings": presenters.findings(queries.studies_of(found), found, user),
        "assessment": presenters.assessment(found),
        "reviews": presenters.review_rows(queries.reviews_of(found), day=day, keeps=keeps),
        "review_columns": presenters.review_columns(keeps=keeps),
        "items": timeline.timeline(versions_of(found), made="Begun"),
        "keeps": keeps,
        "reopens": user.may(Permission.KEEP_PLANS) and not found.is_open,
        "at": timezone.now(),
        "crumbs": plan_crumbs(),
    }


@own_site_only
@requires(Permission.VIEW_PLANS)
@require_safe
def plan_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same as PDF."""
    found = get_object_or_404(queries.plans_seen_by(request.user), pk=pk)
    content = plan_pdf(found, request.user, at=timezone.now())
    return as_attachment(HttpResponse(content, content_type="application/pdf"), f"problem-solving-plan-{pk}.pdf")


@requires(Permission.KEEP_PLANS)
@editing
def new_plan(request: SignedInRequest) -> HttpResponse:
    """Begin a plan."""
    initial = {"opened_on": this_day(), "lead": request.user.pk, "area": request.GET.get("area", "")}
    form = ProblemPlanForm(posted(request), by=request.user, initial=initial)
    if form.is_valid():
        made = call(form, operations.save_plan, by=request.user, at=timezone.now(), **form.cleaned_data)
        if made is not None:
            messages.success(request, "The plan is begun. Say what the problem is next.")
            return redirect("reports:plan", made.pk)
    back = reverse("reports:plans")
    return form_page(request, form, title="Begin a problem-solving plan", label="Begin", back=back)


@requires(Permission.KEEP_PLANS)
@editing
def edit_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """What a plan is about, and who leads it."""
    found = open_plan(request, pk)
    initial = {name: getattr(found, name) for name in ProblemPlanForm.base_fields}
    form = ProblemPlanForm(
        posted(request), by=request.user, initial=initial | {"area": found.area_id, "lead": found.lead_id}
    )
    if form.is_valid() and call(
        form, operations.save_plan, by=request.user, at=timezone.now(), plan_id=pk, version=seen_version(request),
        **form.cleaned_data,
    ):  # fmt: skip
        messages.success(request, "The plan is changed. Its history keeps what it was.")
        return redirect("reports:plan", pk)
    back = reverse("reports:plan", args=(pk,))
    return form_page(request, form, title=f"Change {found}", label="Save changes", back=back, row=found)


@requires(Permission.KEEP_PLANS)
@editing
def close_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close a plan, with a reason."""
    found = open_plan(request, pk)
    form = ClosePlanForm(posted(request))
    back = reverse("reports:plan", args=(pk,))
    if form.is_valid() and call(
        form, operations.close_plan, by=request.user, at=timezone.now(), plan_id=pk, **form.cleaned_data
    ):
        messages.success(request, f"“{found}” is closed.")
        return redirect(back)
    text = "Nobody is reminded of it any more. It stays to be read, and can be reopened."
    return confirm_page(request, form, title=f"Close “{found}”", text=text, label="Close plan", back=back)


@requires(Permission.KEEP_PLANS)
@editing
def reopen_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Work on a closed plan again."""
    closed = queries.plans_seen_by(request.user).filter(state=ProblemPlan.State.CLOSED)
    found = get_object_or_404(closed, pk=pk)
    form = Form(posted(request))
    back = reverse("reports:plan", args=(pk,))
    if form.is_valid() and call(form, operations.reopen_plan, by=request.user, plan_id=pk):
        messages.success(request, f"“{found}” is open again.")
        return redirect(back)
    text = "Its responses and reviews can be changed again, and people are reminded of them."
    return confirm_page(request, form, title=f"Reopen “{found}”", text=text, label="Reopen plan", back=back)


@requires(Permission.DO_RESPONSES)
@require_safe
def due(request: SignedInRequest) -> HttpResponse:
    """What is due within a week, or overdue, and is this person's."""
    day = this_day()
    things = queries.due_things(request.user, day=day)
    plans_of = queries.plans_seen_by(request.user).filter(pk__in={each.plan for each in things})
    context = {
        "columns": presenters.DUE_COLUMNS,
        "rows": presenters.due_rows(things, dict(plans_of.values_list("pk", "title")), day=day),
        "crumbs": plan_crumbs(),
    }
    return render(request, "plans/due.html", context)


@requires(Permission.VIEW_PLAN_TOTALS)
@require_safe
def totals(request: SignedInRequest) -> HttpResponse:
    """All initiatives by kind, and all plans, added up."""
    user, added_up = request.user, queries.plan_totals(request.user, day=this_day())
    kinds, costs = initiatives_queries.totals_by_kind(user), initiatives_queries.costs_by_kind(user)
    studies, sees_incidents = queries.assessing_studies(user), user.may(Permission.VIEW_INCIDENTS)
    context = {
        "kind_columns": initiatives_presenters.TOTAL_COLUMNS,
        "kinds": initiatives_presenters.total_rows(kinds, costs),
        "columns": presenters.TOTAL_COLUMNS,
        "rows": presenters.total_rows(added_up, studies, sees_incidents=sees_incidents)
        if added_up and added_up.number
        else [],
    }
    return render(request, "plans/totals.html", context)


def open_plan(request: SignedInRequest, pk: int) -> ProblemPlan:
    """A plan that can be changed and that this person may see. Raises Http404."""
    return get_object_or_404(queries.plans_seen_by(request.user).open(), pk=pk)


def plan_crumbs() -> list[dict[str, str]]:
    """The way to a page below the list of plans."""
    return [{"label": "Problem solving", "url": reverse("reports:plans")}]
