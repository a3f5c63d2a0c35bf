"""Summaries of the headline figures, kept exact by database triggers in the writer's own transaction."""

from django.db import models

from hotspots.models import HotspotArea, Programme


class Summary(models.Model):
    """The headline's additive parts for one programme and area. Nothing in Python writes these rows."""

    programme = models.ForeignKey(Programme, models.DO_NOTHING, db_constraint=False)
    area = models.ForeignKey(HotspotArea, models.DO_NOTHING, db_constraint=False)
    patrols = models.BigIntegerField(default=0)
    patrol_minutes = models.BigIntegerField(default=0)
    clock_minutes = models.BigIntegerField(default=0)
    arrests = models.BigIntegerField(default=0)
    stop_searches = models.BigIntegerField(default=0)
    weapons = models.BigIntegerField(default=0)
    asb_powers = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class DaySummary(Summary):
    """One London day."""

    day = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("programme", "area", "day"), name="day_summary_key"),)
        indexes = (models.Index(fields=("programme", "day"), name="day_summary_by_day"),)


class MonthSummary(Summary):
    """One London calendar month, named by its first day."""

    month = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("programme", "area", "month"), name="month_summary_key"),)
        indexes = (models.Index(fields=("programme", "month"), name="month_summary_by_month"),)
