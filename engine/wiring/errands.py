"""Doing a job: run its handler, keep what it made, send it, tell the case. Every part may be repeated without harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands import fail_job, finish_job, keep_document, mark_sent, note_attempt
from engine.feel import parse_expression, working_day_functions
from engine.feel.convert import to_native
from engine.model.errors import AlongsideError, JobNotOpen
from engine.model.job import OPEN, Job
from engine.ports import Machine, Transaction, UnitOfWork
from engine.ports.crash_points import crash_point
from engine.wiring.holidays import bank_holidays
from engine.wiring.packs import Packs
from engine.wiring.patience import patiently
from engine.wiring.people import to_tell
from engine.wiring.post import MailServerMissing, Post
from handlers.job import Document, Fill, JobRefused, Mail, Result
from handlers.job import Job as Errand
from handlers.registry import HANDLERS

#: Job types whose handlers are given the addresses of the people that the job's roles mean.
_TELLING = {"notice", "notify"}
#: How a letter left that this database did not see leave: before a restore, or by another way.
OTHER_MEANS = "other means"


class HandlerUnknown(JobRefused):
    """No handler has the job's type."""


@dataclass(frozen=True)
class Made:
    """What a job's handler made and the store now keeps: the mails still to send, and what the case is told."""

    job: Job
    mails: Mapping[str, Mail]
    variables: Mapping[str, object]


