"""The built style sheet and scripts, by the hashed names that the front-end build wrote down."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, send_from_directory, url_for

from engine.web.access import ANYONE, open_to

STATIC = Path(__file__).parent / "static"
BUILD = STATIC / "build"
_YEAR = 365 * 24 * 3600

blueprint = Blueprint("assets", __name__)


def manifest() -> dict[str, str]:
    """Plain name -> name with the hash of its content; empty when the front end has not been built."""
    path = BUILD / "manifest.json"
    return _read(path, path.stat().st_mtime_ns) if path.exists() else {}


@lru_cache(maxsize=1)
def _read(path: Path, _written: int) -> dict[str, str]:
    """The manifest, read again when it was written anew."""
    return dict(json.loads(path.read_text()))


def asset(name: str) -> str:
    """The address of a built file, such as `alongside.css`."""
    return url_for("assets.built", name=manifest().get(name, name))


@blueprint.get("/assets/<path:name>")
@open_to(ANYONE)
def built(name: str) -> Response:
    """A built file; its name changes with its content, so it may be kept for a year."""
    if name not in manifest().values() and not name.endswith(".LEGAL.txt"):
        abort(404)
    response = send_from_directory(BUILD, name, max_age=_YEAR)
    response.cache_control.immutable = True
    return response


@blueprint.get("/favicon.svg")
@open_to(ANYONE)
def icon() -> Response:
    """The product's own mark."""
    return send_from_directory(STATIC, "mark.svg", max_age=3600)


def install() -> None:
    """Let templates say `asset('alongside.css')`."""
    current_app.jinja_env.globals["asset"] = asset
