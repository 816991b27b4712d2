"""What is wrong with one file of anyone's making, or with a whole pack, in plain words."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from engine.bpmn.gate import check_diagram, check_diagrams
from engine.bpmn.gate.source import Unreadable, read_xml
from engine.dmn import DecisionModel
from engine.dmn.cells import check_cells
from engine.model.bundle import Bundle
from engine.model.errors import Fault
from engine.policy.calls import unknown_functions
from engine.policy.crossrefs import check_cross_references
from engine.policy.outside import outside_functions
from engine.policy.pack import Pack, read_form, read_pack, read_table
from engine.policy.variables import unknown_in_conditions, unknown_variables

MAX_BYTES = 1_000_000
_DMN = re.compile(rb"<(?:\w+:)?definitions\b[^>]{0,4000}?https?://www\.omg\.org/spec/DMN/", re.DOTALL)


def lint_file(path: str, source: bytes) -> list[Fault]:
    """The faults of one diagram, table or form by itself, told apart by content; empty when it is accepted.

    Never raises, and is done within seconds whatever the file holds.
    """
    name = PurePosixPath(path).name
    try:
        return _lint(name, source)
    except Exception as error:  # a file is never a reason to fall over: what no check foresaw is refused
        return [Fault(name, "", f"The file could not be checked ({type(error).__name__}), so it is refused.")]


def _lint(name: str, source: bytes) -> list[Fault]:
    if len(source) > MAX_BYTES:
        return [Fault(name, "", "The file is larger than 1 MB.")]
    if name.endswith(".form") or source.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _named(name, read_form("", source)[1])  # only a pack's files must bear their forms' names
    if name.endswith(".dmn") or _DMN.search(source[:20_000]):
        return lint_table(name, source)
    return check_diagram(name, source)


def _named(name: str, faults: list[Fault]) -> list[Fault]:
    return [Fault(name, fault.element, fault.sentence, fault.line) for fault in faults]


def lint_table(path: str, source: bytes) -> list[Fault]:
    """The faults of one decision model, unknown functions included."""
    problem = xml_problem(path, source)
    if problem is not None:
        return [problem]
    model, faults = read_table(path, source)
    return faults if model is None else _meant(path, model)


def _meant(path: str, model: DecisionModel) -> list[Fault]:
    """Functions that do not exist or are not FEEL, and cells that cannot mean what was meant."""
    cells = [Fault(path, fault.element_id, fault.sentence) for fault in check_cells(model)]
    return [*unknown_functions(path, model), *outside_functions(path, model), *cells]


def xml_problem(path: str, source: bytes) -> Fault | None:
    """Why this file may not be read as XML at all; None when it may."""
    try:
        read_xml(source)
    except Unreadable as problem:
        return Fault(path, "", str(problem), problem.line)
    return None


def lint_pack(bundle: Bundle) -> list[Fault]:
    """Every fault of every file of a pack, and of what they refer to in each other."""
    return faults_of(read_pack(bundle))


def faults_of(pack: Pack) -> list[Fault]:
    """The faults of a pack that has been read."""
    faults = list(pack.faults)
    faults += check_diagrams(pack.bundle.under("processes", ".bpmn"), pack.known)
    for path, source in pack.bundle.under("processes", ".dmn").items():
        problem = xml_problem(path, source)
        faults += [problem] if problem is not None else []
    for path, model in pack.tables.items():
        faults += _meant(path, model)
    return _once([*faults, *check_cross_references(pack), *unknown_in_conditions(pack)])


def pack_warnings(bundle: Bundle) -> list[Fault]:
    """What is probably a mistake in a pack, yet can be run: names nobody provides, messages nobody sends or catches."""
    pack = read_pack(bundle)
    return _once([*unknown_variables(pack), *_loose_messages(pack)])


def _loose_messages(pack: Pack) -> list[Fault]:
    thrown: dict[str, Fault] = {}
    caught: dict[str, Fault] = {}
    recordable: set[str] = set()
    for path, diagram in pack.diagrams.items():
        for node in diagram.nodes.values():
            name = diagram.message_of(node)
            if not name:
                continue
            throws = node.tag in ("intermediateThrowEvent", "endEvent", "sendTask")
            label = node.name or node.id
            said = (
                "sends the message “{}”, for which nothing waits."
                if throws
                else ("waits for the message “{}”, which nothing in the pack sends and nobody can record.")
            )
            (thrown if throws else caught).setdefault(name, Fault(path, node.id, f"“{label}” {said.format(name)}"))
            if "recordable" in node.properties:
                recordable.add(name)
    lost = [fault for name, fault in thrown.items() if name not in caught]
    waiting = [fault for name, fault in caught.items() if name not in thrown and name not in recordable]
    return [*lost, *waiting]


def _once(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))
