"""Whatever stops a step becomes one incident, in a transaction of its own, after the step was rolled back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from engine.commands.record_incident import record_incident
from engine.model.errors import AlongsideError, StateUnreadable, StepFailed
from engine.model.incident import STATE, Trouble
from engine.ports import UnitOfWork


@contextmanager
def incidents_of(uow: UnitOfWork, case_id: str, what: Mapping[str, object], now: datetime) -> Iterator[None]:
    """Around a command's transaction; raises StepFailed with the incident's number.

    Situations that the product expects (a task already complete, say) pass through: they are nobody's trouble. So does
    a lack of memory, which is no fault of the case: the same step may be taken when there is some.
    """
    try:
        yield
    except StepFailed as failed:
        _recorded(uow, case_id, failed, what, now)
        raise
    except (AlongsideError, MemoryError):
        raise
    except Exception as unexpected:
        unforeseen = StepFailed("", f"Something that nobody foresaw: {type(unexpected).__name__}")
        _recorded(uow, case_id, unforeseen, what, now)
        raise unforeseen from unexpected


def _recorded(uow: UnitOfWork, case_id: str, failed: StepFailed, what: Mapping[str, object], now: datetime) -> None:
    if isinstance(failed, StateUnreadable):
        record_unreadable(uow, case_id, failed, now)
        return
    failed.incident_id = record_incident(
        uow, case_id=case_id, element=failed.element, kind="step", reason=failed.reason, what=what, now=now
    )


def record_unreadable(uow: UnitOfWork, case_id: str, failed: StateUnreadable, now: datetime) -> None:
    """One incident for a case whose state cannot be read, whoever came upon it and whatever they wanted."""
    if failed.incident_id is None:
        trouble = unreadable(case_id, failed)
        failed.incident_id = record_incident(
            uow, case_id=case_id, element="", kind=trouble.kind, reason=trouble.reason, now=now
        )


def unreadable(case_id: str, failed: StateUnreadable) -> Trouble:
    """The trouble of such a case; what it stopped is found again when it is retried."""
    return Trouble(case_id, "", STATE, failed.reason)
