"""Post: the letter waits as a PDF to print; a person posts it and says when, in the "posted on" task."""

from __future__ import annotations

from dataclasses import replace

from handlers.job import Document


def out_to_print(document: Document) -> Document:
    """The document, flagged to be printed and posted."""
    return replace(document, to_print=True)
