"""Runs the cases: on each database, family by family, each family's control first, a look at everything after each."""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from engine.hostile.arena import Arena, opened
from engine.hostile.case import HostileCase
from engine.hostile.families import FAMILIES, Family, NotThere, load
from engine.hostile.grounds import Ground, ground
from engine.hostile.invariants import Watch
from engine.hostile.postgresql import NoPostgreSQL
from engine.hostile.verdict import Control, Report, Verdict, not_run

#: Told after each case: the database, and the verdict.
Told = Callable[[str, Verdict], None]


@dataclass(frozen=True)
class Plan:
    """What is to be run: the databases (`sqlite`, `postgresql`, or a server's URL), and whether with few instances.

    `keep` is where databases and logs are left behind.
    """

    cases: tuple[HostileCase, ...]
    databases: tuple[str, ...]
    quick: bool = False
    keep: Path | None = None


def run(plan: Plan, told: Told = lambda _database, _verdict: None) -> Report:
    """Run the plan; a case without a trial, or on a database that is not there, is told as not run."""
    families = _families(plan.cases)
    controls = {name: _controlled(name, family) for name, family in families.items() if isinstance(family, Family)}
    databases = {_kind(which): _on(plan, which, families, told) for which in plan.databases}
    return Report(databases, controls)


def _kind(which: str) -> str:
    return "postgresql" if which.startswith("postgresql") else which


def _families(cases: Sequence[HostileCase]) -> dict[str, Family | NotThere]:
    """Every family of the cases, or why it is not there."""
    found: dict[str, Family | NotThere] = {}
    for name in dict.fromkeys(case.family for case in cases):
        try:
            found[name] = load(name)
        except NotThere as problem:
            found[name] = problem
    return found


def _controlled(name: str, family: Family) -> Control:
    """The family's control, in a scratch folder of its own; one that falls over proves nothing."""
    with tempfile.TemporaryDirectory(prefix="alongside-control-") as scratch:
        try:
            return family.control(Path(scratch))
        except Exception as problem:  # a control of anyone's making: whatever it does, the run goes on
            return Control(name, False, f"The control fell over: {_short(problem)}")


def _on(plan: Plan, which: str, families: dict[str, Family | NotThere], told: Told) -> dict[str, Verdict]:
    """All cases on one database."""
    found: dict[str, Verdict] = {}
    try:
        with ground(which) as here:
            for name, cases in _by_family(plan.cases):
                for verdict in _family(plan, here, name, families[name], cases):
                    found[verdict.case] = verdict
                    told(_kind(which), verdict)
    except NoPostgreSQL as problem:
        found = {case.id: not_run(case.id, str(problem)) for case in plan.cases}
    return found


def _by_family(cases: Sequence[HostileCase]) -> Iterator[tuple[str, list[HostileCase]]]:
    """The families in the order of the register, those nobody knows last."""
    order = list(FAMILIES)
    ranked = sorted(cases, key=lambda case: order.index(case.family) if case.family in order else len(order))
    for name, of_one in groupby(ranked, key=lambda case: case.family):
        yield name, list(of_one)


def _family(
    plan: Plan, here: Ground, name: str, family: Family | NotThere, cases: Sequence[HostileCase]
) -> Iterator[Verdict]:
    """A family's cases in an arena of their own; a new one when a case left it in pieces."""
    if isinstance(family, NotThere):
        yield from (not_run(case.id, f"{family}.") for case in cases)
        return
    left = list(cases)
    while left:
        try:
            with _arena(plan, here, name) as (arena, watch):
                while left and not _in_pieces(arena):
                    yield _tried(arena, watch, family, left.pop(0))
        except Exception as problem:  # the arena itself could not be built or torn down
            if not left:
                return
            case = left.pop(0)
            yield not_run(case.id, f"the arena fell over: {_short(problem)}.")


@contextmanager
def _arena(plan: Plan, here: Ground, name: str) -> Iterator[tuple[Arena, Watch]]:
    with opened(here, quick=plan.quick, keep=plan.keep, name=name.lower()) as arena:
        yield arena, Watch(arena)


def _in_pieces(arena: Arena) -> bool:
    """Whether a process is gone that the next case needs."""
    return arena.web is None or any(process.poll() is not None for process in arena.processes)


def _tried(arena: Arena, watch: Watch, family: Family, case: HostileCase) -> Verdict:
    """One case, and a look at everything afterwards."""
    trial = family.trials.get(case.id, family.otherwise)
    if trial is None:
        return not_run(case.id, "the family has no trial of that id.")
    began = time.monotonic()
    try:
        verdict = trial(arena, case)
    except Exception as problem:  # a trial that falls over has not shown that the product survives
        verdict = Verdict(case.id, False, f"The trial fell over: {_short(problem)}")
    verdict = _looked(verdict, watch)
    return replace(verdict, seconds=time.monotonic() - began)


def _looked(verdict: Verdict, watch: Watch) -> Verdict:
    try:
        found = watch.look()
    except Exception as problem:  # what cannot even be looked at does not hold
        blind = f"Nothing could be checked: {_short(problem)}"
        return verdict.joined(lost=0, duplicated=0, unlogged=0, problems=[blind])
    return verdict.joined(
        lost=found.lost, duplicated=found.duplicated, unlogged=found.unlogged, problems=found.problems
    )


def _short(problem: BaseException) -> str:
    """What went wrong and where, on one line."""
    frames = traceback.extract_tb(problem.__traceback__)[-2:]
    where = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(problem).__name__}: {' '.join(str(problem).split())[:600]} ({where})"
