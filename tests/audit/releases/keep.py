"""Keep this release's histories: `python -m tests.audit.releases.keep 0.2` plays three worked examples and writes them.

Run it once, when a release is made. What lies in a release's folder is never written again.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine.audit.histories import keep_history
from tests.audit.played import example

HERE = Path(__file__).parent
#: Letters and a meeting that could not be held; both plans side by side to the end; dates that run out.
EXAMPLES = ("conference-inquorate", "both-plans-alongside", "child-turns-18")


def keep(release: str) -> None:
    """Play each example and keep its journal with the files of its versions."""
    folder = HERE / release
    if folder.exists():
        sys.exit(f"{folder} is there already: a release's histories are kept once.")
    for name in EXAMPLES:
        with example(f"scenarios/{name}") as played, played.alongside.uow.read() as tx:
            keep_history(folder, name, played.entries, tx.policies.bundle)
        print(f"{name}: {len(played.entries)} entries")


if __name__ == "__main__":
    keep(sys.argv[1])
