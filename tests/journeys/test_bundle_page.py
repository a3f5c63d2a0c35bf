"""The page that checks a bundle without a network, opened as a file."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reports.bundles import signing, verify
from reports.bundles.bundles import bundle_of
from tests.publishing import patrols, published

pytestmark = [pytest.mark.slow, pytest.mark.browser]

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
KEY = base64.b64encode(bytes(range(32))).decode()
PAGE = Path(verify.__file__).with_name("verify.html")


@pytest.fixture
def bundle(force, now, settings) -> bytes:
    settings.SIGNING_KEY = KEY
    patrols(force)
    return bundle_of(published(force, AT))


def test_it_agrees_and_refuses_as_the_script_does(bundle, page: Page):
    page.context.set_offline(True)
    page.goto(PAGE.as_uri())
    answer, file = page.locator("#answer"), page.get_by_label("The bundle")

    def choose(content: bytes) -> None:
        file.set_input_files({"name": "bundle.json", "mimeType": "application/json", "buffer": content})

    choose(bundle)
    expect(answer).to_contain_text("Everything agrees.")
    expect(answer).to_contain_text(signing.fingerprint_of(KEY))
    expect(answer).to_contain_text("36")
    page.get_by_label("The fingerprint").fill("0" * 64)
    expect(answer).to_contain_text("It was signed by another key")
    page.get_by_label("The fingerprint").fill(signing.fingerprint_of(KEY))
    expect(answer).to_contain_text("Signed by the key you named")
    for changed in (
        bundle.replace(b'\\"arrests\\":36', b'\\"arrests\\":35'),
        bundle.replace(b'"previous":"0', b'"previous":"1'),
        bundle + b" ",
        bundle[:-10],
        b"[]",
    ):
        assert changed != bundle
        choose(changed)
        expect(answer).to_contain_text("Refused.")
        choose(bundle)
        expect(answer).to_contain_text("Everything agrees.")
