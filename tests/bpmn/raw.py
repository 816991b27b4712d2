"""SpiffWorkflow 3.2.0 as it comes, to show the faults that our machine must not inherit."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


def raw(*diagrams: bytes, process_id: str = "p", **data: Any) -> BpmnWorkflow:
    """A raw workflow, run until it waits."""
    parser = BpmnParser()
    for source in diagrams:
        parser.add_bpmn_str(source)
    workflow = BpmnWorkflow(parser.get_spec(process_id), parser.get_subprocess_specs(process_id))
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    return workflow


def opened(workflow: BpmnWorkflow) -> list[str]:
    """The open tasks of a raw workflow."""
    return sorted(t.task_spec.bpmn_id for t in workflow.get_tasks(state=TaskState.READY, manual=True))


def do(workflow: BpmnWorkflow, element_id: str, **data: Any) -> None:
    """Complete an open task of a raw workflow."""
    task = next(t for t in workflow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.bpmn_id == element_id)
    task.data.update(data)
    task.run()
    workflow.do_engine_steps()


def send(workflow: BpmnWorkflow, name: str) -> None:
    """Send a message to a raw workflow."""
    workflow.send_event(BpmnEvent(MessageEventDefinition(name), payload={}))
    workflow.do_engine_steps()
