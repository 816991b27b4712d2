"""Export a case's journal for other tools: JSON, CSV, and XES (IEEE 1849) for process mining."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.model.journal import Entry, canonical
from engine.ports import UnitOfWork

_COLUMNS = ("case", "seq", "recorded_at", "done_at", "kind", "actor", "role", "name", "element", "process", "version")
_EXTENSIONS = {"Concept": "concept", "Time": "time", "Organizational": "org", "Lifecycle": "lifecycle"}
_REST = ("policy", "previous", "hash", "body")


def export(uow: UnitOfWork, *, case_id: str, form: str) -> bytes:
    """The journal as `json`, `csv` or `xes`, in UTF-8. Raises CaseNotFound, and ValueError for another form."""
    write = _FORMS.get(form)
    if write is None:
        raise ValueError(f"A journal is exported as {', '.join(_FORMS)}, not as {form}.")
    with uow.read() as tx:
        tx.cases.find(case_id)
        entries = tx.journal.entries(case_id)
    return write(entries).encode()


def _json(entries: Sequence[Entry]) -> str:
    """Each entry as it was hashed, with its hash."""
    rows = [{**json.loads(canonical(entry)), "hash": entry.hash} for entry in entries]
    return json.dumps({"entries": rows}, indent=2, ensure_ascii=False) + "\n"


def _csv(entries: Sequence[Entry]) -> str:
    """A line an entry; a text that a spreadsheet would take for a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*_COLUMNS, *_REST))
    for entry in entries:
        about = _about(entry)
        writer.writerow([_harmless(about[name]) for name in (*_COLUMNS, *_REST)])
    return out.getvalue()


def _about(entry: Entry) -> dict[str, Any]:
    """An entry as flat columns."""
    plain = json.loads(canonical(entry))
    body = plain.pop("body")
    named = {name: body.get(name, "") for name in ("name", "element", "process")}
    return {**plain, **named, "hash": entry.hash, "body": json.dumps(body, sort_keys=True, ensure_ascii=False)}


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _xes(entries: Sequence[Entry]) -> str:
    """One trace; an event an entry, named as people know it."""
    return "\n".join(_xes_lines(entries)) + "\n"


def _xes_lines(entries: Sequence[Entry]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">'
    for name, prefix in (
        ("Concept", "concept"),
        ("Time", "time"),
        ("Organizational", "org"),
        ("Lifecycle", "lifecycle"),
    ):
        yield f'  <extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
    yield "  <trace>"
    if entries:
        yield _attribute("string", "concept:name", entries[0].case_id, 4)
    for entry in entries:
        yield from _event(entry)
    yield "  </trace>"
    yield "</log>"


def _event(entry: Entry) -> Iterator[str]:
    about = _about(entry)
    yield "    <event>"
    yield _attribute("string", "concept:name", about["name"] or entry.kind, 6)
    yield _attribute("string", "concept:instance", str(entry.seq), 6)
    yield _attribute("date", "time:timestamp", about["done_at"], 6)
    yield _attribute("string", "org:resource", entry.actor, 6)
    yield _attribute("string", "org:role", entry.role, 6)
    yield _attribute("string", "lifecycle:transition", "complete", 6)
    for name in ("kind", "element", "process", "recorded_at", "policy"):
        yield _attribute("date" if name == "recorded_at" else "string", f"alongside:{name}", about[name], 6)
    yield "    </event>"


def _attribute(kind: str, key: str, value: str, indent: int) -> str:
    """An XES attribute; characters that XML cannot hold are left out."""
    fit = "".join(each for each in value if each >= " " or each in "\t\n\r")
    return f'{" " * indent}<{kind} key="{key}" value="{html.escape(fit)}"/>'


_FORMS: dict[str, Callable[[Sequence[Entry]], str]] = {"json": _json, "csv": _csv, "xes": _xes}
