"""Whether what a script says must hold does hold, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.feel import decode, encode
from engine.model.journal import Entry
from engine.model.task import Task
from engine.rehearsal.script import LONDON, Expectation
from engine.rehearsal.stage import Stage


@dataclass(frozen=True)
class Before:
    """Where a case stood before a step: what is new after it counts as the step's."""

    entries: int
    documents: int

    @classmethod
    def look(cls, stage: Stage, case_id: str) -> Before:
        """How much the case has now."""
        with stage.uow.read() as tx:
            return cls(len(tx.journal.entries(case_id)), len(tx.documents.of_case(case_id)))


def unmet(then: Expectation, stage: Stage, case_id: str, before: Before) -> list[str]:
    """A sentence for each thing that does not hold; none when all does."""
    with stage.uow.read() as tx:
        case, tasks = tx.cases.find(case_id), tx.tasks.of_case(case_id)
        entries = tx.journal.entries(case_id)[before.entries :]
        letters = [document.letter for document in tx.documents.of_case(case_id)]
        definitions = stage.uow.library.open(tx, case.head.policy_digest).definitions
    values = stage.machine.variables(definitions, case.state)
    return [
        *_tasks(then, tasks),
        *_decisions(then.decided, entries),
        *_letters(then.letters, sorted(letters[before.documents :])),
        *_values(then.values, values),
        *_ended(then.ended, case.head.status, case.head.outcome),
    ]


def _tasks(then: Expectation, tasks: Sequence[Task]) -> Iterator[str]:
    """Which tasks are open, for whom and until when."""
    for wanted in then.open:
        yield from _open(wanted, tasks)
    for element in then.not_open:
        if any(task.element_id == element for task in tasks):
            yield f"“{element}” is open and should not be"
    if then.only_open is not None:
        for wanted in then.only_open:
            yield from _open(wanted, tasks)
        asked = {str(wanted["task"]) for wanted in then.only_open}
        for task in tasks:
            if task.element_id not in asked:
                yield f"“{task.element_id}” is open and should not be"


def _open(wanted: Mapping[str, object], tasks: Sequence[Task]) -> Iterator[str]:
    """One open task, with its role and its due day in London where the script gives them."""
    element = str(wanted["task"])
    found = [task for task in tasks if task.element_id == element]
    if not found:
        yield f"“{element}” should be open; open are {', '.join(sorted(t.element_id for t in tasks)) or 'none'}"
        return
    if "role" in wanted and not any(wanted["role"] in task.roles for task in found):
        yield f"“{element}” should be for {wanted['role']} and is for {', '.join(found[0].roles)}"
    if "due" in wanted and str(wanted["due"]) not in (days := [_day(task) for task in found]):
        yield f"“{element}” should be due {wanted['due']} and is due {', '.join(days)}"


def _day(task: Task) -> str:
    """The London day on which a task is due."""
    return task.due.astimezone(LONDON).date().isoformat() if task.due else "never"


def _decisions(wanted: Sequence[Mapping[str, object]], entries: Sequence[Entry]) -> Iterator[str]:
    """What the tables advised in the step, and by which rule."""
    made = [decision for entry in entries for decision in _made(entry)]
    for want in wanted:
        same = [decision for decision in made if decision.get("decision_id") == want.get("decision")]
        if not same:
            yield f"the table “{want.get('decision')}” should have been asked and was not"
        elif not any(_as_wanted(want, decision) for decision in same):
            told = [(_rules(decision), decision.get("result")) for decision in same]
            yield f"the table “{want.get('decision')}” should have advised {dict(want)} and advised {told}"


def _made(entry: Entry) -> list[Mapping[str, object]]:
    """The decisions of an entry's outcome."""
    outcome = entry.body.get("outcome", {})
    found = outcome.get("decisions", ()) if isinstance(outcome, Mapping) else ()
    return [decision for decision in found if isinstance(decision, Mapping)]


def _as_wanted(want: Mapping[str, object], decision: Mapping[str, object]) -> bool:
    """Whether a decision is the one the script describes; a result may name only some of its columns."""
    if "rule" in want and want["rule"] not in _rules(decision):
        return False
    asked, result = want.get("result"), decode(decision.get("result"))
    if isinstance(asked, Mapping) and isinstance(result, Mapping):
        return all(key in result and _same(value, result[key]) for key, value in asked.items())
    return "result" not in want or _same(asked, result)


def _rules(decision: Mapping[str, object]) -> list[object]:
    """The numbers, from 1, of the rules that the trace says were hit."""
    trace = decision.get("trace")
    hit = trace.get("hits", ()) if isinstance(trace, Mapping) else ()
    return list(hit) if isinstance(hit, list | tuple) else []


def _letters(wanted: Sequence[str] | None, made: Sequence[str]) -> Iterator[str]:
    """Exactly which letters were made since the step before."""
    if wanted is not None and sorted(wanted) != list(made):
        yield f"letters made should be {sorted(wanted) or 'none'} and are {list(made) or 'none'}"


def _values(wanted: Mapping[str, object], values: Mapping[str, object]) -> Iterator[str]:
    """The case's variables, dates as ISO text."""
    for name, value in wanted.items():
        if not _same(value, values.get(name)):
            yield f"“{name}” should be {value!r} and is {values.get(name)!r}"


def _same(wanted: object, found: object) -> bool:
    """Whether a value is the one written in the script, where a date is its ISO text and 1 is 1.0."""
    plain = encode(found)
    if isinstance(plain, dict) and len(plain) == 1 and next(iter(plain)).startswith("@"):
        return str(wanted) == str(next(iter(plain.values())))
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return wanted.keys() == found.keys() and all(_same(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_same, wanted, found))
    return bool(wanted == plain)


def _ended(wanted: bool | None, status: str, outcome: str) -> Iterator[str]:
    """Whether the case has ended."""
    if wanted is not None and wanted != (status != "open"):
        yield f"the case should {'have ended' if wanted else 'be open'} and is {status} {outcome}".rstrip()
