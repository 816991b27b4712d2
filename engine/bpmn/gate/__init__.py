"""The gate: every diagram passes it before the engine sees it; what is refused is refused in words."""

from __future__ import annotations

from engine.bpmn.gate.check import check_diagram, check_diagrams, read_diagram
from engine.bpmn.gate.diagram import Diagram, Flow, Node
from engine.bpmn.gate.known import Known

__all__ = ["Diagram", "Flow", "Known", "Node", "check_diagram", "check_diagrams", "read_diagram"]
