"""How often a stranger may guess a password."""

from __future__ import annotations

from flask import Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

#: Only wrong guesses count: by address, and by user name so that many addresses share one count.
GUESSES = "10 per minute; 60 per hour"

limiter = Limiter(key_func=get_remote_address, default_limits=[], storage_uri="memory://")


def named_user() -> str:
    """The user name that is being tried."""
    return "user:" + request.form.get("username", "").strip().casefold()[:80]


def was_wrong(response: Response) -> bool:
    """Whether this answer refused a password."""
    return response.status_code == 422
