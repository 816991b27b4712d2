"""Signing in and out."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine import queries
from engine.model.person import Person
from engine.web.access import ANYONE, SIGNED_IN, open_to
from engine.web.limits import GUESSES, limiter, named_user, was_wrong
from engine.web.security import local
from engine.web.session import ServerSession
from engine.web.shell import shell
from engine.web.visitor import visitor
from engine.web.words import joined

blueprint = Blueprint("signin", __name__)
passwords = PasswordHash((Argon2Hasher(),))
#: Checked when there is no such person, so that the answer takes as long.
_NOBODY = passwords.hash("nobody has this password")
_MOST_KEPT = 200_000
#: Pages whose typed text is carried over a new sign-in: they have a page of the same address to show it on.
CARRIED = frozenset({"tasks.complete", "cases.record", "start.begin_case", "postpone.postpone"})
WRONG = "The user name or password is not right"


@blueprint.get("/")
@open_to(ANYONE)
def front() -> Response:
    """To one's tasks, or to sign in."""
    return redirect(url_for("tasklist.mine" if visitor().person else "signin.form"), 303)


@blueprint.get("/sign-in")
@open_to(ANYONE)
def form() -> str | Response:
    """The sign-in page; in the demo it lists the demo people."""
    if visitor().person:
        return redirect(local(request.args.get("next"), url_for("tasklist.mine")), 303)
    return page(next_page=request.args.get("next", ""))


@blueprint.post("/sign-in")
@open_to(ANYONE)
@limiter.limit(GUESSES, deduct_when=was_wrong)
@limiter.limit(GUESSES, key_func=named_user, deduct_when=was_wrong)
def sign_in() -> str | Response | tuple[str, int]:
    """Check the password; a right one gets a new session and goes where the person was going."""
    username, password = request.form.get("username", "").strip(), request.form.get("password", "")
    errors = {name: f"Enter your {label}" for name, label, value in boxes(username, password) if not value}
    person = None if errors else check(username, password)
    if person is None:
        return page(errors=errors or {"username": WRONG}, next_page=request.form.get("next", "")), 422
    begin(person)
    return redirect(
        keep(request.form.get("kept", "")) or local(request.form.get("next"), url_for("tasklist.mine")), 303
    )


@blueprint.post("/sign-out")
@open_to(SIGNED_IN)
def sign_out() -> Response:
    """End the session on the server."""
    session.clear()
    return redirect(url_for("signin.form"), 303)


def boxes(username: str, password: str) -> tuple[tuple[str, str, str], ...]:
    """The two boxes: name, label, what was typed."""
    return ("username", "user name", username), ("password", "password", password)


def check(username: str, password: str) -> Person | None:
    """The person, if the password is theirs; takes as long when there is no such person."""
    found = queries.sign_in(shell().uow, username=username)
    is_right = passwords.verify(password[:1000], found[1] if found else _NOBODY)
    return found[0] if found and is_right else None


def begin(person: Person) -> None:
    """A fresh session for a person: nothing of the old one, and another token."""
    session.clear()
    cast(ServerSession, session).rotate()
    session["username"] = person.username
    g.pop("visitor", None)


def page(*, errors: dict[str, str] | None = None, next_page: str = "", kept: str = "") -> str:
    """The sign-in page."""
    return render_template(
        "signin.html",
        errors=errors or {},
        username=request.form.get("username", "") if errors else "",
        next_page=local(next_page, ""),
        kept=kept or (request.form.get("kept", "") if errors else ""),
        demo_people=demo_people(),
        demo_password=shell().alongside.settings.demo_password,
    )


def demo_people() -> tuple[tuple[Person, str], ...]:
    """In the demo, everybody with their roles in words."""
    if not shell().demo:
        return ()
    order = list(shell().roles())
    told = [(person, joined(shell().role_title(role) for role in sorted(person.roles))) for person in _everybody()]
    return tuple(sorted(told, key=lambda pair: (_rank(pair[0], order), pair[0].name)))


def _rank(person: Person, order: list[str]) -> int:
    """Where the pack lists the first of a person's roles."""
    return min((order.index(role) for role in person.roles if role in order), default=len(order))


def _everybody() -> tuple[Person, ...]:
    """Everybody who can sign in."""
    return tuple(queries.people(shell().uow))


def keep_and_ask() -> Response:
    """A form sent after the session ended: ask to sign in again, and carry what was typed along on that page.

    Only what came from our own page is carried, so that nobody else can put words into a person's form.
    """
    kept, carried = "", request.endpoint in CARRIED
    if carried and _came_from_here():
        typed = {name: values for name, values in request.form.lists() if name not in ("csrf_token", "password")}
        kept = json.dumps({"path": request.path, "typed": typed})
    too_much = len(kept) > _MOST_KEPT
    next_page = request.path if carried else ""
    return Response(page(next_page=next_page, kept="" if too_much else kept), 401, mimetype="text/html")


def _came_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return site == "same-origin" if site else urlsplit(origin).netloc == request.host


def keep(text: str) -> str:
    """Put what was carried over into the new session; gives the page to go to, "" when there is nothing."""
    try:
        kept = json.loads(text[:_MOST_KEPT]) if text else {}
        path, typed = local(str(kept.get("path", "")), ""), kept.get("typed", {})
    except (ValueError, AttributeError):
        return ""
    if not path or not isinstance(typed, dict):
        return ""
    session["kept"] = {path: {str(k): [str(v) for v in vs] for k, vs in typed.items() if isinstance(vs, list)}}
    return path


def take_kept(path: str) -> MultiDict[str, str] | None:
    """What was typed into this page before the session ended, once."""
    kept: dict[str, Any] = session.get("kept", {})
    if path not in kept:
        return None
    session.pop("kept")
    return MultiDict([(name, value) for name, values in kept[path].items() for value in values])
