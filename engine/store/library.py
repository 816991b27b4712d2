"""The published versions, opened: files from the database, compiled once, kept under their digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from engine.forms import Form, FormError, parse_form
from engine.model.access import Rules
from engine.model.bundle import Bundle
from engine.model.errors import Fault, PolicyRejected
from engine.model.policy_file import read_rules
from engine.ports import Definitions, Guidance, Machine, Transaction


@dataclass(frozen=True)
class OpenVersion:
    """One version: compiled processes, parsed forms, rules."""

    digest: str
    definitions: Definitions
    rules: Rules
    forms: Mapping[str, Form]

    def form(self, form_id: str) -> Form | None:
        """By id."""
        return self.forms.get(form_id)


class StoredLibrary:
    """Opens versions from the transaction's database; safe to share between threads."""

    def __init__(self, machine: Machine) -> None:
        """Compile with this machine."""
        self._machine = machine
        self._open: dict[str, OpenVersion] = {}
        self._lock = Lock()

    def open(self, tx: Transaction, digest: str) -> Guidance:
        """From memory, else from the database."""
        found = self._open.get(digest)
        if found is not None:
            return found
        with self._lock:
            if digest not in self._open:
                self._open[digest] = open_version(self._machine, tx.policies.bundle(digest))
            return self._open[digest]


def open_version(machine: Machine, bundle: Bundle) -> OpenVersion:
    """Compile a bundle. Raises PolicyRejected."""
    forms = (_form(path, data) for path, data in bundle.under("forms", ".form").items())
    return OpenVersion(bundle.digest, machine.compile(bundle), read_rules(bundle), {form.id: form for form in forms})


def _form(path: str, data: bytes) -> Form:
    try:
        return parse_form(data, path=path)
    except FormError as error:
        raise PolicyRejected([Fault(path, each.element, each.sentence) for each in error.faults]) from error
