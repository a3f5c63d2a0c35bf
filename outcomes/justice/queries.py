"""Arrests and what became of them, as somebody may see them."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from hotspot.core.models import User
from outcomes.models import Arrest, JusticeStage, JusticeStep
from patrols.models import PatrolShift

WITHOUT, WAITING, AT_COURT = "without", "waiting", "court"
"""What an open arrest waits for: any word at all, a decision, or the result at court."""
STATES = ((WITHOUT, "Nothing entered yet"), (WAITING, "Waiting for a decision"), (AT_COURT, "Waiting for the court"))


def arrests_seen_by(user: User) -> QuerySet[Arrest]:
    """The standing arrests of completed shifts that this person may see, oldest first."""
    seen = Arrest.objects.visible_to(user).standing().filter(shift__state=PatrolShift.State.COMPLETED)
    related = seen.select_related("shift__area", "offence_group").defer("shift__area__boundary")
    return related.order_by("shift__starts_at", "pk")


def open_arrests(arrests: QuerySet[Arrest], state: str) -> QuerySet[Arrest]:
    """Those of the arrests that wait for what one of `STATES` says."""
    stages = JusticeStage.objects.filter(arrest=OuterRef("pk"), void_reason="")
    decided = stages.filter(~Q(step=JusticeStep.WAITING))
    to_court = stages.filter(step=JusticeStep.DECISION, outcome__in=("charged", "summonsed"))
    conditions = {
        WITHOUT: ~Exists(stages),
        WAITING: ~Exists(decided) & Exists(stages),
        AT_COURT: Exists(to_court) & ~Exists(stages.filter(step=JusticeStep.COURT)),
    }
    return arrests.filter(conditions[state])


def stages_of(arrest: Arrest) -> list[JusticeStage]:
    """The standing stages of an arrest, the first step first."""
    rows = JusticeStage.objects.filter(arrest=arrest, void_reason="").select_related("outcome", "entered_by")
    order = list(JusticeStep)
    return sorted(rows, key=lambda stage: order.index(JusticeStep(stage.step)))
