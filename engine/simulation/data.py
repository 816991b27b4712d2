"""The data file of a pack's simulation: what people answer, how long they take, what happens, what is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from engine import yaml12
from engine.feel import Expression
from engine.simulation.delays import Delay, read_delay, read_happening
from engine.simulation.draws import Draw, feel, pair, read_draw
from engine.simulation.scene import DataRefused

#: Where a pack keeps it.
PATH = "processes/simulation/distributions.yaml"
_TOP = {"title", "start", "months", "sources", "starter", "team", "facts", "answers", "blank", "texts", "sentences"}
_TOP |= {"delays", "happenings", "jobs", "measures", "layers", "invented"}


@dataclass(frozen=True)
class Happening:
    """A change that somebody may record: when, and in which role."""

    delay: Delay
    role: str


@dataclass(frozen=True)
class Measure:
    """One line of the report: `kind` is task, timer, answer or reach; `expected` is the published share, if any."""

    title: str
    kind: str
    element: str
    which: str = "all"
    answer: str = ""
    of: str = ""
    expected: Mapping[str, float] | None = None
    source: str = ""


@dataclass(frozen=True)
class Node:
    """A stage of the picture: cases whose journal makes `when` true stand in it, the first of its layer."""

    id: str
    title: str
    when: Expression | None


@dataclass(frozen=True)
class SimulationData:
    """A data file, read; `digest` is the file's SHA-256 in hex, `path` where it was read.

    `answers` are by field, `form.field`, `list.field` or `form.list.field`, the longest name first; `by_task` and
    `by_role` are delays; `months` are weights of the months in which lives begin, January first.
    """

    title: str
    digest: str
    path: str
    start: date
    months: tuple[float, ...]
    starter: str
    team: Expression | None
    facts: Mapping[str, Draw]
    answers: Mapping[str, Draw]
    texts: Mapping[str, Draw]
    blank: Mapping[str, float]
    sentences: tuple[str, ...]
    by_task: Mapping[str, Delay]
    by_role: Mapping[str, Delay]
    happenings: Mapping[str, Happening]
    jobs: Mapping[str, Mapping[str, Draw]]
    measures: tuple[Measure, ...]
    layers: tuple[tuple[Node, ...], ...]
    sources: Mapping[str, Mapping[str, str]]

    def answer(self, form: str, *path: str) -> Draw | None:
        """How a question is answered, by its most exact name; None when the file says nothing of it."""
        name = ".".join(path)
        for key in (f"{form}.{name}", name, path[-1]):
            if key in self.answers:
                return self.answers[key]
        return None


def load_data(path: Path) -> SimulationData:
    """The file; raises DataRefused."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataRefused(f"There is no simulation data at {path}.") from error
    return read_data(content, str(path))


def read_data(content: bytes, name: str) -> SimulationData:
    """A data file's bytes; raises DataRefused."""
    try:
        raw = yaml12.load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataRefused(f"{name}: {error}") from error
    top = _map(raw, name)
    if unknown := set(top) - _TOP:
        raise DataRefused(f"{name}: `{min(unknown)}` is not known here")
    delays = _map(top.get("delays"), "delays")
    starter = _map(top.get("starter"), "starter")
    return SimulationData(
        title=str(top.get("title", name)),
        digest=hashlib.sha256(content).hexdigest(),
        path=name,
        start=_date(top.get("start")),
        months=_months(top.get("months")),
        starter=str(starter.get("role", "")),
        team=feel(top["team"], "team") if "team" in top else None,
        facts=_draws(top, "facts"),
        answers=_draws(top, "answers"),
        texts=_draws(top, "texts"),
        blank={str(k): float(v) for k, v in _map(top.get("blank"), "blank").items()},
        sentences=tuple(map(str, top.get("sentences") or ())),
        by_task={k: read_delay(v, f"delays: {k}") for k, v in _map(delays.get("tasks"), "delays").items()},
        by_role={k: read_delay(v, f"delays: {k}") for k, v in _map(delays.get("roles"), "delays").items()},
        happenings={
            k: Happening(read_happening(v, f"happenings: {k}"), str(v.get("role", "")))
            for k, v in _map(top.get("happenings"), "happenings").items()
        },
        jobs={k: _draws({k: v}, k) for k, v in _map(top.get("jobs"), "jobs").items()},
        measures=tuple(_measure(each) for each in top.get("measures") or ()),
        layers=tuple(tuple(_node(each) for each in layer) for layer in top.get("layers") or ()),
        sources=_map(top.get("sources"), "sources"),
    )


def _draws(top: Mapping[str, Any], part: str) -> dict[str, Draw]:
    return {str(name): read_draw(raw, f"{part}: {name}") for name, raw in _map(top.get(part), part).items()}


def _map(raw: object, where: str) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise DataRefused(f"{where}: a map was expected")
    return {str(key): value for key, value in raw.items()}


def _date(raw: object) -> date:
    try:
        return date.fromisoformat(str(raw))
    except ValueError as error:
        raise DataRefused(f"start: a date was expected, not {raw!r}") from error


def _months(raw: object) -> tuple[float, ...]:
    if raw is None:
        return (1.0,) * 12
    if not isinstance(raw, list) or len(raw) != 12:
        raise DataRefused("months: twelve numbers were expected")
    return tuple(pair([number, 0], "months")[0] for number in raw)


def _measure(raw: object) -> Measure:
    spec = _map(raw, "measures")
    kind = next((each for each in ("task", "timer", "answer", "reach") if each in spec), "")
    if not kind or "title" not in spec:
        raise DataRefused(f"measures: a title and one of task, timer, answer or reach were expected in {spec}")
    return Measure(
        title=str(spec["title"]),
        kind=kind,
        element=str(spec.get("at", "") if kind == "answer" else spec[kind]),
        which=str(spec.get("which", "all")),
        answer=str(spec["answer"]) if kind == "answer" else "",
        of=str(spec.get("of", "")),
        expected={str(k): float(v) for k, v in spec["expected"].items()} if "expected" in spec else None,
        source=str(spec.get("source", "invented")),
    )


def _node(raw: object) -> Node:
    spec = _map(raw, "layers")
    if "id" not in spec or "title" not in spec:
        raise DataRefused("layers: every stage has an `id` and a `title`")
    when = feel(spec["when"], f"layers: {spec['id']}") if "when" in spec else None
    return Node(str(spec["id"]), str(spec["title"]), when)
