"""A letter laid out as PDF/UA-1 and PDF/A-2a by the one typst template, the same bytes for the same words and time."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import typst

from handlers.letters.wording import LetterRefused

_HERE = Path(__file__).parent
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed')


def to_pdf(letter_id: str, letter: Mapping[str, object], now: datetime) -> bytes:
    """The letter (JSON-able, as `letter.typ` reads it) as PDF bytes, created at `now` (zone-aware).

    Raises LetterRefused when the typeface lacks a character of the letter, naming it.
    """
    compiler = typst.Compiler(
        _HERE / "letter.typ", root=_HERE, font_paths=_fonts(), sys_inputs={"letter": json.dumps(letter)}
    )
    try:
        pdf = compiler.compile(
            format="pdf", pdf_standards=_STANDARDS, timestamp=now.astimezone(UTC).replace(microsecond=0)
        )
    except typst.TypstError as error:
        raise LetterRefused(f"letter {letter_id}: {_reason(error)}") from error
    if not isinstance(pdf, bytes):
        raise LetterRefused(f"letter {letter_id}: the layout gave no document")
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Source Sans 3, shipped with the product; nothing of the machine it runs on."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])


def _reason(error: typst.TypstError) -> str:
    """Why it could not be laid out, in words."""
    match = _NO_GLYPH.search(error.message)
    if match:
        return f"its typeface has no character for “{match.group(1)}”; write it in Latin, Greek or Cyrillic letters"
    return f"it cannot be laid out: {error.message}"
