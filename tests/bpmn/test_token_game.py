"""The machine against BPMN's own token game, written down in the shortest way, on random processes with loops."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.bpmn.cases import Case
from tests.bpmn.models import bundle
from tests.bpmn.random_models import random_process

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass
class TokenGame:
    """Tokens on tasks, and tokens that wait on the flows into a parallel join (BPMN 2.0.2, 13.4)."""

    source: bytes
    n: int = 0
    tasks: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        (process,) = etree.fromstring(self.source).findall(f"{BPMN}process")
        self.kinds = {node.get("id"): etree.QName(node).localname for node in process}
        self.defaults = {node.get("default") for node in process}
        self.flows = [
            (f.get("id"), f.get("sourceRef"), f.get("targetRef"), "".join(f.itertext()))
            for f in process.findall(f"{BPMN}sequenceFlow")
        ]

    def leave(self, element: str) -> None:
        """A token leaves an element: by every flow, or by the one that a choice takes."""
        out = [flow for flow in self.flows if flow[1] == element]
        if self.kinds[element] == "exclusiveGateway" and len(out) > 1:
            true = [flow for flow in out if flow[3] == f"=n = {self.n}"]
            out = (true or [flow for flow in out if flow[0] in self.defaults])[:1]
        for flow in out:
            self.arrive(flow[0], flow[2])

    def arrive(self, flow: str, element: str) -> None:
        """A token comes by a flow."""
        if self.kinds[element] == "userTask":
            self.tasks[element] += 1
        elif self.kinds[element] == "parallelGateway":
            self.arrived[flow] += 1
            incoming = [one[0] for one in self.flows if one[2] == element]
            if all(self.arrived[one] for one in incoming):
                self.arrived.subtract(incoming)
                self.leave(element)
        elif self.kinds[element] != "endEvent":
            self.leave(element)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_machine_plays_the_token_game(shape: int, seed: int) -> None:
    source = random_process(Random(shape))
    game, case, pick = TokenGame(source), Case(bundle(source)).start(n=0), Random(seed)
    game.leave("start")
    for _ in range(60):
        assert case.open == sorted(game.tasks.elements())
        if not case.open:
            break
        element, game.n = pick.choice(case.open), pick.randrange(4)
        case.do(element, n=game.n)
        game.tasks[element] -= 1
        game.leave(element)
    assert case.ended == (not case.open)
