"""Walk the pack's own diagrams through the machine: as people, handlers and the clock would, without a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.bpmn import SpiffMachine
from engine.bpmn.gate import check_diagram
from engine.model.bundle import Bundle
from engine.model.event import CaseStarted, Event, JobFinished, MessageDelivered, TaskCompleted, TimerFired
from engine.model.outcome import ArmedTimer, JobRequest, OpenTask, Outcome, Wait

ROOT = Path(__file__).parents[2]
LONDON = ZoneInfo("Europe/London")
PARENTS = [
    {"name": "Ann Example", "email": "ann@example.org", "safe_to_email": True},
    {"name": "Bob Example", "safe_to_email": False},
]


@cache
def pack() -> Bundle:
    """The pack as it stands: diagrams, tables, forms and policy."""
    found = [*ROOT.glob("processes/*.bpmn"), *ROOT.glob("processes/*.dmn"), *ROOT.glob("forms/*.form")]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}
    return Bundle({**files, "processes/policy.toml": (ROOT / "processes/policy.toml").read_bytes()})


@cache
def machine() -> SpiffMachine:
    """One machine, with the gate that every upload passes."""
    return SpiffMachine(gate=check_diagram)


def at(day: str) -> datetime:
    """Ten in the morning in London."""
    return datetime.fromisoformat(day).replace(hour=10, tzinfo=LONDON)


def day(text: str) -> date:
    """A date from its ISO text."""
    return date.fromisoformat(text)


@dataclass
class Walk:
    """One case: what is open, and what has left the building."""

    now: datetime
    state: bytes | None = None
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    timers: dict[str, ArmedTimer] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    last: Outcome = field(default_factory=lambda: Outcome(b""))
    letters: list[tuple[str, list[str]]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    advice: list[object] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)

    def step(self, event: Event) -> None:
        """Apply one event, then let the handlers finish every job it made."""
        definitions = machine().compile(pack())
        self.last = out = machine().step(definitions, self.state, event, case_id="case-1", now=self.now)
        self.state = out.state
        self._keep(out)
        for job in out.jobs:
            self.step(JobFinished(job.job_id, self._finish(job)))

    def _keep(self, out: Outcome) -> None:
        _forget(self.tasks, (task.task_id for task in out.closed))
        _forget(self.timers, out.timers_cleared)
        _forget(self.waits, out.waits_closed)
        self.tasks.update({task.task_id: task for task in out.opened})
        self.timers.update({timer.timer_id: timer for timer in out.timers})
        self.waits.update({wait.wait_id: wait for wait in out.waits})
        self.advice.extend(made.result for made in out.decisions)

    def _finish(self, job: JobRequest) -> dict[str, object]:
        if job.type != "letter":
            self.notices.append(job.headers["notification"])
            return {}
        people = job.variables["recipients"]
        assert isinstance(people, list)
        self.letters.append((job.headers["letter"], [person["name"] for person in people]))
        return {"letters": [], "to_post": sum(1 for person in people if not person.get("safe_to_email"))}

    def do(self, element: str, **answers: object) -> None:
        """Complete the open task of that name; the first one where there are several."""
        found = [task for task in self.tasks.values() if task.element_id == element]
        assert found, f"{element} is not open; open are {self.open()}"
        self.step(TaskCompleted(found[0].task_id, answers))

    def post(self) -> None:
        """Print and post whatever waits for it."""
        self.do("print-and-post", posted_on=self.now.date())

    def record(self, message: str, **payload: object) -> None:
        """A person records a change on the case page."""
        self.step(MessageDelivered(message, payload))

    def until(self, when: str) -> None:
        """Time passes; what falls due fires."""
        while due := sorted((t for t in self.timers.values() if t.due <= at(when)), key=lambda t: t.due):
            self.now = max(self.now, due[0].due.astimezone(LONDON))
            self.fired.append(due[0].element_id)
            del self.timers[due[0].timer_id]
            self.step(TimerFired(due[0].timer_id))
        self.now = at(when)

    def open(self) -> list[str]:
        """The element ids of the open tasks, sorted."""
        return sorted(task.element_id for task in self.tasks.values())

    def due(self, element: str) -> date:
        """The day by which an open task is due."""
        found = next(task for task in self.tasks.values() if task.element_id == element)
        assert found.due is not None
        return found.due.astimezone(LONDON).date()

    def value(self, name: str) -> object:
        """A variable of the case."""
        assert self.state is not None
        return machine().variables(machine().compile(pack()), self.state).get(name)


def _forget(kept: dict[str, OpenTask] | dict[str, ArmedTimer] | dict[str, Wait], gone: Iterable[str]) -> None:
    for key in gone:
        kept.pop(key, None)


def begin(unborn: str = "no") -> Walk:
    """A case on 5 January 2026 with two parents, one of whom may be e-mailed."""
    walk = Walk(at("2026-01-05"))
    walk.step(CaseStarted("child-case", {"child_name": "Robin", "unborn": unborn, "parents": PARENTS}))
    return walk


def route(walk: Walk, chosen: str) -> Walk:
    """Strategy discussion on 6 January, enquiry, and the Practice Lead's route."""
    walk.do("strategy-discussion", strategy_date=day("2026-01-06"), immediate_danger="no", section_47_needed="yes")
    walk.do("section-47-enquiry", harm="likely", continuing_risk="yes", needs_services="yes", order_may_be_needed="no")
    walk.do("decide-route", route=chosen, route_reason="As advised")
    return walk


