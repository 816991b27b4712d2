"""The tokenizer: one token at a time, told by the parser whether a name or an operator may stand here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine.feel.errors import FeelSyntaxError
from engine.feel.hints import FOREIGN, SIGNS

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
WORD = re.compile(f"[{_START}][{_PART}]*")
PIECE = re.compile(f"[{_PART}]+|[./\\-'’+*]")
_SPACE = re.compile(r"(?:[\s\u0085\u180e\u200b\ufeff]+|//[^\n\r]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SYMBOL = re.compile(r"\*\*|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},:.@]")
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}
KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "of",
        "function",
        "true",
        "false",
        "null",
        "external",
    ]
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text: `kind` is number, string, name, word, symbol or end."""

    kind: str
    value: Any
    start: int
    end: int


def normal_name(name: str) -> str:
    """A name with each run of spaces as one space."""
    return " ".join(name.split())


class NameIndex:
    """Known names of more than one word or with operators in them, by their first piece, longest first."""

    def __init__(self, names: Iterable[str] = (), guarded: frozenset[str] = frozenset()) -> None:
        self._by_first: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
        self._guarded = guarded
        for name in names:
            self.add(name)

    def copy(self) -> NameIndex:
        """Another index with the same names, to which names may be added."""
        made = NameIndex((), self._guarded)
        made._by_first = self._by_first.copy()
        return made

    def add(self, name: str) -> None:
        """Make one more name known."""
        pieces = tuple(PIECE.findall(name))
        if len(pieces) < 2 and (not pieces or WORD.fullmatch(name)):
            return
        entry = {*self._by_first.get(pieces[0], ()), (pieces, normal_name(name))}
        self._by_first[pieces[0]] = tuple(sorted(entry, key=lambda item: (-len(item[0]), item)))

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """The longest known name that stands at `at`, and where it ends."""
        first = PIECE.match(text, at)
        for pieces, name in self._by_first.get(first[0], ()) if first else ():
            end = _follow(text, at, pieces)
            if end and (name not in self._guarded or _calls(text, end)):
                return name, end
        return None


def _calls(text: str, at: int) -> bool:
    """Whether a call follows: `date and time` is one name only where it is called or stands alone."""
    space = _SPACE.match(text, at)
    rest = text[space.end() if space else at :][:1]
    return rest == "" or rest in "(),]}"


def _follow(text: str, at: int, pieces: tuple[str, ...]) -> int:
    for index, piece in enumerate(pieces):
        if index:
            space = _SPACE.match(text, at)
            at = space.end() if space else at
        found = PIECE.match(text, at)
        if not found or found[0] != piece:
            return 0
        at = found.end()
    return at


class Lexer:
    """Reads tokens of `text` from `pos` on."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0

    def skip(self) -> int:
        """Step over white space and comments."""
        found = _SPACE.match(self.text, self.pos)
        if found:
            self.pos = found.end()
        return self.pos

    def read(self, names: NameIndex | None) -> Token:
        """The token at `pos`; with `names`, known names are looked for first (where an operand may stand)."""
        at, text = self.skip(), self.text
        if text[at : at + 2] in FOREIGN:
            raise FeelSyntaxError(FOREIGN[text[at : at + 2]], at, text)
        if at >= len(text):
            return Token("end", "", at, at)
        known = names.match(text, at) if names else None
        if known:
            return Token("name", known[0], at, known[1])
        word = WORD.match(text, at)
        if word:
            return Token("word" if word[0] in KEYWORDS else "name", word[0], at, word.end())
        return self._other(at)

    def _other(self, at: int) -> Token:
        for kind, pattern in (("number", _NUMBER), ("string", _STRING), ("symbol", _SYMBOL)):
            found = pattern.match(self.text, at)
            if found:
                value = unescape(found[0], at) if kind == "string" else found[0]
                return Token(kind, value, at, found.end())
        if self.text[at] == '"':
            raise FeelSyntaxError("This text has no closing quotation mark.", at, self.text)
        if self.text[at] in "'‘’“”":
            raise FeelSyntaxError('Texts stand in straight double quotation marks: "like this".', at, self.text)
        more = SIGNS.get(self.text[at], "")
        raise FeelSyntaxError(f"The character {self.text[at]!r} has no meaning here.{more}", at, self.text)


def unescape(quoted: str, at: int = 0) -> str:
    """The characters a quoted literal stands for."""
    if "\\" not in quoted:
        return quoted[1:-1]
    return _pairs(_ESCAPE.sub(lambda found: _escape(found[1], at), quoted[1:-1]))


def _escape(code: str, at: int) -> str:
    if len(code) == 1:
        return _SIMPLE.get(code, "\\" + code)
    number = int(code[1:], 16)
    if number > 0x10FFFF:
        raise FeelSyntaxError(f"There is no character \\{code}.", at)
    return chr(number)


def _pairs(text: str) -> str:
    """Join surrogate pairs written as two escapes; a lone surrogate becomes the replacement character."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
