"""What handlers need of a policy version: the wording of its letters and its settings, read once a digest."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from threading import Lock

from engine.model.bundle import Bundle
from engine.model.policy_file import PATH
from engine.ports import UnitOfWork

#: Where a pack keeps the words of what leaves the building; the files' names are unique among them.
WORDING = ("handlers/letters", "handlers/notifications")


@dataclass(frozen=True)
class Pack:
    """A version as handlers see it: letter or notice id -> Markdown, and the settings of `policy.toml`."""

    wording: Mapping[str, str]
    settings: Mapping[str, object]


class Packs:
    """The packs of the versions in a store; versions never change, so each is read once."""

    def __init__(self, uow: UnitOfWork) -> None:
        """Read from this store."""
        self._uow = uow
        self._read: dict[str, Pack] = {}
        self._lock = Lock()

    def of(self, digest: str) -> Pack:
        """The version's pack. Raises VersionNotFound."""
        with self._lock:
            if digest not in self._read:
                with self._uow.read() as tx:
                    self._read[digest] = read_pack(tx.policies.bundle(digest))
            return self._read[digest]


def read_pack(bundle: Bundle) -> Pack:
    """The letters and settings among a version's files; settings that cannot be read are none."""
    letters = [item for folder in WORDING for item in bundle.under(folder, ".md").items()]
    return Pack(
        wording={PurePosixPath(path).stem: data.decode("utf-8", "replace") for path, data in letters},
        settings=_settings(bundle.files.get(PATH, b"")),
    )


def _settings(source: bytes) -> Mapping[str, object]:
    """What `policy.toml` says; the gate has told what is wrong with it."""
    try:
        return tomllib.loads(source.decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError:
        return {}
