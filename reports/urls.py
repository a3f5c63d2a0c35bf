"""Figures: the six numbers, what they mean, and the same as a file."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/download.csv", views.download, name="download"),
    path("figures/definitions/", views.definitions, name="definitions"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<slug:code>.csv", views.card_file, name="card_file"),
    path("dashboard/views/", views.save_view, name="save_view"),
    path("dashboard/views/<int:view_id>/remove/", views.remove_view, name="remove_view"),
    path("returns/", views.returns, name="returns"),
    path("returns/new/", views.new_template, name="new_template"),
    path("returns/<int:template_id>/", views.return_template, name="return_template"),
    path("returns/<int:template_id>/rows/", views.template_rows, name="template_rows"),
    path("returns/<int:template_id>/remove/", views.remove_template, name="remove_template"),
    path("returns/<int:template_id>/begin/", views.begin_return, name="begin_return"),
    path("returns/made/<int:return_id>/", views.programme_return, name="programme_return"),
    path("returns/made/<int:return_id>/withdraw/", views.withdraw_return, name="withdraw_return"),
    path("returns/made/<int:return_id>/restate/", views.restate, name="restate"),
    path("returns/made/<int:return_id>/<slug:file>/", views.return_file, name="return_file"),
    path("published/", views.statements, name="statements"),
    path("published/new/", views.new_statement, name="new_statement"),
    path("published/check-a-figure/", views.check_figure, name="check_figure"),
    path("published/drafts/<int:draft_id>/", views.draft, name="draft"),
    path("published/drafts/<int:draft_id>/check/", views.check_draft, name="check_draft"),
    path("published/drafts/<int:draft_id>/words/", views.draft_words, name="draft_words"),
    path("published/drafts/<int:draft_id>/send/", views.send_draft, name="send_draft"),
    path("published/drafts/<int:draft_id>/take-back/", views.take_back, name="take_back"),
    path("published/drafts/<int:draft_id>/withdraw/", views.withdraw_draft, name="withdraw_draft"),
    path("published/drafts/<int:draft_id>/sign-off/", views.approve, name="approve"),
    path("published/drafts/<int:draft_id>/return/", views.return_draft, name="return_draft"),
    path("published/<slug:slug>/", views.statement, name="statement"),
    path("published/<slug:slug>/correct/", views.correct_statement, name="correct_statement"),
    path("published/<slug:slug>/files/<slug:file>/", views.statement_file, name="statement_file"),
]
