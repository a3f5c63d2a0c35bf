"""A text checked: its claims in order, each with its answer, and the text in pieces with the claims marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotspot.core.calendar import today
from reports.claims.answers import ClaimAnswer, supported
from reports.claims.areas import Gazetteer
from reports.claims.claims import Claim, ClaimKind
from reports.claims.evidence import Evidence
from reports.claims.judging import judge
from reports.claims.periods import TimeFrame
from reports.claims.reading import Reader
from reports.claims.studies import quotable, working_of
from reports.claims.tokens import Sentence, clean
from reports.claims.wordings import study_sentence
from reports.models import ImpactStudy


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


def check_text(text: str, evidence: Evidence, names: Sequence[str] = ()) -> CheckedText:
    """Every claim of a text with its answer. The same text, figures and studies give the same answers.

    `names` are words in which nothing is read, besides the programme's name. The honest sentence of a study is
    supported as it stands; the rest is read sentence by sentence.
    """
    read = clean(text)
    quoted = list(_quoted(read, quotable(evidence)))
    blanked = _blanked(read, quoted)
    frame = TimeFrame(evidence.period, evidence.programme.period, today(evidence.at))
    reader = Reader(frame, Gazetteer.of(evidence.areas), [evidence.programme.name, *names])
    claims = reader.read(blanked)
    answers = [judge(claim, evidence) for claim in claims]
    answers += [supported(claim, finding=study_sentence(study), working=working_of(study)) for claim, study in quoted]
    answers.sort(key=lambda answer: (answer.claim.start, answer.claim.end))
    return CheckedText(read, answers)


def _quoted(text: str, studies: Sequence[ImpactStudy]) -> Iterator[tuple[Claim, ImpactStudy]]:
    """Where a text has the honest sentence of a study, word for word."""
    for study in studies:
        sentence = clean(study_sentence(study))
        start = text.find(sentence)
        while start >= 0:
            whole = Sentence(sentence, start, (), 0)
            yield Claim(ClaimKind.CHANGE, whole, start, start + len(sentence)), study
            start = text.find(sentence, start + len(sentence))


def _blanked(text: str, quoted: Sequence[tuple[Claim, ImpactStudy]]) -> str:
    """The text with blanks for what is quoted, so that every place stays where it is."""
    for claim, _ in quoted:
        text = text[: claim.start] + " " * (claim.end - claim.start) + text[claim.end :]
    return text
