"""Authorisations in force and questions about them, for pages of features and apps that may not import this one."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from hotspot.core.permissions import Permission
from hotspots.authorisations import presenters, queries
from outcomes.authorisations import presenters as question_presenters
from outcomes.authorisations import queries as question_queries
from patrols.models import PatrolShift

register = template.Library()


@register.simple_tag(takes_context=True)
def authorisations_in_force(context: Context) -> list[presenters.Countdown]:
    """Those that whoever looks at the page may see, the one that ends first before the others."""
    now = timezone.now()
    return presenters.countdowns(queries.shown_now(context["request"].user, now), now)


@register.simple_tag(takes_context=True)
def open_authorisation_questions(context: Context) -> int:
    """How many questions about their own shifts of the last four weeks wait for whoever looks at the page."""
    user = context["request"].user
    if not user.may(Permission.CORRECT_SHIFT):
        return 0
    return len(question_queries.open_questions(user, own_since=timezone.now() - question_queries.RECENT))


@register.simple_tag(takes_context=True)
def all_open_authorisation_questions(context: Context) -> int:
    """How many questions wait about any shift that whoever looks at the page may see: after a file was imported."""
    return len(question_queries.open_questions(context["request"].user))


@register.simple_tag(takes_context=True)
def authorisation_questions(context: Context, shift: PatrolShift) -> list[Any]:
    """What is asked about a shift, answered or not."""
    viewer = context["request"].user
    questions = question_queries.questions_of([shift])
    return [question_presenters.shown(each, viewer) for each in questions]
