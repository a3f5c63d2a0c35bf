"""A text checked: its claims in order, each with its answer, and the text in pieces with the claims marked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from hotspot.core.calendar import today
from hotspots.models import Programme
from reports.claims.answers import ClaimAnswer, supported
from reports.claims.areas import Gazetteer
from reports.claims.claims import Claim, ClaimKind
from reports.claims.evidence import Evidence
from reports.claims.judging import judge
from reports.claims.periods import TimeFrame
from reports.claims.reading import Reader
from reports.claims.studies import quotable, working_of
from reports.claims.tokens import Sentence, clean
from reports.claims.trials import working_of_trial
from reports.claims.wordings import study_sentence
from reports.trials.presenters import sentence as trial_sentence

Working = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class CheckedText:
    """A text as it was read, and the answers to its claims in order."""

    text: str
    answers: Sequence[ClaimAnswer]

    @property
    def refused(self) -> list[ClaimAnswer]:
        """Those that cannot be published as they are."""
        return [answer for answer in self.answers if not answer.is_supported]

    @property
    def pieces(self) -> Iterator[tuple[str, str, int]]:
        """The text in pieces: the verdict on each ("" for none), its words, and the number of its claim from 1."""
        end = 0
        for number, answer in enumerate(self.answers, start=1):
            start = max(answer.claim.start, end)
            yield "", self.text[end:start], 0
            yield answer.verdict.value, self.text[start : answer.claim.end], number
            end = max(answer.claim.end, end)
        yield "", self.text[end:], 0


def check_text(
    text: str, evidence: Evidence, names: Sequence[str] = (), others: Sequence[Programme] = ()
) -> CheckedText:
    """Every claim of a text with its answer. The same text, figures and studies give the same answers.

    `names` are words in which nothing is read, besides the programmes' names. The honest sentences of
    studies and trials are supported as they stand; the rest is read sentence by sentence. A claim of days that are
    outside the programme is held against the one of the `others` that has them.
    """
    read = clean(text)
    quoted = list(_quoted(read, _quotable(evidence)))
    blanked = _blanked(read, quoted)
    frame = TimeFrame(evidence.period, evidence.programme.period, today(evidence.at))
    programmes = [each.name for each in (evidence.programme, *others)]
    reader = Reader(frame, Gazetteer.of(evidence.areas), [*programmes, *names])
    claims = reader.read(blanked)
    of_programme = cache(evidence.of)
    answers = [judge(claim, _evidence_for(claim, evidence, others, of_programme)) for claim in claims]
    answers += [supported(claim, finding=sentence, working=working()) for claim, sentence, working in quoted]
    answers.sort(key=lambda answer: (answer.claim.start, answer.claim.end))
    return CheckedText(read, answers)


def _evidence_for(
    claim: Claim, evidence: Evidence, others: Sequence[Programme], of_programme: Callable[[Programme], Evidence]
) -> Evidence:
    """What has the days that a claim names: the chosen programme where it has any of them."""
    days = claim.period
    if days is None or days.clip(evidence.programme.period) is not None:
        return evidence
    found = next((other for other in others if days.clip(other.period) == days), None)
    return of_programme(found) if found else evidence


def _quotable(evidence: Evidence) -> Iterator[tuple[str, Working]]:
    """The honest sentences of studies and trials, each with what makes its working."""
    for study in quotable(evidence):
        yield study_sentence(study), partial(working_of, study)
    for trial in evidence.trials:
        yield trial_sentence(trial), partial(working_of_trial, trial)


def _quoted(text: str, sentences: Iterable[tuple[str, Working]]) -> Iterator[tuple[Claim, str, Working]]:
    """Where a text has an honest sentence, word for word."""
    for said, working in sentences:
        sentence = clean(said)
        start = text.find(sentence)
        while start >= 0:
            whole = Sentence(sentence, start, (), 0)
            yield Claim(ClaimKind.CHANGE, whole, start, start + len(sentence)), said, working
            start = text.find(sentence, start + len(sentence))


def _blanked(text: str, quoted: Sequence[tuple[Claim, str, Working]]) -> str:
    """The text with blanks for what is quoted, so that every place stays where it is."""
    for claim, *_ in quoted:
        text = text[: claim.start] + " " * (claim.end - claim.start) + text[claim.end :]
    return text
