"""Who answers questions about published figures."""

from django.db import models
from django.db.models import Q

from hotspot.core.models import tracked


@tracked()
class PublicationContact(models.Model):
    """Who answers questions about published figures: one row, of which every statement and return keeps a copy.

    It is an office, not a person: what is published stays when people leave.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    office = models.CharField(max_length=120)
    email = models.EmailField("e-mail address", max_length=254, blank=True)
    telephone = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(id=1), name="publication_contact_one"),
            models.CheckConstraint(
                condition=~Q(email="", telephone=""),
                name="publication_contact_reachable",
                violation_error_message="Enter an e-mail address or a telephone number.",
            ),
        )

    def __str__(self) -> str:
        return self.office
