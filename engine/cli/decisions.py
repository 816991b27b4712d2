"""Decision tables: the conformance kit, what a table leaves open, and its tests."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.report import CannotDo, Report, with_bar
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.dmn import DecisionModel, Fault

_SHOWN = 20
_TESTS = ".tests.yaml"


def tck(_settings: Settings, options: argparse.Namespace) -> Report:
    """Run the DMN Technology Compatibility Kit; holds when every case passes."""
    from engine.dmn.tck import run_tck

    if not options.folder.is_dir():
        raise CannotDo(f"There is no folder {options.folder}.")
    data = run_tck(options.folder)
    shown = data["failures"] if options.all else data["failures"][:_SHOWN]
    lines = [f"{each['folder']} {each['case']} {each['node']}: {each['reason']}" for each in shown]
    left = len(data["failures"]) - len(shown)
    lines += [f"... and {left} more (--all)"] if left else []
    lines.append(f"{data['passed']} of {data['total']} pass")
    return Report(bool(data["total"]) and data["passed"] == data["total"], data, lines)


def analyse(settings: Settings, options: argparse.Namespace) -> Report:
    """What each table leaves open, says twice or never says; holds when none of it is a fault."""
    from engine.dmn.analysis import analyse as analysed
    from engine.dmn.cells import check_cells

    tables: list[dict[str, Any]] = []
    for file in with_bar(_tables(settings, options.files), "Tables"):
        model = _model(file)
        faults = check_cells(model)
        for report in analysed(model):
            table = {"file": str(file), **report.to_json(), "faults": _of(model, report.decision_id, faults)}
            tables.append(table | {"holds": not _is_faulty(table)})
    lines = [line for table in tables for line in _told(table)]
    return Report(all(table["holds"] for table in tables), {"tables": tables}, lines)


def _of(model: DecisionModel, decision_id: str, faults: Iterable[Fault]) -> list[str]:
    """The faults of one decision's rules."""
    table = model.decisions[decision_id].table
    rules = {rule.id for rule in table.rules} if table else set()
    return [fault.sentence for fault in faults if fault.element_id in rules]


def _is_faulty(table: dict[str, Any]) -> bool:
    """Whether some input gets no answer or a clash, or a rule never answers or says what another says."""
    is_open = bool(table["gaps"]) and not table["has_default"]
    clashes = any(not pair["forgiven"] for pair in table["overlaps"])
    doubled = any(pair["same_result"] for pair in table["duplicates"])
    return is_open or clashes or doubled or bool(table["never_fire"]) or bool(table["faults"])


def _told(table: dict[str, Any]) -> Iterator[str]:
    """A table's report in lines."""
    rules = "1 rule" if table["rules"] == 1 else f"{table['rules']} rules"
    yield f"{table['file']}: {table['decision']} ({table['hit_policy']}, {rules})"
    said = [*(f"  {sentence}" for sentence in table["faults"]), *_openings(table), *_pairs(table), *_silences(table)]
    yield from said or ["  Nothing to say: every input has one answer, and every rule is of use."]


def _openings(table: dict[str, Any]) -> Iterator[str]:
    for gap in table["gaps"][:_SHOWN]:
        unless = f", unless rule {_listed(gap['unless_rules'])} does" if gap["unless_rules"] else ""
        then = "; the default answers" if table["has_default"] else ""
        yield f"  Gap: no rule takes {_inputs(gap['example'])}{unless}{then}.{_advice(gap)}"
    if len(table["gaps"]) > _SHOWN or not table["gaps_complete"]:
        yield "  There may be more gaps than these."


def _advice(gap: dict[str, Any]) -> str:
    """What to do about a gap that is only there because a text may be anything."""
    free = [label for label, where in gap["where"].items() if where == "any other text"]
    return f" If `{free[0]}` can have no other values, list those it may have in its column." if free else ""


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    clashing = [pair for pair in table["overlaps"] if not pair["forgiven"]]
    for pair in clashing[:_SHOWN]:
        yield (
            f"  Rules {_listed(pair['rules'])} both take {_inputs(pair['example'])}: "
            f"an error under {table['hit_policy']}."
        )
    unlisted = table["overlaps_total"] - len(table["overlaps"]) if clashing else 0
    if len(clashing) + unlisted > _SHOWN:
        yield f"  ... and {len(clashing) + unlisted - _SHOWN} more pairs of rules (--json)."
    for pair in table["duplicates"]:
        same = "and say the same" if pair["same_result"] else "and say different things"
        yield f"  Rules {_listed(pair['rules'])} have the same conditions {same}."
    forgiven = table["overlaps_total"] - len(clashing) - unlisted
    if forgiven:
        pairs = "1 pair of rules overlaps" if forgiven == 1 else f"{forgiven} pairs of rules overlap"
        yield f"  {pairs}, which the hit policy {table['hit_policy']} allows (--json)."


