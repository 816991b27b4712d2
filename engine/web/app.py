"""Puts the shell together: one Flask app, a blueprint for each idea."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from engine.web import (
    access,
    assets,
    cases,
    clock,
    documents,
    errors,
    handover,
    health,
    incidents,
    layout,
    logbook,
    mailbox,
    metrics,
    policy,
    postpone,
    refusals,
    replay,
    security,
    signin,
    start,
    tasklist,
    tasks,
    words,
    workbench,
)
from engine.web.limits import COUNTED_IN, limiter
from engine.web.reading import Reading
from engine.web.session import ServerSessions
from engine.web.shell import Alongside, Shell

#: The largest request: a form with a file of 10 MB.
MAX_REQUEST_BYTES = 11 * 1024 * 1024
MAX_PARTS = 2000

BLUEPRINTS = (
    assets.blueprint,
    health.blueprint,
    metrics.blueprint,
    signin.blueprint,
    tasklist.blueprint,
    tasks.blueprint,
    postpone.blueprint,
    handover.blueprint,
    cases.blueprint,
    replay.blueprint,
    start.blueprint,
    documents.blueprint,
    policy.blueprint,
    workbench.blueprint,
    incidents.blueprint,
    clock.blueprint,
    mailbox.blueprint,
)
csrf = CSRFProtect()


def create_app(alongside: Alongside, *, testing: bool = False) -> Flask:
    """The web application on top of a composition root; raises RouteWithoutRule for a route that says nothing."""
    app = Flask(__name__, static_folder=None)
    app.request_class = Reading
    configure(app, alongside, testing=testing)
    app.extensions["alongside"] = Shell(alongside)
    app.session_interface = ServerSessions(alongside.uow.sessions)
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("engine.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    logbook.install(app)
    metrics.install(app, alongside)
    limiter.init_app(app)
    for room in (security, refusals, words, layout, errors, access):
        room.install(app)
    csrf.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.check_all(app)
    return app


def configure(app: Flask, alongside: Alongside, *, testing: bool) -> None:
    """Sizes, cookies, the hosts that the product answers to, and the secret that signs the token of a form."""
    https = alongside.settings.https
    app.config.update(
        SECRET_KEY=alongside.uow.secret("web"),
        TRUSTED_HOSTS=[urlsplit(alongside.settings.base_url).hostname or "localhost", "localhost", "127.0.0.1"],
        SESSION_COOKIE_NAME="__Host-alongside" if https else "alongside",
        SESSION_COOKIE_SECURE=https,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=security.MAX_TYPED_BYTES,
        MAX_FORM_PARTS=MAX_PARTS,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=COUNTED_IN,
        RATELIMIT_HEADERS_ENABLED=False,
        TESTING=testing,
        PROPAGATE_EXCEPTIONS=False,
    )
