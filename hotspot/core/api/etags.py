"""Entity tags of records (RFC 9110, 8.8.3 and 13.1): strong ones, so that they can be compared before a change."""

import hashlib
import re

from django.utils.http import parse_etags
from rest_framework.request import Request

from hotspot.core.api.problems import Problem

# The digest may be left out: the version is in the record too.
_STRONG_TAG = re.compile(r'"(\d{1,10})(?:-[0-9a-f]{16})?"', re.ASCII)


def etag(version: int, text: str) -> str:
    """The ETag of a record in this version whose JSON is `text`: `"3-8d0c5b1e"`.

    The digest differs where two callers see the same version in two forms, and where something else that is named in
    the record, such as its area, has been renamed.
    """
    return f'"{version}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"'


def version_wanted(request: Request, current: int) -> int:
    """The current version if If-Match names it in any form; -1, which no record has, if it names others only.

    Weak tags and `*` match nothing: neither says which version the change is made to. Raises Problem `version_needed`
    without If-Match, and `changed_meanwhile` for weak tags alone, which another try would not put right.
    """
    text = request.headers.get("If-Match", "")
    if not text:
        raise Problem("version_needed", "Send If-Match with the ETag that you got with the record.")
    tags = parse_etags(text)
    versions = [match[1] for match in map(_STRONG_TAG.fullmatch, tags) if match]
    if str(current) in versions:
        return current
    if tags and all(tag.startswith("W/") for tag in tags):
        message = "If-Match compares strong ETags only: send the ETag without W/, which a proxy may have put there."
        raise Problem("changed_meanwhile", message)
    return -1


def is_known(request: Request, tag: str) -> bool:
    """Whether If-None-Match says that the caller has this already: by a list of tags, weak ones too, or by `*`."""
    tags = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in tags or tag in (known.removeprefix("W/") for known in tags)
