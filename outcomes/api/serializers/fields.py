"""Fields whose values are the terms of a vocabulary."""

from collections.abc import Mapping
from typing import Any

from hotspot.core.api.serializers import OwnField
from outcomes.models import Term
from outcomes.rules import MAXIMUM_COUNT
from outcomes.vocabulary.cache import terms_of
from outcomes.vocabulary.names import VOCABULARIES

VOCABULARY_NAMES = {model: name for name, model in VOCABULARIES.items()}


class TermCode(OwnField):
    """The code of a term; its value is the term."""

    default_error_messages = {"unknown_term": "There is no such code. See the vocabulary {vocabulary}."}

    def __init__(self, model: type[Term], **options: Any) -> None:
        super().__init__(**{"required": False, "allow_null": True, **options})
        self.model = model

    def openapi(self) -> dict[str, Any]:
        """A code. Which there are is the law's to say: see the vocabulary."""
        about = f"A code of {VOCABULARY_NAMES[self.model]}."
        return {"type": "string", "maxLength": 60, "description": about}

    def to_internal_value(self, data: Any) -> Term:
        """The term. Raises ValidationError `unknown_term`."""
        term = terms_of(self.model).get(data) if isinstance(data, str) else None
        if term is None:
            self.fail("unknown_term", vocabulary=VOCABULARY_NAMES[self.model])
        return term

    def to_representation(self, value: Term) -> str:
        """The code."""
        return str(value.pk)


class CountsField(OwnField):
    """Whole numbers by code."""

    default_error_messages = {
        "not_object": "Enter an object of codes and whole numbers.",
        "unknown_term": "{code} is not a code.",
        "out_of_range": "{code}: enter a whole number from 0 to {most}.",
    }

    def __init__(self, model: type[Term], **options: Any) -> None:
        super().__init__(**options)
        self.model = model

    def openapi(self) -> dict[str, Any]:
        """Numbers by code."""
        number = {"type": "integer", "minimum": 0, "maximum": MAXIMUM_COUNT}
        about = f"Numbers by the codes of {VOCABULARY_NAMES[self.model]}."
        return {"type": "object", "additionalProperties": number, "description": about}

    def to_internal_value(self, data: Any) -> dict[str, int]:
        """The numbers. Raises ValidationError."""
        if not isinstance(data, Mapping):
            self.fail("not_object")
        for code, count in data.items():
            if code not in terms_of(self.model):
                self.fail("unknown_term", code=str(code)[:60])
            if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MAXIMUM_COUNT:
                self.fail("out_of_range", code=code, most=MAXIMUM_COUNT)
        return dict(data)

    def to_representation(self, value: Mapping[str, int]) -> dict[str, int]:
        """The same numbers."""
        return dict(value)
