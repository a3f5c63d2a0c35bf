"""What holds of the rows of a return."""


def row_fault(*, source: str, bound: str, limit: int | None) -> tuple[str, str] | None:
    """What is wrong with what a row of a return is held against: the field and a sentence. None if nothing is."""
    if bound == "target" and source not in ("patrol_hours", "patrols"):
        return "bound", "Monthly targets are set for patrol hours and patrols only."
    if bound == "budget" and source != "entered:pence":
        return "bound", "Only an amount of money that is entered can be held against a budget."
    if bound in ("at_least", "at_most") and limit is None:
        return "limit", f"Enter the number that it should be {bound.replace('_', ' ')}."
    if bound not in ("at_least", "at_most") and limit is not None:
        return "limit", "A number can be given for ‘At least’ and ‘At most’ only."
    return None
