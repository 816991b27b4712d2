"""Has what the page showed changed under the person's hands? The rule is in `complete_task`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.feel import encode, parse_expression
from engine.model.case import Case
from engine.model.errors import CaseMovedOn
from engine.model.journal import Entry
from engine.model.task import Task
from engine.ports import Transaction


def must_be_current(
    tx: Transaction, case: Case, task: Task, answers: Mapping[str, object], seen_version: int | None
) -> None:
    """Raises CaseMovedOn, naming what changed; reads the journal only when the case did move on."""
    if seen_version is None or seen_version >= case.head.version:
        return
    moved = _changed(tx.journal.entries(case.id, after_version=seen_version), task.where)
    touched = [name for name, (old, new) in moved.items() if _touches(name, old, new, task, answers)]
    if touched:
        names = ", ".join(sorted(touched))
        raise CaseMovedOn(f"The case changed while this page was open: look again at {names}. Nothing was saved.")


def _changed(entries: Sequence[Entry], where: str) -> dict[str, tuple[Any, Any]]:
    """Each variable that the task can see: its value when the page was made, and now."""
    moved: dict[str, tuple[Any, Any]] = {}
    for change in _changes(entries):
        if _is_visible(change["scope"], where):
            first, _ = moved.get(change["name"], (change["old"], None))
            moved[change["name"]] = (first, change["new"])
    return {name: pair for name, pair in moved.items() if pair[0] != pair[1]}


def _changes(entries: Sequence[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        outcome: Any = entry.body.get("outcome", {})
        yield from outcome.get("changes", ())


def _is_visible(scope: str, where: str) -> bool:
    """Whether the scope lies on the way out from where the task stands."""
    return f"{where}/".startswith(f"{scope}/") if scope else True


def _touches(name: str, old: Any, new: Any, task: Task, answers: Mapping[str, object]) -> bool:
    """Whether the form would put the old value back, or showed the old advice."""
    if name in answers and old is not None and encode(answers[name]) == old:
        return bool(new != old)
    path = task.properties.get("advice", "")
    return bool(path) and name in parse_expression(path.removeprefix("=")).names
