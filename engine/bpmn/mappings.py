"""Local scopes, input and output mappings, and where results are written (docs/dialect.md, Variables and scopes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.bpmn.dialect.element import Assign, Element
from engine.bpmn.dialect.formula import Formula
from engine.bpmn.scopes import ReservedName, put
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


def evaluate(task: CaseTask, formula: Formula, local: Mapping[str, object] | None = None) -> object:
    """The value of a formula where a position stands."""
    return task.workflow.script_engine.evaluate(task, formula, local)


def needs_scope(element: Element) -> bool:
    """Whether a token at this element gets a path of its own, and with inputs a local scope."""
    return element.loop is None and (bool(element.inputs) or element.tag in ("callActivity", "subProcess"))


def open_path(run: Run, task: CaseTask, suffix: str = "") -> None:
    """Give a position its own path below its workflow, unlike that of every other live position."""
    base = "/".join(part for part in (task.workflow.where, task.task_spec.element.id) if part)
    taken = {other.internal_data.get("path") for other in task.workflow.live.values()}
    path, number = base + suffix, 1
    while path in taken:
        number += 1
        path = f"{base}~{number}{suffix}"
    task.internal_data["path"] = path
    if has_own_scope(task.task_spec.element) or suffix:
        call = task.task_spec.element.call
        run.scopes.open(
            path,
            sealed=call is not None and not call.reads_parent,
            owns=call is not None and not (call.writes_parent and call.reads_parent),
        )


def has_own_scope(element: Element) -> bool:
    """Whether variables can be local to a token here."""
    call = element.call
    border = call is not None and (bool(element.outputs) or not call.reads_parent or not call.writes_parent)
    return border or bool(element.inputs)


def apply_inputs(run: Run, task: CaseTask) -> None:
    """Evaluate the input mappings one after the other, outside a sealed scope, into the local scope."""
    path = task.path
    scope = run.scopes.rows.get(path)
    if "path" not in task.internal_data or scope is None:
        return
    for assign in task.task_spec.element.inputs:
        sealed, scope.sealed = scope.sealed, False
        value = evaluate(task, assign.source)
        scope.sealed = sealed
        name, *keys = assign.target
        define(run, task, name, put(run.scopes.local(path).get(name), tuple(keys), value))


def write_result(run: Run, task: CaseTask) -> None:
    """Write what came with the token's end: through its output mappings when it has any, else by name."""
    fresh = task.fresh or {}
    if task.task_spec.element.outputs:
        outside = _outside(run, task)
        for assign in task.task_spec.element.outputs:
            _write_output(run, task, assign, fresh, outside)
        return
    for name, value in (fresh | _leaving(run, task)).items():
        write(run, task, task.path if name in fresh else _outside(run, task), name, value)


def write(run: Run, task: CaseTask, path: str, name: str, value: object) -> None:
    """Write one variable from a path; raises StepFailed for a reserved name, or what is no FEEL value."""
    try:
        run.scopes.write(path, name, value)
    except (ReservedName, TypeError) as refused:
        raise StepFailed(task.task_spec.element.id, str(refused)) from refused


def define(run: Run, task: CaseTask, name: str, value: object) -> None:
    """Set a variable of a position's own scope; raises StepFailed as `write` does."""
    try:
        run.scopes.define(task.path, name, value)
    except (ReservedName, TypeError) as refused:
        raise StepFailed(task.task_spec.element.id, str(refused)) from refused


def payload_of(task: CaseTask) -> dict[str, object]:
    """What a thrown message carries: the element's input mappings."""
    return task.workflow.top_workflow.run.scopes.local(task.path) if "path" in task.internal_data else {}


def _write_output(run: Run, task: CaseTask, assign: Assign, fresh: Mapping[str, object], outside: str) -> None:
    value = evaluate(task, assign.source, fresh)
    name, *keys = assign.target
    if keys:
        value = put(run.scopes.visible(outside).get(name), tuple(keys), value)
    write(run, task, outside, name, value)


def _outside(run: Run, task: CaseTask) -> str:
    """The path around a position's own scope; an instance of a loop keeps what is local to the instance."""
    if "loop" in task.internal_data:
        return task.path
    if "path" not in task.internal_data or task.path not in run.scopes.rows:
        return task.workflow.where
    return task.path.rpartition("/")[0]


def _leaving(run: Run, task: CaseTask) -> dict[str, object]:
    """What a called process that cannot see its caller's variables still hands back to it."""
    call = task.task_spec.element.call
    if call is None or call.reads_parent or not call.writes_parent:
        return {}
    inputs = {assign.target[0] for assign in task.task_spec.element.inputs}
    return {name: value for name, value in run.scopes.local(task.path).items() if name not in inputs}
