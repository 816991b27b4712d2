"""The one place that knows which status code each situation of the engine is, and what a person is told then."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from engine import commands
from engine.model import errors as situations
from engine.model.case import case_of
from engine.model.errors import AlongsideError
from engine.web import assets
from engine.web.shell import shell
from engine.web.words import named

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Telling:
    """A status code, the page's heading, and what happens next in a sentence."""

    status: int
    heading: str
    next: str = ""


_REVIEW = "Open the case to see where it is now. If something is still to be recorded, copy what you typed from below."
_KEPT = "Nothing was changed, and nothing you typed was lost: it is shown below."

SITUATIONS: Mapping[str, Telling] = {
    "TaskNotFound": Telling(404, "We cannot find this task", "It may belong to another team, or the link is old."),
    "CaseNotFound": Telling(404, "We cannot find this case", "It may belong to another team, or the link is old."),
    "VersionNotFound": Telling(404, "We cannot find this version of the policy"),
    "DocumentNotFound": Telling(404, "We cannot find this document", "It may belong to another team's case."),
    "IncidentNotFound": Telling(404, "We cannot find this problem", "It may be settled already."),
    "StoreBusy": Telling(503, "Alongside is very busy", "Nothing was changed. Wait a moment, then send it again."),
    "StoreGone": Telling(503, "Alongside cannot reach its records just now", "Wait a moment, then send it again."),
    "NotAllowed": Telling(403, "You cannot do this", "If you think you should be able to, ask your manager."),
    "AnswersRejected": Telling(422, "There is a problem with the answers", _KEPT),
    "PolicyRejected": Telling(422, "This cannot become policy", "Each fault is listed with the place where it is."),
    "CaseMovedOn": Telling(409, "The case changed while you were writing", _KEPT),
    "TaskAlreadyComplete": Telling(409, "This task is already done", _REVIEW),
    "TaskClaimed": Telling(409, "Somebody else is doing this task", _KEPT),
    "CaseEnded": Telling(409, "This case has ended", _KEPT),
    "NobodyWaiting": Telling(409, "The case does not wait for this now", _KEPT),
    "JobNotOpen": Telling(409, "This is already settled"),
    "TimerNotDue": Telling(409, "This is already settled"),
    "KeyUsed": Telling(409, "This was sent before", "Open the case to see what came of it."),
    "ApprovalRefused": Telling(409, "This version cannot be approved"),
    "StepFailed": Telling(
        409,
        "The case could not go on",
        "Nothing was changed and nothing you typed was lost. The people who look after Alongside have been told "
        "and will put it right; then send your answers again.",
    ),
    "AlongsideError": Telling(409, "This could not be done", _KEPT),
}

BROWSER: Mapping[int, Telling] = {
    400: Telling(400, "The page could not be read", "Go back, check what you typed and send it again."),
    403: SITUATIONS["NotAllowed"],
    404: Telling(404, "Page not found", "If you typed the address, check it is correct."),
    405: Telling(405, "This page cannot be opened like that", "Go back and use the buttons on the page."),
    413: Telling(413, "What you sent is too large", "Files may be 10 MB at most. Choose a smaller file."),
    415: Telling(415, "What was sent is not a form", "Nothing was changed. Use the buttons on the page."),
    429: Telling(429, "Too many attempts", "Wait a minute, then try again."),
}
NO_ROOM = Telling(503, "Alongside has too little memory just now", "Wait a moment, then send it again.")
UNKNOWN = Telling(
    500,
    "Sorry, there is a problem with the service",
    "Nothing was done by halves. Try again later. If it happens again, tell whoever looks after Alongside.",
)


#: A WSGI application.
Served = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_LAST_WORD = (
    b"<!doctype html><html lang=en-GB><meta charset=utf-8><title>Too little memory</title>"
    b"<h1>Alongside has too little memory just now</h1><p>Wait a moment, go back and send it again. What was done "
    b"already is not done twice.</p></html>"
)
_LAST_HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Content-Length", str(len(_LAST_WORD))),
    ("Cache-Control", "no-store"),
    ("Retry-After", "5"),
)

#: After how many seconds it is worth asking again for what could not be served.
AGAIN_SECONDS = 5

#: Endpoint -> how its page is shown again with what was typed, when the form's token was not good.
show_again: dict[str, Callable[[Telling], str]] = {}


def install(app: Flask) -> None:
    """Answer every situation with its page."""
    app.register_error_handler(AlongsideError, tell)
    app.register_error_handler(CSRFError, tell_stale_page)
    app.register_error_handler(RateLimitExceeded, tell_browser)
    app.register_error_handler(HTTPException, tell_browser)
    app.register_error_handler(MemoryError, tell_no_room)
    app.register_error_handler(Exception, tell_unknown)
    app.after_request(say_when)
    app.wsgi_app = with_last_word(app.wsgi_app)  # type: ignore[method-assign, assignment]


def telling(problem: AlongsideError) -> Telling:
    """What is told of a situation: its own entry, or that of the nearest kind above it."""
    return next(SITUATIONS[kind.__name__] for kind in type(problem).__mro__ if kind.__name__ in SITUATIONS)


def status_of(problem: AlongsideError) -> int:
    """The status code of a situation."""
    return telling(problem).status