class Errands:
    """Does jobs for one store."""

    def __init__(
        self,
        uow: UnitOfWork,
        machine: Machine,
        packs: Packs,
        post: Post,
        base_url: str,
        handlers: Mapping[str, Callable[[Errand], Result]] = HANDLERS,
    ) -> None:
        """`base_url` begins the links in notices; `handlers` are by job type."""
        self._uow = uow
        self._handlers = handlers
        self._machine = machine
        self._packs = packs
        self._post = post
        self._base_url = base_url

    def make(self, job_id: str, now: datetime, run: int | None = None) -> Made | None:
        """Run the handler and keep its documents, each once under its key; None when there is nothing to do any more.

        That is so when the job is closed, and when `run` is given and somebody has had it enqueued anew since.

        Raises JobRefused when no try can succeed, anything else when another may.
        """
        with self._uow.read() as tx:
            job = tx.jobs.find(job_id)
            if job.status != OPEN or run not in (None, job.run):
                return None
            errand = self._errand(tx, job, now)
        return self._made(job, errand, now)

    def take_as_sent(self, job_id: str, reference: str, now: datetime) -> int:
        """Make the job's letters, mark them as sent without sending, and tell the case; how many letters.

        For a job whose letter left where this database does not know of it. Raises as `make` does.
        """
        with self._uow.read() as tx:
            job = tx.jobs.find(job_id)
            errand = self._errand(tx, job, now)
        made = self._made(job, errand, now)
        letters = [key for mail in made.mails.values() for key in mail.documents]
        for key in letters:
            mark_sent(
                self._uow,
                case_id=job.case_id,
                stable_key=key,
                channel=OTHER_MEANS,
                reference=reference,
                sent_at=now,
            )
        self.finish(made, now)
        return len(letters)

    def _made(self, job: Job, errand: Errand, now: datetime) -> Made:
        """Run the handler and keep what it made."""
        if job.type not in self._handlers:
            raise HandlerUnknown(f"There is no handler for jobs of type {job.type!r}.")
        result = self._handlers[job.type](errand)
        for document in result.documents:
            self._keep(job, document, now)
        return Made(job, {mail.key: mail for mail in result.mails}, result.variables)

    def send(self, made: Made, key: str, now: datetime) -> str:
        """Send one mail with its letters as they were first kept; what is marked as sent is not sent again."""
        mail = made.mails[key]
        documents = self._documents(mail)
        if documents and all(sent for _, sent in documents.values()):
            return next(sent for _, sent in documents.values())
        contents = {name: document for name, (document, _) in documents.items()}
        reference = self._post.send(mail, contents, case_id=made.job.case_id, now=now)
        crash_point("job.after_send")
        for stable_key in mail.documents:
            self._mark(made.job.case_id, stable_key, reference, now)
        return reference

    def _mark(self, case_id: str, stable_key: str, reference: str, now: datetime) -> None:
        """Mark a letter that has left as sent; a store that is away is waited for, so that it does not leave again."""
        patiently(
            lambda: mark_sent(
                self._uow,
                case_id=case_id,
                stable_key=stable_key,
                channel=self._post.channel,
                reference=reference,
                sent_at=now,
            )
        )

    def tell(self, mail: Mail, now: datetime) -> str:
        """Send a mail that belongs to no case; its key makes a second try the same mail."""
        return self._post.send(mail, {}, case_id=None, now=now)

    def finish(self, made: Made, now: datetime) -> None:
        """Tell the case; once, however often it is said."""
        finish_job(self._uow, self._machine, job_id=made.job.id, result=made.variables, now=now)

    def note(self, job_id: str, reason: str, now: datetime) -> bool:
        """Keep that a try failed; whether another may follow."""
        tries: int = note_attempt(self._uow, job_id=job_id, reason=reason, now=now)
        with self._uow.read() as tx:
            return tries <= tx.jobs.find(job_id).retries

    def fail(self, job_id: str, reason: str, now: datetime) -> None:
        """Give up: the job becomes an incident."""
        fail_job(self._uow, self._machine, job_id=job_id, reason=reason, now=now)

    def do(self, job_id: str, now: datetime) -> None:
        """The whole job at once, one try; what goes wrong becomes an incident."""
        try:
            made = self.make(job_id, now)
            if made is not None:
                for key in made.mails:
                    self.send(made, key, now)
                self.finish(made, now)
        except JobNotOpen:
            return
        except Exception as error:
            self.fail(job_id, in_words(error), now)

    def do_open(self, now: datetime) -> int:
        """Every open job, and those that follow from them; how many."""
        done = 0
        while True:
            with self._uow.read() as tx:
                waiting = [job.id for job in tx.jobs.open()]
            if not waiting:
                return done
            for job_id in waiting:
                self.do(job_id, now)
            done += len(waiting)

    def _errand(self, tx: Transaction, job: Job, now: datetime) -> Errand:
        """The job as a handler is given it."""
        case = tx.cases.find(job.case_id)
        pack = self._packs.of(case.head.policy_digest)
        variables = {name: to_native(value) for name, value in job.variables.items()}
        if job.type in _TELLING:
            rules = self._uow.library.open(tx, case.head.policy_digest).rules
            asked = variables.get("roles") or job.headers.get("roles", "").split(",")
            people = to_tell(
                tx.people.all(),
                rules,
                roles=[str(role).strip() for role in asked] if isinstance(asked, list | tuple) else [str(asked)],
                team=str(variables.get("team") or case.head.team),
                holder=str(variables["assignee"]) if variables.get("assignee") else None,
            )
            variables["recipients"] = [person.email for person in people]
            variables["link"] = self._link(job, variables)
        return Errand(
            type=job.type,
            key=job.stable_key,
            case_id=job.case_id,
            variables=variables,
            headers=job.headers,
            now=now,
            wording=pack.wording,
            fill=fill_at(now),
            settings=pack.settings,
        )

    def _link(self, job: Job, variables: Mapping[str, object]) -> str:
        """Where the person finds what they are told about."""
        task_id = variables.get("task_id")
        return f"{self._base_url}/tasks/{task_id}" if task_id else f"{self._base_url}/cases/{job.case_id}"

    def _keep(self, job: Job, document: Document, now: datetime) -> None:
        """Keep a document; the one kept first under its key stays."""
        keep_document(
            self._uow,
            case_id=job.case_id,
            stable_key=document.key,
            letter=document.letter_id,
            title=document.title,
            recipient=document.recipient,
            media_type="application/pdf",
            content=document.pdf,
            made_at=now,
            job_id=job.id,
            meta={"filename": document.filename, "to_print": document.to_print, "text": document.text},
        )

    def _documents(self, mail: Mail) -> dict[str, tuple[Document, str]]:
        """The mail's letters as they are kept, each with the reference under which it left, if it has."""
        found = {}
        with self._uow.read() as tx:
            for key in mail.documents:
                kept = tx.documents.by_key(key)
                if kept is None:
                    raise AlongsideError(f"The letter {key} was not kept.")
                _, content = tx.documents.find(kept.id)
                found[key] = (_document(kept, content), kept.reference if kept.sent_at else "")
        return found


def fill_at(now: datetime) -> Fill:
    """FEEL for letters at a moment; a name without a value is null, and the letter decides what that means."""
    functions = working_day_functions(bank_holidays())

    def fill(expression: str, variables: Mapping[str, object]) -> object:
        return parse_expression(expression, names=frozenset(variables)).evaluate(
            variables, functions=functions, now=now
        )

    return fill


def in_words(error: Exception) -> str:
    """Why a job failed: the sentence of an error that has one, else its kind and text."""
    if isinstance(error, AlongsideError | JobRefused | MailServerMissing):
        return str(error)
    return f"{type(error).__name__}: {error}"


def _document(kept: Any, content: bytes) -> Document:
    """A kept document as channels take it."""
    filename = str(kept.meta.get("filename") or f"{kept.letter}.pdf")
    return Document(kept.stable_key, kept.letter, kept.title, kept.recipient, filename, content, "", "")
