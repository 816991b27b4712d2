"""The DMN Technology Compatibility Kit: run a folder of its cases and report what holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import Any

from engine.dmn.decide import call_service, evaluate, parse_dmn
from engine.dmn.errors import DecisionError, DmnError, Fault
from engine.dmn.model import DecisionModel
from engine.dmn.reader import import_namespaces
from engine.dmn.xml import Node, attr, child, children, definitions, local, parse_bytes, text_of
from engine.feel import FeelError
from engine.feel.compare import equal
from engine.feel.convert import to_feel
from engine.feel.iso import parse_date, parse_date_time, parse_duration, parse_time

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TOLERANCE = Decimal("1e-8")
_CLOCK = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Result:
    """One expected result: where it stands, what it asks, and the reason it failed (empty when it holds)."""

    folder: str
    case: str
    node: str
    expects_value: bool
    is_table: bool
    reason: str


def run_tck(folder: Path) -> dict[str, Any]:
    """Run every test case below a folder; a report of plain data.

    `levels` and `folders` give total, passed, cases that expect a value (and how many of those pass) and
    decision-table cases (likewise); `failures` names each failure with its reason.
    """
    results = [result for file in sorted(folder.rglob("*.xml")) for result in _run_file(file)]
    failures = [r for r in results if r.reason]
    return {
        **_counts(results),
        "levels": _grouped(results, lambda r: r.folder.split("/")[-2] if "/" in r.folder else "."),
        "folders": _grouped(results, lambda r: r.folder),
        "failures": [{"folder": r.folder, "case": r.case, "node": r.node, "reason": r.reason} for r in failures],
    }


def _counts(results: list[Result]) -> dict[str, int]:
    found: Counter[str] = Counter(dict.fromkeys(("total", "passed", "value_total", "value_passed"), 0))
    found.update(dict.fromkeys(("table_total", "table_passed"), 0))
    for result in results:
        held = not result.reason
        found["total"] += 1
        found["passed"] += held
        found["value_total"] += result.expects_value
        found["value_passed"] += result.expects_value and held
        found["table_total"] += result.is_table
        found["table_passed"] += result.is_table and held
    return dict(found)


def _grouped(results: list[Result], key: Any) -> dict[str, dict[str, int]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return {name: _counts(group) for name, group in groups.items()}


def _run_file(file: Path) -> Iterator[Result]:
    root = parse_bytes(file.read_bytes())
    if local(root) != "testCases":
        return
    folder = f"{file.parent.parent.name}/{file.parent.name}"
    try:
        model: DecisionModel | None = _load(file.parent, text_of(root, "modelName"))
        fault = ""
    except (DmnError, OSError) as error:
        model, fault = None, f"the model cannot be read: {error}"
    for case in children(root, "testCase"):
        for node in children(case, "resultNode"):
            yield _judge(folder, model, fault, case, node)


def _load(folder: Path, name: str) -> DecisionModel:
    """The model and, before it, the models of the same folder that it imports."""
    sources = {path: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    paths = {attr(definitions(source), "namespace"): path for path, source in sources.items()}
    made: dict[Path, DecisionModel] = {}
    begun: set[Path] = set()

    def load(path: Path) -> DecisionModel:
        if path in begun and path not in made:
            raise DmnError([Fault(path.name, "The model imports itself.")])
        begun.add(path)
        if path not in made:
            needed = [paths[namespace] for namespace in import_namespaces(sources[path]) if namespace in paths]
            made[path] = parse_dmn(sources[path], imports=[load(p) for p in needed], strict=False)
        return made[path]

    return load(folder / name)


def _judge(folder: str, model: DecisionModel | None, fault: str, case: Node, node: Node) -> Result:
    expected_node = child(node, "expected")
    expected = _value(expected_node) if expected_node is not None else None
    name = attr(node, "name")
    decision = model.find(name) if model else None
    is_table = decision is not None and decision.table is not None
    reason = fault or _check(model, case, name, expected)
    return Result(folder, attr(case, "id"), name, expected is not None, is_table, reason)


def _check(model: DecisionModel | None, case: Node, name: str, expected: Any) -> str:
    assert model is not None  # noqa: S101 - a model that cannot be read has a fault already
    inputs = {_input_name(node): _value(node) for node in children(case, "inputNode")}
    try:
        if attr(case, "type") in ("decisionService", "bkm"):
            actual: object = call_service(model, attr(case, "invocableName"), inputs, now=_CLOCK)
            several = isinstance(actual, dict) and name in actual and name not in (attr(case, "invocableName"),)
            actual = actual[name] if several and isinstance(actual, dict) else actual
        else:
            actual = evaluate(model, name, inputs, now=_CLOCK, strict=False).result
    except (FeelError, DecisionError, KeyError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if same(to_feel(actual), expected) else f"expected {expected!r}, got {to_feel(actual)!r}"


def _input_name(node: Node) -> str:
    namespace = attr(node, "namespace")
    return f"{namespace}#{attr(node, 'name')}" if namespace else attr(node, "name")


def same(actual: Any, expected: Any) -> bool:
    """Whether a result is the one expected; numbers to eight decimal places."""
    if type(actual) is Decimal and type(expected) is Decimal:
        return abs(actual - expected) <= max(_TOLERANCE, abs(expected) * _TOLERANCE)
    if type(actual) is list and type(expected) is list:
        return len(actual) == len(expected) and all(same(a, b) for a, b in zip(actual, expected, strict=True))
    if type(actual) is dict and type(expected) is dict:
        return actual.keys() == expected.keys() and all(same(actual[k], expected[k]) for k in expected)
    return equal(actual, expected) is True


def _value(node: Node) -> Any:
    """The value that an element of a test case writes."""
    value, listed = child(node, "value"), child(node, "list")
    if value is not None:
        return None if value.get(f"{_XSI}nil") == "true" else _plain(value.get(f"{_XSI}type") or "", value)
    if listed is not None:
        return None if listed.get(f"{_XSI}nil") == "true" else [_value(item) for item in children(listed, "item")]
    parts = list(children(node, "component"))
    if node.get(f"{_XSI}nil") == "true" or (len(parts) == 1 and parts[0].get(f"{_XSI}nil") == "true"):
        return None
    return {attr(part, "name"): _value(part) for part in parts} if parts else None


def _plain(kind: str, node: Node) -> Any:
    text, kind = (node.text or ""), kind.rpartition(":")[2]
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return _number(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    read = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}.get(kind)
    return read(text.strip()) if read else text


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except DecimalException:
        return None
