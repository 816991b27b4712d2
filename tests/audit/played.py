"""Worked examples played through the real commands, for tests that read what they leave behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.audit.chart import Chart
from engine.audit.timeline import Moment, timeline
from engine.model.journal import Entry
from engine.rehearsal.cast import read_cast
from engine.rehearsal.people import add_cast
from engine.rehearsal.player import play
from engine.rehearsal.publish import publish_pack
from engine.rehearsal.script import moment_of, read
from engine.settings import from_environment
from engine.web.replay.charts import charts_in
from engine.wiring import Alongside, throwaway

ROOT = Path(__file__).resolve().parents[2]
_CHARTS: dict[str, Mapping[str, Chart]] = {}
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Example:
    """A played example with its product."""

    alongside: Alongside
    case_id: str
    entries: Sequence[Entry]
    moments: tuple[Moment, ...]

    def chart(self, digest: str, process_id: str) -> Chart:
        """A chart of the version."""
        with self.alongside.uow.read() as tx:
            bundle = tx.policies.bundle(digest)
        if digest not in _CHARTS:
            _CHARTS[digest] = charts_in(bundle)
        return _CHARTS[digest].get(process_id) or Chart(process_id)

    def after(self, element: str) -> Moment:
        """The moment after the last entry in which that element's task was completed."""
        return [moment for moment in self.moments if moment.entry.body.get("element") == element][-1]


@contextmanager
def example(path: str) -> Iterator[Example]:
    """Play `processes/<path>.yaml` into a database of its own."""
    settings = from_environment({"ALONGSIDE_DEMO": "1"})
    script = read(ROOT / "processes" / f"{path}.yaml")
    start = moment_of(script.starts, NOW)
    with throwaway(settings, start) as alongside:
        cast = read_cast(settings.people_file)
        add_cast(alongside, cast)
        publish_pack(alongside, settings.home, start)
        played = play(script, alongside, cast, now=NOW)
        assert played.faults == []
        with alongside.uow.read() as tx:
            entries = tx.journal.entries(played.case_id)
        yield Example(alongside, played.case_id, entries, timeline(entries))
