"""What a look at an installation found: a sentence, how bad it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

FINE, WARNING, FATAL = "fine", "warning", "fatal"


@dataclass(frozen=True)
class Finding:
    """`about` is a short name that stays; while one with `at_start` is fatal, nothing is served.

    `for_tests`: unless this is a test (`settings.testing`), whose database may forget what it was told.
    A fatal finding means that an acknowledged word could be lost or the product cannot work; a warning, that somebody
    ought to look.
    """

    about: str
    level: str
    sentence: str
    mend: str = ""
    at_start: bool = False
    for_tests: bool = False

    @property
    def is_fatal(self) -> bool:
        """Whether it keeps the installation from being sound."""
        return self.level == FATAL

    def __str__(self) -> str:
        return f"{self.sentence} {self.mend}".strip()


def judged(
    about: str,
    *,
    holds: bool,
    fine: str,
    wrong: str,
    mend: str,
    level: str = FATAL,
    at_start: bool = False,
    for_tests: bool = False,
) -> Finding:
    """Fine with one sentence, or at a level with another and how to mend it."""
    said = (FINE, fine, "") if holds else (level, wrong, mend)
    return Finding(about, *said, at_start=at_start, for_tests=for_tests)
