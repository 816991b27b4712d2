"""Whatever stops a step becomes one incident, in a transaction of its own, after the step was rolled back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from engine.commands.record_incident import record_incident
from engine.model.errors import AlongsideError, StateUnreadable, StepFailed
from engine.ports import UnitOfWork


@contextmanager
def incidents_of(uow: UnitOfWork, case_id: str, what: Mapping[str, object], now: datetime) -> Iterator[None]:
    """Around a command's transaction; raises StepFailed with the incident's number.

    Situations that the product expects (a task already complete, say) pass through: they are nobody's trouble.
    """
    try:
        yield
    except StepFailed as failed:
        _recorded(uow, case_id, failed, what, now)
        raise
    except AlongsideError:
        raise
    except Exception as unexpected:
        unforeseen = StepFailed("", f"Something that nobody foresaw: {type(unexpected).__name__}")
        _recorded(uow, case_id, unforeseen, what, now)
        raise unforeseen from unexpected


def _recorded(uow: UnitOfWork, case_id: str, failed: StepFailed, what: Mapping[str, object], now: datetime) -> None:
    kind = "state" if isinstance(failed, StateUnreadable) else "step"
    failed.incident_id = record_incident(
        uow, case_id=case_id, element=failed.element, kind=kind, reason=failed.reason, what=what, now=now
    )
