"""What records add up to, and the picture of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from lxml import etree

from engine.model.case import CaseHead
from engine.model.journal import Entry
from engine.model.task import Task
from engine.simulation.data import read_data
from engine.simulation.measured import Sums, add_up
from engine.simulation.picture import draw
from engine.simulation.told import Told, told

DATA = read_data(
    b"""
start: 2026-01-01
measures:
  - { title: First visit, task: visit, which: first, expected: { in_time: 90 }, source: S }
  - { title: Later visits, task: visit, which: later }
  - { title: Over, timer: too-late }
  - { title: Kind, answer: kind, at: visit }
  - { title: Came, reach: leave, of: visit }
layers:
  - - { id: all, title: Everybody }
  - - { id: seen, title: "Seen at least once", when: '=list contains(passed, "visit")' }
    - { id: open, title: Waiting for somebody to come, when: '=status = "open"' }
  - - { id: short, title: Short, when: '=kind = "short"' }
    - { id: gone, title: Gone, when: '=outcome = "left"' }
sources: { S: { title: T, publisher: P, says: A } }
""",
    "small.yaml",
)


def moment(day: int) -> datetime:
    """A day of January 2026."""
    return datetime(2026, 1, day, 10, tzinfo=UTC)


def entry(seq: int, kind: str, at: datetime, **body: object) -> Entry:
    """A line of a journal."""
    return Entry("c", seq, kind, "a", "r", at, at, "d", seq, body, "", "")


def visit(seq: int, day: int, due: int, kind: str) -> Entry:
    """A visit that was made."""
    outcome = {
        "path": [{"kind": "left", "element_id": "visit"}, {"kind": "flow", "element_id": "flow-1"}],
        "changes": [{"scope": "", "name": "kind", "old": None, "new": kind}],
    }
    event = {"type": "TaskCompleted", "task_id": "t", "answers": {"kind": kind}}
    due_at = moment(due).isoformat()
    return entry(seq, "task_completed", moment(day), element="visit", due=due_at, event=event, outcome=outcome)


def head(status: str = "open", outcome: str = "") -> CaseHead:
    """A case's row."""
    return CaseHead("c", "C", "north", None, status, 1, "d", "1", moment(1), outcome=outcome)


def task(element: str, due: int) -> Task:
    """An open task."""
    return Task("c.t9", "c", "t9", element, "p", "", "V", "f", ("r",), moment(1), 1, due=moment(due))


def armed(seq: int, *timers: str) -> Entry:
    """A step that arms timers of one element."""
    arming = [{"timer_id": timer, "element_id": "too-late"} for timer in timers]
    return entry(seq, "task_completed", moment(2), element="begin", event={}, outcome={"timers": arming})


@pytest.fixture
def cases() -> list[Told]:
    """One seen twice, once late, who left; one not seen; one whose timer fired."""
    letter = entry(5, "letter_made", moment(9))
    first = [visit(1, 5, 5, "long"), visit(2, 20, 12, "short"), armed(3, "x"), letter]
    gone = entry(4, "timer_fired", moment(30), timer="c.x", element="too-late", outcome={"timers_cleared": ["x"]})
    cleared = entry(4, "job_finished", moment(3), outcome={"timers_cleared": ["y"]})
    return [
        told(head("ended", "left"), [*first[:2], letter], []),
        told(head(), [], [task("visit", 10)]),
        told(head(), [armed(1, "x", "y"), cleared, gone], []),
    ]


@pytest.fixture
def sums(cases) -> Sums:
    """Those three added up."""
    return add_up(DATA, cases, moment(31).date())


def test_tasks_count_as_in_time_late_or_overdue(sums):
    first, later, over, kinds, came = sums.counts
    assert dict(first.counts) == {"in_time": 1, "overdue": 1}
    assert dict(later.counts) == {"late": 1}
    assert dict(over.counts) == {"breached": 1, "in_time": 1}
    assert dict(kinds.counts) == {"long": 1, "short": 1}
    assert dict(came.counts) == {"not_reached": 1}
    assert first.share("in_time") == 50
    assert later.share("in_time") == 0
    assert over.total == 2


def test_an_open_task_that_is_not_due_yet_counts_for_nothing(cases):
    early = add_up(DATA, cases[1:2], moment(10).date())
    assert early.counts[0].total == 0
    assert early.counts[0].share("in_time") is None


def test_cases_stand_in_the_first_stage_that_is_so_and_layers_may_be_passed_over(sums):
    assert sums.cases == 3
    assert sums.letters == 1
    assert dict(sums.flow.nodes) == {"all": 3, "seen": 1, "open": 2, "short": 1}
    assert dict(sums.flow.links) == {("all", "seen"): 1, ("all", "open"): 2, ("seen", "short"): 1}


def test_the_picture_says_what_it_shows(sums):
    svg = draw("A & B", "three cases", DATA.layers, sums.flow)
    root = etree.fromstring(svg.encode())
    texts = {etree.QName(each).localname: each.text or "" for each in root}
    assert texts["title"] == "A & B"
    assert "Everybody: 3" in texts["desc"]
    assert "Seen at least once: 1; Waiting for somebody to come: 2" in texts["desc"]
    assert root.get("role") == "img"
    assert "Gone" not in svg


def test_labels_of_the_picture_never_meet(data):
    """Whatever the numbers are: here all stages of the pack have one case, but for the first."""
    flow = Sums().flow
    for layer in data.layers:
        for node in layer:
            flow.nodes[node.id] = 1
    flow.nodes[data.layers[0][0].id] = 40
    flow.links[data.layers[0][0].id, data.layers[3][0].id] = 1
    svg = draw("T", "s", data.layers, flow)
    boxes = []
    for label in re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="14"[^>]*>(.*?)</text>', svg):
        lines = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", label[2])
        x, y = float(label[0]), float(label[1])
        boxes.append((x, y - 12, x + 8 * max(map(len, lines)), y + 16 * (len(lines) - 1) + 4))
    assert len(boxes) == sum(map(len, data.layers))
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)
    assert max(box[2] for box in boxes) <= 1440
