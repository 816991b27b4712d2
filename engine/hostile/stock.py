"""The engine without anything around it, as the negative controls attack it: stock parser, stock state, no checks."""

from __future__ import annotations

import json
from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

_serializer = BpmnWorkflowSerializer()


def begun(diagram: bytes, process_id: str) -> Any:
    """A stock workflow of a diagram, at its first tasks."""
    parser = BpmnParser()
    parser.add_bpmn_str(diagram)
    workflow = BpmnWorkflow(parser.get_spec(process_id), parser.get_subprocess_specs(process_id))
    workflow.do_engine_steps()
    return workflow


def complete(workflow: Any, name: str, **data: object) -> bool:
    """Complete an open task; whether there was one."""
    task = workflow.get_next_task(state=TaskState.READY, manual=True, spec_name=name)
    if task is None:
        return False
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()
    return True


def saved(workflow: Any) -> str:
    """The state as JSON."""
    return str(_serializer.serialize_json(workflow))


def loaded(state: str) -> Any:
    """A workflow from such a state; whatever version it says."""
    return _serializer.deserialize_json(state)


def with_version(state: str, version: str) -> str:
    """The same state as if another release had written it."""
    return json.dumps({**json.loads(state), "serializer_version": version})


def data_of(workflow: Any) -> dict[str, object]:
    """All data of all tasks."""
    return {name: value for task in workflow.tasks.values() for name, value in task.data.items()}
