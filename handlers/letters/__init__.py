"""Letters: plain Markdown with FEEL placeholders, laid out by one template as accessible PDF."""

from handlers.letters.preview import preview_html
from handlers.letters.recipients import recipients
from handlers.letters.render import Letter, letter, render, subject
from handlers.letters.tags import expressions
from handlers.letters.wording import LetterRefused, Wording, parse

__all__ = [
    "Letter",
    "LetterRefused",
    "Wording",
    "expressions",
    "letter",
    "parse",
    "preview_html",
    "recipients",
    "render",
    "subject",
]
