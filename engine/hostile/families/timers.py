"""Timers: nonsense refused, weeks down, London's summer time, ends of months; all with the product's moved clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.hostile import packs
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.families import Family
from engine.hostile.families import own_timers as ours
from engine.hostile.families.uploading import Desk, open_desk, told
from engine.hostile.invariants import check
from engine.hostile.raw import unprotected
from engine.hostile.traps import traps
from engine.hostile.verdict import Control, Verdict
from engine.model.journal import Entry
from engine.model.timer import PROCESS

LONDON = ZoneInfo("Europe/London")
#: What is walked after the upload was refused; it says what happened, and adds to the problems.
Walk = Callable[[Arena, list[str]], str]


def _trial(walk: Walk | None = None) -> Callable[[Arena, HostileCase], Verdict]:
    """The case's file and ours are refused at upload; then what is sound in our dialect is walked."""

    def tried(arena: Arena, case: HostileCase) -> Verdict:
        with traps(arena.folder) as set_out:
            desk = open_desk(arena, set_out)
            _refuse(desk, case)
            said = ["Refused at upload, naming the element."]
            if walk is not None:
                said = ["As sent it is refused at upload.", walk(arena, desk.problems)]
            return Verdict(case.id, not desk.problems, told(desk.problems, " ".join(said)), runs=desk.attempts)

    return tried


def _refuse(desk: Desk, case: HostileCase) -> None:
    element = "u" if b'attachedToRef="u"' in case.files[0].read_bytes() else "t"
    desk.attack({"hostile.bpmn": case.files[0].read_bytes()}, (element, "b"))
    for files in ours.REFUSED.get(case.what, ()):
        desk.attack(files, ("hit",))


# Walking


def _at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment by London's clocks."""
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def _from(at: datetime, walk: Walk) -> Walk:
    """Walk in an arena of its own, whose clock begins at that moment, and look at everything in it afterwards."""

    def walked(arena: Arena, problems: list[str]) -> str:
        with arena.another(at=at) as own:
            said = walk(own, problems)
            problems += check(own, own.acknowledged).problems
        return said

    return walked


def _begun(arena: Arena, diagram: bytes) -> str:
    """A case of this diagram."""
    arena.publish(packs.bundle({"timed": diagram}))
    return arena.start_case(title="Timed")


def _down_until(arena: Arena, to: datetime) -> None:
    """Nobody sweeps until then: the workers are stopped, and the pages too unless there is little time."""
    if arena.quick:
        arena.stop_workers()
    else:
        arena.stop()
    arena.alongside.move_clock(to)
    arena.start(web=not arena.quick)


def _until(arena: Arena, case_id: str, *elements: str) -> None:
    """Until these tasks are open and nothing that is due waits any more."""
    arena.wait(
        lambda: _open(arena, case_id) == sorted(elements) and not _overdue(arena, case_id), f"{elements} are open"
    )


def _open(arena: Arena, case_id: str) -> list[str]:
    return sorted(task.element_id for task in arena.tasks(case_id))


def _overdue(arena: Arena, case_id: str) -> list[datetime]:
    return [due for due in _dues(arena, case_id) if due <= arena.now()]


def _dues(arena: Arena, case_id: str) -> list[datetime]:
    """When the process's waiting timers are due."""
    with arena.alongside.uow.read() as tx:
        return [timer.due for timer in tx.timers.of_case(case_id) if timer.kind == PROCESS]


def _fired(arena: Arena, case_id: str) -> list[Entry]:
    """What the journal says of timers."""
    return [entry for entry in arena.journal(case_id) if entry.kind == "timer_fired"]


def _due_of(entry: Entry) -> datetime:
    return datetime.fromisoformat(str(entry.body["due"]))


def _began(arena: Arena, case_id: str) -> datetime:
    return arena.journal(case_id)[0].recorded_at


def _expect(problems: list[str], what: str, found: object, wanted: object) -> None:
    if found != wanted:
        problems.append(f"{what}: {found}, not {wanted}.")


