"""/api/v1/: shifts and what they led to."""

from django.urls import path

from outcomes.api.views import months, outcomes, plans, shifts, vocabularies
from outcomes.kinds import KINDS

urlpatterns = [
    path("shifts", shifts.ShiftList.as_view(), name="shifts"),
    path("shifts/bulk", shifts.ShiftBulk.as_view(), name="shifts_bulk"),
    path("shifts/<int:shift_id>", shifts.ShiftDetail.as_view(), name="shift"),
    path("shifts/<int:shift_id>/complete", shifts.CompleteShift.as_view(), name="complete_shift"),
    path("shifts/<int:shift_id>/void", shifts.VoidShift.as_view(), name="void_shift"),
    path("shifts/<int:shift_id>/visits", shifts.ShiftVisits.as_view(), name="shift_visits"),
    path("shifts/<int:shift_id>/cancel", plans.CancelShift.as_view(), name="cancel_shift"),
    path("shifts/<int:shift_id>/hand-over", plans.HandOverShift.as_view(), name="hand_over_shift"),
    path("shifts/<int:shift_id>/abstractions", plans.ShiftAbstractions.as_view(), name="shift_abstractions"),
    path("abstractions", plans.AbstractionList.as_view(), name="abstractions"),
    path(
        "abstractions/<int:abstraction_id>/withdraw", plans.WithdrawAbstraction.as_view(), name="withdraw_abstraction"
    ),
    path("months/<slug:month>", months.Month.as_view(), name="month"),
    path("months/<slug:month>/confirm", months.ConfirmMonth.as_view(), name="confirm_month"),
    path("month-confirmations/<int:confirmation_id>/take-back", months.TakeBackMonth.as_view(), name="take_back_month"),
    path("visits", outcomes.VisitList.as_view(), name="visits"),
    path("vocabularies", vocabularies.VocabularyList.as_view(), name="vocabularies"),
    path("vocabularies/<slug:name>", vocabularies.Vocabulary.as_view(), name="vocabulary"),
]
for kind in KINDS:
    address, name = kind.api_path, kind.plural
    urlpatterns += [
        path(address, outcomes.OutcomeList.as_view(kind=kind), name=name),
        path(f"{address}/<int:outcome_id>", outcomes.OutcomeDetail.as_view(kind=kind), name=f"{name}_detail"),
        path(
            f"{address}/<int:outcome_id>/withdraw", outcomes.WithdrawOutcome.as_view(kind=kind), name=f"{name}_withdraw"
        ),
    ]
