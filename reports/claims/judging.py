"""Each claim held against figures and studies: the answer, its reasons and its working."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from hotspot.core.calendar import Period
from hotspot.core.permissions import Permission
from reports.claims import changes, crews, output_changes, shares
from reports.claims.answers import ClaimAnswer, refused, supported, supported_as
from reports.claims.claims import Claim, ClaimKind, Flag
from reports.claims.evidence import Evidence
from reports.claims.instead import of_all, of_people
from reports.claims.lexicon import (
    AREAS,
    CREW,
    DISTRICTS,
    HOURS,
    INCIDENTS,
    ON_THE_CLOCK,
    OUTCOMES,
    OUTPUTS,
    PATROL_COUNT,
    PLACES,
    SEARCHES,
    STOP_SEARCHES,
    SWEEPS,
    TOWNS,
    WEAPONS,
)
from reports.claims.numbers import NumberKind, Quantity
from reports.claims.ranks import is_extreme_month, is_false_of_kinds
from reports.claims.studies import counts_measure, is_of_all, study_for, working_of
from reports.claims.trials import instead_of_cause, is_told, working_of_trial
from reports.claims.word_lists import words
from reports.claims.wordings import count_sentence, measure_name, says_counts, study_sentence
from reports.impact.rules import FELL, verdict_of_all
from reports.trials.presenters import sentence

_INSIDE = " A statement would withhold this number."
_GRANT_WORDS = words("grant_words")
_PRISON_WORDS = words("prison_words")


def judge(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """The answer to a claim. It depends on the claim, the figures and the studies alone."""
    answer = _JUDGES[claim.kind](claim, evidence)
    if "causal_without_trial" in answer.reasons and (said := instead_of_cause(claim, evidence)):
        return replace(answer, instead=said)
    return answer


def _count(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    reasons = _by_words(claim)
    if reasons[:1] == ["best_of_several"] and Flag.UP_TO not in claim.flags and is_extreme_month(claim, evidence):
        reasons = reasons[1:]
    if claim.measure in PLACES:
        return _places(claim, evidence)
    if not claim.measure:
        return _unknown(claim, evidence)
    if claim.measure.startswith(INCIDENTS):
        return _incidents(claim, evidence, reasons)
    if claim.period is None:
        return refused(claim, "unclear_period")
    if claim.flags & {Flag.FROM_SEARCHES, Flag.FROM_SWEEPS}:
        return _found_by(claim, evidence, claim.period)
    return _figure(claim, evidence, claim.period, reasons)


def _by_words(claim: Claim) -> list[str]:
    found = []
    if claim.flags & {Flag.UP_TO, Flag.BEST}:
        found.append("best_of_several")
    if claim.qualifier:
        found.append("not_told_apart")
    if Flag.UNCLEAR_PERIOD in claim.flags:
        found.append("unclear_period")
    if Flag.SOME_AREAS in claim.flags:
        found.append("unclear_areas")
    if Flag.BY_OFFICER in claim.flags:
        found.append("hours_per_officer")
    return found


def _figure(claim: Claim, evidence: Evidence, period: Period, reasons: list[str]) -> ClaimAnswer:
    """A count of the programme's own figures."""
    quantity = _quantity(claim)
    code = ON_THE_CLOCK if Flag.PRESENCE in claim.flags else claim.measure
    shown = evidence.number(code, period, claim.areas)
    if shown.number is None:
        return refused(claim, *reasons, shown.code)
    days = evidence.so_far(period) or period
    names = evidence.names(claim.areas)
    instead = count_sentence(code, shown.number, days, names) if says_counts(code) else ""
    finding = f"{measure_name(code)}: {shown.number:,}.{_INSIDE * shown.is_inside}"
    working = _working(evidence, code, days, names, shown.number)
    if not quantity.holds(Fraction(shown.number)):
        if _is_rounded_up(quantity, shown.number) and not reasons:
            return supported_as(claim, "rounded_up", instead=instead, finding=finding, working=working)
        if code == HOURS and not reasons and (clock := _on_the_clock(claim, evidence, period, days)):
            return clock
        # Hours on the clock that are those of people.
        extra = ["person_hours"] if Flag.PRESENCE in claim.flags or claim.measure == ON_THE_CLOCK else []
        reasons = [*reasons, *extra, "wrong_number"]
        finding += of_all(claim, evidence, code, period)
        if code != claim.measure and (said := of_people(claim, evidence, period, days)):
            instead = said
    if is_false_of_kinds(claim, evidence):
        reasons = [*reasons, "not_the_commonest"]
    if reasons:
        return refused(claim, *reasons, instead=instead, finding=finding, working=working)
    if Flag.PEOPLE in claim.flags:
        return supported_as(claim, "people_not_counted", instead=instead, finding=finding, working=working)
    return supported(claim, finding=finding, working=working)


