"""`processes/guidance.md`: the sentences that everything else cites by their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.errors import Fault

PATH = "processes/guidance.md"
_SENTENCE = re.compile(r"\s*(?:[-*]|#+)\s+\*\*([A-Z]{1,3}-\d{1,4}[a-z]?)\*\*\s*(.*)")
_HEADING = re.compile(r"#+\s+(.*)")
_GO_ON = re.compile(r"\s{2,}\S")


@dataclass(frozen=True)
class Sentence:
    """One sentence: its id, its words, the heading it stands under, and its line."""

    id: str
    text: str
    section: str
    line: int


def read_guidance(source: bytes) -> tuple[Mapping[str, Sentence], list[Fault]]:
    """The sentences by id in their order, and a fault for each id that is given twice or has no words."""
    found: dict[str, Sentence] = {}
    faults: list[Fault] = []
    section = last = ""
    for number, line in enumerate(source.decode("utf-8", "replace").splitlines(), 1):
        if match := _SENTENCE.match(line):
            last = match[1]
            if last in found:
                faults.append(Fault(PATH, last, f"The sentence {last} is there twice.", number))
            found[last] = Sentence(last, match[2].strip(), section, number)
        elif heading := _HEADING.match(line):
            section, last = heading[1].strip(), ""
        elif last and _GO_ON.match(line):
            old = found[last]
            found[last] = Sentence(old.id, f"{old.text} {line.strip()}", old.section, old.line)
        else:
            last = ""
    faults += [Fault(PATH, s.id, f"The sentence {s.id} has no words.", s.line) for s in found.values() if not s.text]
    return found, faults
