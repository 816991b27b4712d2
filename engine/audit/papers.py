"""What a record refers to by digest: its files, its letters, and the versions it ran on must be those very bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.audit.standing import Standing
from engine.model.document import Attachment, Document
from engine.model.errors import DocumentNotFound, VersionNotFound
from engine.model.journal import Entry
from engine.ports import Transaction

#: (the entry's number, what differs)
Found = tuple[int, Standing]
Paper = Attachment | Document


def paper_difference(tx: Transaction, case_id: str, entries: Sequence[Entry]) -> Found | None:
    """The first letter or file that is not as the journal has it; every stored byte is read."""
    kept = [entry for entry in entries if entry.kind in _KINDS]
    for entry in kept:
        found = _changed(tx, entry, _left(entries, entry))
        if found is not None:
            return entry.seq, found
    return _stray(tx, case_id, entries, kept)


def version_difference(tx: Transaction, entries: Iterable[Entry], known: set[str]) -> Found | None:
    """The first entry whose version has other files than its digest says; those that hold join the `known`."""
    for entry in entries:
        digest = entry.policy_digest
        if digest in known:
            continue
        try:
            now = tx.policies.bundle(digest).digest
        except VersionNotFound:
            now = ""
        if now != digest:
            sentence = f"Entry {entry.seq}: the files of the version that it ran on are not those that were approved."
            return entry.seq, ("version", digest, now, sentence)
        known.add(digest)
    return None


def _changed(tx: Transaction, entry: Entry, left: Entry | None) -> Standing | None:
    """What differs between an entry and the paper that it brought."""
    body: Any = entry.body
    named = f"Entry {entry.seq}: {body.get('name', '')!r}"
    try:
        paper, content = _KINDS[entry.kind](tx, entry)
    except (DocumentNotFound, KeyError, TypeError):
        return "paper", body.get("digest"), None, f"{named} is gone."
    digest = hashlib.sha256(content).hexdigest()
    if digest != body.get("digest"):
        return "paper", body.get("digest"), digest, f"{named} holds other bytes than it did then."
    recorded, found = _recorded(entry, left), _stored(paper)
    for which, value in recorded.items():
        if found[which] != value:
            return which, value, found[which], f"{named} is kept with another {which.replace('_', ' ')} than then."
    return None


def _recorded(entry: Entry, left: Entry | None) -> dict[str, Any]:
    """What the journal says of a paper."""
    body: Any = entry.body
    said = {"case": entry.case_id, "name": body.get("name"), "digest": body.get("digest")}
    if entry.kind == "attachment_added":
        return {**said, "size": body.get("size"), "added_by": entry.actor}
    gone: Mapping[str, Any] = left.body if left else {}
    sending = {"channel": gone.get("channel", ""), "reference": gone.get("reference", ""), "was_sent": left is not None}
    return {**said, "recipient": body.get("recipient"), **sending}


def _stored(paper: Paper) -> dict[str, Any]:
    """The same as it stands in its row."""
    about = {"case": paper.case_id, "digest": paper.digest, "size": paper.size}
    if isinstance(paper, Attachment):
        return {**about, "name": paper.filename, "added_by": paper.added_by}
    sending = {"channel": paper.channel, "reference": paper.reference, "was_sent": paper.sent_at is not None}
    return {**about, "name": paper.title, "recipient": paper.recipient, **sending}


def _left(entries: Sequence[Entry], made: Entry) -> Entry | None:
    """The entry in which a letter left, if it has."""
    number = made.body.get("document")
    return next((e for e in entries if e.kind == "letter_sent" and e.body.get("document") == number), None)


def _stray(tx: Transaction, case_id: str, entries: Sequence[Entry], kept: Sequence[Entry]) -> Found | None:
    """A paper that stands with the case and that no entry brought."""
    known = {(entry.kind, entry.body.get(_NUMBER[entry.kind])) for entry in kept}
    for kind, paper in _papers(tx, case_id):
        if (kind, paper.id) not in known:
            name = _stored(paper)["name"]
            return entries[-1].seq, (
                "paper",
                None,
                paper.digest,
                f"{name!r} is kept with the case, but no entry has it.",
            )
    return None


def _papers(tx: Transaction, case_id: str) -> Iterator[tuple[str, Paper]]:
    yield from (("attachment_added", each) for each in tx.documents.attachments(case_id))
    yield from (("letter_made", each) for each in tx.documents.of_case(case_id))


def _attachment(tx: Transaction, entry: Entry) -> tuple[Paper, bytes]:
    body: Any = entry.body
    return tx.documents.attachment(body["attachment"])


def _letter(tx: Transaction, entry: Entry) -> tuple[Paper, bytes]:
    body: Any = entry.body
    return tx.documents.find(body["document"])


_KINDS: dict[str, Callable[[Transaction, Entry], tuple[Paper, bytes]]] = {
    "attachment_added": _attachment,
    "letter_made": _letter,
}
_NUMBER = {"attachment_added": "attachment", "letter_made": "document"}
