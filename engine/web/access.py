"""Who may open each page: every route declares one rule, and a route without one stops the product from starting.

Rules here are about people and roles; whether a person may see one case or do one task is decided by the commands and
queries, which answer "not found" for what is not theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.model.errors import NotAllowed
from engine.web.visitor import Visitor, visitor

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "alongside_rule"


@dataclass(frozen=True)
class Rule:
    """Who may open a page: `name` for the record, `sentence` for a person refused, `allows` decides."""

    name: str
    sentence: str
    allows: Callable[[Visitor], bool]
    needs_sign_in: bool = True
    demo_only: bool = False


ANYONE = Rule("anyone", "", lambda _: True, needs_sign_in=False)
SIGNED_IN = Rule("signed in", "", lambda v: v.person is not None)
STARTS_CASES = Rule("roles that start cases", "Your role does not start cases.", lambda v: v.starts_cases)
AUDITS = Rule("roles that may audit", "Your role does not audit records.", lambda v: "audit" in v.may)
OPERATES = Rule("roles that may operate", "Your role does not look after incidents.", lambda v: "operate" in v.may)
REASSIGNS = Rule("roles that may reassign", "Your role does not give work to others.", lambda v: "reassign" in v.may)
WITHDRAWS = Rule("roles that may withdraw", "Your role does not withdraw cases.", lambda v: "withdraw" in v.may)
DEMO = Rule("signed in, in the demo", "", lambda v: v.person is not None, demo_only=True)


class RouteWithoutRule(RuntimeError):
    """A route that does not say who may open it."""


def open_to(rule: Rule) -> Callable[[View], View]:
    """Declare who may open a view."""

    def mark(view: View) -> View:
        setattr(view, _MARK, rule)
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule:
    """The rule that an endpoint declares; raises RouteWithoutRule."""
    rule = getattr(app.view_functions[endpoint], _MARK, None)
    if not isinstance(rule, Rule):
        raise RouteWithoutRule(f"{endpoint} does not declare who may open it")
    return rule


def install(app: Flask) -> None:
    """Check every request against the rule of its route."""
    app.before_request(enforce)


def check_all(app: Flask) -> None:
    """Refuse to start while any route lacks a rule."""
    for route in app.url_map.iter_rules():
        rule_of(app, route.endpoint)


def enforce() -> Response | None:
    """Let the request through, send it to sign in, or refuse it."""
    if request.endpoint is None:
        return None
    rule, who = rule_of(current_app, request.endpoint), visitor()
    if rule.demo_only and not who.demo:
        abort(404)
    if rule.needs_sign_in and who.person is None:
        return to_sign_in()
    if not rule.allows(who):
        raise NotAllowed(rule.sentence)
    return None


def to_sign_in() -> Response:
    """To the sign-in page and back; what was typed is carried along, so that nothing is lost."""
    g.asked_to_sign_in = True
    if request.method == "GET":
        return redirect(url_for("signin.form", next=request.full_path.rstrip("?")), 303)
    from engine.web.signin import keep_and_ask

    return keep_and_ask()
