"""What every check of one diagram needs: the diagram, what it may refer to, and where faults go."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.gate.diagram import Diagram
from engine.bpmn.gate.expressions import (
    MOST_TRIED,
    NotFeel,
    compile_text,
    constant_value,
    is_constant,
    name_problem,
)
from engine.bpmn.gate.known import Known
from engine.bpmn.gate.report import Report
from engine.feel import Expression

#: How many characters of FEEL one file may hold.
MOST_TEXT = 60_000
_ID = re.compile(r"[A-Za-z_][\w.-]{0,199}\Z", re.ASCII)


@dataclass(frozen=True)
class Checker:
    """One diagram being checked."""

    diagram: Diagram
    known: Known
    report: Report
    tried: dict[str, object] = field(default_factory=dict)
    read: list[int] = field(default_factory=list)

    def feel(self, node: etree._Element, what: str, text: str | None) -> Expression | None:
        """Compile an expression of an element, trying out one that depends on nothing; None with a fault noted."""
        self.read[:] = [sum(self.read) + len(text or "")]
        if self.read[0] > MOST_TEXT:
            self.report.add("", f"The file holds more than {MOST_TEXT:,} characters of expressions.")
            return None
        try:
            expression = compile_text(text or "", self.known)
            self._try(expression)
        except NotFeel as problem:
            self.report.about(node, f"has {what} that {problem}")
            return None
        return expression

    def constant(self, expression: Expression) -> tuple[bool, object]:
        """Whether the expression was tried out because it depends on nothing, and then its value."""
        return expression.text in self.tried, self.tried.get(expression.text)

    def _try(self, expression: Expression) -> None:
        """Find the value of a constant; of very many in one file the last are left to the run's own budget."""
        if expression.text not in self.tried and len(self.tried) < MOST_TRIED and is_constant(expression):
            self.tried[expression.text] = None
            self.tried[expression.text] = constant_value(expression)

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
        elif not _ID.match(name):
            self.report.about(node, f"names the {what} “{name[:80]}”, which cannot be an id.")
        elif known is not None and name not in known:
            self.report.about(node, f"names the {what} “{name[:80]}”, which does not exist.")
