"""A case as compact bytes and back: no specs, no classes, nothing that is ever evaluated.

Layout: `ALS`, one version byte, four bytes of CRC-32, then MessagePack of
`[counter, process id, ends, scopes, workflows]`. A scope is `[path, flags, values]`; a workflow is
`[host id, spec key, completed, positions]`; a position is `[id, parent, spec name, state, data]`.
"""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from engine.bpmn.run import Run
from engine.bpmn.scopes import Scope, Scopes
from engine.bpmn.tree import CalledWorkflow, CaseTask, CaseWorkflow
from engine.model.errors import StateUnreadable

MAGIC = b"ALS"
VERSION = 1
_HEAD = len(MAGIC) + 1 + 4
_SEALED, _OWNS = 1, 2

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder()


def dump(run: Run) -> bytes:
    """The whole case; the same case always gives the same bytes."""
    body = _encoder.encode(
        [
            run.counter,
            run.root.spec.name,
            run.ends,
            [_scope_row(path, scope) for path, scope in run.scopes.rows.items()],
            [_workflow_row(workflow) for workflow in run.root.workflows()],
        ]
    )
    return MAGIC + bytes([VERSION]) + zlib.crc32(body).to_bytes(4, "big") + body


def load(state: bytes, run: Run) -> None:
    """Fill a run from stored bytes; raises StateUnreadable for a corrupt or foreign state."""
    counter, process_id, ends, scopes, workflows = _body(state)
    try:
        run.counter, run.ends = int(counter), list(ends)
        run.scopes.rows = _rows(scopes)
        run.root = CaseWorkflow(run.definitions, run.definitions.specs[process_id], run)
        _fill(run.root, workflows[0])
        for row in workflows[1:]:
            host = run.root.find(row[0])
            if host is None:
                raise KeyError(row[0])
            _fill(CalledWorkflow(run.definitions.specs[row[1]], host), row)
    except MemoryError:
        raise
    except Exception as wrong:  # whatever a foreign or damaged state leads to, it is a state that cannot be read
        raise StateUnreadable("", f"the stored state does not fit this policy version: {wrong}") from wrong


def scopes_of(state: bytes) -> Scopes:
    """The variables alone; raises StateUnreadable."""
    rows = _body(state)[3]
    try:
        return Scopes(_rows(rows))
    except (TypeError, ValueError) as wrong:
        raise StateUnreadable("", f"the stored variables cannot be read: {wrong}") from wrong


def _rows(scopes: list[Any]) -> dict[str, Scope]:
    return {path: Scope(values, bool(flags & _SEALED), bool(flags & _OWNS)) for path, flags, values in scopes}


def _body(state: bytes) -> list[Any]:
    """The five parts of a state; raises StateUnreadable."""
    if len(state) < _HEAD or not state.startswith(MAGIC):
        raise StateUnreadable("", "the stored state is not a case's state")
    if state[len(MAGIC)] != VERSION:
        raise StateUnreadable("", f"the stored state has version {state[len(MAGIC)]}; this release reads {VERSION}")
    body = state[_HEAD:]
    if zlib.crc32(body).to_bytes(4, "big") != state[_HEAD - 4 : _HEAD]:
        raise StateUnreadable("", "the stored state is damaged")
    try:
        parts = _decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, MemoryError) as wrong:
        raise StateUnreadable("", "the stored state is damaged") from wrong
    if not isinstance(parts, list) or len(parts) != 5:
        raise StateUnreadable("", "the stored state is incomplete")
    return parts


def _scope_row(path: str, scope: Scope) -> list[Any]:
    flags = _SEALED * scope.sealed + _OWNS * scope.owns
    return [path, flags, dict(sorted(scope.values.items()))]


def _workflow_row(workflow: CaseWorkflow | CalledWorkflow) -> list[Any]:
    host = None if workflow.host is None else workflow.host.id
    rows = [_task_row(task) for task in workflow.tasks.values()]
    return [host, workflow.spec.name, workflow.completed, rows]


def _task_row(task: CaseTask) -> list[Any]:
    return [task.id, task._parent, task.task_spec.name, task._state, task.internal_data or None]


def _fill(workflow: CaseWorkflow | CalledWorkflow, row: list[Any]) -> None:
    """The positions of one workflow, parents before children."""
    specs = workflow.spec.task_specs
    _, _, workflow.completed, rows = row
    for task_id, parent_id, name, state, data in rows:
        parent = workflow.tasks[parent_id] if parent_id is not None else None
        task = CaseTask(workflow, specs[name], parent, state, task_id)
        task.internal_data = data or {}
        if parent is None:
            workflow.task_tree = task