def conference(walk: Walk, held: str = "2026-01-26", outcome: str = "plan") -> Walk:
    """The initial conference."""
    walk.do("arrange-icpc", conference_invitees=[{"name": "A Nurse", "safe_to_email": True}])
    walk.until(held)
    group = [{"name": "A Nurse", "safe_to_email": True}]
    answers = {"icpc_outcome": outcome, "core_group_members": group}
    walk.do("hold-icpc-conference", icpc_date=day(held), conference_quorate="yes", **answers)
    return walk


def review(walk: Walk, element: str, held: str, outcome: str = "continue", **answers: object) -> Walk:
    """A review conference, with a report that the risk is not reducing."""
    walk.until(held)
    walk.do("arrange-review", conference_invitees=[{"name": "A Nurse", "safe_to_email": True}])
    facts = {"change_likely_in_timeframe": "no", "support_offered": "yes"}
    walk.do("write-review-report", risk_reducing="no", progress="insufficient", **facts)
    walk.do(element, rcpc_date=day(held), rcpc_outcome=outcome, **answers)
    return walk


def recommend(walk: Walk, decision: str = "hold_lpm") -> Walk:
    """Social Worker and Practice Lead recommend, the Service Manager decides."""
    facts = {"change_likely_in_timeframe": "no", "support_offered": "yes"}
    walk.do("sw-recommend", risk_reducing="no", progress="insufficient", sw_lpm_view="hold_lpm", **facts)
    walk.do("pl-recommend", pl_lpm_view="hold_lpm")
    walk.do("sm-decide", sm_lpm_decision=decision, sm_lpm_decided_on=walk.now.date())
    return walk


def plan_legally(walk: Walk, outcome: str, proposal: str = "pre_proceedings", carm: str = "agreed") -> Walk:
    """The legal planning meeting, CARM, and the confirmed outcome, all today."""
    walk.do("legal-planning-meeting", lpm_date=walk.now.date(), lpm_proposal=proposal)
    walk.do("carm", carm_date=walk.now.date(), carm_decision=carm)
    walk.do("confirm-lpm-outcome", lpm_outcome=outcome, lpm_decision_date=walk.now.date())
    return walk


def draft(walk: Walk) -> Walk:
    """Draft and sign off the letter."""
    walk.do("draft-letter", lbp_recipients=PARENTS, fgdm_offer="voluntary")
    walk.do("sign-off-letter", letter_sign_off="agree", sent_to_legal_on=walk.now.date())
    return walk


def send_letter(walk: Walk, received: str) -> Walk:
    """The whole Letter Before Proceedings, received by both parents on one day."""
    walk.do("set-out-concerns", threshold_concerns="Neglect", fgdm_exception="no")
    walk.do("agree-concerns", concerns_agreed="agree")
    draft(walk).do("legal-check", legal_check="approve")
    for _ in PARENTS:
        walk.do("send-letter", letter_sent_on=walk.now.date(), letter_method="email")
    walk.do("post-letter", letter_posted_on=walk.now.date())
    for _ in PARENTS:
        walk.do("record-receipt", letter_receipt="received", letter_received_on=day(received))
    return walk


def meet(walk: Walk, held: str) -> Walk:
    """The pre-proceedings meeting and its record."""
    walk.do("arrange-meeting", ppm_planned_date=day(held))
    walk.post()
    walk.until(held)
    walk.do("hold-meeting", ppm_date=day(held), ppm_attendance=[{"name": "Ann Example", "attended": "yes"}])
    walk.do("write-record", ppm_record="What was agreed", core_group_update="Actions agreed")
    walk.post()
    return walk


def review_plo(walk: Walk, held: str, outcome: str, second: str = "", **answers: object) -> Walk:
    """A PLO review; `second` is what the Service Manager decides on a further review."""
    walk.until(held)
    walk.do("arrange-plo-review", plo_review_planned_date=day(held))
    walk.post()
    walk.do("hold-plo-review", plo_review_date=day(held), plo_progress="insufficient", plo_more_time_would_help="yes")
    walk.do("decide-plo-outcome", plo_review_outcome=outcome, **answers)
    if second:
        walk.do("decide-second-review", second_review_decision=second)
    walk.post()
    return walk


def end_plo(walk: Walk, review_plan: str = "no") -> Walk:
    """The end of PLO, with its letter."""
    walk.do(
        "end-plo", plo_ended_on=walk.now.date(), plo_review_plan_at_conference=review_plan, core_group_update="Over"
    )
    walk.post()
    return walk


def in_period_of_change() -> Walk:
    """Child protection and pre-proceedings, the meeting held on 2 March 2026."""
    walk = conference(route(begin(), "child_protection_and_legal_planning"))
    walk.until("2026-02-10")
    plan_legally(recommend(walk), "pre_proceedings")
    return meet(send_letter(walk, "2026-02-24"), "2026-03-02")