def _on_the_clock(claim: Claim, evidence: Evidence, period: Period, days: Period) -> ClaimAnswer | None:
    """The answer to hours of patrol that are those on the clock: true of them, but they have to be called so."""
    shown = evidence.number(ON_THE_CLOCK, period, claim.areas)
    if shown.number is None or not _quantity(claim).holds(Fraction(shown.number)):
        return None
    names = evidence.names(claim.areas)
    instead = count_sentence(ON_THE_CLOCK, shown.number, days, names)
    finding = f"{measure_name(ON_THE_CLOCK)}: {shown.number:,}.{_INSIDE * shown.is_inside}"
    working = _working(evidence, ON_THE_CLOCK, days, names, shown.number)
    return supported_as(claim, "hours_on_the_clock", instead=instead, finding=finding, working=working)


def _quantity(claim: Claim) -> Quantity:
    if claim.quantity is None:
        raise ValueError("A count has a number.")
    return claim.quantity


def _is_rounded_up(quantity: Quantity, number: int) -> bool:
    """A bare round number that the figure can be rounded up to: 1,500 of 1,457."""
    is_round = quantity.how == "exact" and quantity.step >= 100
    return is_round and 0 < quantity.value - number <= min(quantity.step / 2, quantity.value / 20)


def _working(evidence: Evidence, code: str, days: Period, names: list[str], number: int) -> dict[str, Any]:
    return {
        "kind": "figures",
        "measure": code,
        "definition": evidence.definition.version,
        "programme": evidence.programme.name,
        "first_day": str(days.first_day),
        "last_day": str(days.last_day),
        "hotspot_areas": names or "all",
        "number": number,
    }


def _found_by(claim: Claim, evidence: Evidence, period: Period) -> ClaimAnswer:
    """Weapons or arrests that are said to come from searches or from sweeps: not all of them do."""
    is_search = Flag.FROM_SEARCHES in claim.flags
    total = evidence.number(claim.measure, period, claim.areas)
    instead = ""
    if total.number is not None and says_counts(claim.measure):
        names = evidence.names(claim.areas)
        instead = count_sentence(claim.measure, total.number, evidence.so_far(period) or period, names)
    if claim.measure == WEAPONS and not claim.areas and not claim.qualifier:
        found = evidence.weapons_found(SEARCHES if is_search else SWEEPS, period)
        if found.number is not None and _quantity(claim).holds(Fraction(found.number)):
            days = evidence.so_far(period) or period
            how = "stop searches" if is_search else "weapons sweeps"
            working = _working(evidence, f"weapons found in {how}", days, [], found.number)
            return supported(claim, finding=f"Weapons found in {how}: {found.number:,}.", working=working)
    return refused(claim, "not_all_found_in_searches" if is_search else "not_told_apart", instead=instead)


