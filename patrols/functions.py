"""Database functions that the models of this app use."""

from django.db import models
from django.db.models import Func


class LondonDay(Func):
    """The London date of an instant. A class of ours because migrations can't write down TruncDate's time zone."""

    template = "(%(expressions)s AT TIME ZONE 'Europe/London')::date"
    arity = 1
    output_field = models.DateField()


class LondonNight(LondonDay):
    """The night that an instant lies in, by its first day: from 6am to 6am in London, as for trials."""

    template = "((%(expressions)s AT TIME ZONE 'Europe/London') - interval '6 hours')::date"


class CurrentTransaction(Func):
    """The number of the transaction that writes: later ones have higher numbers."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class ChangeNumber(Func):
    """That number, moved up so that it is above all that a restored backup holds (`hotspot.core.database_instance`)."""

    template = "core_change_number()"
    output_field = models.BigIntegerField()


class InstantRange(Func):
    """tstzrange(start, end): half-open, so that touching shifts do not overlap."""

    function = "tstzrange"
    output_field = models.Field()
