"""Summaries of the headline's figures and of their parts, which database triggers keep exact."""

from django.db import models

from hotspot.core.definitions.registry import CURRENT
from hotspots.models import HotspotArea, Programme


class Summary(models.Model):
    """The headline's additive parts for one programme and area. Nothing in Python writes these rows.

    A column for each count of the current definition.
    """

    programme = models.ForeignKey(Programme, models.DO_NOTHING, db_constraint=False)
    area = models.ForeignKey(HotspotArea, models.DO_NOTHING, db_constraint=False)

    class Meta:
        abstract = True


for _column in CURRENT.columns:
    Summary.add_to_class(_column, models.BigIntegerField(default=0))


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


class MonthPart(models.Model):
    """What an area's London month holds of one thing. Nothing in Python writes these rows.

    `part` and `key` say of what: "crew", a role and its funding stream ("pcso:3"); the plural of a kind of outcome, the
    code of what breaks it down, empty where it is not known, of searches with ":found" or ":nothing";
    "visits", "in_band" or "other"; "to_follow" for outcomes; "shifts", "late" or "doubts". `number` is how many,
    `minutes` how long they were, 0 for what has no length.
    """

    programme = models.ForeignKey(Programme, models.DO_NOTHING, db_constraint=False, db_index=False)
    area = models.ForeignKey(HotspotArea, models.DO_NOTHING, db_constraint=False, db_index=False)
    month = models.DateField()
    part = models.CharField(max_length=20, db_collation="C")
    key = models.CharField(max_length=100, db_collation="C")
    number = models.IntegerField()
    minutes = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("programme", "part", "area", "month", "key"), name="month_part_key"),
        )


class MonthHours(models.Model):
    """Patrol minutes of an area's London month by weekday (0: Monday); `h00` to `h23` are hours of London's clock.

    A shift's minutes are with the month in which it starts. Nothing in Python writes these rows.
    """

    programme = models.ForeignKey(Programme, models.DO_NOTHING, db_constraint=False, db_index=False)
    area = models.ForeignKey(HotspotArea, models.DO_NOTHING, db_constraint=False, db_index=False)
    month = models.DateField()
    weekday = models.SmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("programme", "area", "month", "weekday"), name="month_hours_key"),
        )


HOURS = tuple(f"h{hour:02}" for hour in range(24))
for _hour in HOURS:
    MonthHours.add_to_class(_hour, models.IntegerField(default=0))
