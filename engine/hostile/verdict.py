"""What came of the attacks: a verdict for each case on each database, a control for each family, and the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What came of one case on one database; `why` is a sentence, also when it survived.

    `runs` are the instances that were really run; `lost`, `duplicated` and `unlogged` are counted over the effects
    that the server acknowledged with 2xx or 303.
    """

    case: str
    survived: bool
    why: str
    runs: int = 1
    lost: int = 0
    duplicated: int = 0
    unlogged: int = 0
    seconds: float = 0.0

    def joined(self, *, lost: int, duplicated: int, unlogged: int, problems: Sequence[str]) -> Verdict:
        """The same with what the look at everything afterwards found."""
        bad = bool(lost or duplicated or unlogged or problems)
        why = " ".join((self.why, "Afterwards:", *problems)) if problems else self.why
        return replace(
            self,
            survived=self.survived and not bad,
            why=why,
            lost=self.lost + lost,
            duplicated=self.duplicated + duplicated,
            unlogged=self.unlogged + unlogged,
        )


def not_run(case: str, why: str) -> Verdict:
    """A case that was not run has not survived."""
    return Verdict(case, False, f"Not run: {why}", runs=0)


@dataclass(frozen=True)
class Control:
    """The same attack on the unprotected part: where it does not succeed, the family's tests prove nothing."""

    family: str
    succeeded: bool
    what: str


@dataclass(frozen=True)
class Report:
    """The sum of a run: database -> case -> verdict, and family -> control.

    A case survives when it survived on every database that it was run on.
    """

    databases: Mapping[str, Mapping[str, Verdict]] = field(default_factory=dict)
    controls: Mapping[str, Control] = field(default_factory=dict)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All of them."""
        return tuple(each for of_one in self.databases.values() for each in of_one.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """Each case once."""
        return tuple(dict.fromkeys(each.case for each in self.verdicts))

    @property
    def survived(self) -> tuple[str, ...]:
        """The cases that survived everywhere."""
        failed = {each.case for each in self.verdicts if not each.survived}
        return tuple(each for each in self.ids if each not in failed)

    @property
    def holds(self) -> bool:
        """Whether every case survived, nothing was lost, and every control did its harm."""
        clean = not any(each.lost or each.duplicated or each.unlogged for each in self.verdicts)
        controlled = all(control.succeeded for control in self.controls.values())
        return bool(self.ids) and len(self.survived) == len(self.ids) and clean and controlled

    @property
    def sentence(self) -> str:
        """The last line."""
        lost, duplicated, unlogged = (sum(getattr(each, name) for each in self.verdicts) for name in _COUNTED)
        return (
            f"{len(self.survived)} of {len(self.ids)} survived; acknowledged lost {lost}; "
            f"duplicated {duplicated}; unlogged {unlogged}"
        )

    def as_json(self) -> dict[str, Any]:
        """The report as one object."""
        lost, duplicated, unlogged = (sum(getattr(each, name) for each in self.verdicts) for name in _COUNTED)
        return {
            "survived": len(self.survived),
            "of": len(self.ids),
            "acknowledged_lost": lost,
            "duplicated": duplicated,
            "unlogged": unlogged,
            "controls": {
                name: {"succeeded": each.succeeded, "what": each.what} for name, each in self.controls.items()
            },
            "databases": {
                kind: {case: _told(verdict) for case, verdict in verdicts.items()}
                for kind, verdicts in self.databases.items()
            },
            "holds": self.holds,
        }

    def lines(self) -> tuple[str, ...]:
        """The report for a person: what failed with its reason, the controls, and the sum."""
        failed = [
            f"{kind}: {each.case} did not survive: {each.why}"
            for kind, verdicts in self.databases.items()
            for each in verdicts.values()
            if not each.survived
        ]
        dead = [
            f"Control of {name}: {'did its harm' if each.succeeded else 'DID NO HARM, so the family proves nothing'}: "
            f"{each.what}"
            for name, each in self.controls.items()
        ]
        return (*failed, *dead, self.sentence)


_COUNTED = ("lost", "duplicated", "unlogged")


def _told(verdict: Verdict) -> dict[str, Any]:
    """One verdict as JSON; counts only where there are any."""
    said: dict[str, Any] = {"survived": verdict.survived, "why": verdict.why, "runs": verdict.runs}
    said["seconds"] = round(verdict.seconds, 2)
    return said | {name: getattr(verdict, name) for name in _COUNTED if getattr(verdict, name)}
