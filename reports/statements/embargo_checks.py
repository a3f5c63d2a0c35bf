"""What a statement holds back, and months of others that it would show before their release, in sentences."""

from collections.abc import Iterator
from datetime import datetime

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from reports.figures.tables import FigureTables
from reports.models import Statement


def held_back(statement: Statement, period: Period, at: datetime) -> Iterator[str]:
    """What other statements of the programme are to be released later, whose last month these days show, in sentences.

    Also those that wait for sign-off. For those who prepare statements: nobody else may be told of one before.
    """
    later = Statement.objects.filter(programme=statement.programme, release_at__gt=at).exclude(pk=statement.pk)
    if statement.release_at:
        later = later.filter(release_at__gt=statement.release_at)
    frozen = later.filter(state__in=[Statement.State.WAITING, Statement.State.PUBLISHED], last_day__isnull=False)
    for other in frozen.order_by("release_at", "pk").defer("body", "counted"):
        assert other.release_at is not None  # noqa: S101 - it is filtered by that
        assert other.last_day is not None  # noqa: S101 - and by that
        last = Period.month(other.last_day)
        # Part of a month says much of it.
        if last.clip(period) is not None:
            yield (
                f"{wording.month(last.first_day)} is in {other.slug}, which is to be released at "
                f"{wording.moment(other.release_at)}. This statement shows that month too: release it no earlier."
            )


def withheld_checks(sheet: FigureTables) -> Iterator[str]:
    """That numbers are withheld, and how more would be shown."""
    withheld = sum(line.numbers.count(None) for line in (sheet.total, *sheet.areas, *sheet.months))
    if withheld:
        yield f"{wording.plural(withheld, 'number')} in the tables {'is' if withheld == 1 else 'are'} withheld."
    month = Period.month(sheet.question.period.last_day)
    if withheld and month.last_day >= today(sheet.figures.as_at):
        yield (
            f"Outcomes by hotspot area are withheld because {wording.month(month.first_day)} is not over. To show "
            "them, prepare a statement that ends with an earlier month."
        )