def _places(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """How many areas, towns or districts there are: those that were active in the period."""
    period = claim.period or evidence.period
    active = evidence.active(period.clip(evidence.programme.period) or evidence.period)
    found: dict[str, set[Any]] = {
        AREAS: {area.pk for area in active},
        TOWNS: {area.town or area.name for area in active},
        DISTRICTS: {area.district_id for area in active},
    }
    counted = found[claim.measure]
    # Hotspots are also called by their towns' number, and towns areas.
    also = {area.town or area.name for area in active} if claim.measure == AREAS else counted
    quantity = _quantity(claim)
    finding = f"{measure_name(claim.measure)}: {len(counted):,}."
    if quantity.holds(Fraction(len(counted))) or quantity.holds(Fraction(len(also))):
        return supported(
            claim, finding=finding, working={"kind": "areas", "measure": claim.measure, "number": len(counted)}
        )
    if Flag.SOME_AREAS in claim.flags or quantity.value < len(counted):
        return refused(claim, "best_of_several", finding=finding)
    return refused(claim, "wrong_number", finding=finding)


def _unknown(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """Numbers that no measure has. The grant is known to who may see funding."""
    quantity = claim.quantity
    words = {token.word for token in claim.sentence.tokens}
    pence = evidence.programme.grant_pence
    if quantity and quantity.kind == NumberKind.MONEY and pence and words & _GRANT_WORDS:
        if not evidence.by.may(Permission.VIEW_FUNDING):
            return refused(claim, "not_known")
        finding = f"Grant: £{pence // 100:,}."
        if quantity.holds(Fraction(pence, 100)):
            return supported(claim, finding=finding, working={"kind": "grant", "pence": pence})
        return refused(claim, "wrong_number", finding=finding)
    if claim.flags & {Flag.UP_TO, Flag.BEST}:
        return refused(claim, "best_of_several", "not_known")
    return refused(
        claim, "not_known", finding=f"{evidence.jailed}." if words & _PRISON_WORDS and evidence.jailed else ""
    )


def _incidents(claim: Claim, evidence: Evidence, reasons: list[str]) -> ClaimAnswer:
    """A count of recorded incidents in all areas, in months that a study has."""
    if claim.names_areas or reasons:
        return refused(claim, *reasons, *(["best_of_several"] if claim.names_areas else []))
    for study in evidence.studies:
        if not counts_measure(study, claim.measure) or not is_of_all(study, evidence) or claim.period is None:
            continue
        number = _in_months(study.result, claim.period)
        if number is None:
            continue
        if not evidence.sees_months_of(study):
            return refused(claim, "withheld")
        working = working_of(study) | {"number": number}
        finding = f"{measure_name(claim.measure)}: {number:,}."
        if _quantity(claim).holds(Fraction(number)):
            return supported(claim, finding=finding, working=working)
        return refused(claim, "wrong_number", finding=finding, working=working)
    return refused(claim, "not_known")


def _in_months(result: Mapping[str, Any], period: Period) -> int | None:
    """The incidents in all areas of a study in some whole months; None unless it has them all."""
    by_month = {date.fromisoformat(each["month"]): each["areas"] for each in result["months"]}
    months = [month.first_day for month in period.each_month()]
    if period.whole_months != period or not all(month in by_month for month in months):
        return None
    return sum(int(by_month[month]) for month in months)


# --- averages and ratios ----------------------------------------------------------------------------------------------


def _average(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """So many a day, a month, a patrol or an area."""
    reasons = _by_words(claim)
    if claim.measure == CREW:
        return crews.judge(claim, evidence, reasons)
    if not claim.measure or claim.measure not in OUTPUTS or claim.period is None or not claim.per:
        return refused(claim, *(reasons or ["not_known"]))
    shown = evidence.number(claim.measure, claim.period, claim.areas)
    days = evidence.so_far(claim.period)
    if shown.number is None or days is None:
        return refused(claim, *reasons, shown.code or "no_records")
    units = _units(claim, evidence, days)
    if not units:
        return refused(claim, *(reasons or ["not_known"]))
    total = Fraction(shown.number)
    if claim.measure == HOURS and not reasons and not _is_near(_quantity(claim), total / units):
        # Patrols of two for eight hours last eight hours too.
        clock = evidence.number(ON_THE_CLOCK, claim.period, claim.areas).number
        if clock is not None and _is_near(_quantity(claim), Fraction(clock) / units):
            claim, total = replace(claim, measure=ON_THE_CLOCK), Fraction(clock)
    return _divided(claim, evidence, total=total, units=units, reasons=reasons, days=days)


def _units(claim: Claim, evidence: Evidence, days: Period) -> Fraction | None:
    """How many of the unit there are in a period."""
    if claim.per == "patrol":
        patrols = evidence.number(PATROL_COUNT, days, claim.areas).number
        return Fraction(patrols) if patrols else None
    if claim.per == "hour":
        hours = evidence.number(HOURS, days, claim.areas).number
        return Fraction(hours) if hours else None
    if claim.per == "area":
        return Fraction(len(claim.areas) or len(evidence.active(days))) or None
    if claim.per == "town":
        return Fraction(len({area.town or area.name for area in evidence.active(days)})) or None
    if claim.per == "month":
        whole = sum(1 for _ in days.each_month())
        return Fraction(whole) if days.whole_months == days else Fraction(days.days * 12 * 100, 36525)
    return {"day": Fraction(days.days), "week": Fraction(days.days, 7)}.get(claim.per)


def _divided(
    claim: Claim, evidence: Evidence, *, total: Fraction, units: Fraction, reasons: list[str], days: Period
) -> ClaimAnswer:
    actual = total / units
    finding = f"{measure_name(claim.measure)}: {float(actual):,.1f} per {claim.per}, on average."
    working = _working(evidence, claim.measure, days, evidence.names(claim.areas), int(total))
    working |= {"per": claim.per, "units": float(units), "mean": float(actual)}
    is_near = _is_near(_quantity(claim), actual)
    if is_near and not reasons and Flag.EVERY not in claim.flags:
        return supported(claim, finding=finding, working=working)
    if is_near and not reasons and _quantity(claim).how in ("exact", "about", "range"):
        return supported_as(claim, "average_meant", instead=finding, working=working)
    reasons += ["average_meant"] if Flag.EVERY in claim.flags else []
    return refused(claim, *(reasons or []), *([] if is_near else ["wrong_number"]), finding=finding, working=working)


def _is_near(quantity: Quantity, actual: Fraction) -> bool:
    """Whether a mean is rounded to the figures that are given: to the last of them, and by no more than a twentieth."""
    if quantity.how not in ("exact", "about"):
        return quantity.holds(actual)
    step = quantity.step if quantity.step < 1 or quantity.how == "about" else Fraction(1)
    slack = max(step / 2, quantity.value / 20 if quantity.how == "about" else 0)
    most = Fraction(1, 2) if 5 <= actual < 10 else actual / 20
    return abs(quantity.value - actual) <= min(slack, most)


def _ratio(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """So many of one thing for every so many of another."""
    reasons = _by_words(claim)
    if claim.period is None or claim.per_number is None or claim.measure not in OUTPUTS or reasons:
        return refused(claim, *(reasons or ["not_known"]))
    first, second = (evidence.number(code, claim.period, claim.areas) for code in (claim.measure, claim.per))
    if not first.number or not second.number:
        return refused(claim, first.code or second.code or "no_records")
    # What a search led to is not counted: so many of another outcome for every search says that it is.
    if STOP_SEARCHES in (pair := {claim.measure, claim.per}) and pair <= OUTCOMES:
        return refused(claim, "not_all_found_in_searches")
    actual = Fraction(second.number, first.number) * _quantity(claim).value
    finding = f"{measure_name(claim.measure)}: {first.number:,}; {measure_name(claim.per)}: {second.number:,}."
    working = _working(evidence, claim.measure, claim.period, evidence.names(claim.areas), first.number)
    working |= {"for_every": claim.per, "of": second.number}
    if _is_near(claim.per_number, actual):
        return supported(claim, finding=finding, working=working)
    return refused(claim, "wrong_number", finding=finding, working=working)


# --- changes, effects and ranks --------------------------------------------------------------------------------------


def _change(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    if _is_doubted_cause(claim):
        return _effect(claim, evidence)
    if claim.measure in OUTPUTS:
        return output_changes.judge(claim, evidence)
    if not claim.measure:
        found = [code for flag, code in _FLAG_REASONS.items() if flag in claim.flags]
        return refused(claim, *(found or ["unclear_measure"]))
    return changes.judge(claim, evidence)


def _is_doubted_cause(claim: Claim) -> bool:
    """Whether all that is said is that something does not show a cause: not that patrols caused the fall."""
    is_of_nothing = not claim.measure or (claim.measure in OUTPUTS and Flag.CAUSAL in claim.flags)
    return is_of_nothing and Flag.HEDGED in claim.flags and not claim.numbers


_FLAG_REASONS: Mapping[Flag, str] = {
    Flag.UP_TO: "best_of_several",
    Flag.SOME_AREAS: "best_of_several",
    Flag.BEST: "best_of_several",
    Flag.AVERAGE_OF_PERCENTAGES: "average_of_percentages",
    Flag.CAUSAL: "causal_without_trial",
}


def _effect(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    """That patrols worked. That nothing shows it can be said unless something does."""
    study, _ = study_for(Claim(ClaimKind.CHANGE, claim.sentence, claim.start, claim.end, f"{INCIDENTS}any"), evidence)
    if Flag.HEDGED in claim.flags:
        if told := next(filter(is_told, evidence.trials), None):
            return supported_as(claim, "trial_told", instead=sentence(told), working=working_of_trial(told))
        if study is None or verdict_of_all(study.result) != FELL:
            return supported(claim, finding="Nothing here shows an effect.", working={"kind": "no study"})
        return supported_as(claim, "incomplete", instead=study_sentence(study), working=working_of(study))
    return refused(claim, "causal_without_trial", instead=study_sentence(study) if study else "")


def _share(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    return shares.judge(claim, evidence, _by_words(claim))


def _rank(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    return refused(claim, "best_of_several")


def _other(claim: Claim, evidence: Evidence) -> ClaimAnswer:
    return _unknown(claim, evidence)


_JUDGES: Mapping[ClaimKind, Callable[[Claim, Evidence], ClaimAnswer]] = {
    ClaimKind.COUNT: _count,
    ClaimKind.AVERAGE: _average,
    ClaimKind.RATIO: _ratio,
    ClaimKind.SHARE: _share,
    ClaimKind.CHANGE: _change,
    ClaimKind.EFFECT: _effect,
    ClaimKind.RANK: _rank,
    ClaimKind.OTHER: _other,
}
