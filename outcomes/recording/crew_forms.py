"""The crew of a saved shift as its form counts it: who stays, with their own times, and who leaves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from patrols.collar_numbers import bare_number
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.shifts.crew_changes import own_times
from patrols.shifts.rules import CrewEntry


class Staying:
    """Matches the entries of one role with its members: `size` people, of whom these collar numbers are known.

    A member with a collar number stays as long as it is entered. The others take the places that are left; a number
    that is new may be somebody's who had none before.
    """

    def __init__(self, shift: PatrolShift, role: CrewRole, *, numbers: Sequence[str], size: int) -> None:
        self.shift, self.role, self.numbers, self.size = shift, role, numbers, size
        members = [member for member in shift.crew.all() if member.role == role]
        known = {bare_number(member.collar_number): member for member in members if member.collar_number}
        self._numbered = {number: known[bare_number(number)] for number in numbers if bare_number(number) in known}
        self.others = [member for member in members if member not in self._numbered.values()]

    @property
    def leavers(self) -> int:
        """How many of the other members have to leave."""
        return max(0, len(self.others) - (self.size - len(self._numbered)))

    @property
    def is_unclear(self) -> bool:
        """Whether it matters which of them leave: not everybody, and not all of them for the same times."""
        times = {(member.collar_number, *own_times(member, self.shift)) for member in self.others}
        return 0 < self.leavers < len(self.others) and len(times) > 1

    def entries(self, leaving: set[int]) -> Iterator[CrewEntry]:
        """The crew of this role, without the members who leave, given by their ids."""
        others = [member for member in self.others if member.pk not in leaving]
        others.sort(key=lambda member: not any(own_times(member, self.shift)))
        unnumbered = self.size - len(self.numbers)
        members = [*others[:unnumbered], *[None] * (unnumbered - len(others))]
        left = [member for member in others[unnumbered:] if not member.collar_number]
        for number in self.numbers:
            known = self._numbered.get(number) or (left.pop(0) if left else None)
            yield self._with_own_times(CrewEntry(self.role, number), known)
        for member in members:
            yield self._with_own_times(CrewEntry(self.role), member)

    def _with_own_times(self, entry: CrewEntry, member: CrewMember | None) -> CrewEntry:
        if member is None:
            return entry
        starts_at, ends_at = own_times(member, self.shift)
        return replace(entry, starts_at=starts_at, ends_at=ends_at)
