"""The gate: whether diagrams may be run, and if not why, in words (DESIGN decision 2, docs/dialect.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from engine.bpmn.gate.activities import check_activities, check_loops_of
from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import B, Diagram, read_process
from engine.bpmn.gate.events import check_events
from engine.bpmn.gate.gateways import check_gateways
from engine.bpmn.gate.known import Known
from engine.bpmn.gate.loops import endless_loops
from engine.bpmn.gate.names import line_of
from engine.bpmn.gate.properties import check_properties
from engine.bpmn.gate.references import check_ids, check_references
from engine.bpmn.gate.report import Report
from engine.bpmn.gate.shape import check_shape
from engine.bpmn.gate.source import Unreadable, read_xml
from engine.bpmn.gate.structure import check_process, check_structure
from engine.model.errors import Fault


def check_diagram(path: str, source: bytes, known: Known | None = None) -> list[Fault]:
    """The faults of one diagram by itself; empty when it may run. Never raises."""
    diagram, faults = _check(path, source, known or Known())
    return faults if diagram is None else [*faults, *endless_loops({diagram.id: diagram})]


def check_diagrams(files: Mapping[str, bytes], known: Known | None = None) -> list[Fault]:
    """The faults of diagrams that run together (path -> bytes): each one's own, and those between them."""
    known = known or Known()
    checked = {path: read_diagram(path, source) for path, source in files.items()}
    diagrams = [diagram for diagram in checked.values() if diagram is not None]
    processes = frozenset(diagram.id for diagram in diagrams) | (known.processes or frozenset())
    inner = replace(known, processes=processes)
    faults = [fault for path, source in files.items() for fault in _check(path, source, inner)[1]]
    by_id: dict[str, Diagram] = {}
    for diagram in diagrams:
        other = by_id.setdefault(diagram.id, diagram)
        if other is not diagram:
            faults.append(
                Fault(diagram.path, diagram.id, f"The process id “{diagram.id}” is also that of {other.path}.")
            )
    return [*faults, *endless_loops(by_id)]


def read_diagram(path: str, source: bytes) -> Diagram | None:
    """A file's diagram; None when the file is no diagram with one process."""
    try:
        root = read_xml(source)
    except Unreadable:
        return None
    processes = root.findall(f"{B}process")
    return read_process(path, root, processes[0]) if len(processes) == 1 else None


def _check(path: str, source: bytes, known: Known) -> tuple[Diagram | None, list[Fault]]:
    report = Report(path)
    try:
        root = read_xml(source)
    except Unreadable as problem:
        report.add("", str(problem), problem.line)
        return None, report.faults
    diagram = _one_process(path, root, report)
    if diagram is None:
        return None, report.faults
    check_shape(root, report)
    check = Checker(diagram, known, report)
    check_process(path, diagram.process, check)
    check_ids(root, check)
    check_references(root, check)
    check_structure(check)
    check_events(check)
    check_activities(check)
    check_loops_of(check)
    check_gateways(check)
    check_properties(root, check)
    return diagram, report.faults


def _one_process(path: str, root: etree._Element, report: Report) -> Diagram | None:
    if root.tag != f"{B}definitions":
        report.add("", "The file is XML but not a BPMN diagram.", line_of(root))
        return None
    processes = root.findall(f"{B}process")
    if len(processes) == 1:
        return read_process(path, root, processes[0])
    check_shape(root, report)
    how = "no process" if not processes else f"{len(processes)} processes"
    report.add("", f"The file has {how}: each file holds exactly one.")
    return None
