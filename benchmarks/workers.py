"""How much two workers do against one, and whether memory stays what it was (PostgreSQL, fsync on).

    python benchmarks/workers.py [--quick] [--json]

A round: letters wait in the queue, one or two `alongside worker` processes start, and the rate is taken from when a
tenth of the letters is done until the last one is. Rounds of one and of two take turns. Each letter is two pages: set
in type, kept, mailed, journalled, and the case steps on. There are two mail servers, both on this machine:

- *away* takes a quarter of a second to greet whoever connects, as one elsewhere does (finding it, TLS and its checks
  of the sender). This is the load that counts: what a worker mostly does is wait.
- *here* answers at once, so that the processor is all that limits. The report says how much of it the workers used, and
  how much PostgreSQL did: on a machine with two cores the second worker can win only what those two leave.

Then people complete tasks over HTTP at one web process, each with a letter that one worker sends, and the resident
memory of both is taken after the first tenth and at the end.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from alone import alone  # noqa: E402
from sqlalchemy import create_engine  # noqa: E402 - the line above finds what follows

from engine.cli.report import with_bar  # noqa: E402
from engine.hostile import processes  # noqa: E402
from engine.hostile.mail import GREETING, mail_server  # noqa: E402
from engine.hostile.postgresql import PostgreSQL, running  # noqa: E402
from engine.model.bundle import Bundle  # noqa: E402
from tests.worker import small  # noqa: E402
from tests.worker.fleet import Fleet, People, fleet  # noqa: E402

TARGET = 1.7
#: How much more memory a process may have at the end than after a tenth, as a ratio: what allocators waver by.
FLAT = 1.15
AWAY_SECONDS = 0.25
_PATIENCE = 3600.0
_PARAGRAPH = b"This paragraph says what was decided and why, in words that everybody in the family can read. "
WORDING = small.LETTER + b"\n".join(b"## Part %d\n\n%s\n" % (number, _PARAGRAPH * 6) for number in range(1, 9))


@dataclass(frozen=True)
class Rate:
    """Letters a second, and milliseconds of processor time a letter: of the workers, and of PostgreSQL."""

    letters_per_second: float
    worker_ms: float
    postgresql_ms: float


def run(*, quick: bool = False) -> dict[str, Any]:
    """Rates and their ratio with both mail servers, memory, the targets, and whether each is reached."""
    with running(durable=True) as server:
        away = compared(server, AWAY_SECONDS, letters=60 if quick else 300, rounds=1 if quick else 3)
        here = compared(server, 0.0, letters=100 if quick else 400, rounds=1 if quick else 3)
        memory = remembered(server, 300 if quick else 10_000)
    targets = [
        {
            "what": "two workers do this many times what one does, the mail server elsewhere",
            "at_least": TARGET,
            "measured": away["ratio"],
            "reached": away["ratio"] >= TARGET,
        },
        *(_flat(name, memory[f"{name}_mb"]) for name in ("web", "worker")),
    ]
    return {"mail_server_away": away, "mail_server_here": here, "memory": memory, "targets": targets}


def _flat(name: str, sizes: Sequence[float]) -> dict[str, Any]:
    """The target for the memory of one process."""
    grown = round(sizes[1] / sizes[0], 3)
    what = f"resident memory of the {name} process at the end, against after the first tenth"
    return {"what": what, "at_most": FLAT, "measured": grown, "reached": grown <= FLAT}


def compared(server: PostgreSQL, delay: float, *, letters: int, rounds: int) -> dict[str, Any]:
    """One worker and two in turn, several times; the middle rates, and the middle of the rounds' ratios."""
    order = [number for _ in range(rounds) for number in (1, 2)]
    done = [(number, measured(server, number, letters, delay)) for number in with_bar(order, "workers")]
    rates = {number: [rate for each, rate in done if each == number] for number in (1, 2)}
    ratios = [two.letters_per_second / one.letters_per_second for one, two in zip(rates[1], rates[2], strict=True)]
    return {
        "one": _middle(rates[1]),
        "two": _middle(rates[2]),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(each, 2) for each in ratios],
        "letters": letters,
        "mail_server_seconds": delay,
    }


