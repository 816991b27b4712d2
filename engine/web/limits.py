"""How often a stranger may guess a password, whichever web process is asked.

The counts are in the database, so ten guesses are ten however many processes there are. What is looked at before a
guess and counted after it can be overtaken by the guesses that are being checked at that moment: at most one a thread.
"""

from __future__ import annotations

import hashlib

from flask import Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage

from engine.web.shell import shell

#: Only wrong guesses count: by address, and by user name so that many addresses share one count.
GUESSES = "10 per minute; 60 per hour"
COUNTED_IN = "alongside-database://"

limiter = Limiter(key_func=get_remote_address, default_limits=[])


class StoredCounts(Storage):
    """The limiter's counts, in the running app's store."""

    STORAGE_SCHEME = ["alongside-database"]  # noqa: RUF012 - the name and type that the library looks for

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library may wrap when told to, which it is not."""
        return Exception

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count on."""
        return shell().uow.guesses.add(_hidden(key), expiry, amount)

    def get(self, key: str) -> int:
        """The count."""
        return shell().uow.guesses.count(_hidden(key))

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970."""
        return shell().uow.guesses.until(_hidden(key))

    def check(self) -> bool:
        """The store is asked at every request anyhow."""
        return True

    def reset(self) -> int | None:
        """Nothing is ever reset as a whole."""
        return None

    def clear(self, key: str) -> None:
        """Begin again."""
        shell().uow.guesses.remove(_hidden(key))


def named_user() -> str:
    """The user name that is being tried."""
    return "user:" + request.form.get("username", "").strip().casefold()[:80]


def was_wrong(response: Response) -> bool:
    """Whether this answer refused a password."""
    return response.status_code == 422


def _hidden(key: str) -> str:
    """The row's name: addresses and user names do not stand in the database."""
    secret: bytes = current_app.config["SECRET_KEY"]
    return hashlib.blake2b(key.encode(), key=secret, digest_size=32).hexdigest()
