"""The unprotected parts, for controls: what the same attacks do where nothing of ours stands before them.

Each runs in a process of its own: `python -m engine.hostile.raw WHAT PATH`, and says in one line what it did.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import engine

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="x">'
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
)
_TAIL = "</bpmn:process></bpmn:definitions>"
_READY = "ready"
_CONDITION = '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{}</bpmn:conditionExpression>'


def _flow(number: int, source: str, target: str, condition: str = "") -> str:
    inner = _CONDITION.format(condition) if condition else ""
    return f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'


def _workflow(body: str) -> Any:
    """SpiffWorkflow as it comes, with a diagram of its own dialect."""
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

    parser = BpmnParser()
    parser.add_bpmn_str(f"{_HEAD}{body}{_TAIL}".encode())
    return BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))


def code(path: str) -> str:
    """A condition that writes a file."""
    payload = f"__import__('pathlib').Path('{path}').write_text('x')"
    nodes = '<bpmn:exclusiveGateway id="g" default="f3"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>'
    flows = _flow(1, "s", "g") + _flow(2, "g", "e", payload) + _flow(3, "g", "e2")
    _workflow(nodes + flows).do_engine_steps()
    return "ran the condition"


def entity(path: str) -> str:
    """A parser that follows entities."""
    from lxml import etree

    source = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{path}">]><d>&x;</d>'.encode()
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    return str(etree.fromstring(source, parser).text)


def power(_path: str) -> str:
    """A condition that is a number of some hundred million digits."""
    nodes = '<bpmn:exclusiveGateway id="g" default="f3"/><bpmn:endEvent id="e"/><bpmn:endEvent id="e2"/>'
    flows = _flow(1, "s", "g") + _flow(2, "g", "e", "9**9**9**9 > 1") + _flow(3, "g", "e2")
    _workflow(nodes + flows).do_engine_steps()
    return "came to an end"


def pattern(_path: str) -> str:
    """A pattern that goes through every way to split a text."""
    import re

    return str(re.search("^(a+)+$", "a" * 36 + "!"))


def month(_path: str) -> str:
    """A month after the last of January."""
    from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    parsed = TimerEventDefinition.parse_iso_duration("P1M")
    return str((start + TimerEventDefinition.get_timedelta_from_start(parsed, start)).date())


_WHAT: Mapping[str, Callable[[str], str]] = {
    "code": code,
    "entity": entity,
    "power": power,
    "pattern": pattern,
    "month": month,
}


def unprotected(what: str, path: Path, *, seconds: float = 120.0) -> tuple[str, float]:
    """Run one in a process of its own, which is given these seconds once it has imported what it needs.

    What it said, "" when it had to be ended; and the seconds it took after that.
    """
    home = Path(engine.__file__).parents[1]
    command = [sys.executable, "-m", "engine.hostile.raw", what, str(path)]
    with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = process.stderr.readline() if process.stderr else ""  # what comes after it on that pipe is not wanted
        began = time.monotonic()
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            said = ""
    return (said if first == f"{_READY}\n" else f"It did not begin: {first}").strip(), time.monotonic() - began


def main() -> None:
    """Import what is to be run unprotected, say so, and run it."""
    import re  # noqa: F401

    import lxml.etree  # noqa: F401
    import SpiffWorkflow.bpmn.parser.BpmnParser
    import SpiffWorkflow.bpmn.workflow  # noqa: F401

    print(_READY, file=sys.stderr, flush=True)
    print(_WHAT[sys.argv[1]](sys.argv[2]))


if __name__ == "__main__":
    main()
