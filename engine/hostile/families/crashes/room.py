"""CRASH-04 and CRASH-10: the disk is full, or the memory is: the answer is in words, nothing is done by halves."""

from __future__ import annotations

import http.client
import resource
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.client import Client, encoded, new_key
from engine.hostile.families.crashes.disk import full_disk
from engine.hostile.families.crashes.load import round_pack
from engine.hostile.nursery import Forked
from engine.hostile.processes import DidNotComeAbout
from engine.hostile.verdict import Verdict

#: Requests sent in vain while there is no room.
IN_VAIN = 10
#: At most so many requests before a disk must have been full.
_MOST = 400
#: The case asks for 300 MB, which is less than a process of ours maps at rest: it gets what it has, and this much more.
ROOM_MB, TIGHT_MB = 64, 4
HUGE, TIMES = 50 * 1024 * 1024, 10
#: As much as one answer may hold, in letters of four bytes.
LONG = "\N{LINEAR B SYLLABLE B008 A}" * 50_000
_AGAIN = "Send it again"


@dataclass
class _Tried:
    """Requests and what came of them; those that were refused are sent again when there is room."""

    arena: Arena
    client: Client
    case_id: str
    refused: list[tuple[str, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def send(self) -> bool:
        """Complete the case's open task; whether that was refused for want of room."""
        task_id, key = self.arena.tasks(self.case_id)[0].id, new_key()
        answer = self.arena.complete(task_id, {"note": "x" * 2000, "decision": ""}, key=key, client=self.client)
        self.statuses[answer.status] += 1
        if answer.status == 503 and _AGAIN in answer.text:
            self.refused.append((task_id, key))
            return True
        if answer.status != 303:
            self.odd.append(f"A request was answered {answer.status}: {' '.join(answer.text.split())[-200:]}")
        return False

    def send_again(self) -> None:
        """What was refused, under the same keys: the task is done by the first of them, the others find it done."""
        for task_id, key in self.refused[:1]:
            answer = self.arena.complete(task_id, {"note": "x" * 2000, "decision": ""}, key=key, client=self.client)
            if answer.status != 303:
                self.odd.append(f"With room again a request was answered {answer.status}.")


def crash_04(arena: Arena, case: HostileCase) -> Verdict:
    """Fill the disk, ask ten times in vain, make room, and ask again."""
    arena.publish(round_pack())
    with full_disk(arena) as disk:
        if disk is None:
            return Verdict(case.id, False, "Nothing can be mounted here: run it as root.", runs=0)
        tried = _Tried(arena, arena.new_client("wes"), arena.start_case())
        tried.send()
        disk.fill()
        before = 0
        while not tried.refused and before < _MOST and not tried.odd:
            tried.send()
            before += 1
        in_vain = sum(tried.send() for _ in range(IN_VAIN) if not tried.odd)
        version = arena.case(tried.case_id).head.version
        disk.free()
        unchanged = arena.case(tried.case_id).head.version == version
        tried.send_again()
        served = not tried.send() and not tried.odd
    good = bool(tried.refused) and in_vain == IN_VAIN and unchanged and served and not tried.odd
    why = (
        f"{disk.what}; after {before} more requests {in_vain} of {IN_VAIN} were answered 503 in words and changed "
        f"nothing; with room again the same was done: {'yes' if served else 'no'}. {' '.join(tried.odd[:2])}"
    )
    return Verdict(case.id, good, why.strip())


def crash_10(arena: Arena, case: HostileCase) -> Verdict:
    """Bodies of 50 MB with little room, and long texts with next to none: refused in words, and the next is served."""
    arena.publish(round_pack())
    tried, web = _Tried(arena, arena.client("wes"), arena.start_case()), arena.web
    if web is None:
        raise DidNotComeAbout("Nothing serves.")
    tried.send()
    with _limited(arena.processes, ROOM_MB) as most:
        huge = [_huge(tried, files=bool(number % 2)) for number in range(TIMES)]
        next_one = tried.send()
    with _limited([web], TIGHT_MB):
        long = Counter(_long(tried) for _ in range(TIMES))
    tried.send()
    tried.odd += [f"A body of 50 MB was answered {status}." for status in huge if status not in (413, 503)]
    tried.odd += [f"A long text was answered {status}." for status in long if status not in (303, 413, 422, 503)]
    alive = all(process.poll() is None for process in arena.processes)
    why = (
        f"With {ROOM_MB} MB more than at rest ({most:.0f} MB of addresses) {TIMES} bodies of 50 MB were answered "
        f"{_counted(Counter(huge))}; with {TIGHT_MB} MB {TIMES} long texts {_counted(long)}; the next requests were "
        f"served. {' '.join(tried.odd[:2])}"
    )
    return Verdict(case.id, alive and not next_one and not tried.odd, why.strip(), runs=2 * TIMES)


def _counted(statuses: Counter[int]) -> str:
    return ", ".join(f"{status} ({count})" for status, count in sorted(statuses.items()))


@contextmanager
def _limited(processes: list[Forked], room_mb: int) -> Iterator[float]:
    """So much room for addresses beyond what each process has mapped; gives the most that one may map, in MB."""
    limits = {process.pid: _mapped(process) + room_mb * 1024 * 1024 for process in processes}
    for pid, limit in limits.items():
        resource.prlimit(pid, resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    try:
        yield max(limits.values()) / 1024 / 1024
    finally:
        for pid in limits:
            resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def _mapped(process: Forked) -> int:
    """Bytes of addresses that a process has mapped."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _huge(tried: _Tried, *, files: bool) -> int:
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


def _long(tried: _Tried) -> int:
    """The status of a long text as an answer; 0 when there was none."""
    task_id, key = tried.arena.tasks(tried.case_id)[0].id, new_key()
    try:
        answer = tried.arena.complete(task_id, {"note": LONG, "decision": ""}, key=key, client=tried.client)
    except (OSError, http.client.HTTPException):
        return 0
    return answer.status
