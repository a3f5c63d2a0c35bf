"""Figures: the six numbers, what they mean, and the same as a file."""

from django.urls import path

from reports.claims import views as claims_views
from reports.contact import views as contact_views
from reports.costs import views as costs_views
from reports.dashboard import views as dashboard_views
from reports.dosage import curve_views
from reports.dosage import views as dosage_views
from reports.emails import views as emails_views
from reports.explore import views as explore_views
from reports.figures import views as figures_views
from reports.impact import change_views
from reports.impact import views as impact_views
from reports.justice import views as justice_views
from reports.orders import invoice_views
from reports.orders import views as orders_views
from reports.plans import response_views, step_views
from reports.plans import views as plans_views
from reports.public import views as public_views
from reports.releases import views as releases_views
from reports.returns import template_views
from reports.returns import views as returns_views
from reports.saved_views import views as saved_views
from reports.scrutiny import frozen_views
from reports.scrutiny import views as scrutiny_views
from reports.statements import draft_views, sign_off_views
from reports.statements import views as statements_views
from reports.trials import views as trials_views
from reports.wallboards import views as wallboards_views

app_name = "reports"
urlpatterns = [
    path("public/", public_views.statements, name="public_statements"),
    path("public/latest/", public_views.latest_statement, name="public_latest"),
    path("public/check/", public_views.check, name="public_check"),
    path("public/feed.atom", public_views.feed, name="public_feed"),
    path("public/calendar/", public_views.release_calendar, name="public_calendar"),
    path("public/calendar.atom", public_views.calendar_feed, name="public_calendar_feed"),
    path("public/tools/<str:name>", public_views.tool, name="public_tool"),
    path("public/<slug:slug>/", public_views.statement, name="public_statement"),
    path("public/<slug:slug>/bundle.json", public_views.bundle, name="public_bundle"),
    path("public/<slug:slug>/files/<slug:file>", public_views.statement_file, name="public_file"),
    path("figures/", figures_views.figures, name="figures"),
    path("figures/download.csv", figures_views.download, name="download"),
    path("figures/figures.<slug:file>", figures_views.spreadsheet, name="spreadsheet"),
    path("figures/definitions/", figures_views.definitions, name="definitions"),
    path("figures/taken-away/", figures_views.taken_away, name="taken_away"),
    path("figures/justice/", justice_views.justice, name="justice"),
    path("figures/searches/", scrutiny_views.searches, name="searches"),
    path("scrutiny/", scrutiny_views.scrutiny, name="scrutiny"),
    path("scrutiny/pack/<slug:file>/", scrutiny_views.scrutiny_file, name="scrutiny_file"),
    path("scrutiny/meetings/new/", frozen_views.freeze, name="freeze_pack"),
    path("scrutiny/meetings/<int:pk>/", frozen_views.frozen_pack, name="frozen_pack"),
    path("scrutiny/meetings/<int:pk>/<slug:file>/", frozen_views.frozen_pack_file, name="frozen_pack_file"),
    path("dashboard/", dashboard_views.dashboard, name="dashboard"),
    path("dashboard/<slug:code>.csv", dashboard_views.card_file, name="card_file"),
    path("dashboard/views/", saved_views.save_view, name="save_view"),
    path("dashboard/views/<int:view_id>/remove/", saved_views.remove_view, name="remove_view"),
    path("explore/", explore_views.explore_page, name="explore"),
    path("explore/download.<slug:file>", explore_views.explore_file, name="explore_file"),
    path("e-mails/", emails_views.emails, name="emails"),
    path("e-mails/weekly/new/", emails_views.ask_for_weekly, name="ask_for_weekly"),
    path("e-mails/weekly/<int:pk>/stop/", emails_views.stop_weekly, name="stop_weekly"),
    path("e-mails/alerts/new/", emails_views.set_alert, name="set_alert"),
    path("e-mails/alerts/<int:pk>/remove/", emails_views.remove_alert, name="remove_alert"),
    path("e-mails/reminders/", emails_views.choose_reminders, name="choose_reminders"),
    path("e-mails/stop/<str:token>/", emails_views.stop_emails, name="stop_emails"),
    path("wallboards/", wallboards_views.wallboards, name="wallboards"),
    path("wallboards/new/", wallboards_views.make_wallboard, name="make_wallboard"),
    path("wallboards/<int:pk>/revoke/", wallboards_views.revoke_wallboard, name="revoke_wallboard"),
    path("wallboard/<str:token>/", wallboards_views.wallboard, name="wallboard"),
    path("costs/", costs_views.costs, name="costs"),
    path("costs/download.<slug:file>", costs_views.costs_file, name="costs_file"),
    path("paid-patrols/", orders_views.orders, name="orders"),
    path("paid-patrols/payable/", orders_views.hours_payable, name="hours_payable"),
    path("paid-patrols/orders/<int:pk>/", orders_views.order, name="order"),
    path("paid-patrols/orders/<int:pk>/withdraw/", orders_views.withdraw_order, name="withdraw_order"),
    path("paid-patrols/orders/<int:pk>/quarters/<slug:quarter>/", orders_views.order_statement, name="order_statement"),
    path(
        "paid-patrols/orders/<int:pk>/quarters/<slug:quarter>/statement.<slug:file>",
        orders_views.order_statement_file,
        name="order_statement_file",
    ),
    path(
        "paid-patrols/orders/<int:pk>/quarters/<slug:quarter>/sign-off/", orders_views.sign_off, name="sign_off_order"
    ),
    path("paid-patrols/statements/<int:pk>/invoice/", invoice_views.issue_invoice, name="issue_invoice"),
    path("paid-patrols/statements/<int:pk>/payments/new/", invoice_views.link_payment, name="link_payment"),
    path("paid-patrols/payments/<int:pk>/remove/", invoice_views.unlink_payment, name="unlink_payment"),
    path("paid-patrols/invoices/", invoice_views.invoices, name="order_invoices"),
    path("paid-patrols/invoices/<int:pk>/", invoice_views.invoice, name="order_invoice"),
    path("paid-patrols/invoices/<int:pk>/invoice.pdf", invoice_views.invoice_file, name="order_invoice_file"),
    path("paid-patrols/invoices/<int:pk>/cancel/", invoice_views.cancel_invoice, name="cancel_invoice"),
    path("paid-patrols/invoices/<int:pk>/paid/", invoice_views.receive_payment, name="receive_payment"),
    path("presence/", dosage_views.dosage, name="dosage"),
    path("presence/download.csv", dosage_views.dosage_file, name="dosage_file"),
    path("presence/curves/", curve_views.studies, name="koper"),
    path("presence/curves/new/", curve_views.new_study, name="new_koper_study"),
    path("presence/curves/<int:pk>/", curve_views.study, name="koper_study"),
    path("impact/", impact_views.studies, name="impact"),
    path("impact/new/", impact_views.new_study, name="new_impact_study"),
    path("impact/events/", change_views.changes, name="changes"),
    path("impact/events/add/", change_views.add_change, name="add_change"),
    path("impact/events/<int:pk>/withdraw/", change_views.withdraw_change, name="withdraw_change"),
    path("impact/<int:pk>/", impact_views.study, name="impact_study"),
    path("problem-solving/", plans_views.plans, name="plans"),
    path("problem-solving/new/", plans_views.new_plan, name="new_plan"),
    path("problem-solving/due/", plans_views.due, name="due"),
    path("problem-solving/totals/", plans_views.totals, name="plan_totals"),
    path("problem-solving/<int:pk>/", plans_views.plan, name="plan"),
    path("problem-solving/<int:pk>/plan.pdf", plans_views.plan_file, name="plan_file"),
    path("problem-solving/<int:pk>/edit/", plans_views.edit_plan, name="edit_plan"),
    path("problem-solving/<int:pk>/scanning/", step_views.scanning, name="plan_scanning"),
    path("problem-solving/<int:pk>/analysis/", step_views.analysis, name="plan_analysis"),
    path("problem-solving/<int:pk>/assessment/", step_views.assessment, name="plan_assessment"),
    path("problem-solving/<int:pk>/close/", plans_views.close_plan, name="close_plan"),
    path("problem-solving/<int:pk>/reopen/", plans_views.reopen_plan, name="reopen_plan"),
    path("problem-solving/<int:pk>/responses/new/", response_views.add_response, name="add_response"),
    path("problem-solving/responses/<int:pk>/edit/", response_views.edit_response, name="edit_response"),
    path("problem-solving/responses/<int:pk>/done/", response_views.tick_response, name="tick_response"),
    path("problem-solving/<int:pk>/reviews/new/", response_views.add_review, name="add_review"),
    path("problem-solving/reviews/<int:pk>/", response_views.hold_review, name="hold_review"),
    path("trials/<int:pk>/results/", trials_views.results, name="trial_results"),
    path("trials/<int:pk>/results/analyse/", trials_views.analyse, name="analyse_trial"),
    path("trials/results/<int:pk>/", trials_views.result, name="trial_result"),
    path("trials/results/<int:pk>/<slug:file>/", trials_views.result_file, name="trial_result_file"),
    path("returns/", returns_views.returns, name="returns"),
    path("returns/new/", template_views.new_template, name="new_template"),
    path("returns/<int:template_id>/", returns_views.return_template, name="return_template"),
    path("returns/<int:template_id>/rows/", template_views.template_rows, name="template_rows"),
    path("returns/<int:template_id>/workbook/", template_views.template_workbook, name="template_workbook"),
    path("returns/<int:template_id>/copy/", template_views.copy_template, name="copy_template"),
    path("returns/<int:template_id>/remove/", template_views.remove_template, name="remove_template"),
    path("returns/<int:template_id>/begin/", returns_views.begin_return, name="begin_return"),
    path("returns/made/<int:return_id>/", returns_views.programme_return, name="programme_return"),
    path("returns/made/<int:return_id>/withdraw/", returns_views.withdraw_return, name="withdraw_return"),
    path("returns/made/<int:return_id>/approve/", returns_views.approve_return, name="approve_return"),
    path("returns/made/<int:return_id>/send-back/", returns_views.send_back_return, name="send_back_return"),
    path("returns/made/<int:return_id>/restate/", returns_views.restate, name="restate"),
    path("returns/made/<int:return_id>/<slug:file>/", returns_views.return_file, name="return_file"),
    path("published/", statements_views.statements, name="statements"),
    path("published/calendar/", releases_views.release_calendar, name="release_calendar"),
    path("published/calendar/new/", releases_views.announce_release, name="announce_release"),
    path("published/calendar/<int:pk>/change/", releases_views.reschedule_release, name="reschedule_release"),
    path("published/calendar/<int:pk>/cancel/", releases_views.cancel_release, name="cancel_release"),
    path("published/new/", draft_views.new_statement, name="new_statement"),
    path("published/contact/", contact_views.edit_contact, name="edit_contact"),
    path("published/check-a-figure/", statements_views.check_figure, name="check_figure"),
    path("published/check-a-claim/", claims_views.check_claim, name="check_claim"),
    path("published/drafts/<int:draft_id>/", draft_views.draft, name="draft"),
    path("published/drafts/<int:draft_id>/check/", draft_views.check_draft, name="check_draft"),
    path("published/drafts/<int:draft_id>/words/", draft_views.draft_words, name="draft_words"),
    path("published/drafts/<int:draft_id>/send/", draft_views.send_draft, name="send_draft"),
    path("published/drafts/<int:draft_id>/take-back/", draft_views.take_back, name="take_back"),
    path("published/drafts/<int:draft_id>/withdraw/", draft_views.withdraw_draft, name="withdraw_draft"),
    path("published/drafts/<int:draft_id>/sign-off/", sign_off_views.approve, name="approve"),
    path("published/drafts/<int:draft_id>/return/", sign_off_views.return_draft, name="return_draft"),
    path("published/drafts/<int:draft_id>/take-over/", sign_off_views.take_over, name="take_over"),
    path("published/drafts/<int:draft_id>/withdraw-release/", sign_off_views.withdraw_release, name="withdraw_release"),
    path("published/<slug:slug>/", statements_views.statement, name="statement"),
    path("published/<slug:slug>/correct/", statements_views.correct_statement, name="correct_statement"),
    path("published/<slug:slug>/files/<slug:file>/", statements_views.statement_file, name="statement_file"),
]
