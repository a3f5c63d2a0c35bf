"""The shift tables once more, without triggers, history, summaries or exclusion constraints."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from hotspots.models import FundingStream, HotspotArea

TABLES = {
    "peer_shift": "patrols_patrolshift",
    "peer_crew": "patrols_crewmember",
    "peer_arrest": "outcomes_arrest",
    "peer_search": "outcomes_stopsearch",
    "peer_weapon": "outcomes_weaponrecovered",
}


def make_tables() -> None:
    """Make them, empty, with the same columns, checks, indexes and foreign keys."""
    with connection.cursor() as cursor:
        for name, like in TABLES.items():
            cursor.execute(f"DROP TABLE IF EXISTS {name} CASCADE")
            cursor.execute(f"CREATE TABLE {name} (LIKE {like} INCLUDING ALL)")
        for name in list(TABLES)[1:]:
            cursor.execute(f"ALTER TABLE {name} ADD FOREIGN KEY (shift_id) REFERENCES peer_shift DEFERRABLE")
        cursor.execute("ALTER TABLE peer_shift ADD FOREIGN KEY (area_id) REFERENCES hotspots_hotspotarea DEFERRABLE")
        cursor.execute(
            "ALTER TABLE peer_shift ADD FOREIGN KEY (funding_stream_id) REFERENCES hotspots_fundingstream DEFERRABLE"
        )


class Peer(models.Model):
    """A table that `make_tables` makes."""

    class Meta:
        abstract = True
        managed = False


class Shift(Peer):
    """A shift."""

    submission_id = models.UUIDField(unique=True)
    state = models.CharField(max_length=10, default="completed")
    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="+")
    funding_stream = models.ForeignKey(FundingStream, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    nothing_to_report = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    doubts_kept = ArrayField(models.CharField(max_length=30), default=list, editable=False)
    doubts_reason = models.CharField(max_length=500, blank=True, default="")
    void_reason = models.CharField(max_length=500, blank=True, default="")
    logged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    logged_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(Peer.Meta):
        abstract = False
        db_table = "peer_shift"


class Crew(Peer):
    """One of its crew."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="crew")
    shift_state = models.CharField(max_length=10, default="completed")
    role = models.CharField(max_length=30)
    collar_number = models.CharField(max_length=10, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(Peer.Meta):
        abstract = False
        db_table = "peer_crew"


class Outcome(Peer):
    """What all three outcomes share."""

    detail_to_follow = models.BooleanField(default=True)
    reference = models.CharField(max_length=40, blank=True, default="")
    void_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta(Peer.Meta):
        abstract = True


class Arrest(Outcome):
    """An arrest."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="arrests")

    class Meta(Peer.Meta):
        abstract = False
        db_table = "peer_arrest"


class Search(Outcome):
    """A stop search."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="stop_searches")

    class Meta(Peer.Meta):
        abstract = False
        db_table = "peer_search"


class Weapon(Outcome):
    """A weapon."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="weapons")

    class Meta(Peer.Meta):
        abstract = False
        db_table = "peer_weapon"
