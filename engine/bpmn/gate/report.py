"""Collects faults in words, each with file, element and line."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.gate.names import called, line_of
from engine.model.errors import Fault

MAX_FAULTS = 200


class Report:
    """The faults of one diagram, in the order found; after the first two hundred nothing more is noted."""

    def __init__(self, path: str) -> None:
        """Begin without faults."""
        self.path = path
        self.faults: list[Fault] = []

    def about(self, node: etree._Element, sentence: str) -> None:
        """A fault of an element; the sentence goes on after its name: “has no label.”"""
        self.add(_id(node), f"{called(node)} {sentence}", line_of(node))

    def add(self, element: str, sentence: str, line: int | None = None) -> None:
        """A fault in a whole sentence."""
        fault = Fault(self.path, element[:200], sentence, line)
        if len(self.faults) < MAX_FAULTS and fault not in self.faults:
            self.faults.append(fault)


def _id(node: etree._Element | None) -> str:
    """The id of the nearest element that has one, so that a fault always has a place."""
    while node is not None:
        if node.get("id"):
            return str(node.get("id"))
        node = node.getparent()
    return ""
