"""CRASH-10: the memory is full: what is too large is refused unread, and a step without room is not taken."""

from __future__ import annotations

import http.client
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.hostile import packs
from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Client, encoded, new_key
from engine.hostile.families.crashes.room import Tried
from engine.hostile.nursery import Forked
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict
from engine.model.bundle import Bundle

#: The case asks for 300 MB, which is less than a process of ours maps at rest: it gets what it has, and this much more.
ROOM_MB, TIGHT_MB = 64, 2
_PAGE = resource.getpagesize()
HUGE, TIMES = 50 * 1024 * 1024, 10
#: An answer that makes the step write out texts of some 10 MB, within its budget.
MUCH = "much"


def memory_pack() -> Bundle:
    """A task that comes again and again; one of its answers takes memory in the middle of the step."""
    ten = " + ".join(["{}"] * 10)
    texts = f"{{a: {ten.format(*['note'] * 10)}, b: {ten.format(*['a'] * 10)}, c: b + b + b + b, "
    texts += "d: for each in 1..12 return c + string(each)}.d"
    much = f'=if decision = "{MUCH}" then count({texts}) else 0'
    about = '<zeebe:userTask /><zeebe:formDefinition formId="note" />'
    about += f'<zeebe:assignmentDefinition candidateGroups="{packs.CLERK}" />'
    mapped = f"<zeebe:ioMapping><zeebe:output source='{much}' target='counted' /></zeebe:ioMapping>"
    drawn = packs.diagram(
        "memory",
        packs.element("startEvent", "start"),
        packs.element("userTask", "write", zeebe=about + mapped, name="Write"),
        packs.element("exclusiveGateway", "again", default="again_write"),
        packs.element("endEvent", "end"),
        packs.flow("start", "write"),
        packs.flow("write", "again"),
        packs.flow("again", "write"),
        packs.flow("again", "end", '= decision = "stop"'),
    )
    form = packs.model("office", "note.form").replace(b"textfield", b"textarea", 1)
    return packs.bundle({"memory": drawn}, forms={"note": form})


def crash_10(arena: Arena, case: HostileCase) -> Verdict:
    """Bodies of 50 MB with little room; then steps that need memory with none: each refused, and the next served."""
    arena.publish(memory_pack())
    tried, web = Tried(arena, arena.client("wes"), arena.start_case()), arena.web
    if web is None:
        raise DidNotComeAbout("Nothing serves.")
    tried.send()
    with _limited(arena.processes, ROOM_MB) as most:
        huge = Counter(_huge(tried, files=bool(number % 2)) for number in range(TIMES))
        tried.send()
    with _limited([web], TIGHT_MB):
        refused = sum(tried.send(MUCH) for _ in range(TIMES) if not tried.odd)
    tried.send_again()
    small = not tried.send()
    tried.odd += [f"A body of 50 MB was answered {status}." for status in huge if status not in (413, 503)]
    alive = all(process.poll() is None for process in arena.processes)
    why = (
        f"With {ROOM_MB} MB more than at rest ({most:.0f} MB of addresses at most) {TIMES} bodies of 50 MB were "
        f"answered {_counted(huge)}, the next request 303; with {TIGHT_MB} MB more {refused} of {TIMES} steps that "
        f"need some were answered 503 and not taken, and with room again the same was done. {' '.join(tried.odd[:2])}"
    )
    good = alive and refused == TIMES and len(tried.refused) == refused and small and not tried.odd
    return Verdict(case.id, good, why.strip(), runs=2 * TIMES)


def _counted(statuses: Counter[int]) -> str:
    return ", ".join(f"{status} ({count})" for status, count in sorted(statuses.items()))


@contextmanager
def _limited(processes: list[Forked], room_mb: int) -> Iterator[float]:
    """So much room beyond what each process has mapped and may write to; gives the most that one may map, in MB.

    What is written to has a limit too, for a C library maps 64 MB for each thread long before it needs them.
    """
    room, highest = room_mb * 1024 * 1024, 0
    for process in processes:
        mapped, _, _, _, _, data, _ = Path(f"/proc/{process.pid}/statm").read_text().split()
        highest = max(highest, int(mapped) * _PAGE + room)
        resource.prlimit(process.pid, resource.RLIMIT_AS, (int(mapped) * _PAGE + room, resource.RLIM_INFINITY))
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (int(data) * _PAGE + room, resource.RLIM_INFINITY))
    try:
        yield highest / 1024 / 1024
    finally:
        for process in processes:
            for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
                resource.prlimit(process.pid, kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _huge(tried: Tried, *, files: bool) -> int:
    """The status of a body of 50 MB, typed or as a file; 0 when the connection ended without one."""
    content = b"a" * HUGE
    fields = {"csrf_token": tried.client.token, "key": new_key()}
    body, kind = encoded(fields, [("note", "note.txt", content)] if files else ())
    body = body if files else body + b"&note=" + content
    path = f"/tasks/{tried.arena.tasks(tried.case_id)[0].id}"
    return posted(tried.client, path, body, kind)


def posted(client: Client, path: str, body: bytes, kind: str) -> int:
    """Send a body of which the server may not want to hear the end; its status, 0 when there was none."""
    connection = http.client.HTTPConnection(client.host, client.port, timeout=client.patience)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    try:
        connection.putrequest("POST", path)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cookie", cookie)):
            connection.putheader(name, value)
        connection.endheaders()
        _pour(connection, body)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _pour(connection: http.client.HTTPConnection, body: bytes) -> None:
    """Send for as long as the other side listens and has said nothing."""
    end: socket.socket = connection.sock
    piece = 64 * 1024
    for start in range(0, len(body), piece):
        end.setblocking(False)
        try:
            if end.recv(1, socket.MSG_PEEK) is not None:
                return
        except BlockingIOError:
            pass
        finally:
            end.settimeout(60)
        try:
            end.sendall(body[start : start + piece])
        except OSError:
            return
