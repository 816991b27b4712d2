"""The only room with SpiffWorkflow: the gate, the dialect, the step and the state of a case."""

from engine.bpmn.budget import Budget
from engine.bpmn.machine import SpiffMachine

__all__ = ["Budget", "SpiffMachine"]
