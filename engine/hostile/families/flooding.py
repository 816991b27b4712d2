"""A model that floods by what is answered: the step is stopped, rolled back and told, and everybody else goes on."""

from __future__ import annotations

import http.client
import time

from engine.hostile import packs, processes
from engine.hostile.arena import Arena
from engine.hostile.families.own_hang import FORMS, Flood
from engine.hostile.families.own_timers import beside
from engine.hostile.families.uploading import Desk

#: What one request may cost the server: its step's budget of processor seconds with what is around it, and memory.
MOST_SECONDS, MOST_GROWN = 7.0, 512.0


def flooded(desk: Desk, flood: Flood) -> str:
    """Publish the model, answer its first task with what floods, and look; says what happened."""
    arena, before = desk.arena, len(desk.problems)
    arena.publish(packs.bundle())
    other = arena.start_case(title="Another")
    arena.publish(packs.bundle({"hang": flood.diagram}, forms=FORMS))
    case_id = arena.start_case(title="Flooded")
    task = arena.tasks(case_id)[0]
    status = _answered(desk, task.id, flood)
    if flood.stops:
        _must_be_rolled_back(desk, case_id, task.id, status)
    _others_go_on(desk, other)
    arena.publish(packs.bundle())
    if len(desk.problems) > before:
        return ""
    return (
        "By its answers it is stopped, rolled back and an incident." if status == 409 else "By its answers it goes on."
    )


def caught_up(desk: Desk) -> str:
    """A timer that was due a hundred times while nobody swept: each once, and others go on meanwhile."""
    arena, times, before = desk.arena, 20 if desk.arena.quick else 100, len(desk.problems)
    arena.publish(packs.bundle())
    other = arena.start_case(title="Another")
    arena.publish(packs.bundle({"timed": beside("timeCycle", f"R{times}/PT1H", interrupting=False)}))
    case_id = arena.start_case(title="Often")
    arena.stop_workers()
    arena.move(days=30)
    arena.start(web=False)
    _others_go_on(desk, other)
    arena.wait(lambda: len(arena.tasks(case_id)) > times, "every round has fired")
    dues = _dues(arena, case_id)
    if len(dues) != times or len(set(dues)) != times:
        desk.problems.append(
            f"Of {times} rounds {len(dues)} fired, {len(set(dues))} of them with due times of their own."
        )
    arena.publish(packs.bundle())
    return f"{times} rounds that nobody swept are caught up once each, while others go on." * (
        len(desk.problems) == before
    )


def _dues(arena: Arena, case_id: str) -> list[object]:
    return [entry.body["due"] for entry in arena.journal(case_id) if entry.kind == "timer_fired"]


def _answered(desk: Desk, task_id: str, flood: Flood) -> int:
    """Send the answers; how the server answered, within its measure."""
    arena, desk.attempts = desk.arena, desk.attempts + 1
    web = arena.web
    if web is None:
        return 0
    processes.reset_peak(web)
    memory, used, began = processes.resident_mb(web), processes.processor_seconds(web), time.monotonic()
    try:
        status = arena.complete(task_id, flood.answers).status
    except (OSError, http.client.HTTPException) as problem:
        desk.problems.append(f"The server did not answer: {type(problem).__name__}.")
        return 0
    seconds = min(time.monotonic() - began, processes.processor_seconds(web) - used)
    grown = processes.resident_mb(web, "VmHWM") - memory
    if seconds > MOST_SECONDS or grown > MOST_GROWN or status >= 500:
        desk.problems.append(f"The answers took {seconds:.1f} s and {grown:.0f} MB, and were answered {status}.")
    return status


def _must_be_rolled_back(desk: Desk, case_id: str, task_id: str, status: int) -> None:
    """The person is told, the task is open as before, and one incident names the case and an element."""
    found = desk.arena.incidents(case_id)
    if status not in (409, 422):
        desk.problems.append(f"A flood was answered {status}.")
    if status == 409 and not any(each.element_id and each.reason for each in found):
        desk.problems.append("No incident names the case and the element.")
    if [task.id for task in desk.arena.tasks(case_id)] != [task_id]:
        desk.problems.append("The task is not open as before.")


def _others_go_on(desk: Desk, case_id: str) -> None:
    """Another case can be worked on, and the workers are alive."""
    arena: Arena = desk.arena
    answer = arena.complete(arena.tasks(case_id)[0].id, {"note": "as usual"})
    if answer.status != 303:
        desk.problems.append(f"Another case's task was answered {answer.status}.")
    if any(worker.poll() is not None for worker in arena.workers):
        desk.problems.append("A worker is dead.")
