"""SpiffWorkflow as it comes, its JSON kept in one row of SQLite: no history, no list of tasks, no access, no proof."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from shapes import PYTHON, SHAPES
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class PlainSpiff:
    """Load, advance, save, commit: WAL and synchronous=FULL, as ours is set."""

    def __init__(self, folder: Path) -> None:
        """An empty database."""
        self.database = sqlite3.connect(folder / "raw.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute("CREATE TABLE cases (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        self.serializer = BpmnWorkflowSerializer()
        self.specs = {name: _spec(shape(PYTHON).encode()) for name, shape in SHAPES.items()}
        self.open: dict[int, list[Any]] = {}

    def start(self, workload: str) -> int:
        """A workflow run to its first task."""
        workflow = BpmnWorkflow(self.specs[workload])
        workflow.do_engine_steps()
        state = self.serializer.serialize_json(workflow)
        case = self.database.execute("INSERT INTO cases (state) VALUES (?)", (state,)).lastrowid or 0
        self.open[case] = _ready(workflow)
        return case

    def complete(self, case: int, answers: dict[str, Any]) -> None:
        """The whole workflow read, advanced and written; which task is next is known from the time before."""
        self.database.execute("BEGIN IMMEDIATE")
        (state,) = self.database.execute("SELECT state FROM cases WHERE id = ?", (case,)).fetchone()
        workflow = self.serializer.deserialize_json(state)
        task = workflow.get_task_from_id(self.open[case][0])
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
        after = self.serializer.serialize_json(workflow)
        self.database.execute("UPDATE cases SET state = ? WHERE id = ?", (after, case))
        self.database.execute("COMMIT")
        left = set(ready := _ready(workflow))
        stayed = [one for one in self.open[case][1:] if one in left]
        self.open[case] = [*stayed, *(one for one in ready if one not in stayed)]

    def size(self, case: int) -> int:
        """The JSON."""
        return int(self.database.execute("SELECT length(state) FROM cases WHERE id = ?", (case,)).fetchone()[0])


def _spec(source: bytes) -> Any:
    parser = BpmnParser()
    parser.add_bpmn_str(source)
    return parser.get_spec(parser.get_process_ids()[0])


def _ready(workflow: BpmnWorkflow) -> list[Any]:
    """The ids of the open tasks."""
    return [task.id for task in workflow.get_tasks(state=TaskState.READY, manual=True)]
