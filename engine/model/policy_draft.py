"""A draft of the guidance: a version and what its owners have changed since, file by file, every save kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from engine.model.access import Rules
from engine.model.bundle import Bundle
from engine.model.errors import AlongsideError, NotAllowed, VersionNotFound
from engine.model.person import Actor

OPEN, PUBLISHED, DISCARDED = "open", "published", "discarded"
#: How a text came into the draft; `aside` was made on an older text than the one that stood, and changed nothing.
TYPED, AUTOSAVED, UPLOADED, REMOVED, RESTORED, ASIDE = "typed", "autosaved", "uploaded", "removed", "restored", "aside"
#: What a policy may give to roles beside its owner's.
EDIT, APPROVE = "edit-policy", "approve-policy"
MAX_FILE_BYTES = 1_000_000
MAX_PATH = 200

_PLAIN = r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"
#: Folders of the pack that are no part of a version.
_OURS = ("processes/demo/", "processes/simulation/")
_PATHS = re.compile(
    rf"processes/(?:{_PLAIN}/){{0,3}}{_PLAIN}\.(?:bpmn|dmn|md|toml|json|yaml)"
    rf"|forms/{_PLAIN}\.form|handlers/letters/{_PLAIN}\.(?:md|typ)|handlers/notifications/{_PLAIN}\.md"
)


class DraftNotFound(VersionNotFound):
    """Nobody has begun to change the guidance, or the file is not in the draft."""


class DraftRefused(AlongsideError):
    """What was sent cannot become part of the draft; the text says why."""


@dataclass(frozen=True)
class Save:
    """One text of one file as it was kept; `digest` is None where the file was removed."""

    id: int
    draft_id: int
    path: str
    revision: int
    digest: str | None
    by: str
    at: datetime
    how: str


@dataclass(frozen=True)
class PolicyDraft:
    """A draft; `files` are the latest saves of the files that were changed since the base version."""

    id: int
    base_number: str
    base_digest: str
    status: str
    begun_by: str
    begun_at: datetime
    closed_by: str | None = None
    closed_at: datetime | None = None
    files: Mapping[str, Save] = field(default_factory=lambda: MappingProxyType({}))

    def revision(self, path: str) -> int:
        """How often the file was saved; nought when it is as in the base version."""
        found = self.files.get(path)
        return found.revision if found else 0

    @property
    def last(self) -> int:
        """The number of the latest save; nought when there is none."""
        return max((each.id for each in self.files.values()), default=0)


@dataclass(frozen=True)
class Rehearsal:
    """The worked examples and table tests played against one content: how many of how many, and what did not hold."""

    digest: str
    asked_by: str
    asked_at: datetime
    beat_at: datetime
    done: int = 0
    total: int = 0
    faults: tuple[str, ...] = ()
    is_finished: bool = False


class DraftMovedOn(AlongsideError):
    """Somebody saved the file after it was opened: `theirs` stands, and `kept` holds what was sent now."""

    def __init__(self, theirs: Save, kept: Save) -> None:
        """Both saves."""
        super().__init__(
            f"{theirs.by} saved {theirs.path} after you opened it. Their text stands; yours is kept beside it."
        )
        self.theirs = theirs
        self.kept = kept


def overlaid(base: Bundle, changed: Mapping[str, bytes | None]) -> Bundle:
    """The base version with the changed files in place of its own; None removes."""
    files = {**base.files, **changed}
    return Bundle({path: content for path, content in files.items() if content is not None})


def must_be_a_path(path: str) -> None:
    """Raises DraftRefused for a name that no file of a guidance pack may have."""
    if len(path) > MAX_PATH or not _PATHS.fullmatch(path) or ".." in path or path.startswith(_OURS):
        raise DraftRefused(f"“{path[:MAX_PATH]}” is not a file of a guidance pack.")


def may(role: str, rules: Rules, what: str) -> bool:
    """Whether the role owns the policy, or was given this part of it (`EDIT`, `APPROVE`) by name."""
    rule = rules.roles.get(role)
    return bool(rules.owner_role and role == rules.owner_role) or (rule is not None and what in rule.may)


def must_be_allowed(actor: Actor, rules: Rules, what: str) -> None:
    """Raises NotAllowed for every role but the owner's and those given this by name."""
    if not may(actor.role, rules, what):
        raise NotAllowed("Only the owner of the policy may do this.")
