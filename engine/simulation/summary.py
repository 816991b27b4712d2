"""A simulation in numbers and in lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.simulation.data import SimulationData
from engine.simulation.measured import Count, Sums
from engine.simulation.reading import Size
from engine.simulation.running import Order, Ran

_WORDS = {"in_time": "in time", "late": "late", "overdue": "not done and overdue", "breached": "over time"}
_WORDS |= {"reached": "reached", "not_reached": "did not"}


def summary_of(order: Order, data: SimulationData, sums: Sums, ran: Ran, size: Size) -> dict[str, Any]:
    """Everything that is reported, as one JSON object; shares in per cent, times of this run only."""
    return {
        "lives": order.lives,
        "months": order.months,
        "seed": order.seed,
        "start": (order.start or data.start).isoformat(),
        "letters": order.letters,
        "data": {"title": data.title, "sha256": data.digest, "sources": dict(data.sources)},
        "cases": sums.cases,
        "outcomes": dict(sums.outcomes.most_common()),
        "completions": sums.completions,
        "tasks": dict(sums.tasks.most_common()),
        "entries": sums.entries,
        "letters_made": sums.letters,
        "departures_from_advice": sums.departures,
        "measures": [_measure(count) for count in sums.counts],
        "flow": [[start, end, cases] for (start, end), cases in sorted(sums.flow.links.items())],
        "stages": [
            {node.title: sums.flow.nodes[node.id] for node in layer if sums.flow.nodes[node.id]}
            for layer in data.layers
        ],
        "database_bytes": size.database_bytes,
        "bytes_a_case": round(size.database_bytes / sums.cases) if sums.cases else 0,
        "incidents": size.incidents,
        "stuck": list(ran.stuck),
        "run": _run(ran),
    }


def _measure(count: Count) -> dict[str, Any]:
    measure = count.measure
    told: dict[str, Any] = {"title": measure.title, "total": count.total, "counts": dict(count.counts.most_common())}
    told["shares"] = {word: round(count.share(word) or 0, 1) for word in count.counts}
    if measure.expected:
        told["published"] = dict(measure.expected)
    return {**told, "source": measure.source}


def _run(ran: Ran) -> dict[str, Any]:
    """How fast it was: of a resumed simulation, the part that this run played."""
    seconds, each, worked = max(ran.seconds, 1e-9), sorted(ran.timing.completions), ran.timing.worked
    tenth = max(1, len(worked) // 10)
    return {
        "seconds": round(ran.seconds, 2),
        "cpu_seconds": round(ran.timing.cpu, 2),
        "steps": ran.timing.steps,
        "steps_a_second": round(ran.timing.steps / seconds, 1),
        "cpu_ms_a_step": round(1000 * ran.timing.cpu / max(1, ran.timing.steps), 2),
        "jobs": ran.timing.jobs,
        "timers_and_notices": ran.timing.timers,
        "completions": len(each),
        "completion_p50_ms": _at(each, 0.5),
        "completion_p95_ms": _at(each, 0.95),
        "completion_cpu_p50_ms": _at(sorted(worked), 0.5),
        "completion_cpu_p95_ms": _at(sorted(worked), 0.95),
        "completion_cpu_p50_ms_first_tenth": _at(sorted(worked[:tenth]), 0.5),
        "completion_cpu_p50_ms_last_tenth": _at(sorted(worked[-tenth:]), 0.5),
    }


def _at(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies, in milliseconds."""
    return round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


def lines_of(told: Mapping[str, Any]) -> list[str]:
    """The same for a person."""
    return [*_head(told), *_measures(told["measures"]), *_foot(told)]


def _head(told: Mapping[str, Any]) -> Iterator[str]:
    outcomes = ", ".join(f"{name} {count:,}" for name, count in told["outcomes"].items())
    yield f"{told['cases']:,} cases, {told['months']} months from {told['start']}, seed {told['seed']}: {outcomes}"
    for layer in told["stages"]:
        yield "  " + ", ".join(f"{title} {count:,}" for title, count in layer.items())
    yield (
        f"{told['completions']:,} tasks done, {told['letters_made']:,} letters ({told['letters']}), "
        f"{told['departures_from_advice']:,} departures from advice, {told['entries']:,} journal entries"
    )
    yield ""


def _measures(measures: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for each in measures:
        words = sorted(each["shares"], key=lambda word: list(_WORDS).index(word) if word in _WORDS else 99)
        shares = ", ".join(f"{_WORDS.get(word, word)} {each['shares'][word]:.1f}%" for word in words)
        published = each.get("published")
        known = ", ".join(f"{_WORDS.get(word, word)} {share:g}%" for word, share in (published or {}).items())
        yield f"{each['title']}: {shares or 'none'} of {each['total']:,}" + (
            f" (published: {known}; {each['source']})" if known else ""
        )
    yield ""


def _foot(told: Mapping[str, Any]) -> Iterator[str]:
    run = told["run"]
    yield (
        f"{run['steps']:,} steps in {run['seconds']:,.1f} s: {run['steps_a_second']:,.1f} a second; a completion "
        f"{run['completion_p50_ms']} ms (p50), {run['completion_p95_ms']} ms (p95); {run['jobs']:,} jobs; "
        f"{run['cpu_seconds']:,.1f} s of processor"
    )
    yield f"{told['database_bytes'] / 1e6:,.1f} MB, {told['bytes_a_case']:,} bytes a case"
    if told["incidents"]:
        yield f"{told['incidents']:,} incidents: `alongside incidents`"
    yield from (f"stuck: {each}" for each in told["stuck"][:20])
    if "picture" in told:
        yield f"The picture is in {told['picture']}"
