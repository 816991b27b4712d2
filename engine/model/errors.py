"""The situations that stop a command, each named; `web/errors.py` alone knows their status codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class AlongsideError(Exception):
    """A situation the product expects; its text is fit to be shown to a person."""


class CaseNotFound(AlongsideError):
    """No such case, or none that this person may see: the two are never told apart."""


class TaskNotFound(AlongsideError):
    """No such task, or none that this person may see."""


class NotAllowed(AlongsideError):
    """The person may see this but may not do it."""


class TaskAlreadyComplete(AlongsideError):
    """Somebody has completed the task, or the case has moved past it."""


class TaskClaimed(AlongsideError):
    """Another person has claimed the task."""


class CaseMovedOn(AlongsideError):
    """The case changed after the page was opened, in a way that touches what was submitted."""


class CaseEnded(AlongsideError):
    """The case has ended: nothing more can happen in it."""


class NobodyWaiting(AlongsideError):
    """Nothing in the case waits for this message now."""


class JobNotOpen(AlongsideError):
    """The job is finished, cancelled or unknown."""


class TimerNotDue(AlongsideError):
    """The timer has fired, was cleared, or is not due yet."""


class VersionNotFound(AlongsideError):
    """No such policy version."""


class ApprovalRefused(AlongsideError):
    """A version may not be approved: by its own author, or because its content changed."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one file: where, and what, in a sentence a policy owner understands."""

    path: str
    element: str
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.path}: {self.element}" if self.element else self.path
        return f"{where}: {self.sentence}"


class PolicyRejected(AlongsideError):
    """Files that may not become policy; `faults` says why, one sentence each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults in the order in which they were found."""
        super().__init__("; ".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class AnswersRejected(AlongsideError):
    """Answers that the form does not accept: field key -> sentence."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        """Keep the sentences by field key."""
        super().__init__("; ".join(f"{key}: {text}" for key, text in errors.items()))
        self.errors = dict(errors)


class StepFailed(AlongsideError):
    """The machine could not take the step; nothing was changed. Becomes an incident (`incident_id` once recorded)."""

    incident_id: int | None = None

    def __init__(self, element: str, reason: str) -> None:
        """Name the element (BPMN id, or "" when none is to blame) and the reason in words."""
        super().__init__(f"{element}: {reason}" if element else reason)
        self.element = element
        self.reason = reason


class StepBudgetExceeded(StepFailed):
    """The step did not settle within its budget of engine steps, tasks or seconds."""


class StateUnreadable(StepFailed):
    """A stored state that this release cannot read: corrupt, or of an unknown version."""


class KeyUsed(AlongsideError):
    """The idempotency key belongs to another request: another person's, or for something else."""


class DocumentNotFound(AlongsideError):
    """No such letter or file, or none that this person may see."""


class IncidentNotFound(AlongsideError):
    """No such incident, or it is settled."""


class StoreBusy(AlongsideError):
    """The database stayed locked for longer than a person can be asked to wait; nothing was changed."""


class StoreGone(StoreBusy):
    """The database cannot be reached or cannot write; the text says if what was asked may have been kept."""
