"""How much presence areas are to be given each week."""

from django.db import models

from hotspot.core.models import tracked
from hotspots.models.reference import HotspotArea


@tracked()
class DoseTarget(models.Model):
    """The presence an area is to be given each week, from `first_monday` until a later target replaces it.

    `minutes` are patrol minutes: time with at least one person there, however many they are. A target of nothing says
    that there is none from then on.
    """

    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="dose_targets")
    first_monday = models.DateField("from the week of")
    minutes = models.PositiveIntegerField("patrol minutes a week")
    visits = models.PositiveIntegerField("visits a week")

    class Meta:
        ordering = ("area", "-first_monday")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "first_monday"),
                name="dose_target_unique",
                violation_error_message="The area already has a weekly target from this Monday.",
            ),
            models.CheckConstraint(
                condition=models.Q(first_monday__iso_week_day=1),
                name="dose_target_from_monday",
                violation_error_message="A weekly target starts on a Monday.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} from {self.first_monday:%d %B %Y}"
