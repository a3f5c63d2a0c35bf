"""Check a signed bundle of published figures, without the service that made it: Python 3.9 or newer and nothing else.

    python3 verify.py 2024-12-10-v1-bundle.json --key FINGERPRINT

FINGERPRINT is that of the force's signing key, from the force itself and not from the bundle. Without it the script
says which key signed, and you compare. It exits with 0 where everything agrees and with 1 where anything does not.

A bundle is JSON in one form only (sorted keys, no spaces): the statement as text, the chain of everything that was
published up to it, each link with the SHA-256 of the statement and of the link before, and an Ed25519 signature (RFC
8032) of the statement's SHA-256 and the last link's.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from typing import Any

Point = tuple[int, int, int, int]
FORMAT = "operation-hotspot-bundle-1"
FIRST = "0" * 64
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


class Refused(ValueError):
    """The bundle is not what was published; the message says why."""


def canonical(value: Any) -> bytes:
    """JSON as it is hashed and signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def verify(content: bytes, key: str = "") -> tuple[dict[str, Any], str]:
    """The statement of a bundle and the fingerprint of the key that signed it. Raises Refused."""
    bundle = read(content)
    statement, chain = bundle["statement"], bundle["chain"]
    digest = hashlib.sha256(statement.encode()).hexdigest()
    body = json.loads(statement)
    if not isinstance(body, dict) or canonical(body) != statement.encode():
        raise Refused("The statement is not in canonical JSON.")
    head = FIRST
    for link in chain:
        if sorted(link) != ["previous", "published_at", "reference", "sha256"] or link["previous"] != head:
            raise Refused("The chain of published statements is broken.")
        head = hashlib.sha256(canonical(link)).hexdigest()
    if not chain or chain[-1]["sha256"] != digest or chain[-1]["reference"] != body.get("reference"):
        raise Refused("The chain does not end with this statement.")
    public_key, signature = decoded(bundle["public_key"], 32), decoded(bundle["signature"], 64)
    said = canonical({"format": FORMAT, "chain": head, "statement": digest})
    if not is_signed(public_key, said, signature):
        raise Refused("The signature does not fit.")
    fingerprint = hashlib.sha256(public_key).hexdigest()
    if key and key != fingerprint:
        raise Refused(f"It was signed by another key: {fingerprint}.")
    return body, fingerprint


def read(content: bytes) -> dict[str, Any]:
    """The bundle, which has one form only."""
    try:
        bundle = json.loads(content.decode())
        is_whole = canonical(bundle) == content
    except (ValueError, RecursionError) as failure:
        raise Refused("This is not a bundle.") from failure
    names = ["chain", "format", "public_key", "signature", "statement"]
    if not is_whole or not isinstance(bundle, dict) or sorted(bundle) != names or bundle["format"] != FORMAT:
        raise Refused("This is not a bundle, or it was changed.")
    texts = [bundle["statement"], bundle["public_key"], bundle["signature"]]
    links = bundle["chain"] if isinstance(bundle["chain"], list) else [None]
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(link, dict) for link in links):
        raise Refused("This is not a bundle, or it was changed.")
    try:
        json.loads(bundle["statement"])
    except (ValueError, RecursionError) as failure:
        raise Refused("The statement is not JSON.") from failure
    return bundle


def decoded(text: str, length: int) -> bytes:
    """Bytes of Base64 that is written in its one form."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError as failure:
        raise Refused("The key or the signature cannot be read.") from failure
    if len(found) != length or base64.b64encode(found).decode() != text:
        raise Refused("The key or the signature cannot be read.")
    return found


# --- Ed25519, after RFC 8032, sections 5.1.3 to 5.1.7 -----------------------------------------------------------------


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of a message was made with the secret half of a key."""
    key, point = to_point(public_key), to_point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or point is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    return is_same(multiplied(scalar, BASE), added(point, multiplied(challenge, key)))


def to_point(content: bytes) -> Point | None:
    """The point of the curve that 32 bytes name, or None."""
    y = int.from_bytes(content, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def x_of(y: int, sign: int) -> int | None:
    """The other coordinate of a point, or None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x % 2 != sign else x


def added(one: Point, other: Point) -> Point:
    """The sum of two points, in extended homogeneous coordinates."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiplied(times: int, point: Point) -> Point:
    """A point so many times."""
    result: Point = (0, 1, 1, 0)
    while times:
        if times & 1:
            result = added(result, point)
        point, times = added(point, point), times >> 1
    return result


def is_same(one: Point, other: Point) -> bool:
    """Whether two points are one."""
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def main() -> int:
    """Say what a bundle holds, or why it is refused."""
    parser = argparse.ArgumentParser(description="Check a signed bundle of published figures.")
    parser.add_argument("bundle")
    parser.add_argument("--key", help="the fingerprint of the force's signing key, from the force itself")
    given = parser.parse_args()
    key = (given.key or "").lower()
    if given.key is not None and (len(key) != 64 or set(key) - set("0123456789abcdef")):
        parser.error("--key needs a fingerprint: 64 digits and letters from a to f")
    with open(given.bundle, "rb") as file:
        content = file.read()
    try:
        body, fingerprint = verify(content, key)
    except Refused as refusal:
        sys.stderr.write(f"Refused. {refusal}\n")
        return 1
    sys.stdout.write(f"{body.get('programme')}: {body.get('title')}, as at {body.get('as_at')} ({body['reference']})\n")
    for measure in body.get("measures", ()):
        number = body["totals"].get(measure["code"])
        sys.stdout.write(f"  {'withheld' if number is None else f'{number:,}':>12}  {measure['name']}\n")
    known = "the key you named" if key else "a key that you should compare with the force's"
    sys.stdout.write(f"Everything agrees. Signed by {known}: {fingerprint}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