def _silences(table: dict[str, Any]) -> Iterator[str]:
    for each in table["never_fire"]:
        because = f" (rules {_listed(each['because_of'])})" if each["because_of"] else ""
        yield f"  Rule {each['rule']} can never apply: {each['reason']}{because}."
    for label in table["unread_inputs"]:
        yield f"  No rule looks at the input `{label}`."
    for cell in table["beyond"]:
        yield f"  Rule {cell['rule']}, `{cell['input']}`: the cell `{cell['cell']}` is beyond this analysis."
    yield from (f"  {note}" for note in table["notes"])


def _listed(numbers: Iterable[int]) -> str:
    """`1`, `1 and 2`, `1, 2 and 3`."""
    *first, last = [str(number) for number in numbers]
    return f"{', '.join(first)} and {last}" if first else last


def _inputs(example: dict[str, Any]) -> str:
    """Values as FEEL writes them, each with what it is the value of."""
    from engine.dmn.explain import shown
    from engine.feel import decode

    return ", ".join(f"{name} = {shown(decode(value))}" for name, value in example.items())


def test(settings: Settings, options: argparse.Namespace) -> Report:
    """Run the tests beside each table; holds when all do and every rule fires."""
    files = {str(file): _tested(file) for file in with_bar(_tables(settings, options.files), "Tables")}
    lines = [line for file, found in files.items() for line in _outcome(file, found)]
    total, passed = (sum(found[what] for found in files.values()) for what in ("total", "passed"))
    data = {"total": total, "passed": passed, "failed": total - passed, "files": files}
    return Report(all(found["holds"] for found in files.values()), data, lines)


def _tested(file: Path) -> dict[str, Any]:
    """What the tests beside one table showed; `problem` says why there are none to run."""
    from engine.dmn.cases import BadTests, run_tests

    tests = Path(f"{file}{_TESTS}")
    none = {"total": 0, "passed": 0, "failures": [], "unfired": {}, "holds": False}
    model = _model(file)
    if not tests.is_file():
        return none | {"problem": f"There are no tests beside it: write {tests.name}."}
    try:
        report = run_tests(model, tests.read_text(encoding="utf-8"))
    except (BadTests, UnicodeDecodeError) as fault:
        return none | {"problem": f"{tests.name}: {fault}"}
    return {**report.to_json(), "holds": report.is_good, "problem": ""}


def _outcome(file: str, found: dict[str, Any]) -> Iterator[str]:
    """What to say of one table's tests."""
    if found["problem"]:
        yield f"{file}: {found['problem']}"
        return
    yield from (f"{file}: {each['name']}: {each['reason']}" for each in found["failures"])
    for decision, rules in found["unfired"].items():
        if rules:
            yield f"{file}: {decision}: no test fires rule {_listed(rules)}"
    yield f"{file}: {found['passed']} of {found['total']} hold"


def _tables(settings: Settings, paths: list[Path]) -> list[Path]:
    """The tables that the paths name: files, tests of files, folders; the pack's own without any. Raises CannotDo."""
    found: list[Path] = []
    for path in paths or [settings.home / "processes"]:
        if path.is_dir():
            found += sorted(path.rglob("*.dmn"))
        else:
            found.append(path.with_name(path.name.removesuffix(_TESTS)))
    if not found:
        raise CannotDo("There are no tables there.")
    return list(dict.fromkeys(found))


def _model(file: Path) -> DecisionModel:
    """The file's model. Raises CannotDo when there is none in it."""
    from engine.dmn import DmnError, parse_dmn

    if not file.is_file():
        raise CannotDo(f"There is no file {file}.")
    try:
        return parse_dmn(file.read_bytes(), name=file.name)
    except DmnError as error:
        raise CannotDo(f"{file}: {error}") from error
