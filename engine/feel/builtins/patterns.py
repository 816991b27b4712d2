"""Regular expressions as XPath writes them, run by the `regex` package with a time limit."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise
from time import perf_counter
from typing import Any

import regex

from engine.feel.budget import Run
from engine.feel.errors import FeelBudgetExceeded

MAX_PATTERN = 2_000
_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
_NAME_START = r"\p{L}_:"
_NAME_PART = r"\p{L}\p{N}\p{M}_:.\-\u00b7"
_CLASSES = {"i": _NAME_START, "c": _NAME_PART}
_ALLOWED_ESCAPES = frozenset("nrtdDsSwWiIcCpP\\|.?*+(){}[]^$-")


class _BadPattern(ValueError):
    """Not a regular expression as XPath has them."""


def compile_pattern(run: Run, pattern: str, flags: str) -> Any:
    """The compiled pattern, or None with a warning when pattern or flags are not XPath's."""
    if len(pattern) > MAX_PATTERN:
        raise FeelBudgetExceeded("regex", f"A pattern is longer than {MAX_PATTERN} characters.")
    compiled = _compiled(pattern, flags)
    return run.warn(f"`{pattern}` is not a pattern: the result is null.") if compiled is None else compiled


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    if set(flags) - set("ismxq"):
        return None
    try:
        if "q" in flags:
            text = regex.escape(pattern)
        else:
            source = _without_spaces(pattern) if "x" in flags else pattern
            text = _Translation(source, "m" in flags, "s" in flags).run()
        options = sum({_FLAGS[flag] for flag in flags if flag in _FLAGS})
        return regex.compile(text, regex.VERSION1 | regex.UNICODE | options)
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError):
        return None


def _without_spaces(pattern: str) -> str:
    """The pattern as flag `x` reads it: white space outside character classes does not count."""
    kept: list[str] = []
    depth = 0
    for char in pattern:
        escaped = kept[-1:] == ["\\"] and kept[-2:-1] != ["\\"]
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        if depth or not char.isspace():
            kept.append(char)
    return "".join(kept)


class _Translation:
    """Writes an XPath pattern as one of the `regex` package."""

    def __init__(self, pattern: str, lines: bool, across: bool) -> None:
        self.pattern = pattern
        self.end = "$" if lines else r"\Z"
        self.any = "." if across else r"[^\n\r]"
        self.at = 0
        self.depth = 0
        self.out: list[str] = []

    def run(self) -> str:
        while self.at < len(self.pattern):
            self.out.append(self._next())
        if self.depth:
            raise _BadPattern
        return "".join(self.out)

    def _next(self) -> str:
        char = self.pattern[self.at]
        self.at += 1
        if char == "\\":
            return self._escape(bool(self.depth))
        if self.depth:
            return self._in_class(char)
        return self._outside(char)

    def _outside(self, char: str) -> str:
        if char == "[":
            return self._open_class()
        if char in "$.":
            return self.end if char == "$" else self.any
        if char == "(" and self._peek("?") and not self._peek("?:"):
            raise _BadPattern
        if char in "*+?}" and self._peek("+"):
            raise _BadPattern
        return char

    def _open_class(self) -> str:
        self.depth += 1
        if self._peek("^"):
            self.at += 1
            return "[^"
        return "["

    def _in_class(self, char: str) -> str:
        if char == "]":
            self.depth -= 1
            return "]"
        if char == "-" and self._peek("["):
            self.at += 1
            return "--" + self._open_class()
        if char == "[":
            raise _BadPattern
        return "\\" + char if char in "&|~-" and (self._peek(char) or char == "&") else char

    def _peek(self, text: str) -> bool:
        return self.pattern.startswith(text, self.at)

    def _escape(self, inside: bool) -> str:
        if self.at >= len(self.pattern):
            raise _BadPattern
        char = self.pattern[self.at]
        self.at += 1
        if char.isdigit() and not inside and char != "0":
            return f"(?:\\{char})"
        if char not in _ALLOWED_ESCAPES:
            raise _BadPattern
        if char.lower() in _CLASSES:
            return self._name_class(char, inside)
        return "\\" + char + (self._category() if char in "pP" else "")

    def _name_class(self, char: str, inside: bool) -> str:
        body = _CLASSES[char.lower()]
        return (f"[^{body}]" if char.isupper() else f"[{body}]") if not inside or char.isupper() else body

    def _category(self) -> str:
        end = self.pattern.find("}", self.at)
        if not self._peek("{") or end < 0:
            raise _BadPattern
        name = self.pattern[self.at + 1 : end]
        self.at = end + 1
        return "{" + ("In" + name[2:] if name.startswith("Is") else name) + "}"


def _timed(run: Run, action: Callable[..., Any]) -> Any:
    """The action's result, within what is left of the time for patterns."""
    run.charge(10)
    started = perf_counter()
    try:
        return action(timeout=max(run.regex_left, 0.001))
    except TimeoutError as error:
        sentence = f"Patterns take longer than {run.budget.regex_seconds} seconds."
        raise FeelBudgetExceeded("regex", sentence) from error
    finally:
        run.regex_left -= perf_counter() - started


def search(run: Run, compiled: Any, text: str) -> bool:
    """Whether the pattern occurs."""
    return _timed(run, partial(compiled.search, text)) is not None


def split(run: Run, compiled: Any, text: str) -> list[str]:
    """The parts between the occurrences."""
    spans = [(0, 0), *(m.span() for m in _found(run, compiled, text) if m.end() > m.start()), (len(text),) * 2]
    run.items(len(spans))
    return [text[before[1] : after[0]] for before, after in pairwise(spans)]


def _found(run: Run, compiled: Any, text: str) -> list[Any]:
    return _timed(run, lambda timeout: list(compiled.finditer(text, timeout=timeout)))  # type: ignore[no-any-return]


def replace(run: Run, compiled: Any, text: str, replacement: str, flags: str) -> Any:
    """The text with every occurrence replaced."""
    if search(run, compiled, ""):
        return run.warn("`replace` needs a pattern that does not match an empty text: the result is null.")
    pieces = [replacement] if "q" in flags else _template(replacement, compiled.groups)
    if pieces is None:
        return run.warn("In a replacement, `$` is followed by a number and `\\` by `\\` or `$`: null.")
    out, last, size = [], 0, 0
    for match in _found(run, compiled, text):
        made = "".join(piece if isinstance(piece, str) else match[piece] or "" for piece in pieces)
        out += [text[last : match.start()], made]
        last, size = match.end(), size + len(made)
        if size > run.budget.string:
            break
    run.string(size + len(text))
    return "".join([*out, text[last:]])


def _template(replacement: str, groups: int) -> list[Any] | None:
    pieces: list[Any] = []
    at = 0
    while at < len(replacement):
        char, after = replacement[at], replacement[at + 1 : at + 2]
        if char == "\\":
            if after not in ("\\", "$"):
                return None
            pieces.append(after)
            at += 2
        elif char == "$":
            if not after.isdigit():
                return None
            number, at = _group(replacement, at + 1, groups)
            pieces.append(number if number <= groups else "")
        else:
            pieces.append(char)
            at += 1
    return pieces


def _group(text: str, at: int, groups: int) -> tuple[int, int]:
    """The longest group number that exists, as XPath reads `$12`."""
    number = int(text[at])
    at += 1
    while at < len(text) and text[at].isdigit() and number * 10 + int(text[at]) <= groups:
        number = number * 10 + int(text[at])
        at += 1
    return number, at
