"""Every handler there is, by the job type that a diagram names (zeebe:taskDefinition type)."""

from __future__ import annotations

from collections.abc import Callable

from handlers.job import Job, Result
from handlers.letters.job import make_letter
from handlers.notifications.notice import notify, tell_people

HANDLERS: dict[str, Callable[[Job], Result]] = {
    "letter": make_letter,
    "notify": notify,
    "notice": tell_people,
}
