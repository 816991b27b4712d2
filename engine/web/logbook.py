"""One log line a request: which pattern of address, how it ended, how long it took; never who it was about.

Every line that is logged while a request is answered carries the request's id, which goes back in a header, so that a
person can quote it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

import structlog
from flask import Flask, Response, current_app, g, request

log = structlog.stdlib.get_logger("alongside.web")
HEADER = "X-Request-ID"
#: An id that a proxy gave is kept if it can be nothing but an id.
_ID = re.compile(r"[0-9a-fA-F-]{8,64}")


def install(app: Flask) -> None:
    """Begin before everything else looks at the request."""
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Name the request and start its watch."""
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def end(response: Response) -> Response:
    """Write the line."""
    response.headers[HEADER] = g.get("request_id", "")
    log.info(
        "request",
        method=request.method if request.method.isalpha() and len(request.method) < 10 else "other",
        route=route(),
        status=response.status_code,
        ms=round(seconds() * 1000, 1),
        **_who(),
    )
    return response


def route() -> str:
    """The pattern of the address, such as `/tasks/<task_id>`: the address itself may hold anything."""
    return request.url_rule.rule if request.url_rule is not None else "(none)"


def seconds() -> float:
    """How long the request has taken so far."""
    return time.perf_counter() - float(g.get("began", time.perf_counter()))


def _who() -> dict[str, str]:
    """The person, by a mark that only who has the product's secret can trace back."""
    person = getattr(g.get("visitor"), "person", None)
    if person is None:
        return {}
    key = current_app.secret_key
    secret = key if isinstance(key, bytes) else str(key).encode()
    return {"user": hmac.new(secret, b"log " + person.username.encode(), hashlib.sha256).hexdigest()[:12]}
