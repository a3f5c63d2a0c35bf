"""The return that the funder of the demonstration asks for, and the months of it that were answered."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from hotspot.core.calendar import LONDON
from hotspot.core.definitions.v1 import V1
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import Programme
from reports.demo.people import Person
from reports.demo.published import LAST_NIGHT
from reports.demo.reference import FIRST_PROGRAMME
from reports.models import ReturnTemplate, TemplateRow
from reports.returns import operations, template_operations
from reports.returns.body import body_of, digest_of
from reports.returns.periods import return_periods
from reports.returns.template_operations import AskedFor

# Made up: no source has a funder's real form.
_SHARES = {
    "patrols": AskedFor("of the hours: Community Enforcement Officers", "crew:role=community_enforcement_officer"),
    "stop_searches": AskedFor("of these: something was found", "stop_searches:result=found"),
    "weapons": AskedFor("of these: knives and other blades", "weapons:group=knives"),
}
_NAMES = {
    "patrol_hours": "Hours of patrol funded by the programme",
    "asb_powers": "Uses of powers against anti-social behaviour",
}


def _asked() -> Iterator[AskedFor]:
    """The figures of the headline, and shares of some of them."""
    counted = {column for column, _ in V1.outcome_tables}
    for measure in V1.headline:
        bound = TemplateRow.Bound.NONE if measure.code in counted else TemplateRow.Bound.TARGET
        yield AskedFor(_NAMES.get(measure.code, measure.name), measure.code, bound)
        if measure.code in _SHARES:
            yield _SHARES[measure.code]


EVENTS = AskedFor("Engagement events held", "entered:number", "at_least", 4)
DUE_DAYS = 21


def make_returns(made: Mapping[Person, User], *, today: date) -> None:
    """Ask for a monthly return of each programme, and answer the whole months of the patrols that were published."""
    by = {person.role: user for person, user in made.items()}
    # The first minute of the day: whenever it is loaded, that has been.
    at = datetime.combine(today, time(0, 1), LONDON)
    for programme in Programme.objects.all():
        template = template_operations.make_template(
            by=by[Role.ADMINISTRATOR], programme=programme, name="Monthly return (example)", every="month", by_area=True
        )
        stream = programme.funding_streams.filter(is_default=True).get()
        spent = AskedFor("Spent in the month", "entered:pence", "budget", stream_id=stream.pk)
        template_operations.save_rows(
            by=by[Role.ADMINISTRATOR],
            at=at,
            template_id=template.pk,
            rows=[*_asked(), EVENTS, spent],
            due_days=DUE_DAYS,
            number=0,
        )
        if programme.period == FIRST_PROGRAMME:
            _answer(template, by[Role.ANALYST], by[Role.ADMINISTRATOR], at)


def _answer(template: ReturnTemplate, by: User, approver: User, at: datetime) -> None:
    entered = {row.code: row.source for row in template.versions.get().rows.filter(source__startswith="entered:")}
    months = [code for code, (_, month) in return_periods(template, at).items() if month.last_day <= LAST_NIGHT]
    for place, code in enumerate(months[::-1]):
        made = operations.begin_return(by=by, at=at, template_id=template.pk, code=code)
        said = {code: 4 + place if source == "entered:number" else 6_150_000 for code, source in entered.items()}
        made = operations.save_return(
            by=by, return_id=made.pk, entered=said, remarks="", seen=operations.entries_digest(made)
        )
        digest = digest_of(body_of(made, at))
        operations.propose_return(by=by, at=at, return_id=made.pk, digest=digest)
        operations.approve_return(by=approver, at=at, return_id=made.pk, digest=digest)
