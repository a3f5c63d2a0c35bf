"""Authorisations as other systems see and send them."""

from rest_framework import serializers

from hotspot.core.api.serializers import (
    BoundedList,
    Input,
    Instant,
    NumberParameter,
    Query,
    Text,
    WholeNumber,
    YesNo,
    results_of,
)
from hotspots.authorisations.queries import STATES
from hotspots.models import PoliceRank, PowerAuthorisation

MOST_PAGE = 200
MOST_AREAS = 50


class AuthorisedAreaOutput(serializers.Serializer):
    """A hotspot area that the locality takes in."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AuthorisationOutput(serializers.Serializer):
    """An authorisation under section 34 or 60. It names no officer. Instants are in UTC."""

    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="PA-12: how people refer to it.")
    kind = serializers.ChoiceField(PowerAuthorisation.Kind.choices)
    state = serializers.ChoiceField(STATES, help_text="At the time of the answer.")
    areas = AuthorisedAreaOutput(many=True, help_text="Those that you may see.")
    locality = serializers.CharField()
    grounds = serializers.CharField()
    rank = serializers.ChoiceField(PoliceRank.choices)
    given_at = Instant()
    starts_at = Instant()
    ends_at = Instant(help_text="As it was given. It was in force before `in_force_until`.")
    in_force_until = Instant(help_text="After any continuation or early withdrawal.")
    review_at = Instant(allow_null=True)
    informed_at = Instant(allow_null=True)
    extended_until = Instant(allow_null=True)
    withdrawn_at = Instant(allow_null=True)
    void_reason = serializers.CharField(help_text="Why it was recorded by mistake; empty for one that stands.")


class AuthorisationQuery(Query):
    """Which authorisations."""

    area = BoundedList(child=NumberParameter(), required=False, max_length=200)
    kind = serializers.ChoiceField(PowerAuthorisation.Kind.choices, required=False)
    state = serializers.ChoiceField(STATES, required=False, help_text="At the time of the answer.")
    page_size = NumberParameter(most=MOST_PAGE, default=50, help_text="At most 200.")
    cursor = Text(required=False, allow_blank=False, max_length=200, help_text="From `next` of an answer.")


class AuthorisationInput(Input):
    """An authorisation that was given. `officer` is the name or collar number of who gave it."""

    kind = serializers.ChoiceField(PowerAuthorisation.Kind.choices)
    areas = BoundedList(child=WholeNumber(least=1), min_length=1, max_length=MOST_AREAS)
    locality = Text(max_length=300, allow_blank=False)
    grounds = Text(max_length=4_000, allow_blank=False, several_lines=True)
    rank = serializers.ChoiceField(PoliceRank.choices)
    officer = Text(max_length=120, allow_blank=False)
    given_at = Instant()
    starts_at = Instant()
    ends_at = Instant()
    is_signed = YesNo()
    has_regard = YesNo(default=False)
    informed_at = Instant(default=None, allow_null=True)
    review_at = Instant(default=None, allow_null=True)


AuthorisationsListed = results_of(
    AuthorisationOutput,
    next=serializers.URLField(allow_null=True, help_text="The next page, null on the last one."),
)
