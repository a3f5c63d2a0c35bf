"""A published statement as a signed bundle: the statement, the chain of what was published before it, a signature."""

import base64
import hashlib
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import Greatest

from reports.bundles import signing
from reports.bundles.verify import FIRST, FORMAT
from reports.digests import canonical
from reports.models import Statement


def bundle_of(statement: Statement) -> bytes:
    """The bundle of a published statement: the same bytes whenever it is asked for, as long as the key is the same.

    Raises ValueError for one that is not published.
    """
    if not statement.is_published or statement.body is None:
        raise ValueError("Only a published statement has a bundle.")
    links = chain_to(statement)
    said = {"format": FORMAT, "chain": _hash(links[-1]), "statement": statement.sha256}
    return canonical(
        {
            "format": FORMAT,
            "statement": canonical(statement.body).decode(),
            "chain": links,
            "public_key": _text(signing.public_key()),
            "signature": _text(signing.sign(canonical(said))),
        }
    )


def chain_to(statement: Statement) -> list[dict[str, Any]]:
    """Everything published up to a statement, in the order of publication: each link holds the hash of the one before.

    What is to be released later has no place before its release. What was published cannot be changed or taken away,
    and what is signed off later is released later (`sign_off`), so a chain only grows.
    """
    moment = max(filter(None, (statement.release_at, statement.decided_at)))
    earlier = Q(moment__lt=moment) | Q(moment=moment, decided_at__lt=statement.decided_at)
    earlier |= Q(moment=moment, decided_at=statement.decided_at, pk__lte=statement.pk)
    published = Statement.objects.published().annotate(
        moment=Greatest("release_at", "decided_at"), said_at=KT("body__published_at")
    )
    said = published.filter(earlier).order_by("moment", "decided_at", "pk").only("reference", "version", "sha256")
    links: list[dict[str, Any]] = []
    for each in said:
        previous = _hash(links[-1]) if links else FIRST
        published_at = each.said_at  # type: ignore[attr-defined]
        links.append(
            {"reference": each.slug, "sha256": each.sha256, "published_at": published_at, "previous": previous}
        )
    return links


def bundle_name(statement: Statement) -> str:
    """2024-12-10-v1-bundle.json."""
    return f"{statement.slug}-bundle.json"


def _hash(link: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(link)).hexdigest()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
