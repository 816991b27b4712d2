"""The security log: who was refused what, as `alongside.security`. Ids only: nothing that anybody typed, no address."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import Flask, Response, g, request, session

#: Refusals that say something about who may do what, or about what was sent; 409 and 422 are everyday work.
_STATUSES = frozenset({400, 401, 403, 404, 405, 413, 415, 429})
#: Endpoints whose 409 and 422 are refusals too: a wrong password, a file that may not become policy.
_JUDGES: Mapping[str, str] = {
    "signin.sign_in": "sign_in_refused",
    "workbench.upload": "upload_refused",
    "workbench.save": "upload_refused",
    "workbench.write": "upload_refused",
    "workbench.publish": "version_refused",
    "workbench.approve": "version_refused",
}
#: Which parts of an address are ids of ours.
_IDS = ("case_id", "task_id", "reference", "document_id", "incident_id", "number", "path")
_LONGEST = 120

log = structlog.get_logger("alongside.security")


def install(app: Flask) -> None:
    """Look at every answer."""
    app.after_request(note)


def note(response: Response) -> Response:
    """One line for each refusal: what was refused, with which status, where, to whom."""
    what = "sign_in_asked" if g.get("asked_to_sign_in") else told(request.endpoint or "", response.status_code)
    if what:
        log.warning(
            what,
            status=response.status_code,
            endpoint=request.endpoint or "",
            method=request.method,
            who=who(),
            **ids(),
        )
    return response


def note_fruitless_search() -> None:
    """Somebody looked for a case and may see none: what they looked for is not written down."""
    log.warning("search_found_nothing", endpoint=request.endpoint or "", method=request.method, who=who())


def told(endpoint: str, status: int) -> str:
    """The line's name; "" when the answer refuses nothing."""
    if endpoint in _JUDGES and (status in (409, 422) or status in _STATUSES):
        return _JUDGES[endpoint]
    return "refused" if status in _STATUSES else ""


def who() -> str:
    """The signed-in person's user name, "" for a stranger: what a stranger calls themselves is not believed."""
    return str(session.get("username", ""))


def ids() -> dict[str, str]:
    """Which case, task, file or version it was about, as the address says."""
    given = request.view_args or {}
    return {name: _plain(str(given[name])) for name in _IDS if name in given}


def _plain(text: str) -> str:
    """An id on one line, whatever a stranger put in its place."""
    return "".join(sign if sign.isprintable() and sign != " " else "?" for sign in text[:_LONGEST])
