"""A notice says that something waits, never about whom: the case's reference and a link are all it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from handlers.job import Job, JobRefused, Mail, Result
from handlers.letters.render import LONDON
from handlers.letters.wording import parse
from handlers.letters.words import in_words

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_EVENTS: Mapping[str, tuple[str, str]] = {
    "arrived": ("A task is waiting", "A task in case {case} is waiting for you or your team."),
    "warn": ("A task is due soon", "A task in case {case} is nearly due."),
    "overdue": ("A task is overdue", "A task in case {case} is overdue."),
}


def tell_people(job: Job) -> Result:
    """One mail to each address in `recipients` (put there by the host: the role's people in the case's team).

    `event` is arrived, warn or overdue; `due` a date and time or none; `link` the task's page. The task's own name and
    the case's title stay inside: they may name a child. Nobody to tell is no error: the task is on the list anyway.
    """
    event = str(job.variables.get("event", ""))
    if event not in _EVENTS:
        raise JobRefused(f"a notice of {event!r} is not known")
    subject, sentence = _EVENTS[event]
    return _mails(job, f"{subject}: case {job.case_id}", sentence.format(case=job.case_id))


def notify(job: Job) -> Result:
    """A notice that a diagram asks for: a service task of type `notify` with the headers `notification` and `roles`.

    `notification` names a wording beside the letters'; `roles` are role ids, whose people in the case's team the host
    puts into `recipients`.
    """
    name = job.headers.get("notification", "")
    if name not in job.wording:
        raise JobRefused(f"there is no notification {name!r} in this version (the task header `notification` names it)")
    wording = parse(name, job.wording[name])
    subject, body = (_with_reference(name, text, job.case_id) for text in (wording.subject, wording.body))
    return _mails(job, subject, body.strip())


def _with_reference(name: str, text: str, case_id: str) -> str:
    """The words with the case's reference in its place: the one placeholder that a notice may hold."""
    for placeholder in _PLACEHOLDER.findall(text):
        if placeholder.strip() != "case_id":
            raise JobRefused(
                f"notification {name}: it may hold no placeholder but {{{{ case_id }}}}, not {placeholder.strip()!r}:"
                " notices name nobody"
            )
    return _PLACEHOLDER.sub(lambda _: case_id, text)


def _mails(job: Job, subject: str, sentence: str) -> Result:
    """One mail to each address, so that nobody sees who else was told; the address itself is no part of the key."""
    text = _text(job, sentence)
    mails = tuple(
        Mail(f"{job.key}/{sha256(address.casefold().encode()).hexdigest()[:12]}", (address,), subject, text)
        for address in _addresses(job)
    )
    return Result(mails=mails, variables={"told": len(mails)})


def _addresses(job: Job) -> tuple[str, ...]:
    """Whom to tell, each once."""
    given = job.variables.get("recipients")
    people = given if isinstance(given, list | tuple) else ()
    return tuple(dict.fromkeys(str(address).strip() for address in people if str(address or "").strip()))


def _text(job: Job, sentence: str) -> str:
    """The mail's words: what waits, when it is due, where to find it."""
    lines = [sentence, _due(job.variables.get("due")), str(job.variables.get("link") or "")]
    return "\n\n".join(line for line in [*lines, "Please sign in to Alongside to see it."] if line) + "\n"


def _due(value: object) -> str:
    """When it is due, in words; nothing when it has no date."""
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(LONDON)
    return f"It is due on {in_words(value.date() if isinstance(value, datetime) else value)}." if value else ""
