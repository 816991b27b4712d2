"""Headers that every answer carries, and the one kind of address that a redirect may go to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from werkzeug.datastructures import MultiDict

#: No inline script or style anywhere; nothing from another origin; no page may frame ours.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


_FILES = "multipart/form-data"
#: What a form is sent as; without fields a browser may leave the type out.
_FORMS = (_FILES, "application/x-www-form-urlencoded", "")
#: Endpoints whose body is a text as it stands.
TAKES_TEXT = frozenset({"workbench.save"})
#: Endpoints whose forms judge what was typed themselves.
ASKS = frozenset({"tasks.complete", "cases.record", "start.begin_case"})
#: The largest form without files; with files `MAX_CONTENT_LENGTH` holds.
MAX_TYPED_BYTES = 1024 * 1024


def install(app: Flask) -> None:
    """Bound what is read of every request, and add the headers to every answer."""
    app.before_request(bound)
    app.after_request(add_headers)


def bound() -> None:
    """A form without files is read whole into memory, so it has a smaller limit of its own.

    A body that is no form answers no question, so it must not count as a form left empty. A character that no
    database keeps is refused here, but for answers: of them their form says it, with all that was typed.
    """
    if request.mimetype != _FILES:
        request.max_content_length = MAX_TYPED_BYTES
    if request.method == "POST" and request.endpoint not in TAKES_TEXT and request.mimetype not in _FORMS:
        abort(415)
    if "\0" in request.path or _has_nul(request.args):
        abort(404)
    if request.method == "POST" and request.endpoint not in ASKS and _has_nul(request.form):
        abort(400)


def _has_nul(given: MultiDict[str, str]) -> bool:
    return any("\0" in text for name, texts in given.lists() for text in (name, *texts))


def add_headers(response: Response) -> Response:
    """The headers; pages about people are never kept by a cache; HSTS only where the page came by HTTPS."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    return response


def local(address: str | None, otherwise: str) -> str:
    """The address if it is a path of this site, else the other: a redirect never leaves the product."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return otherwise
    if any(ord(sign) < 32 for sign in address):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address
