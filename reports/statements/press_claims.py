"""The claims of a press text: each is held against the figures that are frozen with it, and keeps its working."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from hotspot.core.definitions.base import Definition
from hotspots.programmes.rules import without_years
from reports.claims.answers import ClaimAnswer
from reports.claims.checking import CheckedText, check_text
from reports.claims.evidence import Evidence
from reports.claims.studies import quotable
from reports.claims.wordings import study_sentence, subject_of
from reports.figures.criteria import ReportCriteria
from reports.figures.headline import Figures
from reports.models import Statement
from reports.statements.press_text import CHANGE, JAILED, Facts, change_names, parts

_UP_TO = re.compile(r"up to \d{1,2} [A-Z][a-z]{2,8} \d{4}")


def evidence_of(
    statement: Statement, question: ReportCriteria, figures: Figures, definition: Definition, at: datetime
) -> Evidence:
    """What a statement's claims are held against: its own figures for its own days and areas, live ones for others.

    A claim that names no area is of the statement's.
    """
    return Evidence(
        by=statement.prepared_by,
        programme=question.programme,
        period=question.period,
        at=at,
        definition=definition,
        default_areas=frozenset(area.pk for area in question.areas) if question.is_narrowed else frozenset(),
        known=figures,
        has_own_knives=True,
    )


def quotable_changes(evidence: Evidence) -> dict[str, str]:
    """The sentences of the studies that a press text can quote, by the name of their token."""
    return {f"{CHANGE}{study.pk}": study_sentence(study) for study in quotable(evidence)}


def quoted_changes(words: str, evidence: Evidence) -> dict[str, str]:
    """Those that a press text does quote. No study is read where it quotes none."""
    names = set(change_names(words))
    return {name: text for name, text in quotable_changes(evidence).items() if name in names} if names else {}


def offered_changes(evidence: Evidence) -> list[tuple[str, str]]:
    """The tokens of changes that are offered, and which study each is of: several can be of the same incidents."""
    return [(f"{{{CHANGE}{study.pk}}}", f"{study.name}: {subject_of(study)}") for study in quotable(evidence)]


def check(words: str, facts: Facts, evidence: Evidence) -> CheckedText:
    """The claims of a press text with its numbers filled in, each with its answer.

    The days that the sentence of people jailed is of are its own: what is typed after it is of the statement's.
    """
    jailed = facts.sentences.get(JAILED, "")
    pieces = (_UP_TO.sub(_blank, piece) if piece == jailed else piece for _, piece in parts(words, facts))
    return check_text("".join(pieces), evidence, names=[without_years(facts.programme)])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def typed_answers(words: str, facts: Facts, checked: CheckedText) -> list[ClaimAnswer]:
    """The answers to what was typed, to changes, and to locked numbers of which other words make something else.

    Sentences that are counted elsewhere are no claims: they are read from their own tokens, and from nothing else.
    """
    pieces = list(_locked_pieces(words, facts))
    sentences = [span for span, piece in pieces if piece in facts.sentences.values()]
    locked = [span for span, piece in pieces if piece not in facts.changes.values()]
    answers = [answer for answer in checked.answers if not _is_inside(answer, sentences)]
    return [answer for answer in answers if not answer.is_supported or not _is_inside(answer, locked)]


def _locked_pieces(words: str, facts: Facts) -> Iterator[tuple[tuple[int, int], str]]:
    """From where to where each locked piece stands in the text, and the piece."""
    end = 0
    for kind, piece in parts(words, facts):
        start, end = end, end + len(piece)
        if kind == "locked":
            yield (start, end), piece


def _is_inside(answer: ClaimAnswer, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= answer.claim.start and answer.claim.end <= end for start, end in spans)


def kept(answers: Sequence[ClaimAnswer], text: str) -> dict[str, Any]:
    """Claims with their working, as a statement's body keeps them; one without any keeps the form it always had."""
    claims = [
        {
            "text": text[answer.claim.start : answer.claim.end],
            "finding": answer.finding,
            "working": dict(answer.working),
        }
        for answer in answers
    ]
    return {"claims": claims} if claims else {}
