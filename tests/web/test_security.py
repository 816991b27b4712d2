"""Redirects stay on the site; what is served names nobody's licensed font, crest or registry."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.web.assets import BUILD, manifest
from engine.web.security import CONTENT_SECURITY_POLICY, local
from engine.web.uploads import plain_name

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("address", ["/tasks", "/tasks?page=2", "/cases/AL-1#where"])
def test_a_path_of_this_site_may_be_gone_to(address: str) -> None:
    assert local(address, "/") == address


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "evil",
        "",
        None,
        "/a\r\nX: y",
        "javascript:1",
    ],
)
def test_anywhere_else_may_not(address: str | None) -> None:
    assert local(address, "/home") == "/home"


def test_nothing_inline_runs() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\notes.pdf", "notes.pdf"), ('a"b\r\n.pdf', "ab.pdf"), ("...", "file")],
)
def test_a_file_keeps_only_its_own_name(given: str, kept: str) -> None:
    assert plain_name(given) == kept


@pytest.mark.skipif(not manifest(), reason="the front end is not built")
def test_the_build_serves_no_licensed_font_and_no_crest() -> None:
    served = "".join(path.read_text(errors="ignore") for path in BUILD.iterdir())
    for banned in ("GDS Transport", "govuk-crest", "/assets/fonts", "Margaret Calvert"):
        assert banned not in served
    assert "@font-face" not in (BUILD / manifest()["alongside.css"]).read_text()


def test_packages_are_pinned_and_the_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in entry for entry in locked.values())
    assert all(entry.get("integrity") for name, entry in locked.items() if name)


def test_templates_hold_no_script_or_style_of_their_own() -> None:
    for path in (ROOT / "engine/web/templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", text), path.name
