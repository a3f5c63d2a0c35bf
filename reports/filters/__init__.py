"""What the figures are asked for: programme, period, areas and comparison, read from the URL. For page and file."""

from reports.filters.comparisons import CHOSEN, Other, nothing_to_compare, other_in_words, other_side
from reports.filters.forms import QuestionForm
from reports.filters.periods import DAYS, LAUNCH, month_code, period_choices
from reports.filters.questions import MEASURES, Question, read_question, zoom_code

__all__ = [
    "CHOSEN",
    "DAYS",
    "LAUNCH",
    "MEASURES",
    "Other",
    "Question",
    "QuestionForm",
    "month_code",
    "nothing_to_compare",
    "other_in_words",
    "other_side",
    "period_choices",
    "read_question",
    "zoom_code",
]
