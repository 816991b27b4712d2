"""The product joined for a simulation: real commands and handlers, and a post that sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from typing import Literal

from engine.ports import Machine, UnitOfWork
from engine.settings import Settings
from engine.wiring.errands import Errands
from engine.wiring.packs import Packs
from handlers.job import Document, Mail
from handlers.letters.job import make_letter
from handlers.letters.layout import to_pdf
from handlers.registry import HANDLERS

#: "real" lays out every letter; "words" fills and checks its words, and keeps one page for all in the PDF's place.
Letters = Literal["real", "words"]


@dataclass(frozen=True)
class NullPost:
    """Sends nothing, and says so in what the cases remember of their letters."""

    channel: str = "simulated"

    def send(
        self,
        mail: Mail,
        documents: Mapping[str, Document],  # noqa: ARG002 - the port's
        *,
        case_id: str | None,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> str:
        """See `engine.wiring.post.Post.send`."""
        return f"simulated:{mail.key}"


def simulated_errands(settings: Settings, uow: UnitOfWork, machine: Machine, letters: Letters) -> Errands:
    """Errands that step with this machine and whose mails go nowhere."""
    handlers = dict(HANDLERS)
    if letters == "words":
        handlers["letter"] = partial(make_letter, lay_out=_one_page)
    return Errands(uow, machine, Packs(uow), NullPost(), settings.base_url, handlers)


def _one_page(_letter: str, _sheet: Mapping[str, object], _now: datetime) -> bytes:
    """The page that stands for every letter that was not laid out."""
    return _blank()


@lru_cache(maxsize=1)
def _blank() -> bytes:
    day = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    sheet = {
        "title": "A letter of a simulation, not laid out",
        "council": {"name": "Simulation", "lines": []},
        "reference": "-",
        "date": "1 January 2000",
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "recipient": {"name": "Nobody", "address": []},
        "body": [],
        "enclosures": [],
    }
    return to_pdf("simulation", sheet, day)
