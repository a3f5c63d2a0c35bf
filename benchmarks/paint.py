"""How soon a phone on slow 3G sees something of the forms that log a shift, with their files in its cache.

It asks a running `script/server`, and exits with 1 where a limit is broken. Slow 3G is what Lighthouse calls so:
round trips of 400 ms and 400 kbit/s, on a processor four times as slow as this one.

    .venv/bin/python -m benchmarks.paint http://localhost:8000
"""

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 390, "height": 844}
ROUND_TRIP_MS, BYTES_A_SECOND, SLOWER = 400, 50_000, 4
RUNS = 7
EMAIL, PASSWORD = "sam@hotspot.example", "twelve-towns-patrol"
# First contentful paint, in milliseconds. The page that opens without a signal is whole in the cache; of the form for a
# good connection only its files are.
LIMITS_MS = {"/offline/": 1_500, "/shifts/log/": 3_000}
PAINTED = """() => new Promise((resolve) => {
  const found = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  if (found()) resolve(found());
  else new PerformanceObserver(() => { if (found()) resolve(found()); }).observe({ type: "paint", buffered: true });
})"""
INSTALLED = """() => navigator.serviceWorker.ready.then(() => caches.keys()).then((names) => names.length === 1)"""


@contextmanager
def _signed_in(browser: Browser, address: str, *, worker: bool) -> Iterator[Page]:
    """A page of a phone that has seen the form, and has its files."""
    allowed = "allow" if worker else "block"
    context = browser.new_context(base_url=address, viewport=PHONE, service_workers=allowed)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/shifts/log/", wait_until="networkidle")
    while worker and not page.evaluate(INSTALLED):
        page.wait_for_timeout(100)
    yield page
    context.close()


def _slow_down(page: Page) -> Any:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    network = {"latency": ROUND_TRIP_MS, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return session


def first_paints(browser: Browser, address: str, path: str) -> list[float]:
    """When something was first seen of this page, in milliseconds, on each of so many visits."""
    found = []
    # What a service worker fetches would not be slowed down; what it has in its cache needs no network.
    with _signed_in(browser, address, worker=path == "/offline/") as page:
        _slow_down(page)
        for _ in range(RUNS):
            page.goto("about:blank")
            page.goto(path)
            found.append(float(page.evaluate(PAINTED)))
    return found


def main() -> int:
    """Print the medians; gives the exit code."""
    asked = argparse.ArgumentParser(description="First paint of the forms on slow 3G.")
    asked.add_argument("address")
    address = asked.parse_args().address
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    is_kept = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for path, limit in LIMITS_MS.items():
            paints = first_paints(browser, address, path)
            middle = statistics.median(paints)
            is_kept = is_kept and middle <= limit
            print(f"{path}: median {middle:,.0f} ms, slowest {max(paints):,.0f} ms of {RUNS}; limit {limit:,} ms")
        browser.close()
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
