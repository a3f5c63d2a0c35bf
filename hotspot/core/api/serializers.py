"""Fields and serializers that refuse what they do not know, by name, and never guess."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Self

from rest_framework import serializers
from rest_framework.request import Request

from hotspot.core.api.problems import MOST_ERRORS
from hotspot.core.calendar import FIRST_YEAR, LAST_YEAR
from hotspot.core.clock import parse_instant
from hotspot.core.errors import DomainError
from hotspot.core.text import clean_line, clean_lines, is_far_too_long

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


class Input(serializers.Serializer):
    """What a request may hold. A name that is not a field is refused, so that a typo is not taken for silence."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values. Raises ValidationError, `unknown_field` for each name that is none."""
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            unknown = [name for name in data if name not in known]
            if unknown:
                error = serializers.ErrorDetail("There is no such field.", code="unknown_field")
                raise serializers.ValidationError({str(name)[:80]: [error] for name in unknown[: MOST_ERRORS + 1]})
        values: dict[str, Any] = super().to_internal_value(data)
        return values

    @classmethod
    @cache
    def shared(cls) -> Self:
        """The one that reads all requests: making one copies every field, and reading leaves nothing in it."""
        return cls()


def read(kind: type[Input], body: Any) -> Mapping[str, Any]:
    """What a body, or a part of one, holds. Raises ValidationError."""
    values: Mapping[str, Any] = kind.shared().run_validation(body)
    return values


class OwnField(serializers.Field):
    """A field of ours, which says itself what it takes."""

    def openapi(self) -> dict[str, Any]:
        """The field in OpenAPI."""
        raise NotImplementedError