def _middle(rates: Sequence[Rate]) -> dict[str, float]:
    """The median of each number."""
    return {name: round(statistics.median(getattr(rate, name) for rate in rates), 2) for name in vars(rates[0])}


def measured(server: PostgreSQL, workers: int, letters: int, delay: float) -> Rate:
    """One round: a new database, the letters waiting, then so many workers."""
    with _fleet(server, delay, small.bundle(wording=WORDING)) as at_work:
        at_work.begin(letters)
        at_work.start(workers=workers)
        first = _until(at_work, letters // 10)
        began, used, theirs = time.monotonic(), _workers_cpu(at_work), _postgresql_cpu(server)
        _until(at_work, letters)
        done, took = letters - first, time.monotonic() - began
        used, theirs = _workers_cpu(at_work) - used, _postgresql_cpu(server) - theirs
        return Rate(done / took, used / done * 1000, theirs / done * 1000)


def remembered(server: PostgreSQL, tasks: int) -> dict[str, Any]:
    """Resident MB of a web and a worker process after a tenth of the tasks and their letters, and after all."""
    sizes: dict[str, list[float]] = {"web_mb": [], "worker_mb": []}
    took = 0.0
    with _fleet(server, 0.0, None) as at_work:
        work = [task for _, task in at_work.begin(tasks)]
        at_work.start(webs=1, workers=1)
        people = People(list(at_work.webs), 4)
        for part in (work[: tasks // 10], work[tasks // 10 :]):
            began = time.monotonic()
            with people.completing(part, _PATIENCE) as wait:
                wait()
            took += time.monotonic() - began
            at_work.wait(
                lambda: at_work.letters() == len(people.acknowledged), "the letters are sent", patience=_PATIENCE
            )
            sizes["web_mb"].append(round(max(map(processes.resident_mb, at_work.webs.values())), 1))
            sizes["worker_mb"].append(round(max(map(processes.resident_mb, at_work.workers.values())), 1))
        if people.trouble or len(people.acknowledged) != tasks:
            raise SystemExit(f"Not every task was completed: {people.trouble[:3]}")
    return {"completions": [tasks // 10, tasks], **sizes, "completions_per_second": round(tasks / took, 1)}


@contextmanager
def _fleet(server: PostgreSQL, delay: float, bundle: Bundle | None) -> Iterator[Fleet]:
    """A fleet on a new database, with a mail server that takes so long to say anything."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    _statement(server, f"CREATE DATABASE {name}")
    try:
        with tempfile.TemporaryDirectory(prefix="alongside-") as folder, mail_server() as (inbox, port):
            inbox.script = _slow(delay)
            with fleet(server.url_of(name), Path(folder), port, bundle, ALONGSIDE_POLL_SECONDS="0.25") as made:
                yield made
    finally:
        _statement(server, f"DROP DATABASE {name} WITH (FORCE)")


def _slow(delay: float) -> Callable[[str, str], str]:
    """A mail server's script that keeps whoever connects waiting."""

    def script(point: str, _what: str) -> str:
        if point == GREETING:
            time.sleep(delay)
        return ""

    return script


def _until(at_work: Fleet, done: int) -> int:
    """Wait for so many letters; how many there are then."""
    at_work.wait(lambda: at_work.finished() >= done, f"{done} letters are done", patience=_PATIENCE)
    return at_work.finished()


def _workers_cpu(at_work: Fleet) -> float:
    return sum(processes.processor_seconds(each) for each in at_work.workers.values())


def _postgresql_cpu(server: PostgreSQL) -> float:
    """Of the server and all its children, those that have ended too."""
    if server.process is None:
        return 0.0
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    fields = [_stat(pid) for pid in (str(server.process.pid), *children)]
    return (
        sum(float(number) for each in fields for number in each[11:13]) / 100 + sum(map(float, fields[0][13:15])) / 100
    )


def _stat(pid: str) -> list[str]:
    """The fields of /proc/PID/stat after the name; noughts for a process that has just ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return ["0"] * 20


def _statement(server: PostgreSQL, statement: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


if __name__ == "__main__":
    raise SystemExit(alone(run, "Two workers against one, and memory over 10,000 completions."))
