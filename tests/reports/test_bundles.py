"""Signed bundles: what they hold, and that nothing changed in one goes unnoticed."""

import base64
import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from reports.bundles import signing, verify
from reports.bundles.bundles import bundle_of
from reports.digests import canonical
from reports.models import Statement
from tests.publishing import patrols, published

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
KEY = base64.b64encode(bytes(range(32))).decode()
SCRIPT = Path(verify.__file__)


@pytest.fixture
def bundle(force, now, settings) -> bytes:
    """The bundle of the second of two statements."""
    settings.SIGNING_KEY = KEY
    patrols(force)
    published(force, AT)
    return bundle_of(published(force, AT))


def test_ed25519_as_rfc_8032_has_it():
    """Section 7.1, tests 1 to 3."""
    for public, message, signature in (
        (
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595"
            "bbe24655141438e7a100b",
        ),
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb43"
            "02aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716"
            "ed28dc027beceea1ec40a",
        ),
    ):
        given = [bytes.fromhex(each) for each in (public, message, signature)]
        assert verify.is_signed(*given)
        assert not verify.is_signed(given[0], given[1] + b".", given[2])


def test_ed25519_agrees_with_the_library():
    dice = random.Random(3)
    for _ in range(10):
        key, message = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32)), dice.randbytes(dice.randrange(90))
        assert verify.is_signed(key.public_key().public_bytes_raw(), message, key.sign(message))


def test_a_bundle_holds_the_statement_and_all_before_it(bundle):
    body, fingerprint = verify.verify(bundle, signing.fingerprint_of(KEY))
    last = Statement.objects.published().order_by("decided_at", "pk").last()
    assert body == last.body
    assert fingerprint == signing.fingerprint_of(KEY)
    assert [link["reference"] for link in json.loads(bundle)["chain"]] == [
        each.slug for each in Statement.objects.published().order_by("decided_at", "pk")
    ]


def test_it_is_the_same_later_and_the_chain_goes_on(bundle, force):
    second = Statement.objects.published().order_by("decided_at", "pk").last()
    third = published(force, AT)
    assert bundle_of(second) == bundle
    links = json.loads(bundle_of(third))["chain"]
    assert links[:-1] == json.loads(bundle)["chain"]


def test_a_statement_that_is_signed_off_by_an_earlier_clock_comes_last_all_the_same(bundle, force):
    """The clock of one server can be behind that of another; what was given out must stay the beginning."""
    late = published(force, AT - timedelta(hours=2))
    links = json.loads(bundle_of(late))["chain"]
    assert links[:-1] == json.loads(bundle)["chain"]
    assert links[-1]["reference"] == late.slug


def test_a_thousand_random_changes_are_all_refused(bundle):
    dice, fingerprint = random.Random(8), signing.fingerprint_of(KEY)
    refused = 0
    while refused < 1000:
        changed = _changed(bundle, dice)
        if changed != bundle:
            with pytest.raises(verify.Refused):
                verify.verify(changed, fingerprint)
            refused += 1


def _changed(content: bytes, dice: random.Random) -> bytes:
    place, other = sorted(dice.choices(range(len(content)), k=2))
    kind = dice.randrange(6)
    if kind == 0:
        return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]
    if kind == 1:
        return content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :]
    if kind == 2:
        return content[:place] + content[place + 1 + dice.randrange(40) :]
    if kind == 3:
        return content[:place] + dice.choice([b" ", b"0", b"\n", b"1", b'"', b","]) + content[place:]
    if kind == 4:
        return content[:place] + content[other:] + content[place:other]
    digits = [at for at, byte in enumerate(content) if chr(byte).isdigit()]
    at = dice.choice(digits)
    return content[:at] + str(dice.randrange(10)).encode() + content[at + 1 :]


def test_another_number_signed_again_by_another_key_is_refused(bundle):
    """Somebody who changes everything that can be reckoned, and signs with a key of theirs."""
    forged = json.loads(bundle)
    body = json.loads(forged["statement"])
    body["totals"]["arrests"] = 999
    statement = canonical(body)
    forged["statement"] = statement.decode()
    digest = sha256(statement).hexdigest()
    forged["chain"][-1]["sha256"] = digest
    head = sha256(canonical(forged["chain"][-1])).hexdigest()
    key = Ed25519PrivateKey.generate()
    said = canonical({"format": verify.FORMAT, "chain": head, "statement": digest})
    forged["public_key"] = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    forged["signature"] = base64.b64encode(key.sign(said)).decode()
    verify.verify(canonical(forged))
    with pytest.raises(verify.Refused, match="another key"):
        verify.verify(canonical(forged), signing.fingerprint_of(KEY))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, b'{"a":1,"a":2}'])
def test_what_is_no_bundle_is_refused(content):
    with pytest.raises(verify.Refused):
        verify.verify(content)


def test_the_script_runs_by_itself(bundle, tmp_path):
    file, alone = tmp_path / "bundle.json", tmp_path / "verify.py"
    file.write_bytes(bundle)
    alone.write_bytes(SCRIPT.read_bytes())
    command = [sys.executable, "-I", alone, file, "--key", signing.fingerprint_of(KEY)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "Everything agrees." in answer.stdout
    assert "Arrests" in answer.stdout
    file.write_bytes(bundle.replace(b"arrests", b"arrestz", 1))
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Refused.")


def test_the_script_is_short_and_needs_nothing_but_python():
    lines = SCRIPT.read_text().splitlines()
    assert len(lines) <= 200
    imported = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= {*sys.stdlib_module_names, "__future__"}


@pytest.mark.parametrize("key", ["", "abc", "g" * 64])
def test_a_key_that_is_no_fingerprint_pins_nothing_and_is_refused(bundle, tmp_path, key):
    """As from a variable of the shell that was never set."""
    (tmp_path / "bundle.json").write_bytes(bundle)
    command = [sys.executable, "-I", SCRIPT, tmp_path / "bundle.json", "--key", key]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "--key needs a fingerprint" in answer.stderr


@pytest.mark.parametrize("key", ["nonsense", base64.b64encode(b"short").decode()])
def test_a_key_that_is_none_is_said(settings, key):
    settings.SIGNING_KEY = key
    with pytest.raises(ImproperlyConfigured, match="make_signing_key"):
        signing.public_key()


def test_a_new_key_is_printed_with_its_fingerprint(capsys):
    call_command("make_signing_key")
    said = capsys.readouterr().out
    key = said.split("SIGNING_KEY=")[1].split()[0]
    assert signing.fingerprint_of(key) in said
