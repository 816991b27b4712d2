"""A case's record as the auditor's pages need it: its journal folded, its lines in words, its version's strands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from engine import queries
from engine.audit.timeline import Moment, timeline
from engine.forms import Field, Form
from engine.model.case import View
from engine.queries import CasePage, HistoryLine
from engine.web.shell import read_pack, shell
from engine.web.visitor import me
from engine.web.words import person


@dataclass(frozen=True)
class StrandNames:
    """A strand of a version: what it is called and the processes that make it up; none for what no strand holds."""

    id: str
    name: str
    processes: tuple[str, ...] = ()


#: The strand of what belongs to no strand that the policy names.
WHOLE = StrandNames("whole", "The case as a whole")


@dataclass(frozen=True)
class Record:
    """One case's record, whole."""

    page: CasePage
    history: tuple[HistoryLine, ...]
    views: tuple[View, ...]
    moments: tuple[Moment, ...]

    @cached_property
    def lines(self) -> Mapping[int, HistoryLine]:
        """The history in words by the journal's numbers."""
        return {line.seq: line for line in self.history}

    def at(self, seq: int) -> Moment | None:
        """The moment after an entry."""
        return next((moment for moment in self.moments if moment.entry.seq == seq), None)

    def line(self, seq: int) -> HistoryLine:
        """An entry in words."""
        return self.lines[seq]

    def who(self, username: str) -> str:
        """A person's name."""
        return person(username, self.page.names)


def load(case_id: str) -> Record:
    """The record; raises CaseNotFound for what is not this person's."""
    page = queries.case_page(shell().uow, shell().machine, person=me(), case_id=case_id, now=shell().now())
    history = queries.history(shell().uow, person=me(), case_id=case_id)
    looks = queries.views(shell().uow, person=me(), case_id=case_id)
    entries = queries.journal_entries(shell().uow, person=me(), case_id=case_id)
    known = {line.seq for line in history}
    return Record(page, history, looks, timeline([entry for entry in entries if entry.seq in known]))


@lru_cache(maxsize=8)
def strands_of(digest: str) -> tuple[StrandNames, ...]:
    """The strands that a version names, in its order."""
    settings = read_pack(queries.policy_files(shell().uow, digest=digest)).settings
    return tuple(_strand(each) for each in settings.get("strands", ()))


def _strand(each: Mapping[str, Any]) -> StrandNames:
    return StrandNames(each["id"], each.get("title", each["id"]), tuple(each["processes"]))


@lru_cache(maxsize=512)
def form_of(digest: str, form_id: str) -> Form | None:
    """A form of a version; a digest names its content for ever."""
    return queries.policy_form(shell().uow, digest=digest, form_id=form_id) if form_id else None


def field_of(digest: str, form_id: str, key: str) -> Field | None:
    """The question of a form that asks for a variable."""
    form = form_of(digest, form_id)
    return next((each for each in form.walk() if each.key == key), None) if form else None
