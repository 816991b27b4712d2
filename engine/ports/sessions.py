"""Who is signed in, and how often a password was guessed wrongly: shared by every web process.

Times here are the real ones, whatever the demo's clock says.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

#: Without a request for this long a session ends; it is counted by the minute, so up to a minute earlier.
IDLE = timedelta(hours=1)
#: A session ends this long after it began in any case.
LONGEST = timedelta(hours=12)
#: That a session was used is written down at most this often.
USED_EVERY = timedelta(minutes=1)
#: More sessions than this of people who have not signed in, and those unused for longest are dropped.
MOST_STRANGERS = 20_000


class Sessions(Protocol):
    """Sessions by the hash of their token; what they hold is sealed by the token, which is not kept."""

    def read(self, key: str) -> bytes | None:
        """What a session that is still good holds; reading is using it."""

    def begin(self, key: str, username: str | None, sealed: bytes, *, instead_of: str = "") -> None:
        """A new session; the one of the key `instead_of` ends in the same moment."""

    def write(self, key: str, username: str | None, sealed: bytes) -> None:
        """What it holds from now on; one that has ended meanwhile stays ended."""

    def remove(self, key: str) -> None:
        """End it."""

    def prune(self) -> int:
        """Forget what has ended, and strangers' beyond `MOST_STRANGERS`; how many."""


class Guesses(Protocol):
    """Counts that begin again after their time is up, by a key that tells nobody what is counted."""

    def add(self, key: str, seconds: int, by: int = 1) -> int:
        """Count on, or begin to count for so many seconds; the count."""

    def count(self, key: str) -> int:
        """The count, nought when its time is up."""

    def until(self, key: str) -> float:
        """When its time is up, in seconds since 1970; now when there is no count."""

    def remove(self, key: str) -> None:
        """Begin again."""

    def prune(self) -> int:
        """Forget counts whose time is up; how many."""
