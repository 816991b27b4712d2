"""What every page is given: navigation, the person, today's date in the demo, and the hidden fields of a form."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, request, url_for

from engine.web import assets
from engine.web.shell import shell
from engine.web.visitor import Visitor, visitor

SERVICE = "Alongside"


def install(app: Flask) -> None:
    """Offer these to every template."""
    app.context_processor(everywhere)
    app.jinja_env.globals.update(asset=assets.asset, new_key=new_key, page_address=page_address)


def everywhere() -> dict[str, Any]:
    """Names that every template may use."""
    who = visitor()
    return {
        "service": SERVICE,
        "who": who,
        "my_roles": tuple(shell().role_title(role) for role in sorted(who.person.roles)) if who.person else (),
        "navigation": navigation(who),
        "pack": shell().pack(),
        "now": shell().now(),
        "role_title": shell().role_title,
    }


def navigation(who: Visitor) -> list[dict[str, Any]]:
    """The links at the top of each page that this person may open."""
    if who.person is None:
        return []
    links = [("Tasks", "tasklist.mine", "tasklist"), ("Cases", "cases.listing", "cases")]
    links += [("Start a case", "start.form", "start")] if who.starts_cases else []
    links += [("Policy", "policy.overview", "policy")]
    links += [("Incidents", "incidents.listing", "incidents")] if "operate" in who.may else []
    links += [("Demo clock", "clock.form", "clock"), ("Demo mailbox", "mailbox.listing", "mailbox")] if who.demo else []
    here = request.blueprint
    return [{"text": text, "href": url_for(view), "active": here == room} for text, view, room in links]


def new_key() -> str:
    """A key for one form: sending the form twice has one effect."""
    return secrets.token_urlsafe(16)


def page_address(**changes: object) -> str:
    """This page's address with some of its query changed; None removes."""
    words: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), **changes}
    return url_for(request.endpoint or "tasklist.mine", **{k: v for k, v in words.items() if v is not None})
