"""`/metrics` for Prometheus, and the measuring of every request. Nothing here names a person or a case."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, request

from engine.settings import is_this_machine
from engine.web.access import ANYONE, open_to
from engine.web.logbook import route, seconds
from engine.web.shell import Alongside, shell
from engine.wiring.measures import CONTENT_TYPE, Measures, may_read

blueprint = Blueprint("metrics", __name__)
_METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
#: What the form of a task answers when the task was completed: it sends the person on.
_COMPLETED = ("tasks.complete", 303)


def install(app: Flask, alongside: Alongside) -> None:
    """Measure every request of the app."""
    app.extensions["measures"] = Measures(alongside.settings, alongside.now)
    app.after_request(measure)


def measures() -> Measures:
    """The measures of the running app."""
    found: Measures = current_app.extensions["measures"]
    return found


def measure(response: Response) -> Response:
    """Count the request under the pattern of its route, never under its address."""
    method = request.method if request.method in _METHODS else "other"
    measures().requests.labels(method, route(), str(response.status_code)).observe(seconds())
    if (request.endpoint, response.status_code) == _COMPLETED and _was_sent():
        measures().completions.inc()
    return response


def _was_sent() -> bool:
    """Whether the button was the one that completes, not the one that saves for later."""
    return request.form.get("do", "complete") == "complete"


@blueprint.get("/metrics")
@open_to(ANYONE)
def metrics() -> Response:
    """For this machine, or for whoever knows the token; nobody else learns that it is there."""
    settings = shell().alongside.settings
    is_direct = bool(settings.proxy) or is_this_machine(urlsplit(settings.base_url).hostname or "")
    address = (request.remote_addr or "") if is_direct else ""
    if not may_read(settings, address, request.headers.get("Authorization", "")):
        abort(404)
    return Response(measures().text(), content_type=CONTENT_TYPE)
