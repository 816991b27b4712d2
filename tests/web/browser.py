"""A real browser for tests: the system's Chromium, else the one that npm brought."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
#: Quiet and self-contained: no sandbox in containers, nothing fetched in the background.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_UNPACK = "import('@sparticuz/chromium').then(c => c.default.executablePath()).then(p => console.log(p))"
#: What WCAG 2.2 AA asks, and what axe calls good practice.
_AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
  v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160)).join(' | '))"""


@lru_cache(maxsize=1)
def executable() -> str:
    """The browser's program."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    done = subprocess.run(["node", "-e", _UNPACK], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser for as long as the block runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS), headless=True)
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page that is open, one line each; the page's own security policy stays in force."""
    source = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
    page.evaluate(source + "; undefined")
    found: list[str] = page.evaluate(_AXE)
    return found
