"""Multi-instance activities: one inner token for each item of a list, at once or one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.cancel import cancel
from engine.bpmn.dialect.element import Element, Loop
from engine.bpmn.dialect.formula import names_of
from engine.bpmn.environment import reasons
from engine.bpmn.mappings import define, evaluate, open_path, write
from engine.bpmn.spec.base import DialectSpec, run_of
from engine.feel import decode, encode
from engine.model.errors import StepFailed

if TYPE_CHECKING:
    from engine.bpmn.tree import CaseTask

MOST_INSTANCES = 100


class MultiInstance(DialectSpec):
    """The loop around an activity, which stands as `inner` without flows or border."""

    loop: Loop

    def __init__(self, wf_spec: Any, name: str, element: Element, loop: Loop, **kwargs: Any) -> None:
        """Carry flows and boundary events; the inner spec is connected by the parser."""
        super().__init__(wf_spec, name, element, **kwargs)
        self.loop = loop
        self.inner: DialectSpec

    def begin(self, task: CaseTask) -> bool:
        """Make the instances, all at once or the first; an empty list leaves at once."""
        items = self._items(task)
        task.internal_data["results"] = [None] * len(items)
        if not items:
            self._collect(task)
            return True
        task._set_state(TaskState.STARTED)
        if self.loop.sequential:
            task.internal_data["items"] = [encode(item) for item in items]
            self._instance(task, 0, items[0])
        else:
            for index, item in enumerate(items):
                if task.is_finished:
                    break
                self._instance(task, index, item)
        return False

    def instance_ended(self, task: CaseTask, instance: CaseTask) -> None:
        """An instance completed: keep its output, then end, go on to the next, or wait for the others."""
        if self.loop.output_item is not None:
            value = evaluate(instance, self.loop.output_item)
            task.internal_data["results"][instance.internal_data["loop"]] = encode(value)
        done = task.internal_data["done"] = task.internal_data.get("done", 0) + 1
        total = len(task.internal_data["results"])
        if done == total or self._is_enough(task, instance, done, total):
            for other in task.children:
                if other is not instance:
                    cancel(other)
            self._collect(task)
            task._ready()
        elif self.loop.sequential:
            self._instance(task, done, decode(task.internal_data["items"][done]))

    def _items(self, task: CaseTask) -> list[object]:
        items = evaluate(task, self.loop.collection)
        if not isinstance(items, list):
            why = reasons(run_of(task))
            raise StepFailed(self.element.id, f"its input collection {self.loop.collection.text} is not a list{why}")
        if len(items) > MOST_INSTANCES:
            raise StepFailed(self.element.id, f"{len(items)} instances are more than {MOST_INSTANCES}")
        return items

    def _instance(self, task: CaseTask, index: int, item: object) -> None:
        """One more instance with its own scope: the item, the count from 1, room for its output."""
        run = run_of(task)
        child = task._add_child(self.inner)
        child.internal_data["loop"] = index
        open_path(run, child, f"#{index + 1}")
        local: dict[str, object] = {"loopCounter": index + 1}
        local.update(dict.fromkeys(self._kept(task)))
        if self.loop.item:
            local[self.loop.item] = item
        for name, value in local.items():
            define(run, child, name, value)
        self.inner._update(child)

    def _kept(self, task: CaseTask) -> list[str]:
        """The names that the output element reads and only an instance can write: local to it, null at first."""
        if self.loop.output_item is None:
            return []
        names = sorted(names_of(self.loop.output_item))
        visible = run_of(task).scopes.visible(task.path)
        return [name for name in names if len(names) == 1 or name not in visible]

    def _is_enough(self, task: CaseTask, instance: CaseTask, done: int, total: int) -> bool:
        if self.loop.until is None:
            return False
        active = sum(1 for child in task.children if not child.is_finished and child is not instance)
        counts: Mapping[str, object] = {
            "numberOfInstances": total,
            "numberOfCompletedInstances": done,
            "numberOfActiveInstances": active,
            "numberOfTerminatedInstances": 0,
        }
        value = evaluate(instance, self.loop.until, counts)
        if not isinstance(value, bool):
            why = reasons(run_of(task))
            raise StepFailed(
                self.element.id, f"its completion condition {self.loop.until.text} is not true or false{why}"
            )
        return value

    def _collect(self, task: CaseTask) -> None:
        """Write the output collection, in the order of the items."""
        results = [None if one is None else decode(one) for one in task.internal_data["results"]]
        if self.loop.output:
            write(run_of(task), task, task.workflow.where, self.loop.output, results)
