"""Table tests: rows of inputs and what must come out, and which rules no row makes fire.

A `.dmn.tests.yaml` file holds `decision` (an id or a name) and `tests`, a list of `name`, `inputs` and either
`expect` (the result, or some of its outputs by name) or `expect_error` (words of the error), and if wished `rules`
(the numbers that are hit), `suppose` (values that stand for other decisions of the file) and its own `decision`. A
text that begins with `=` is FEEL, such as `= @"P1M"`; `yes` is the text "yes", and 2026-04-29 a date. An input that
nothing in the model reads is a failure, not a null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import yaml

from engine import yaml12
from engine.dmn.decide import evaluate
from engine.dmn.errors import DecisionError
from engine.dmn.explain import shown
from engine.dmn.model import DecisionModel
from engine.dmn.program import Program
from engine.dmn.reader import with_program
from engine.dmn.trace import Trace
from engine.feel import FeelError, parse_expression
from engine.feel.compare import equal
from engine.feel.convert import to_feel
from engine.feel.frames import Closure
from engine.feel.names import did_you_mean

_CLOCK = datetime(2026, 1, 1, 12, tzinfo=UTC)
_MAY_SAY = frozenset({"name", "decision", "inputs", "expect", "expect_error", "rules", "suppose"})


class BadTests(ValueError):
    """The file of table tests cannot be read; the sentence says why."""


@dataclass(slots=True)
class TestReport:
    """What running the tests of a model showed; `unfired` has rule numbers by decision id."""

    __test__ = False

    total: int = 0
    failures: list[dict[str, str]] = field(default_factory=list)
    unfired: dict[str, list[int]] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether every test holds and every rule fired."""
        return not self.failures and not any(self.unfired.values())

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "total": self.total,
            "passed": self.total - len(self.failures),
            "failures": self.failures,
            "unfired": self.unfired,
        }


def run_tests(model: DecisionModel, source: str, now: datetime = _CLOCK) -> TestReport:
    """Run the tests of a YAML text against a model; raises BadTests when it is not such a text."""
    document = _document(source)
    report = TestReport()
    fired: dict[str, set[int]] = {}
    for number, test in enumerate(document["tests"], 1):
        report.total += 1
        name = str(test.get("name", f"test {number}"))
        reason = _run(model, str(test.get("decision", document.get("decision", ""))), test, fired, now)
        if reason:
            report.failures.append({"name": name, "reason": reason})
    for decision in model.decisions.values():
        if decision.table:
            every = range(1, len(decision.table.rules) + 1)
            report.unfired[decision.id] = [n for n in every if n not in fired.get(decision.id, ())]
    return report


def _document(source: str) -> dict[str, Any]:
    try:
        found = yaml12.load_dated(source)
    except yaml.YAMLError as error:
        raise BadTests(f"The file is not YAML: {error}") from error
    tests = found.get("tests") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(tests, list) or not all(isinstance(test, dict) for test in tests):
        raise BadTests("The file has no list of `tests`.")
    _check(found, frozenset({"decision", "tests"}), "The file")
    for number, test in enumerate(tests, 1):
        _check(test, _MAY_SAY, f"Test {number}")
        if not all(isinstance(test.get(part, {}), dict) for part in ("inputs", "suppose")):
            raise BadTests(f"Test {number}: `inputs` and `suppose` have a name and a value on each line.")
        if ("expect" in test) == ("expect_error" in test):
            raise BadTests(f"Test {number}: each test has either `expect` or `expect_error`.")
    return found


def _check(found: Mapping[Any, Any], words: frozenset[str], what: str) -> None:
    for word in found:
        if word not in words:
            raise BadTests(f"{what} says `{word}`, which is not known here{did_you_mean(str(word), words) or '.'}")


def _value(raw: Any) -> object:
    """A YAML value; a text that begins with `=` is FEEL."""
    if isinstance(raw, str) and raw.startswith("="):
        try:
            return parse_expression(raw[1:].strip()).evaluate({})
        except FeelError as error:
            raise BadTests(f"`{raw}`: {error}") from error
    if isinstance(raw, list):
        return [_value(item) for item in raw]
    if isinstance(raw, dict):
        return {str(key): _value(item) for key, item in raw.items()}
    return raw


def _run(
    model: DecisionModel, decision: str, test: Mapping[str, Any], fired: dict[str, set[int]], now: datetime
) -> str:
    """The reason why the test fails, or nothing."""
    inputs = {str(name): _value(value) for name, value in test.get("inputs", {}).items()}
    if unread := _unread(model, inputs):
        return unread
    wanted_error = test.get("expect_error")
    try:
        evaluation = evaluate(_supposing(model, test.get("suppose", {})), decision, inputs, now=now)
    except (DecisionError, FeelError) as error:
        if isinstance(error, DecisionError) and error.trace:
            _note(error.trace, fired)
        good = wanted_error is not None and str(wanted_error).lower() in str(error).lower()
        return "" if good else f"it ends with an error: {error}"
    _note(evaluation.trace, fired)
    if wanted_error is not None:
        return f"an error was expected, and the result is {shown(evaluation.result)}"
    return _compared(evaluation.result, evaluation.trace, test)


def _supposing(model: DecisionModel, supposed: Mapping[str, Any]) -> DecisionModel:
    """The model with some decisions already made."""
    if not supposed or not isinstance(model.program, Program):
        return model
    made = replace(model.program, parts=dict(model.program.parts))
    made.needs = {
        key: [(prefix, made if owner is model.program else owner, element) for prefix, owner, element in needs]
        for key, needs in model.program.needs.items()
    }
    for name, raw in supposed.items():
        decision = model.find(str(name))
        if decision is None:
            close = did_you_mean(str(name), [each.name for each in model.decisions.values()])
            raise BadTests(f"`{name}` is supposed, and is no decision of the file{close or '.'}")
        made.parts[decision.id] = _always(to_feel(_value(raw)))
    return with_program(model, made)


def _always(value: Any) -> Closure:
    return lambda _frame: value


def _unread(model: DecisionModel, inputs: Mapping[str, object]) -> str:
    """A sentence about an input that is named nowhere in the model: most likely a slip of the pen."""
    said = repr(model)
    for name in inputs:
        if "#" not in name and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said):
            close = did_you_mean(name, set(re.findall(r"\w+", said)))
            return f"`{name}` is given, and nothing in the table reads it{close or '.'}"
    return ""


def _compared(result: object, trace: Trace, test: Mapping[str, Any]) -> str:
    expected = _value(test["expect"])
    if isinstance(expected, dict) and isinstance(result, dict):
        result = {name: value for name, value in result.items() if name in expected}
    if equal(to_feel(result), to_feel(expected)) is not True:
        return f"{shown(expected)} was expected, and the result is {shown(result)}"
    rules = test.get("rules")
    if rules is not None and tuple(rules) != trace.hits:
        return f"rules {list(rules)} were expected to apply, and {list(trace.hits)} did"
    return ""


def _note(trace: Trace, fired: dict[str, set[int]]) -> None:
    if trace.hit_policy:
        fired.setdefault(trace.decision_id, set()).update(trace.hits)
    for needed in trace.required:
        _note(needed, fired)
