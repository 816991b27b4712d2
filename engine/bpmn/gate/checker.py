"""What every check of one diagram needs: the diagram, what it may refer to, and where faults go."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from engine.bpmn.gate.diagram import Diagram
from engine.bpmn.gate.expressions import NotFeel, compile_text, constant_value, is_constant, name_problem
from engine.bpmn.gate.known import Known
from engine.bpmn.gate.report import Report
from engine.feel import Expression


@dataclass(frozen=True)
class Checker:
    """One diagram being checked."""

    diagram: Diagram
    known: Known
    report: Report

    def feel(self, node: etree._Element, what: str, text: str | None) -> Expression | None:
        """Compile an expression of an element, trying out one that depends on nothing; None with a fault noted."""
        try:
            expression = compile_text(text or "", self.known)
            if is_constant(expression):
                constant_value(expression)
        except NotFeel as problem:
            self.report.about(node, f"has {what} that {problem}")
            return None
        return expression

    def constant(self, expression: Expression) -> tuple[bool, object]:
        """Whether the expression depends on nothing, and then its value."""
        if not is_constant(expression):
            return False, None
        try:
            return True, constant_value(expression)
        except NotFeel:
            return False, None

    def variable(self, node: etree._Element, what: str, name: str | None) -> None:
        """A variable that the element writes must have a name it may have."""
        if why := name_problem(name or ""):
            self.report.about(node, f"has {what} that cannot be stored: {why}")

    def reference(self, node: etree._Element, what: str, name: str | None, known: frozenset[str] | None) -> None:
        """A fixed id of something in the pack must be given, fixed, and exist."""
        if not name or not name.strip():
            self.report.about(node, f"does not say which {what} it means.")
        elif name.strip().startswith("="):
            self.report.about(node, f"works out its {what} by FEEL: it must be fixed, so that it can be checked.")
        elif known is not None and name not in known:
            self.report.about(node, f"names the {what} “{name[:80]}”, which does not exist.")
