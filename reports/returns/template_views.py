"""What the funder asks for: the templates of returns, which administrators keep."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from hotspot.core.errors import DomainError
from hotspot.core.pages.access import SignedInRequest, call, form_status, requires
from hotspot.core.pages.formsets import with_one_more
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, Programme
from hotspots.pages.views import editing, posted
from reports.figures.page_criteria import says_refusals
from reports.models import ReturnTemplate, TemplateVersion
from reports.returns import template_operations as operations
from reports.returns.forms import (
    CopyTemplateForm,
    RowsForm,
    TemplateForm,
    TemplateRowFormSet,
    WorkbookForm,
    copy_initial,
    in_order,
    row_initial,
)
from reports.returns.sources import sources


@requires(Permission.MANAGE)
@editing
def new_template(request: SignedInRequest) -> HttpResponse:
    """A new return to be asked for."""
    form = TemplateForm(posted(request), by=request.user)
    if form.is_valid() and (made := _made(request, form)):
        messages.success(request, f"{made} is added. Now say what it asks for.")
        due_days = form.cleaned_data["due_days"]
        rows_url = reverse("reports:template_rows", args=(made.pk,))
        return redirect(rows_url if due_days is None or form.rows else f"{rows_url}?due_days={due_days}")
    return render(request, "reports/new_template.html", {"form": form}, status=form_status(form))


def _made(request: SignedInRequest, form: TemplateForm) -> ReturnTemplate | None:
    if not form.rows:
        return call(form, operations.make_template, by=request.user, **form.facts)
    given = {"at": timezone.now(), "rows": form.rows, "due_days": form.cleaned_data["due_days"]}
    return call(form, operations.make_with_rows, by=request.user, **given, **form.facts)


@requires(Permission.MANAGE)
@editing
def copy_template(request: SignedInRequest, template_id: int) -> HttpResponse:
    """A return that asks for what another asks for."""
    templates = ReturnTemplate.objects.visible_to(request.user).select_related("programme")
    template = get_object_or_404(templates, pk=template_id)
    initial = copy_initial(template, list(Programme.objects.visible_to(request.user)))
    form = CopyTemplateForm(posted(request), by=request.user, initial=initial)
    if form.is_valid():
        given = {"at": timezone.now(), "template_id": template.pk, **form.facts}
        if made := call(form, operations.copy_template, by=request.user, **given):
            messages.success(request, f"{made} is added. Look at what it asks for.")
            return redirect("reports:template_rows", made.pk)
    context = {"form": form, "template": template}
    return render(request, "reports/copy_template.html", context, status=form_status(form))


@requires(Permission.MANAGE)
@editing
def template_rows(request: SignedInRequest, template_id: int) -> HttpResponse:
    """What a return asks for, row by row."""
    templates = ReturnTemplate.objects.visible_to(request.user).select_related("programme")
    template = get_object_or_404(templates, pk=template_id)
    newest = template.versions.first()
    posted = with_one_more(request.POST) if request.method == "POST" else None
    # A new return was asked when it is due before it has rows.
    due_days = newest.due_days if newest else request.GET.get("due_days")
    form = RowsForm(posted, initial={"seen": newest.pk if newest else 0, "due_days": due_days})
    known, words = sources(template.programme), posted.get("words", "") if posted and "find" in posted else ""
    finds_nothing = not any(source.has_words(words) for source in known.values())
    streams = list(FundingStream.objects.visible_to(request.user).filter(programme=template.programme).in_headline())
    kept = _rows_of(newest)
    by_code = {row["code"]: row for row in kept}
    offered = {"sources": known, "streams": streams, "words": "" if finds_nothing else words, "kept": by_code}
    formset = TemplateRowFormSet(posted, initial=kept if posted is None else [], form_kwargs=offered)
    context = {
        "template": template,
        "form": form,
        "formset": formset,
        "finds_nothing": finds_nothing,
        "makes_new": bool(newest and newest.returns.exists()),
    }
    if posted is None or {"add", "find"} & posted.keys():
        return render(request, "reports/template_rows.html", context)
    if form.is_valid() & formset.is_valid():
        saved = call(
            form,
            operations.save_rows,
            by=request.user,
            at=timezone.now(),
            template_id=template.pk,
            rows=in_order(formset),
            seen=form.cleaned_data["seen"],
            due_days=form.cleaned_data["due_days"],
        )
        if saved:
            messages.success(request, f"{saved} is saved. Returns begun from now on ask for this.")
            return redirect("reports:return_template", template.pk)
    return render(request, "reports/template_rows.html", context, status=form_status(form) if form.errors else 422)


@requires(Permission.MANAGE)
@editing
def template_workbook(request: SignedInRequest, template_id: int) -> HttpResponse:
    """The funder's own workbook, whose cells the rows fill."""
    template = get_object_or_404(ReturnTemplate.objects.visible_to(request.user), pk=template_id)
    newest = template.versions.select_related("workbook__added_by").defer("workbook__content").first()
    if newest is None:
        messages.error(request, "Say first what this return asks for, row by row.")
        return redirect("reports:template_rows", template.pk)
    is_post = request.method == "POST"
    form = WorkbookForm(
        request.POST if is_post else None, request.FILES if is_post else None, initial={"seen": newest.pk}
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        given = {"at": timezone.now(), "template_id": template.pk, "seen": form.cleaned_data["seen"]}
        if call(form, operations.keep_workbook, by=request.user, name=file.name, content=file.read(), **given):
            messages.success(request, "The workbook is kept. Name its cells in the rows.")
            return redirect("reports:template_rows", template.pk)
    context = {"form": form, "template": template, "workbook": newest.workbook, "rows": _cells_of(newest)}
    context["columns"] = [{"label": "Cell"}, {"label": "What is asked"}]
    return render(request, "reports/template_workbook.html", context, status=form_status(form))


def _cells_of(version: TemplateVersion) -> list[list[str]]:
    """What fills which cell."""
    return [[row.cell, row.label] for row in version.rows.exclude(cell="")]


def _rows_of(version: TemplateVersion | None) -> list[dict[str, Any]]:
    """The rows of a version as the form shows them."""
    rows = list(version.rows.all()) if version else []
    places = {row.code: place for place, row in enumerate(rows, start=1)}
    return [row_initial(row, places) for row in rows]


@requires(Permission.MANAGE)
@require_POST
@says_refusals
def remove_template(request: SignedInRequest, template_id: int) -> HttpResponse:
    """Remove a template with which nothing was made."""
    get_object_or_404(ReturnTemplate.objects.visible_to(request.user), pk=template_id)
    try:
        operations.remove_template(by=request.user, template_id=template_id)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:return_template", template_id)
    messages.success(request, "The template is removed.")
    return redirect("reports:returns")
