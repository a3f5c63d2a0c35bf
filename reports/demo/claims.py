"""A press text with claims: counts that were typed, and a change quoted from a study of anti-social behaviour."""

from datetime import datetime

from hotspot.core.models import User
from hotspots.models import HotspotArea, IncidentCategory, IncidentMonth, Programme
from reports.demo.incidents import AFTER, BEFORE, answer_now
from reports.impact import operations as impact
from reports.models import ImpactStudy
from reports.statements import operations as statements

_WORDS = """\
{{headline}} carried out under {{operation}}

{{since}}, {{arrests}}. In June 2024 officers made 15 arrests and carried out 23 stop searches.

{change}"""


def make_claims(*, analyst: User, office: User, at: datetime) -> None:
    """Ask what became of anti-social behaviour, and draft a statement of the first programme that quotes it.

    Nothing, where the months that are compared are not all loaded yet.
    """
    if not IncidentMonth.objects.filter(month=AFTER[-1]).exists():
        return
    study = _make_study(by=analyst, at=at)
    programme = Programme.objects.earliest("first_day")
    draft = statements.draft(by=office, at=at, programme=programme, code="2024-05-to-2024-11")
    words = _WORDS.format(change=f"{{change:{study.pk}}}")
    statements.save_words(by=office, at=at, statement_id=draft.pk, words=words)


def _make_study(*, by: User, at: datetime) -> ImpactStudy:
    study = impact.begin_study(
        by=by,
        at=at,
        name="Anti-social behaviour, January to April 2025 against 2024",
        areas=list(HotspotArea.objects.all()),
        categories=list(IncidentCategory.objects.filter(name="Anti-social behaviour")),
        before_first=BEFORE[0],
        before_last=BEFORE[1],
        after_first=AFTER[0],
        after_last=AFTER[1],
    )
    answer_now(study.job_id, impact.answer_study, at=at)
    study.refresh_from_db()
    return study
