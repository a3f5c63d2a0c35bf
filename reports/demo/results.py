"""What became of older arrests, the residents that searches are put beside, and a scrutiny pack for a meeting."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pghistory

from hotspot.core.models import User
from hotspots.models import Programme
from hotspots.residents.operations import load_residents
from outcomes.models import JusticeOutcome, JusticeStage, JusticeStep
from reports.scrutiny.operations import freeze_pack

_RESIDENTS = Path(__file__).with_name("residents-2011.csv")
_SUSPENDED = ("6 months", "9 months", "12 weeks", "18 months")


def make_residents(*, by: User, at: datetime) -> None:
    """Load the residents of Hertfordshire by ethnic group in 2011, as an analyst would (see ATTRIBUTION.md)."""
    load_residents(
        by=by,
        at=at,
        place="Hertfordshire",
        census_year=2011,
        licence="Open Government Licence v3.0. Contains public sector information",
        source="Office for National Statistics, 2011 census, ethnic group by police force area",
        file_name=_RESIDENTS.name,
        content=_RESIDENTS.read_bytes(),
    )


def make_frozen_pack(*, by: User, at: datetime) -> None:
    """Freeze a scrutiny pack of the first programme for a meeting of a panel."""
    programme = Programme.objects.earliest("first_day")
    meeting = "Stop and Search Community Scrutiny Panel"
    freeze_pack(by=by, at=at, programme=programme, meeting=meeting, meets_on=programme.last_day + timedelta(days=24))


def make_stages(*, by: User, at: datetime, random: Random) -> None:
    """Give results at court their charge before them, and convictions without custody another sentence."""
    charged = JusticeOutcome.objects.get(pk="charged")
    results = list(JusticeStage.objects.standing().filter(step=JusticeStep.COURT).select_related("arrest__shift"))
    with pghistory.context(user=by.pk, source="demo", action="justice"):
        JusticeStage.objects.bulk_create(
            JusticeStage(
                arrest=stage.arrest,
                step=JusticeStep.DECISION,
                outcome=charged,
                day=min(stage.arrest.shift.day + timedelta(days=random.randint(0, 28)), stage.day),
                source="Custody records",
                entered_by=by,
                entered_at=at,
            )
            for stage in results
            if stage.day is not None
        )
        lesser = [stage for stage in results if stage.outcome_id == "convicted" and not stage.sentence_kind]
        for stage in lesser:
            is_suspended = random.random() < 0.4
            stage.sentence_kind = JusticeStage.Sentence.SUSPENDED if is_suspended else JusticeStage.Sentence.OTHER
            stage.sentence = random.choice(_SUSPENDED) if is_suspended else ""
        JusticeStage.objects.bulk_update(lesser, ["sentence_kind", "sentence"])
