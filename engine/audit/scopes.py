"""Scopes as the journal names them: which still live, and which a place can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.model.outcome import Token


def is_live(scope: str, tokens: Iterable[Token]) -> bool:
    """Whether a scope still stands: the case's own always, another while something in it waits."""
    return not scope or any(_holds(scope, token) for token in tokens)


def _holds(scope: str, token: Token) -> bool:
    """Whether the token stands in the scope, or at the element whose own scope it is."""
    own = f"{token.where}/{token.element_id}" if token.where else token.element_id
    return _within(token.where, scope) or own == scope or scope.startswith((f"{own}#", f"{own}~"))


def _within(where: str, scope: str) -> bool:
    return where == scope or where.startswith(f"{scope}/")


def outwards(where: str) -> Iterator[str]:
    """A place's scopes, nearest first, the case's own last."""
    while where:
        yield where
        where = where.rpartition("/")[0]
    yield ""


def parent(where: str) -> tuple[str, str]:
    """(the element whose inside this is, where that element stands)."""
    outer, _, last = where.rpartition("/")
    return last.partition("#")[0].partition("~")[0], outer
