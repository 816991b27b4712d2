"""Variables in scopes, as docs/dialect.md says: read from the nearest outwards, live, never copied into tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.feel import Decoded, decode, encode
from engine.model.outcome import Change

#: Names that a case can read but nobody can write.
RESERVED = frozenset({"case_id", "now"})


class ReservedName(ValueError):
    """Somebody tried to write a reserved name."""


@dataclass
class Scope:
    """One scope: `sealed` hides the scopes around it, `owns` keeps the variables created inside it.

    `values` are as `engine.feel.encode` gives them: a variable is decoded when it is read.
    """

    values: dict[str, Any] = field(default_factory=dict)
    sealed: bool = False
    owns: bool = False


@dataclass
class Scopes:
    """The scopes of a case by path: "" is the case's, "a/b#2" lies inside "a"; changes are kept in order."""

    rows: dict[str, Scope] = field(default_factory=lambda: {"": Scope(owns=True)})
    changes: list[Change] = field(default_factory=list)

    def open(self, path: str, *, sealed: bool = False, owns: bool = False) -> None:
        """Begin a local scope."""
        self.rows[path] = Scope(sealed=sealed, owns=owns)

    def close(self, path: str) -> Scope | None:
        """End a local scope and its variables."""
        return self.rows.pop(path, None)

    def chain(self, path: str) -> Iterator[tuple[str, Scope]]:
        """The scopes that can be read at a path, nearest first."""
        while True:
            scope = self.rows.get(path)
            if scope is not None:
                yield path, scope
                if scope.sealed:
                    return
            if not path:
                return
            path = path.rpartition("/")[0]

    def visible(self, path: str) -> Decoded:
        """Every variable that can be read at a path, as it is now; decoded when it is read."""
        found: dict[str, Any] = {}
        for _, scope in self.chain(path):
            found.update({name: kept for name, kept in scope.values.items() if name not in found})
        return Decoded(found)

    def local(self, path: str) -> dict[str, object]:
        """The variables of this very scope, none when there is no such scope."""
        scope = self.rows.get(path)
        return {} if scope is None else {name: decode(kept) for name, kept in scope.values.items()}

    def read(self, path: str, name: str) -> object:
        """One variable; raises KeyError when no scope that can be read has it."""
        for _, scope in self.chain(path):
            if name in scope.values:
                return decode(scope.values[name])
        raise KeyError(name)

    def write(self, path: str, name: str, value: object) -> None:
        """Change the nearest scope that has the name, else create it where new variables belong."""
        chain = list(self.chain(path))
        holder = next((where for where, scope in chain if name in scope.values), None)
        if holder is None:
            holder = next((where for where, scope in chain if scope.owns), chain[-1][0] if chain else "")
        self.define(holder, name, value)

    def define(self, path: str, name: str, value: object) -> None:
        """Set a variable of this very scope; raises ReservedName, TypeError for what is no FEEL value."""
        if name in RESERVED or name.startswith("_"):
            raise ReservedName(f'the name "{name}" is reserved and cannot be written')
        values, kept = self.rows[path].values, encode(value)
        created, old = name not in values, values.get(name)
        if created or repr(old) != repr(kept):  # repr, so that true never passes for 1
            values[name] = kept
            self.changes.append(Change(path, name, old, kept, created))


class View(Mapping[str, object]):
    """The variables at a path as FEEL reads them: live, with `local` names before all scopes."""

    def __init__(
        self,
        scopes: Scopes,
        path: str,
        given: Mapping[str, object],
        local: Mapping[str, object] | None = None,
    ) -> None:
        """`given` are the engine's own names (`case_id`, `now`)."""
        self._scopes, self._path, self._given, self._local = scopes, path, given, local or {}

    def __getitem__(self, name: str) -> object:
        if name in self._local:
            return self._local[name]
        try:
            return self._scopes.read(self._path, name)
        except KeyError:
            return self._given[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._given, **self._scopes.visible(self._path), **self._local})

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return (
            name in self._local
            or any(name in scope.values for _, scope in self._scopes.chain(self._path))
            or name in self._given
        )


def put(root: object, keys: tuple[str, ...], value: object) -> object:
    """A copy of a context with `value` at the end of a chain of keys; no keys give the value itself."""
    if not keys:
        return value
    inside = dict(root) if isinstance(root, Mapping) else {}
    inside[keys[0]] = put(inside.get(keys[0]), keys[1:], value)
    return inside
