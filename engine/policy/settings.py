"""`processes/policy.toml`: who owns the policy, its versions, its people, and what only its owner can settle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from engine.feel import Expression

#: Where the file is in a pack.
PATH = "processes/policy.toml"
SEES = ("team", "involved", "all")


@dataclass(frozen=True)
class Version:
    """One version of the policy; `updated` and `review` are months as `2026-10`."""

    number: int
    updated: str
    updated_by: str
    review: str

    def is_overdue(self, today: date) -> bool:
        """Whether the month of its review has passed."""
        return bool(self.review) and self.review < f"{today:%Y-%m}"


@dataclass(frozen=True)
class Role:
    """A role; `sees` is "team", "involved" or "all", `may` the things only some may do."""

    id: str
    title: str
    sees: str = "involved"
    starts_cases: bool = False
    may: tuple[str, ...] = ()


@dataclass(frozen=True)
class Strand:
    """Processes that lists and the case page show as one strand."""

    id: str
    title: str
    processes: tuple[str, ...]


@dataclass(frozen=True)
class OpenQuestion:
    """Something that only the policy's owner can settle, and the default taken until then."""

    id: str
    question: str
    default: str
    where_set: str
    source: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Switch:
    """Something that the owner turns on, such as a duty on its day of commencement."""

    id: str
    title: str
    on: bool = False
    commencement: str = ""
    source: str = ""
    why: str = ""
    where_set: str = ""


@dataclass(frozen=True)
class Calendar:
    """The timescales table, the time zone, and whose bank holidays count."""

    timescales: str = ""
    zone: str = "Europe/London"
    division: str = "england-and-wales"


@dataclass(frozen=True)
class CaseNaming:
    """FEEL over a case's variables: its title, its team and its worker, for lists."""

    title: Expression | None = None
    team: Expression | None = None
    worker: Expression | None = None


@dataclass(frozen=True)
class PolicySettings:
    """The whole file; `context` is sentence id -> why no element carries it."""

    title: str = ""
    owner_role: str = ""
    owner: str = ""
    top_process: str = ""
    start_form: str = ""
    versions: tuple[Version, ...] = ()
    calendar: Calendar = Calendar()
    case: CaseNaming = CaseNaming()
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    strands: tuple[Strand, ...] = ()
    open_questions: tuple[OpenQuestion, ...] = ()
    context: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    switches: Mapping[str, Switch] = field(default_factory=lambda: MappingProxyType({}))
    council: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def current(self) -> Version | None:
        """The version with the highest number."""
        return max(self.versions, key=lambda version: version.number, default=None)
