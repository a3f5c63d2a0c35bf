"""Pages of orders: the list, one of them, its quarters as statements with their sign-off, and hours payable."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import Period, parse_day, today
from hotspot.core.pages.access import SignedInRequest, call, form_status, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.models import PatrolOrder
from hotspots.orders.views import crumbs_of_orders
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, editing, posted
from hotspots.programmes.rules import usual_programme
from hotspots.queries import programmes_seen_by
from reports.orders import documents, files, operations, presenters, queries
from reports.orders.forms import OrderFilter, QuarterForm, SignOffForm
from reports.orders.queries import OrderAccount, QuarterAccount
from reports.orders.rules import quarter_of
from reports.reason_form import ReasonForm

ORDERS_A_PAGE = 50


@requires(Permission.VIEW_ORDERS)
@require_safe
def orders(request: SignedInRequest) -> HttpResponse:
    """The orders that somebody may see, with what was delivered."""
    filters = OrderFilter(request.GET)
    page = page_of(request, filters.apply(queries.orders_seen_by(request.user)), size=ORDERS_A_PAGE)
    day = today(timezone.now())
    accounts = queries.accounts_of(list(page), until=queries.last_day_counted(request.user, day), today=day)
    programmes = programmes_seen_by(request.user) if request.user.may(Permission.KEEP_ORDERS) else []
    usual = usual_programme(programmes, day) if programmes else None
    context = {
        "form": filters,
        "tags": filters.tags(request.GET),
        "columns": presenters.ORDER_COLUMNS,
        "rows": presenters.order_rows(accounts),
        "usual": usual,
        "others": [programme for programme in programmes if programme != usual],
        "sees_all": request.user.may(Permission.VIEW_ALL_ORDERS),
        **paging.pagination(page, request.GET),
    }
    return render(request, "orders/list.html", context)


@requires(Permission.VIEW_ORDERS)
@require_safe
def order(request: SignedInRequest, pk: int) -> HttpResponse:
    """One order: what was agreed, and what its quarters come to."""
    account = account_seen_by(request, pk)
    day = today(timezone.now())
    context = {
        "order": account.order,
        "rows": documents.agreed(account.order),
        "quarter_columns": presenters.QUARTER_COLUMNS,
        "quarters": presenters.quarter_rows(account, today=day),
        "until": account.until,
        "keeps": request.user.may(Permission.KEEP_ORDERS) and not account.order.withdrawal,
        "is_signed": any(each.statement for each in account.quarters),
        "sees_all": request.user.may(Permission.VIEW_ALL_ORDERS),
        "crumbs": crumbs_of_orders(),
    }
    return render(request, "orders/order.html", context)


@requires(Permission.VIEW_ORDERS)
@require_safe
def order_statement(request: SignedInRequest, pk: int, quarter: str) -> HttpResponse:
    """What a quarter of an order comes to, and what became of it."""
    asked = statement_seen_by(request, pk, quarter)
    user, figures, statement = request.user, asked.quarter.figures, asked.quarter.statement
    context: dict[str, Any] = {
        "order": asked.account.order,
        "quarter": asked.quarter,
        "code": quarter,
        "title": documents.quarter_name(figures.quarter),
        "state": presenters.state_of(asked.quarter, today=asked.today),
        "month_columns": presenters.MONTH_COLUMNS,
        "months": presenters.month_rows(figures),
        "month_foot": presenters.month_foot(figures),
        "line_columns": presenters.LINE_COLUMNS,
        "lines": presenters.line_rows(figures),
        "sums": presenters.sums(figures),
        "sentences": presenters.sentences(asked.account, asked.quarter),
        "since": presenters.since_words(asked.quarter),
        "signs": asked.quarter.can_be_signed and user.may(Permission.SIGN_ORDERS),
        "keeps": user.may(Permission.KEEP_ORDERS),
        "crumbs": crumbs_of_order(asked.account.order),
    }
    if statement:
        context |= _after_sign_off(request, asked.account.order, asked.quarter)
    return render(request, "orders/statement.html", context)


def _after_sign_off(request: SignedInRequest, found: PatrolOrder, quarter: QuarterAccount) -> dict[str, Any]:
    statement = quarter.statement
    if statement is None:
        return {}
    sees_all = request.user.may(Permission.VIEW_ALL_ORDERS)
    context: dict[str, Any] = {"signature": presenters.signature(statement, sees_names=sees_all)}
    if found.is_for_partner:
        invoices = queries.invoices_of(statement)
        context |= {
            "invoice_columns": presenters.INVOICE_COLUMNS,
            "invoices": presenters.invoice_rows(invoices, queries.received_for(invoices)),
            "can_be_invoiced": bool(statement.total_net_pence) and queries.standing_invoice(statement) is None,
        }
    else:
        paid = queries.paid_for([statement]).get(statement.pk, 0)
        context |= {
            "payment_columns": presenters.payment_columns(request.user),
            "payments": presenters.payment_rows(queries.payments_of(statement, request.user), request.user),
            "left_to_pay": presenters.left_to_pay(statement, paid),
        }
    return context


@own_site_only
@requires(Permission.VIEW_ORDERS)
@require_safe
def order_statement_file(request: SignedInRequest, pk: int, quarter: str, file: str) -> HttpResponse:
    """A statement as PDF or a spreadsheet."""
    asked = statement_seen_by(request, pk, quarter)
    if file not in files.FILES:
        raise Http404
    make, media_type = files.FILES[file]
    content = make(asked.account, asked.quarter, at=timezone.now())
    name = f"patrols-{asked.account.order.number.lower()}-{quarter}.{file}"
    return as_attachment(HttpResponse(content, content_type=media_type), name)


@requires(Permission.SIGN_ORDERS)
@editing
def sign_off(request: SignedInRequest, pk: int, quarter: str) -> HttpResponse:
    """The sign-off of a quarter, by the organisation or recorded for it."""
    asked = statement_seen_by(request, pk, quarter)
    figures = asked.quarter.figures
    shown = documents.digest(figures)
    form = SignOffForm(posted(request), by=request.user, initial={"seen": shown})
    if form.is_valid():
        saved = call(
            form, operations.sign_off, by=request.user, at=timezone.now(), order_id=pk,
            quarter=figures.quarter.first_day, **form.cleaned_data,
        )  # fmt: skip
        if saved:
            messages.success(request, "The quarter is signed off. Its figures stay as they are.")
            return redirect("reports:order_statement", pk, quarter)
    back = reverse("reports:order_statement", args=(pk, quarter))
    form.say_seen(shown)
    text = presenters.before_sign_off(figures)
    return confirm_page(
        request, form, title=f"Sign off {documents.quarter_name(figures.quarter)}", text=text, label="Sign off",
        back=back,
    )  # fmt: skip


@requires(Permission.KEEP_ORDERS)
@editing
def withdraw_order(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back an order that was made by mistake."""
    found = get_object_or_404(queries.orders_seen_by(request.user).standing(), pk=pk)  # type: ignore[attr-defined]
    form = ReasonForm(posted(request), label="Why is it withdrawn?")
    if form.is_valid() and call(form, operations.withdraw_order, by=request.user, order_id=pk, **form.cleaned_data):
        messages.success(request, f"{found} is withdrawn.")
        return redirect("reports:order", pk)
    text = "Nothing is counted for it any more. An order that ends early is given another last day instead."
    back = reverse("reports:order", args=(pk,))
    return confirm_page(request, form, title=f"Withdraw {found}", text=text, label="Withdraw order", back=back)


