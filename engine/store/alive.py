"""How PostgreSQL and we notice within ten seconds that the other's machine is gone, though nobody said goodbye.

A process that dies closes its connections, a machine that loses its power or its network does not. Unless told
otherwise, a server then keeps the connection for two hours, and with it the lock on a worker's name and on a case.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import make_url

#: Seconds of silence before the other is asked whether it is there, between two such questions, and how many.
_IDLE, _BETWEEN, _QUESTIONS = 4, 2, 3
#: Seconds after which what nobody has acknowledged ends the connection.
GONE = 10


def connect_args(url: str) -> dict[str, Any]:
    """What a connection to PostgreSQL is told for both ends; over a Unix socket it has no effect, and needs none."""
    theirs = {
        "tcp_keepalives_idle": _IDLE,
        "tcp_keepalives_interval": _BETWEEN,
        "tcp_keepalives_count": _QUESTIONS,
        "tcp_user_timeout": GONE * 1000,
    }
    asked = make_url(url).query.get("options", "")
    options = [asked if isinstance(asked, str) else " ".join(asked), *(f"-c {k}={v}" for k, v in theirs.items())]
    return {
        "connect_timeout": GONE,
        "keepalives": 1,
        "keepalives_idle": _IDLE,
        "keepalives_interval": _BETWEEN,
        "keepalives_count": _QUESTIONS,
        "tcp_user_timeout": GONE * 1000,
        "options": " ".join(options).strip(),
    }
