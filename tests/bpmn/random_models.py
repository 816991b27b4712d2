"""Random block-structured processes over everything the dialect has."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

from engine.model.bundle import Bundle
from tests.bpmn.models import (
    boundary,
    bundle,
    call,
    catch,
    end,
    gateway,
    loop,
    message,
    process,
    service,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.bpmn.models import flows as lines


class Drawing:
    """Draws one process; each block has one way in and one way out."""

    def __init__(self, pick: Random, *, prefix: str, plain: bool, python: bool = False, loops: bool = False) -> None:
        """`plain` keeps to tasks, choices and branches, perhaps with `loops`; `python` writes raw conditions."""
        self.loops = loops
        self.pick, self.prefix, self.plain, self.python = pick, prefix, plain, python
        self.parts: list[str] = []
        self.edges: list[str] = []
        self.count = self.calls = 0

    def id(self, kind: str) -> str:
        self.count += 1
        return f"{self.prefix}{kind}{self.count}"

    def edge(self, source: str, target: str, condition: str = "") -> None:
        self.edges.append(f"{source} > {target}" + (f" : {condition}" if condition else ""))

    def block(self, depth: int) -> tuple[str, str]:
        """A random block: its first and its last element."""
        simple: list[Callable[[int], tuple[str, str]]] = [self.task]
        nested = [self.sequence, self.parallel, self.choice]
        if not self.plain:
            simple += [self.task, self.job, self.wait, self.throws, self.guarded, self.race]
            nested += [self.inclusive, self.again, self.box, self.many]
        elif self.loops:
            nested += [self.again]
        if self.prefix == "" and not (self.plain and self.calls) and not self.loops:
            simple.append(self.called)
        return self.pick.choice(simple if depth == 0 else simple + nested * 2)(depth - 1 if depth else 0)

    def task(self, _depth: int) -> tuple[str, str]:
        one = self.id("u")
        self.parts.append(user(one))
        return one, one

    def job(self, _depth: int) -> tuple[str, str]:
        one = self.id("j")
        self.parts.append(service(one))
        return one, one

    def wait(self, _depth: int) -> tuple[str, str]:
        one = self.id("w")
        what = self.pick.choice([message("news"), timer("timeDuration", "P1D")])
        self.parts.append(catch(one, what))
        return one, one

    def throws(self, _depth: int) -> tuple[str, str]:
        one = self.id("t")
        self.parts.append(throw(one, message("news")))
        return one, one

    def called(self, _depth: int) -> tuple[str, str]:
        one, self.calls = self.id("c"), self.calls + 1
        attributes = {"calledElement": "q"} if self.python else {}
        made = call(one, "q")
        if attributes:
            made = made.replace("<bpmn:callActivity ", '<bpmn:callActivity calledElement="q" ', 1)
        self.parts.append(made)
        return one, one

    def guarded(self, _depth: int) -> tuple[str, str]:
        """A task with an event on its border."""
        first, border, join = self.id("u"), self.id("b"), self.id("x")
        what = self.pick.choice([message("news"), timer("timeDuration", "P2D"), timer("timeCycle", "R2/P1D")])
        interrupting = self.pick.random() < 0.5 and "Cycle" not in what
        self.parts += [
            user(first),
            boundary(border, first, what, interrupting=interrupting),
            gateway("exclusive", join),
        ]
        self.edge(first, join)
        if interrupting:
            self.edge(border, join)
        else:
            self.parts.append(end(self.id("e")))
            self.edge(border, f"{self.prefix}e{self.count}")
        return first, join

    def race(self, _depth: int) -> tuple[str, str]:
        split, one, two, join = self.id("g"), self.id("w"), self.id("w"), self.id("x")
        self.parts += [gateway("eventBased", split), gateway("exclusive", join)]
        self.parts += [catch(one, message("news")), catch(two, timer("timeDuration", "P3D"))]
        for each in (one, two):
            self.edge(split, each)
            self.edge(each, join)
        return split, join

    def sequence(self, depth: int) -> tuple[str, str]:
        blocks = [self.block(depth) for _ in range(self.pick.randint(2, 3))]
        for (_, left), (right, _) in pairwise(blocks):
            self.edge(left, right)
        return blocks[0][0], blocks[-1][1]

    def parallel(self, depth: int) -> tuple[str, str]:
        return self._split("parallel", depth, ["", ""])

    def choice(self, depth: int) -> tuple[str, str]:
        number = self.pick.randrange(3)
        return self._split("exclusive", depth, [f"n == {number}" if self.python else f"=n = {number}", ""])

    def inclusive(self, depth: int) -> tuple[str, str]:
        return self._split("inclusive", depth, ["=yes", f"=n > {self.pick.randrange(3)}", ""])

    def _split(self, kind: str, depth: int, conditions: list[str]) -> tuple[str, str]:
        split, join = self.id("g"), self.id("g")
        default = ""
        for condition in conditions:
            first, last = self.block(depth)
            self.edge(split, first, condition)
            self.edge(last, join)
            default = f"{split}_{first}"
        self.parts.append(gateway(kind, split, default="" if kind == "parallel" else default))
        self.parts.append(gateway(kind, join))
        return split, join

    def again(self, depth: int) -> tuple[str, str]:
        """A loop that always waits somewhere."""
        begin, back, wait = self.id("x"), self.id("x"), self.id("u")
        first, last = self.block(depth)
        leave = self.id("x")
        self.parts += [
            gateway("exclusive", begin, leave),
            gateway("exclusive", back, default=f"{back}_{leave}"),
            user(wait),
        ]
        self.edge(begin, wait)
        self.edge(wait, first)
        self.edge(last, back)
        self.edge(back, begin, "=n = 1")
        self.edge(back, leave)
        return begin, leave

    def box(self, depth: int) -> tuple[str, str]:
        """A subprocess, sometimes with an event on its border."""
        one = self.id("s")
        self.parts.append(sub(one, self._inside(depth)))
        if self.pick.random() < 0.4:
            border, stop = self.id("b"), self.id("e")
            self.parts += [boundary(border, one, message("halt")), end(stop)]
            self.edge(border, stop)
        return one, one

    def many(self, depth: int) -> tuple[str, str]:
        """A subprocess for each of some items."""
        one = self.id("m")
        marker = loop(
            "=for i in 1..3 return i", sequential=self.pick.random() < 0.5, item="i", output="all", element="=i + n"
        )
        self.parts.append(sub(one, marker + self._inside(depth)))
        return one, one

    def _inside(self, depth: int) -> str:
        inner = Drawing(self.pick, prefix=self.id("i") + "_", plain=self.plain, python=self.python)
        body = inner.body(depth)
        if not self.plain and self.pick.random() < 0.4:
            kind = "true" if self.pick.random() < 0.5 else "false"
            pre = inner.prefix
            handler = start(f"{pre}hs", message("halt"), isInterrupting=kind) + user(f"{pre}h") + end(f"{pre}he")
            body += sub(f"{pre}ev", handler + lines(f"{pre}hs > {pre}h > {pre}he"), triggeredByEvent="true")
        return body

    def body(self, depth: int) -> str:
        """The whole inside of a process."""
        first, last = self.block(depth)
        begin, stop = f"{self.prefix}start", f"{self.prefix}stop"
        self.edge(begin, first)
        self.edge(last, stop)
        return start(begin) + "".join(self.parts) + end(stop) + lines("\n".join(self.edges))


def random_bundle(pick: Random, *, plain: bool = False, python: bool = False) -> Bundle:
    """A pack with a random process `p`, and `q` which it may call."""
    top = Drawing(pick, prefix="", plain=plain, python=python).body(3)
    called = Drawing(pick, prefix="q", plain=plain, python=python).body(1)
    return bundle(
        process("p", top, messages="news halt"),
        process("q", called, messages="news halt"),
    )


def random_process(pick: Random) -> bytes:
    """A random process of tasks, choices, parallel branches and loops."""
    return process("p", Drawing(pick, prefix="", plain=True, loops=True).body(4))