def _two_weeks(arena: Arena, problems: list[str]) -> str:
    case_id = _begun(arena, ours.caught("timeDuration", "P3D"))
    began = _began(arena, case_id)
    _down_until(arena, began + timedelta(days=14))
    _until(arena, case_id, "after")
    fired = _fired(arena, case_id)
    _expect(problems, "Fired", [_due_of(entry) for entry in fired], [began + timedelta(days=3)])
    late = int(str(fired[0].body["late_seconds"])) if fired else 0
    _expect(problems, "Days late", late // 86_400, 11)
    _expect(problems, "Recorded", [(entry.recorded_at - began).days for entry in fired], [14])
    return "In our dialect it fired once after 14 days down, with its due time and 11 days late in the journal."


def _repeated(arena: Arena, problems: list[str]) -> str:
    case_id = _begun(arena, ours.beside("timeCycle", "R3/P1D", interrupting=False))
    began = _began(arena, case_id)
    _down_until(arena, began + timedelta(days=14))
    _until(arena, case_id, "remind", "remind", "remind", "work")
    wanted = [began + timedelta(days=number) for number in (1, 2, 3)]
    _expect(problems, "Fired", [_due_of(entry) for entry in _fired(arena, case_id)], wanted)
    _expect(problems, "Still waiting", _dues(arena, case_id), [])
    return "In our dialect all three rounds are caught up, each with its own due date."


def _summer(arena: Arena, problems: list[str]) -> str:
    text = '=date and time("2026-07-15T17:00:00@Europe/London")'
    due, cases = datetime(2026, 7, 15, 16, tzinfo=UTC), list[str]()
    for zone in ("Europe/London", "America/New_York")[: 1 if arena.quick else 2]:
        arena.restart(TZ=zone)
        case_id = _begun(arena, ours.caught("timeDate", text))
        _expect(problems, f"Due with TZ={zone}", _dues(arena, case_id), [due])
        cases.append(case_id)
    _down_until(arena, due + timedelta(minutes=1))
    for case_id in cases:
        _until(arena, case_id, "after")
        _expect(problems, "Fired", [_due_of(entry) for entry in _fired(arena, case_id)], [due])
    return "In our dialect, with its zone, it is due at 16:00 UTC whatever the month or zone of the server."


def _calendar(text: str, start: date, day: date) -> Walk:
    """From nine in the morning of one day to nine in the morning of another, by London's clocks."""

    def walk(arena: Arena, problems: list[str]) -> str:
        case_id = _begun(arena, ours.caught("timeDuration", text))
        began = _began(arena, case_id).astimezone(LONDON)
        due = datetime.combine(day, began.timetz()).astimezone(UTC)
        _expect(problems, "Due", _dues(arena, case_id), [due])
        arena.alongside.move_clock(due - timedelta(minutes=5))
        _expect(problems, "Open before its time", _open(arena, case_id), [])
        _down_until(arena, due + timedelta(seconds=1))
        _until(arena, case_id, "after")
        _expect(problems, "Fired", [_due_of(entry) for entry in _fired(arena, case_id)], [due])
        return f"In our dialect {text} after {start:%-d %B %Y} is {day:%-d %B %Y} at the same time by London's clocks."

    return _from(_at(start.year, start.month, start.day), walk)


def _words(arena: Arena, problems: list[str]) -> str:
    for text in ("=note", "=duration(note)"):
        case_id = _begun(arena, ours.asked("timeDuration", text))
        task = arena.task(case_id, "ask")
        _expect(problems, "Answered", arena.complete(task.id, {"note": "ten days"}).status, 409)
        _expect(problems, "Open", _open(arena, case_id), ["ask"])
        _expect(problems, "Incidents", [each.element_id for each in arena.incidents(case_id)], ["hit"])
        _expect(problems, "With a duration", arena.complete(task.id, {"note": "P10D"}).status, 303)
        _expect(problems, "Timers", len(_dues(arena, case_id)), 1)
    return "As data the completion is rolled back with an incident that names the timer; with a duration it goes on."


def _overtaken(arena: Arena, problems: list[str]) -> str:
    case_id = _begun(arena, ours.beside("timeDuration", "P10D", interrupting=True))
    began = _began(arena, case_id)
    arena.stop_workers()
    arena.alongside.move_clock(began + timedelta(days=19))
    arena.wait_for_clock()
    _expect(problems, "Answered", arena.complete(arena.task(case_id, "work").id, {"note": "late"}).status, 303)
    arena.start(web=False)
    last = arena.journal(case_id)[-1]
    missed: Sequence[object] = last.body.get("overtaken", ())  # type: ignore[assignment]
    dues = [datetime.fromisoformat(str(each["due"])) for each in missed if isinstance(each, dict)]
    _expect(problems, "Overtaken", dues, [began + timedelta(days=10)])
    page = arena.client("max").get(f"/cases/{case_id}/history").text + arena.client("max").get(f"/cases/{case_id}").text
    _expect(problems, "Told on the case's page", "had been missed" in page, True)
    arena.move(days=1)
    _expect(problems, "Fired afterwards", len(_fired(arena, case_id)), 0)
    return "In our dialect the work counts, and the journal and the page say that the deadline of day 10 was missed."


def _autumn(arena: Arena, problems: list[str]) -> str:
    text = '=date and time("2026-10-25T01:30:00@Europe/London")'
    case_id = _begun(arena, ours.caught("timeDate", text))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    _expect(problems, "Due", _dues(arena, case_id), [first])
    _down_until(arena, first + timedelta(seconds=1))
    _until(arena, case_id, "after")
    arena.move(hours=2)
    _until(arena, case_id, "after")
    _expect(problems, "Fired", [_due_of(entry) for entry in _fired(arena, case_id)], [first])
    return "In our dialect it means the first of the two, and fires once."


def _control(scratch: Path) -> Control:
    said, _ = unprotected("month", scratch)
    return Control("TIME", said == "2026-03-03", f"For SpiffWorkflow a month after 31 January 2026 is {said}.")


TIME = Family(
    {
        "TIME-01": _trial(_from(_at(2026, 2, 2), _two_weeks)),
        "TIME-02": _trial(_from(_at(2026, 2, 2), _repeated)),
        "TIME-03": _trial(_from(_at(2026, 1, 5), _summer)),
        "TIME-04": _trial(_calendar("P1M", date(2026, 1, 31), date(2026, 2, 28))),
        "TIME-05": _trial(_words),
        "TIME-06": _trial(),
        "TIME-07": _trial(_from(_at(2026, 2, 2), _overtaken)),
        "TIME-08": _trial(_from(_at(2026, 10, 24, 12), _autumn)),
        "TIME-09": _trial(_calendar("P6M", date(2026, 3, 31), date(2026, 9, 30))),
        "TIME-10": _trial(_calendar("P1D", date(2026, 3, 28), date(2026, 3, 29))),
        "TIME-11": _trial(),
        "TIME-12": _trial(),
        "TIME-13": _trial(),
    },
    _control,
    _trial(),
)
