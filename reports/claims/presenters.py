"""Answers to claims as pages show them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotspot.core import wording
from hotspots.analysis.presenters import months
from reports.claims.answers import ClaimAnswer, Verdict
from reports.claims.checking import CheckedText
from reports.claims.claims import Claim, ClaimKind, Flag
from reports.claims.evidence import Evidence
from reports.claims.lexicon import AREAS, DISTRICTS, TOWNS
from reports.claims.wordings import measure_name

TAGS: Mapping[str, tuple[str, str]] = {
    Verdict.SUPPORTED: ("Supported", "green"),
    Verdict.SUPPORTED_AS: ("Supported in other words", "yellow"),
    Verdict.NOT_SUPPORTED: ("Not supported", "red"),
}
_KINDS: Mapping[str, str] = {
    ClaimKind.EFFECT: "An effect of the patrols",
    ClaimKind.RANK: "A rank among several",
    ClaimKind.OTHER: "Nothing that is counted here",
}


@dataclass(frozen=True)
class ClaimCard:
    """A claim with its answer, as a page shows it: `number` as in the text, `rows` what it was read as."""

    number: int
    words: str
    tag: str
    colour: str
    rows: Sequence[Mapping[str, str]]
    why: Sequence[str]
    instead: str

    @property
    def instead_id(self) -> str:
        """The id of the element that has the words to write instead."""
        return f"instead-{self.number}"


def cards(checked: CheckedText, evidence: Evidence) -> list[ClaimCard]:
    """Every claim of a text with its answer, in order."""
    return cards_of(checked.answers, checked, evidence)


def tally(found: Sequence[ClaimCard]) -> str:
    """How many claims there are, and how many of them came out how: 7 claims: 6 supported, 1 not supported."""
    counts = Counter(card.tag for card in found)
    said = [f"{counts[tag]:,} {tag[:1].lower()}{tag[1:]}" for tag, _ in TAGS.values() if counts[tag]]
    return f"{wording.plural(len(found), 'claim')}: {', '.join(said)}."


def cards_of(answers: Sequence[ClaimAnswer], checked: CheckedText, evidence: Evidence) -> list[ClaimCard]:
    """Some of the claims of a text with their answers, numbered from 1."""
    return [_card(number, answer, checked, evidence) for number, answer in enumerate(answers, start=1)]


def _card(number: int, answer: ClaimAnswer, checked: CheckedText, evidence: Evidence) -> ClaimCard:
    tag, colour = TAGS[answer.verdict]
    claim = answer.claim
    words = checked.text[claim.start : claim.end]
    return ClaimCard(number, words, tag, colour, _rows(answer, words, evidence), answer.why, answer.instead)


def _rows(answer: ClaimAnswer, words: str, evidence: Evidence) -> list[Mapping[str, str]]:
    claim = answer.claim
    rows: list[Mapping[str, str]] = [{"key": "Read as", "value": _read_as(claim)}]
    if claim.measure and claim.kind != ClaimKind.RANK and answer.working.get("kind") != "study":
        rows.append({"key": "Period", "value": wording.period(claim.period) if claim.period else "Cannot be made out"})
        if claim.measure not in (AREAS, TOWNS, DISTRICTS):
            rows.append({"key": "Areas", "value": _areas(claim, evidence)})
    # The sentence of a study is said once: as what was claimed, or as what to write instead.
    if answer.finding and answer.finding not in (answer.instead, claim.sentence.text):
        rows.append({"key": "What the figures show", "value": answer.finding})
    if source := source_in_words(answer.working):
        programme = answer.working.get("programme", evidence.programme.name)
        of = f", {programme}" if programme != evidence.programme.name else ""
        rows.append({"key": "Held against", "value": source + of})
    return rows


def _areas(claim: Claim, evidence: Evidence) -> str:
    names = evidence.names(claim.areas)
    if not names:
        return "All hotspot areas"
    return wording.listing(names) + (", named in a sentence before" if Flag.AREAS_BEFORE in claim.flags else "")


def _read_as(claim: Claim) -> str:
    if claim.kind in _KINDS:
        return _KINDS[claim.kind]
    name = measure_name(claim.measure)
    if claim.kind == ClaimKind.CHANGE:
        return f"A change: {name[:1].lower()}{name[1:]}" if claim.measure else "A change"
    if claim.kind == ClaimKind.SHARE:
        return f"A share: {name[:1].lower()}{name[1:]}"
    return f"{name}, a {claim.per}" if claim.kind == ClaimKind.AVERAGE and claim.per else name


def source_in_words(working: Mapping[str, Any]) -> str:
    """What a claim was held against, in a line; empty where that was nothing."""
    kind = working.get("kind")
    if kind == "study":
        before, after = (months(*map(date.fromisoformat, working[name])) for name in ("before", "after"))
        areas = wording.plural(working["hotspot_areas"], "hotspot area")
        return f"Study {working['study']} of {areas}: {before}, and {after}"
    if kind in ("figures", "share"):
        return f"The figures by definition {working['definition']}"
    return {"areas": "The list of hotspot areas", "grant": "The programme", "no study": "No study shows it"}.get(
        str(kind), ""
    )
