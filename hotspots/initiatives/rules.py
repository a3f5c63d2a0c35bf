"""What an initiative may say of itself, and which documents it may have."""

from datetime import date

from hotspot.core.errors import DomainError
from hotspots.documents import is_as_named, media_type_of
from hotspots.models import Initiative

MOST_BYTES = 10_000_000
MOST_DOCUMENTS = 20


def check_dates(initiative: Initiative, *, day: date) -> None:
    """Raise DomainError, with its field, for dates or a reason that its status needs or cannot have."""
    status, statuses = initiative.status, Initiative.Status
    begun, ended = status != statuses.PLANNED, status in (statuses.FINISHED, statuses.STOPPED)
    if begun and initiative.first_day is None and status != statuses.STOPPED:
        raise DomainError("first_day_missing", "Enter the day on which it began.", "first_day")
    if begun and initiative.first_day and initiative.first_day > day and status != statuses.STOPPED:
        raise DomainError("first_day_ahead", "It cannot have begun on a day to come.", "first_day")
    if ended and initiative.last_day is None:
        raise DomainError("last_day_missing", "Enter the day on which it was finished or stopped.", "last_day")
    if ended and initiative.last_day and initiative.last_day > day:
        raise DomainError("last_day_ahead", "It cannot have ended on a day to come.", "last_day")
    if not ended and initiative.last_day:
        message = "Only what is finished or stopped has a last day. Leave it empty, or change the status."
        raise DomainError("last_day_of_unfinished", message, "last_day")
    if status == statuses.STOPPED and not initiative.stop_reason:
        raise DomainError("stop_reason_missing", "Enter why it was stopped.", "stop_reason")
    _check_place(initiative, day=day)


def _check_place(initiative: Initiative, *, day: date) -> None:
    if initiative.in_place_from is None:
        return
    if initiative.status == Initiative.Status.PLANNED:
        message = "What is planned is not in place yet. Leave this empty, or change the status."
        raise DomainError("in_place_while_planned", message, "in_place_from")
    if initiative.in_place_from > day:
        raise DomainError("in_place_ahead", "It cannot be in place from a day to come.", "in_place_from")
    if initiative.first_day and initiative.in_place_from < initiative.first_day:
        message = "It cannot be in place before it began."
        raise DomainError("in_place_before_first", message, "in_place_from")


def check_document(name: str, content: bytes) -> str:
    """The media type of a document. Raises DomainError on `file` for one that is too large, or not what it says."""
    if not content:
        raise DomainError("file_empty", "The selected file is empty.", "file")
    if len(content) > MOST_BYTES:
        raise DomainError("file_too_large", "The selected file must be smaller than 10 MB.", "file")
    media_type = media_type_of(name)
    if not media_type:
        message = "The selected file must be a PDF, a picture (PNG or JPEG), or a Word or Excel file."
        raise DomainError("file_type", message, "file")
    if not is_as_named(name, content):
        message = "The content of the selected file is not what its name says. Save it again and select that file."
        raise DomainError("file_not_as_named", message, "file")
    return media_type
