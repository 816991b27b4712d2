"""Every diagram and table opens in bpmn.io's modellers without a warning, and is saved again with nothing lost."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for ending in ("bpmn", "dmn") for path in (ROOT / "processes").glob(f"*.{ending}"))
#: What a modeller may leave out or put in, for it says the same: the standard's own defaults.
DEFAULTS = {("cancelActivity", "true"), ("isInterrupting", "true"), ("isExecutable", "true"), ("hitPolicy", "UNIQUE")}


@pytest.fixture(scope="module")
def modellers(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with both modellers on it."""
    bundle = tmp_path_factory.mktemp("modellers") / "bundle.js"
    entry = Path(__file__).with_name("open_in_modellers.js")
    command = [ROOT / "node_modules/.bin/esbuild", entry, "--bundle", "--format=iife", f"--outfile={bundle}"]
    subprocess.run([*command, "--log-level=error"], cwd=ROOT, check=True)
    page = browser.new_page()
    page.set_content("<!DOCTYPE html><title>Modellers</title>")
    page.add_script_tag(path=str(bundle))
    yield page
    page.close()


def said(xml: bytes) -> Counter[tuple[str, tuple[tuple[str, str], ...], str]]:
    """Every element with its attributes and its text, wherever it stands."""
    found = Counter[tuple[str, tuple[tuple[str, str], ...], str]]()
    for element in etree.fromstring(xml).iter(etree.Element):
        given = {etree.QName(name).localname: value for name, value in element.attrib.items()}
        kept = sorted(pair for pair in given.items() if pair not in DEFAULTS and pair[0] not in _HEAD)
        found[(str(element.tag), tuple(kept), " ".join((element.text or "").split()))] += 1
    return found


#: Attributes of the file's head that name who wrote it.
_HEAD = {"exporter", "exporterVersion", "schemaLocation"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_opens_without_a_warning_and_is_saved_whole(modellers: Page, path: Path) -> None:
    kind = "openBpmn" if path.suffix == ".bpmn" else "openDmn"
    seen = modellers.evaluate(f"xml => {kind}(xml)", path.read_text())
    assert seen["warnings"] == []
    before, after = said(path.read_bytes()), said(seen["xml"].encode())
    assert before - after == Counter(), "lost on saving"
    assert after - before == Counter(), "put in on saving"


def test_a_lost_element_would_be_noticed() -> None:
    assert said(b'<a><b c="1"/></a>') - said(b"<a><b/></a>")
