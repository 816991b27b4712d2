"""An incident: something the machine could not do, with where and why, until somebody has settled it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

#: The kind of an incident about a stored state that cannot be read.
STATE = "state"
#: In the reason of what may have happened already: each is looked at by itself, and never tried again with others.
LOOK_FIRST = "Look, then try it again"


@dataclass(frozen=True)
class Incident:
    """`kind` is "step", "job", "timer" or "state"; `what` says what was tried; `times` counts it happening again."""

    id: int
    case_id: str
    element_id: str
    kind: str
    reason: str
    what: Mapping[str, object]
    status: str
    times: int
    raised_at: datetime
    last_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None


@dataclass(frozen=True)
class IncidentRow:
    """A line in a list of incidents: `job` is the job's name ("" for what is no job).

    `alike` is how many open ones have this kind and reason, itself included; 0 where each must be looked at first.
    """

    incident: Incident
    job: str = ""
    alike: int = 0


@dataclass(frozen=True)
class IncidentList:
    """One page of incidents, newest first."""

    rows: tuple[IncidentRow, ...] = ()
    total: int = 0
    page: int = 1
    pages: int = 1


@dataclass(frozen=True)
class Trouble:
    """An incident about to be recorded."""

    case_id: str
    element_id: str
    kind: str
    reason: str
    what: Mapping[str, object] = field(default_factory=dict)