def tell(problem: AlongsideError) -> tuple[str, int]:
    """The page for a situation, with what was typed."""
    said = telling(problem)
    sentence = getattr(problem, "reason", "") or str(problem)
    if isinstance(problem, situations.StateUnreadable):
        remember(problem)
    incident = getattr(problem, "incident_id", None)
    if isinstance(problem, situations.StepFailed):
        log.warning("step_failed", element=problem.element, incident=incident, path=request.endpoint)
    faults = tuple(str(fault) for fault in getattr(problem, "faults", ()))
    return page(said, sentence="" if faults else sentence, incident=incident, faults=faults)


def remember(problem: situations.StateUnreadable) -> None:
    """A page came upon a case whose state cannot be read: an incident, where the command has not recorded one."""
    asked = request.view_args or {}
    case_id = str(asked.get("case_id") or case_of(str(asked.get("task_id", ""))))
    if case_id:
        commands.record_unreadable(shell().uow, case_id, problem, shell().now())


def tell_stale_page(_: CSRFError) -> tuple[str, int]:
    """The page was open for too long, or did not come from here: show what was typed, in its form if it has one."""
    again = show_again.get(request.endpoint or "")
    said = Telling(
        400,
        "Please send this again",
        "The page had been open for too long, so nothing was sent. What you typed is kept.",
    )
    return (again(said), said.status) if again else page(said)


def tell_browser(problem: HTTPException) -> tuple[str, int] | HTTPException:
    """The page for what HTTP itself refuses, and for a situation that came before there was a session."""
    cause = getattr(problem, "original_exception", None)
    if isinstance(cause, AlongsideError):
        return tell(cause)
    if isinstance(cause, MemoryError):
        return tell_no_room(cause)
    code = problem.code or 500
    if code < 400:
        return problem
    return page(BROWSER.get(code, Telling(code, problem.name)) if code < 500 else UNKNOWN)


def tell_no_room(problem: MemoryError) -> tuple[str, int]:
    """The step was rolled back, or stands whole; the next request may find room."""
    let_go(problem)
    log.error("no_memory", endpoint=request.endpoint, where=places(problem))
    return page(NO_ROOM, sentence="What was done already is not done twice.")


def let_go(problem: BaseException | None) -> None:
    """Free what the work that was given up still holds: the answer needs the room."""
    while problem is not None:
        traceback.clear_frames(problem.__traceback__)
        problem = problem.__context__


def with_last_word(app: Served) -> Served:
    """The application; where not even its page about a lack of memory found room, a page that stands ready is sent."""

    def served(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begun: list[bool] = []

        def begin(*answer: Any) -> Any:
            begun.append(True)
            return start(*answer)

        try:
            return app(environ, begin)
        except MemoryError:
            trouble = (sys.exc_info(),) if begun else ()
            start("503 Service Unavailable", list(_LAST_HEADERS), *trouble)
            return (_LAST_WORD,)

    return served


def tell_unknown(problem: Exception) -> tuple[str, int]:
    """A fault of ours: a plain page without a trace; the log gets the places in the code, and no value or message."""
    log.error("unexpected", kind=type(problem).__name__, endpoint=request.endpoint, where=places(problem))
    return page(UNKNOWN, typed=False)


def places(problem: BaseException) -> list[str]:
    """Where in the code it happened, innermost last; a message or a variable could hold what a person typed."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-12:]]


def page(
    said: Telling, *, sentence: str = "", incident: object = None, faults: tuple[str, ...] = (), typed: bool = True
) -> tuple[str, int]:
    """The problem page."""
    if said.status == 503 and request.method != "POST":
        said = replace(said, next="Wait a moment, then load this page again.")
    told = {
        "said": said,
        "sentence": sentence,
        "incident": incident,
        "faults": faults,
        "typed": what_was_typed() if typed and said.status not in (413, 415, 429) else (),
        "again": what_to_send_again() if said.status == 503 else (),
    }
    try:
        html = render_template("problem.html", **told)
    except Exception as problem:  # not even this page can be drawn: a host that is not ours, a store that is gone
        log.error("undrawable", kind=type(problem).__name__, where=places(problem))
        html = current_app.jinja_env.get_template("bare.html").render(
            told, style=assets.manifest().get("alongside.css")
        )
    return html, said.status


def say_when(response: Response) -> Response:
    """What could not be served just now may be asked for again in a few seconds."""
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(AGAIN_SECONDS))
    return response


#: Fields that pages send for themselves, and secrets: never shown back.
NOT_SHOWN = frozenset({"csrf_token", "key", "seen_version", "password", "next", "do", "act_as", "kept"})


def what_to_send_again() -> tuple[tuple[str, str], ...]:
    """Every field of the form just as it came, its key too: one press sends the same again, and it counts once.

    Nothing for a form with a password or with files, which a page must not hold or cannot.
    """
    if request.method != "POST" or request.files or "password" in request.form:
        return ()
    return tuple((name, value) for name, values in request.form.lists() for value in values)


def what_was_typed() -> tuple[tuple[str, str], ...]:
    """Each box that was filled in, with its label where the page knows it, else its name as words."""
    if request.method != "POST":
        return ()
    labels = g.get("labels", {})
    return tuple(
        (labels.get(name) or named(name), value)
        for name, values in request.form.lists()
        if name not in NOT_SHOWN and not name.startswith("_")
        for value in values
        if value.strip()
    )
