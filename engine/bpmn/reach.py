"""Which flows into a join a live token can still reach (the inclusive gateway's rule, BPMN 2.0.2, 13.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.bpmn.spec.base import DialectSpec
    from engine.bpmn.tree import CaseTask


def inputs_reached(task: CaseTask) -> bool:
    """Whether some live token can still come by a flow that has brought none to this join."""
    spec = task.task_spec
    tokens = [other for other in task.workflow.live.values() if other.task_spec is not spec]
    filled = {str(other.internal_data.get("via")) for other in task.workflow.live.values() if other.task_spec is spec}
    for other in tokens:
        reached = flows_reached(other.task_spec, spec)
        if reached - filled and not reached & filled:
            return True
    return False


def flows_reached(start: DialectSpec, goal: DialectSpec) -> frozenset[str]:
    """The flows into `goal` that a token at `start` can come to without passing it."""
    cache: dict[tuple[str, str], frozenset[str]] = start._wf_spec.reached
    key = (start.name, goal.name)
    if key not in cache:
        cache[key] = _search(start, goal)
    return cache[key]


def _search(start: DialectSpec, goal: DialectSpec) -> frozenset[str]:
    specs, seen, found, stack = start._wf_spec.task_specs, {start.name}, set(), [start]
    while stack:
        here = stack.pop()
        nearby = [*(flow.target for flow in here.flows), *here.boundaries]
        found |= {flow.id for flow in here.flows if flow.target == goal.name}
        for name in nearby:
            if name not in seen and name != goal.name:
                seen.add(name)
                stack.append(specs[name])
    return frozenset(found)
