"""The vocabularies, kept in memory for a minute: they change when the law does."""

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from outcomes.models import Term

KEPT_SECONDS = 60
AnyTerm = TypeVar("AnyTerm", bound=Term)


def terms_of(model: type[AnyTerm]) -> Mapping[str, AnyTerm]:
    """Every term of one vocabulary by its code, in the order in which people are offered them."""
    return _terms(model, int(time.monotonic() // KEPT_SECONDS))  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _terms(model: type[Term], minute: int) -> Mapping[str, Term]:
    return {term.pk: term for term in model._default_manager.all()}
