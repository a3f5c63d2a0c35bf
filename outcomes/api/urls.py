"""/api/v1/: shifts and what they led to."""

from django.urls import path

from outcomes.api import views
from outcomes.queries.documents import OUTCOMES

urlpatterns = [
    path("shifts", views.ShiftList.as_view(), name="shifts"),
    path("shifts/bulk", views.ShiftBulk.as_view(), name="shifts_bulk"),
    path("shifts/<int:shift_id>", views.ShiftDetail.as_view(), name="shift"),
    path("shifts/<int:shift_id>/complete", views.CompleteShift.as_view(), name="complete_shift"),
    path("shifts/<int:shift_id>/void", views.VoidShift.as_view(), name="void_shift"),
    path("shifts/<int:shift_id>/visits", views.ShiftVisits.as_view(), name="shift_visits"),
    path("visits", views.VisitList.as_view(), name="visits"),
    path("vocabularies", views.VocabularyList.as_view(), name="vocabularies"),
    path("vocabularies/<slug:name>", views.Vocabulary.as_view(), name="vocabulary"),
]
for name in OUTCOMES:
    address = name.replace("_", "-")
    urlpatterns += [
        path(address, views.OutcomeList.as_view(name=name), name=name),
        path(f"{address}/<int:outcome_id>", views.OutcomeDetail.as_view(name=name), name=f"{name}_detail"),
        path(f"{address}/<int:outcome_id>/withdraw", views.WithdrawOutcome.as_view(name=name), name=f"{name}_withdraw"),
    ]
