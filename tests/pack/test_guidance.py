"""The guidance with its ids against the two documents: no sentence lost, none invented, none reworded."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

PACK = Path(__file__).parents[2] / "processes"
GUIDANCE = PACK / "guidance.md"
ITEM = re.compile(r"^- \*\*([FG]-\d\d[a-z]?)\*\* (.+)$")
DOCUMENTS = ("flow-chart.txt", "guidance.txt")


def words(text: str) -> str:
    """One space between words, Word's bookmark marks dropped."""
    return " ".join(text.replace("[bookmark: _GoBack]", " ").split())


def sentences(text: str) -> list[str]:
    """A document's sentences: lines, split after a full stop that a capital or bracket follows."""
    pieces = (re.split(r"(?<=[a-zA-Z]\.)\s*(?=[A-Z(])", line) for line in text.splitlines())
    return [words(piece) for line in pieces for piece in line if words(piece)]


@pytest.fixture(scope="module")
def shared() -> Path:
    """Where the council's two documents lie, if they are at hand."""
    folder = os.environ.get("ALONGSIDE_SHARED")
    if not folder:
        pytest.skip("ALONGSIDE_SHARED does not say where the two documents are")
    return Path(folder) / "guidance"


@pytest.fixture(scope="module")
def items() -> dict[str, str]:
    """Sentence id -> sentence."""
    found = [ITEM.match(line) for line in GUIDANCE.read_text("utf-8").splitlines()]
    return {match[1]: match[2] for match in found if match}


def plain(guidance: str) -> str:
    """The page's text without ids and heading marks, as one run of words."""
    lines = (re.sub(r"^(#+ |- \*\*[FG]-\d\d[a-z]?\*\* )", "", line) for line in guidance.splitlines())
    return words(" ".join(lines))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_sentence_of_the_documents_is_there_word_for_word(shared: Path, name: str) -> None:
    page = plain(GUIDANCE.read_text("utf-8"))
    lost = [s for s in sentences((shared / name).read_text("utf-8")) if s not in page]
    assert lost == []


def test_every_item_is_the_documents_own_words(shared: Path, items: dict[str, str]) -> None:
    both = words(" ".join((shared / name).read_text("utf-8") for name in DOCUMENTS))
    assert [key for key, text in items.items() if text not in both] == []


def test_every_id_of_the_two_documents_is_used_once(items: dict[str, str]) -> None:
    wanted = {f"F-{n:02}" for n in range(1, 34)} | {f"G-{n:02}" for n in range(1, 24)}
    lines = [match[1] for line in GUIDANCE.read_text("utf-8").splitlines() if (match := ITEM.match(line))]
    assert wanted <= set(items)
    assert len(lines) == len(set(lines))


def test_a_lost_sentence_would_be_noticed(shared: Path) -> None:
    without = re.sub(r"^- \*\*F-14\*\*.*$", "", GUIDANCE.read_text("utf-8"), flags=re.MULTILINE)
    lost = [s for s in sentences((shared / DOCUMENTS[0]).read_text("utf-8")) if s not in plain(without)]
    assert lost == ["This is likely to be in exceptional circumstances."]