@requires(Permission.VIEW_ORDERS)
@require_safe
def hours_payable(request: SignedInRequest) -> HttpResponse:
    """The hours of a quarter that are payable to organisations whose officers patrolled."""
    day = today(timezone.now())
    found = list(queries.payable_seen_by(request.user))
    accounts = queries.accounts_of(found, until=queries.last_day_counted(request.user, day), today=day)
    quarters = _quarters_of(accounts) or [quarter_of(day)]
    form = QuarterForm(request.GET or None, quarters=quarters)
    over = [quarter for quarter in quarters if quarter.last_day < day]
    chosen = form.chosen(over[0] if over else quarters[-1])
    rows = [(account, each) for account in accounts if (each := account.quarter(chosen.first_day))]
    paid = queries.paid_for([each.statement for _, each in rows if each.statement])
    context = {
        "form": form,
        "title": documents.quarter_name(chosen),
        "columns": presenters.PAYABLE_COLUMNS,
        "rows": presenters.payable_rows(rows, paid, today=day),
        "foot": presenters.payable_foot(rows, paid) if len(rows) > 1 else None,
        "crumbs": crumbs_of_orders(),
    }
    return render(request, "orders/payable.html", context, status=form_status(form))


def _quarters_of(accounts: list[OrderAccount]) -> list[Period]:
    """Every quarter of some orders, the newest first."""
    return sorted({each.figures.quarter for account in accounts for each in account.quarters}, reverse=True)


@dataclass(frozen=True)
class StatementQuestion:
    """What a page of a statement is asked: an order and one of its quarters, as they stand today."""

    account: OrderAccount
    quarter: QuarterAccount
    today: date


def account_seen_by(request: SignedInRequest, pk: int) -> OrderAccount:
    """The order of this id with what was delivered, if the person may see it; otherwise the page does not exist."""
    found = get_object_or_404(queries.orders_seen_by(request.user), pk=pk)
    day = today(timezone.now())
    return queries.account_of(found, until=queries.last_day_counted(request.user, day), today=day)


def statement_seen_by(request: SignedInRequest, pk: int, quarter: str) -> StatementQuestion:
    """A quarter of an order; a page that does not exist for one that it has not."""
    account = account_seen_by(request, pk)
    first = parse_day(f"{quarter}-01")
    found = account.quarter(first) if first else None
    if found is None:
        raise Http404
    return StatementQuestion(account, found, today(timezone.now()))


def crumbs_of_order(found: PatrolOrder) -> list[dict[str, str]]:
    """The way to a page below an order."""
    return [*crumbs_of_orders(), {"label": str(found), "url": presenters.order_url(found)}]
