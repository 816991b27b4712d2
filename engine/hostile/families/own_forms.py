"""Hostile forms of our own kind (form-js): refused when they come, or shown escaped and judged quickly."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Mapping
from typing import Any

from engine.hostile import packs, processes
from engine.hostile.arena import NotAcknowledged
from engine.hostile.client import Answer
from engine.hostile.families.uploading import Desk
from engine.model.errors import PolicyRejected

#: What is typed into every box of a form that was taken.
TYPED = "a" * 36 + "!"
#: What became of one form.
REFUSED, SHOWN = "refused at upload", "shown escaped and judged within a second"
#: A page with such a form must be answered within this, in seconds.
MOST_SECONDS = 1.0
_IMG = "<img src=x onerror=alert(1)>"
_BOX = re.compile(r'<(?:input|textarea)[^>]*? name="([a-zA-Z][^"]*)"')


def _form(*components: Mapping[str, Any], **top: Any) -> bytes:
    return json.dumps({"type": "default", "id": "hostile", "components": list(components), **top}).encode()


def _text(key: str = "a", label: str = "A", **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": f"id_{key}", "key": key, "label": label, **more}


def _deep(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = _text()
    for number in range(levels):
        inner = {"type": "group", "id": f"g{number}", "label": "G", "components": [inner]}
    return inner


def _deep_form(levels: int) -> bytes:
    """Nested further than the standard library writes, so written by hand."""
    begin = '{"type": "group", "id": "g", "components": [' * levels
    return f'{{"type": "default", "id": "hostile", "components": [{begin}{"]}" * levels}]}}'.encode()


#: What a case attacks -> forms of ours with the same attack.
OURS: Mapping[str, tuple[bytes, ...]] = {
    "regex_redos": (
        _form(_text(validate={"pattern": "^(a+)+$"})),
        _form(_text(validate={"pattern": r"^(([a-z])+.)+[A-Z]([a-z])+$"})),
        _form(_text(properties={"check": '=matches(value, "^(a+)+$")', "checkMessage": "No"})),
    ),
    "remote_ref": (
        _form({"$ref": "http://127.0.0.1:@@PORT@@/schema.json"}),
        _form({"type": "image", "id": "i", "source": "http://127.0.0.1:@@PORT@@/x.png"}),
        _form({"type": "iframe", "id": "i", "url": "http://127.0.0.1:@@PORT@@/"}),
        _form({"type": "text", "id": "t", "text": "![x](http://127.0.0.1:@@PORT@@/x.png)"}, _text()),
    ),
    "file_ref": (
        _form({"$ref": "file://@@SECRET@@"}),
        _form({"type": "image", "id": "i", "source": "file://@@SECRET@@"}),
        _form({"type": "text", "id": "t", "text": "{{include '@@SECRET@@'}} [x](file://@@SECRET@@)"}, _text()),
    ),
    "self_ref": (
        _form({"$ref": "#"}),
        _form(_text(conditional={"hide": '=a = "x"'})),
        _form(_text(conditional={"hide": '=b = "x"'}), _text("b", conditional={"hide": '=a = "x"'})),
    ),
    "reserved_names": tuple(
        _form(_text(key))
        for key in ("typename", "__builtins__", "data_objects", "case_id", "now", "_x", "csrf_token", "key")
    ),
    "html_label": (
        _form(_text(label=_IMG, description=f"{_IMG}<script>alert(1)</script>")),
        _form({"type": "text", "id": "t", "text": f"# {_IMG}\n\n<script>alert(1)</script>"}, _text()),
        _form({"type": "html", "id": "h", "content": _IMG}),
        _form(_text(), title=_IMG),
    ),
    "not_json": (b'{"type": "default", "id": "hostile", "components": [', b"", b"\xff\xfe{", b"[1, 2]"),
    "duplicate_fields": (
        _form(_text(), {**_text(), "type": "number", "id": "other"}),
        b'{"type": "default", "id": "hostile", "components": [], "components": [1]}',
        _form(_text(), {**_text("b"), "id": _text()["id"]}),
    ),
    "id_ref_traversal": (
        _form(_text(), id="../../../../etc/passwd"),
        _form(_text("../../../../etc/passwd")),
        _form({"type": "group", "id": "g", "path": "../../x", "components": [_text()]}),
    ),
    "fields_20000": (_form(*({"type": "spacer", "id": f"s{number}"} for number in range(20_000))),),
    "deep_3000": (_deep_form(3000), _form(_deep(60))),
    "javascript_url": (
        _form({"type": "text", "id": "t", "text": "[press](javascript:alert(1)) <javascript:alert(1)>"}, _text()),
        _form({"type": "image", "id": "i", "source": "javascript:alert(1)"}),
        _form(_text(defaultValue="javascript:alert(1)")),
    ),
}


def tried(desk: Desk, form: bytes) -> str:
    """Send a form of ours; where it is taken, put it in force, open its task and type into every box.

    Says what became of it.
    """
    desk.attempts += 1
    answer = desk.upload({"hostile.form": form})
    desk.problems += desk.traps.sprung(answer.text)
    if 400 <= answer.status < 500:
        return REFUSED
    if answer.status != 303:
        desk.problems.append(f"A form of ours was answered {answer.status}.")
        return ""
    desk.put_back("forms/hostile.form")
    try:
        return _used(desk, desk.traps.replaced(form))
    except (PolicyRejected, NotAcknowledged) as problem:
        desk.problems.append(f"A form that was taken cannot be used: {problem}")
        return ""


def _used(desk: Desk, form: bytes) -> str:
    arena = desk.arena
    asks = packs.line("ask", packs.user_task("task", form="hostile"))
    arena.publish(packs.bundle({"ask": asks}, forms={"hostile": form}))
    case_id = arena.start_case(title="A form")
    task = arena.tasks(case_id)[0]
    client = arena.client("wes")
    page, seconds = _timed(desk, lambda: client.get(f"/tasks/{task.id}"))
    boxes = {name: TYPED for name in _BOX.findall(page.text) if name not in ("csrf_token", "key", "seen_version")}
    sent, later = _timed(desk, lambda: client.post(f"/tasks/{task.id}", boxes))
    arena.publish(packs.bundle())
    if page.status != 200 or sent.status not in (200, 303, 422):
        desk.problems.append(f"The form's page was answered {page.status}, what was typed {sent.status}.")
    if max(seconds, later) > MOST_SECONDS:
        desk.problems.append(f"The form took {max(seconds, later):.1f} s.")
    for each in (page, sent):
        _must_be_escaped(desk, each)
    desk.problems += desk.traps.sprung(page.text, sent.text)
    return SHOWN


def _timed(desk: Desk, ask: Any) -> tuple[Answer, float]:
    """An answer and its seconds, by the clock or the server's processor, whichever is less: the machine may be busy."""
    web = desk.arena.web
    began, used = time.monotonic(), processes.processor_seconds(web) if web else 0.0
    answer: Answer = ask()
    spent = processes.processor_seconds(web) - used if web else 0.0
    return answer, min(time.monotonic() - began, spent)


def _must_be_escaped(desk: Desk, answer: Answer) -> None:
    """No markup of the form's author, no address that is a script, nothing fetched from elsewhere."""
    text = answer.text.lower()
    main = text.partition("<main")[2].partition("</main>")[0]
    if _IMG in text or "<script>alert" in text:
        desk.problems.append("Markup of the form is in the page as markup.")
    addresses = [html.unescape(found).strip() for found in re.findall(r'(?:href|src|action)="([^"]*)"', main)]
    if any(each.startswith(("javascript:", "file:", "data:")) for each in addresses):
        desk.problems.append("The page leads to an address that is a script or a file.")
    if re.search(r'<(?:img|iframe|object|embed)[^>]*"\s*https?:', main) or 'src="http' in main:
        desk.problems.append("The page fetches something from elsewhere.")
