"""A case: the state of one run of the guidance, and the row that says where it stands."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from engine.model.journal import GENESIS
from engine.model.outcome import Token

OPEN, ENDED, WITHDRAWN = "open", "ended", "withdrawn"

#: Letters and digits that cannot be mistaken for each other when read aloud or written by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class CaseHead(Struct, frozen=True):
    """What lists and pages say about a case; moments in UTC, `version` counts the machine's steps."""

    id: str
    title: str
    team: str
    worker: str | None
    status: str
    version: int
    policy_digest: str
    policy_number: str
    opened_at: datetime
    ended_at: datetime | None = None
    outcome: str = ""


class Case(Struct, frozen=True):
    """A case as a command holds it: its head, the machine's state and the end of its journal."""

    head: CaseHead
    state: bytes
    journal_seq: int = 0
    journal_hash: str = GENESIS
    tokens: tuple[Token, ...] = ()

    @property
    def id(self) -> str:
        """The case's reference."""
        return self.head.id

    @property
    def is_open(self) -> bool:
        """Whether anything more can happen in it."""
        return self.head.status == OPEN


@dataclass(frozen=True)
class AdviceRow:
    """The latest advice of one decision in one scope of a case."""

    case_id: str
    variable: str
    where: str
    decision_id: str
    element_id: str
    process_id: str
    result: object
    trace: Mapping[str, object]
    made_at: datetime
    seq: int


@dataclass(frozen=True)
class View:
    """Somebody looked at a case: who, in which role, when, at what, and why they were let."""

    id: int
    case_id: str
    username: str
    role: str
    at: datetime
    what: str
    why: str = ""


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases may be narrowed by; None means any."""

    text: str = ""
    team: str | None = None
    worker: str | None = None
    status: str | None = "open"
    overdue: bool | None = None


@dataclass(frozen=True)
class CaseRow:
    """A line in a list of cases."""

    case: CaseHead
    open_tasks: int = 0
    overdue_tasks: int = 0
    next_due: datetime | None = None


@dataclass(frozen=True)
class CaseList:
    """One page of cases; the total is counted up to 1,000 (`is_capped`: there may be more)."""

    rows: tuple[CaseRow, ...] = field(default_factory=tuple)
    total: int = 0
    page: int = 1
    pages: int = 1
    is_capped: bool = False


def new_case_id() -> str:
    """A fresh reference such as `AL-7F3K9Q2M`: 30**8 of them, so a chance of 1 in 13 million at 50,000 cases."""
    return "AL-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def case_of(public_id: str) -> str:
    """The case id at the head of a task's, job's, timer's or wait's public id (`<case>.<local>`)."""
    return public_id.partition(".")[0]


def public_id(case_id: str, local_id: str) -> str:
    """The id by which the world knows a task, job, timer or wait of a case."""
    return f"{case_id}.{local_id}"


def local_id(public: str) -> str:
    """The machine's id inside a public one."""
    return public.partition(".")[2]