class WholeNumber(OwnField):
    """A JSON whole number, and nothing that could be taken for one: no text, no 5.0, no true."""

    default_error_messages = {
        "not_whole": "Enter a whole number.",
        "out_of_range": "Enter a number from {least} to {most}.",
    }

    def __init__(self, *, least: int = 0, most: int = 2**31 - 1, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def openapi(self) -> dict[str, Any]:
        """An integer in its range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError `not_whole` or `out_of_range`."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_whole")
        if not self.least <= data <= self.most:
            self.fail("out_of_range", least=self.least, most=self.most)
        return data

    def to_representation(self, value: int) -> int:
        """The same number."""
        return value


class YesNo(OwnField):
    """JSON true or false."""

    default_error_messages = {"not_yes_no": "Enter true or false."}

    def openapi(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": "boolean"}

    def to_internal_value(self, data: Any) -> bool:
        """The value. Raises ValidationError `not_yes_no`."""
        if not isinstance(data, bool):
            self.fail("not_yes_no")
        return data

    def to_representation(self, value: bool) -> bool:
        """The same value."""
        return value


class Text(serializers.CharField):
    """Text as `hotspot.core.text` cleans it, of one line unless `several_lines`. Numbers are not text."""

    default_error_messages = {"not_text": "Enter text."}

    def __init__(self, *, several_lines: bool = False, **options: Any) -> None:
        super().__init__(**{"allow_blank": True, **options})
        self.several_lines = several_lines

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """The text, cleaned before it is called blank or its length is counted. Raises ValidationError."""
        if isinstance(data, str) and not is_far_too_long(data, self.max_length):
            data = self._cleaned(data)
        return super().run_validation(data)

    def _cleaned(self, data: str) -> str:
        try:
            return clean_lines(data) if self.several_lines else clean_line(data)
        except DomainError as refusal:
            raise serializers.ValidationError(refusal.message, code=refusal.code) from refusal

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError for numbers."""
        if not isinstance(data, str):
            self.fail("not_text")
        text: str = super().to_internal_value(data)
        return text


class Instant(OwnField):
    """A date and time with its offset from UTC, in whole minutes. London's own clock is not unambiguous."""

    default_error_messages = {
        "year_out_of_range": "Enter a year from {first} to {last}.",
    }

    def openapi(self) -> dict[str, Any]:
        """RFC 3339, in whole minutes."""
        return {"type": "string", "format": "date-time"}

    def to_internal_value(self, data: Any) -> datetime:
        """The instant in UTC. Raises ValidationError with a code of `parse_instant`, or `year_out_of_range`."""
        try:
            instant = parse_instant(data if isinstance(data, str) else "")
        except DomainError as error:
            raise serializers.ValidationError(error.message, error.code) from error
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            self.fail("year_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
        return instant

    def to_representation(self, value: datetime) -> str:
        """RFC 3339, in UTC."""
        return value.astimezone(UTC).isoformat()


class Day(serializers.DateField):
    """A date, like 2024-10-26."""

    default_error_messages = {
        "not_day": "Enter a date, like 2024-10-26.",
        "year_out_of_range": "Enter a year from {first} to {last}.",
    }

    def to_internal_value(self, data: Any) -> Any:
        """The date. Raises ValidationError."""
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("not_day")
        day = super().to_internal_value(data)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.fail("year_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
        return day


class Uuid(serializers.UUIDField):
    """A UUID as text in its usual form, with hyphens."""

    def to_internal_value(self, data: Any) -> Any:
        """The UUID. Raises ValidationError: numbers, urn: and braces are no UUIDs here."""
        if not isinstance(data, str) or not _UUID.fullmatch(data):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class BoundedList(serializers.ListField):
    """A list of which nothing is read when it is longer than `max_length`."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """The values. Raises ValidationError, `max_length` alone where there are too many."""
        if self.max_length is not None and isinstance(data, list) and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        values: list[Any] = super().to_internal_value(data)
        return values


def several(child: type[serializers.Serializer], *, most: int, **options: Any) -> Any:
    """A list of up to `most` of these."""
    return child(many=True, max_length=most, **options)  # type: ignore[call-arg]


class Query(Input):
    """The parameters of an address. One that is not a field is refused by name; lists may be repeated."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """What was asked for. Raises ValidationError."""
        query, data = cls.shared(), {}
        for name, values in request.query_params.lists():
            is_list = isinstance(query.fields.get(name), serializers.ListField)
            if name in query.fields and not is_list and len(values) > 1:
                raise serializers.ValidationError({name: [serializers.ErrorDetail("Say this once.", code="twice")]})
            data[name] = values if is_list else values[0]
        values_read: dict[str, Any] = query.run_validation(data)
        return values_read


class NumberParameter(OwnField):
    """A whole number in an address."""

    default_error_messages = {"not_whole": "Enter a whole number from {least} to {most}."}

    def __init__(self, *, least: int = 1, most: int = 2**63 - 1, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def openapi(self) -> dict[str, Any]:
        """An integer in its range."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}

    def to_internal_value(self, data: str) -> int:
        """The number. Raises ValidationError `not_whole`."""
        if not (data.isascii() and data.isdecimal() and len(data) < 20 and self.least <= int(data) <= self.most):
            self.fail("not_whole", least=self.least, most=self.most)
        return int(data)

    def to_representation(self, value: int) -> int:
        """The same number."""
        return value


class Problems(serializers.Serializer):
    """One thing that is wrong."""

    field = serializers.CharField(allow_null=True, help_text="The path of the field, like crew[1].role.")
    code = serializers.CharField(help_text="Stable, for machines.")
    message = serializers.CharField(help_text="A sentence for a person.")


class DoubtSaid(serializers.Serializer):
    """Something unusual that can be kept with a reason."""

    code = serializers.CharField()
    message = serializers.CharField()


class ProblemDocument(serializers.Serializer):
    """RFC 9457."""

    type = serializers.URLField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    reference = serializers.CharField(help_text="Of this request, in our log.")
    errors = Problems(many=True, required=False)  # type: ignore[assignment]
    doubts = DoubtSaid(many=True, required=False)


def results_of(child: type[serializers.Serializer], **more: serializers.Field) -> type[serializers.Serializer]:
    """The answer of a list of these, under `results`, with what else it says."""
    name = f"{child.__name__.removesuffix('Output')}List"
    members = {"results": child(many=True), **more}
    return type(name, (serializers.Serializer,), {"__doc__": f"{name}.", "__module__": child.__module__, **members})
