"""What the figures are asked for: programme, period, areas and comparison, read from the URL. For page and file."""

from reports.filters.comparisons import CHOSEN, Other, nothing_to_compare, other_in_words, other_side
from reports.filters.forms import QuestionForm
from reports.filters.periods import (
    DAYS,
    LAUNCH,
    LAUNCH_TO,
    MONTHS,
    completed,
    find_period,
    is_since_launch,
    month_choices,
    month_code,
    period_choices,
    range_code,
    range_ends,
)
from reports.filters.questions import MEASURES, Question, read_question, zoom_code

__all__ = [
    "CHOSEN",
    "DAYS",
    "LAUNCH",
    "LAUNCH_TO",
    "MEASURES",
    "MONTHS",
    "Other",
    "Question",
    "QuestionForm",
    "completed",
    "find_period",
    "is_since_launch",
    "month_choices",
    "month_code",
    "nothing_to_compare",
    "other_in_words",
    "other_side",
    "period_choices",
    "range_code",
    "range_ends",
    "read_question",
    "zoom_code",
]
