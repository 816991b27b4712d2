"""The pack as its tests read it: files, diagrams, forms."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.forms import Form, parse_form

ROOT = Path(__file__).parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
ITEM = re.compile(r"^- \*\*([FG]-\d\d[a-z]?)\*\* (.+)$")


@pytest.fixture(scope="session")
def forms() -> dict[str, Form]:
    """Form id -> form."""
    return {
        path.stem: parse_form(path.read_bytes(), path=str(path)) for path in sorted((ROOT / "forms").glob("*.form"))
    }


@pytest.fixture(scope="session")
def diagrams() -> dict[str, Any]:
    """Process id -> the diagram's root element."""
    return {path.stem: etree.parse(path).getroot() for path in sorted((ROOT / "processes").glob("*.bpmn"))}


@pytest.fixture(scope="session")
def settings() -> dict[str, Any]:
    """`policy.toml`."""
    return tomllib.loads((ROOT / "processes/policy.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def sentence_ids() -> frozenset[str]:
    """The ids of `guidance.md`."""
    lines = (ROOT / "processes/guidance.md").read_text("utf-8").splitlines()
    return frozenset(match[1] for line in lines if (match := ITEM.match(line)))


def properties(element: Any) -> dict[str, str]:
    """The product's own properties of one element, not of those inside it."""
    path = f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property"
    return {each.get("name"): each.get("value") for each in element.findall(path)}
