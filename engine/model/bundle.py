"""One policy version's files, and the digest that names them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType


@dataclass(frozen=True, eq=False)
class Bundle:
    """Path -> bytes, paths relative to the pack's root with forward slashes, such as `processes/top.bpmn`."""

    files: Mapping[str, bytes]

    def __post_init__(self) -> None:
        """Freeze the mapping in sorted order."""
        object.__setattr__(self, "files", MappingProxyType(dict(sorted(self.files.items()))))

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Path -> SHA-256 of the file, in hex."""
        return {path: hashlib.sha256(data).hexdigest() for path, data in self.files.items()}

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the sorted `digest  path` lines: the version's name."""
        lines = "".join(f"{digest}  {path}\n" for path, digest in self.digests.items())
        return hashlib.sha256(lines.encode()).hexdigest()

    def under(self, folder: str, suffix: str) -> Mapping[str, bytes]:
        """The files below a folder that end with a suffix."""
        prefix = folder.rstrip("/") + "/"
        return {p: d for p, d in self.files.items() if p.startswith(prefix) and p.endswith(suffix)}
