"""The page of what became of arrests."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import today
from hotspot.core.pages.access import SignedInRequest, form_status, requires
from hotspot.core.permissions import Permission
from hotspots.queries import programmes_seen_by
from reports.figures.page_criteria import no_programme
from reports.justice import presenters, queries
from reports.justice.definitions import CURRENT
from reports.justice.forms import JusticeForm


@requires(Permission.VIEW_FIGURES)
@require_safe
def justice(request: SignedInRequest) -> HttpResponse:
    """What became of the arrests of a period, as known by a day; without records, only since launch."""
    now, programmes = timezone.now(), programmes_seen_by(request.user)
    if not programmes:
        return no_programme(request)
    chooses = queries.sees_any_day(request.user)
    form = JusticeForm(request.GET or None, programmes=programmes, day=today(now), chooses_days=chooses)
    programme, period, known_by = form.asked()
    context: dict[str, Any] = {
        "form": form,
        "programme": programme,
        "columns": presenters.COLUMNS,
        "about": [presenters.NOT_PEOPLE, presenters.LATE],
        "version": CURRENT.version,
        "own_districts": request.user.has_own_districts,
    }
    if chooses:
        counts = queries.figures_seen_by(request.user, programme=programme, period=period, known_by=known_by)
        context |= {"sentence": presenters.sentence(period, known_by, counts), "rows": presenters.rows(counts)}
    elif (found := queries.told_since_launch(request.user, programme=programme, at=now)) is not None:
        figures, told = found
        counts = {
            measure.code: getattr(figures.counts, measure.code) if measure.code in told else None
            for measure in CURRENT.measures
        }
        said = presenters.sentence(figures.period, figures.known_by, counts)
        context |= {"sentence": said, "rows": presenters.rows(counts), "is_withheld": None in counts.values()}
    return render(request, "justice/figures.html", context, status=form_status(form))
