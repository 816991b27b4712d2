"""The words of letters and notices: settings at the top, Markdown below, FEEL in double braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import yaml

from engine.feel import Expression, FeelSyntaxError, parse_expression
from engine.model.bundle import Bundle
from engine.model.errors import Fault

FOLDERS = ("handlers/letters", "handlers/notifications")
_HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_EACH = re.compile(r"#each\s+(.*?)\s+as\s+([A-Za-z_]\w*)\s*\Z", re.DOTALL)
#: What a letter may use besides the case's variables.
GIVEN = frozenset({"case_id", "today", "recipient", "council"})


@dataclass(frozen=True)
class Letter:
    """One letter or notice: `names` are the variables that its words need, `guidance` what it carries."""

    id: str
    path: str
    title: str = ""
    subject: str = ""
    body: str = ""
    guidance: tuple[str, ...] = ()
    names: frozenset[str] = field(default_factory=frozenset)


def read_letters(bundle: Bundle) -> tuple[Mapping[str, Letter], list[Fault]]:
    """Letters and notices by id, and a fault for each that is not one."""
    found: dict[str, Letter] = {}
    faults: list[Fault] = []
    for folder in FOLDERS:
        for path, source in bundle.under(folder, ".md").items():
            letter, wrong = read_letter(path, source)
            faults += wrong
            if letter.id in found:
                faults.append(Fault(path, letter.id, f"There is another letter “{letter.id}”."))
            found[letter.id] = letter
    return found, faults


def read_letter(path: str, source: bytes) -> tuple[Letter, list[Fault]]:
    """One letter, as far as it can be read, and its faults."""
    own = PurePosixPath(path).stem
    text = source.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    head, body = _parts(text)
    settings, faults = _settings(path, head)
    names: set[str] = set()
    for line, sentence in _holes(f"{settings.get('subject', '')}\n{body}", names):
        faults.append(Fault(path, own, sentence, line))
    recipients = settings.get("to")
    if isinstance(recipients, str):
        names |= _names(recipients, path, own, faults)
    letter = Letter(
        own,
        path,
        str(settings.get("title", "")),
        str(settings.get("subject", "")),
        body,
        _ids(settings.get("guidance"), path, own, faults),
        frozenset(names - GIVEN),
    )
    return letter, faults


def _parts(text: str) -> tuple[str, str]:
    if not text.startswith("---\n"):
        return "", text
    head, mark, body = text[4:].partition("\n---\n")
    return (head, body) if mark else ("", text)


def _settings(path: str, head: str) -> tuple[Mapping[str, object], list[Fault]]:
    own = PurePosixPath(path).stem
    try:
        if len(head) > 20_000 or any(isinstance(token, yaml.AliasToken) for token in yaml.scan(head)):
            return {}, [Fault(path, own, "Its settings are too long, or refer to each other.")]
        found = yaml.safe_load(head)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        return {}, [Fault(path, own, f"Its settings cannot be read: {' '.join(str(error).split())[:200]}.")]
    if not isinstance(found, dict):
        return {}, [Fault(path, own, "It has no settings at its top between lines of three dashes.")]
    missing = [name for name in ("title", "subject", "guidance") if not found.get(name)]
    return found, [Fault(path, own, f"Its settings have no “{name}”.") for name in missing]


def _ids(value: object, path: str, own: str, faults: list[Fault]) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        if value is not None:
            faults.append(Fault(path, own, "Its “guidance” must be a list of sentence ids."))
        return ()
    return tuple(str(each) for each in value)


def _names(text: str, path: str, own: str, faults: list[Fault]) -> frozenset[str]:
    try:
        return parse_expression(text.removeprefix("=")).names
    except FeelSyntaxError as error:
        faults.append(Fault(path, own, f"Its “to” is not FEEL: {error.sentence}"))
        return frozenset()


def _holes(text: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """Each hole that is wrong, with its line; the names that the right ones use are added to `names`."""
    opened: list[tuple[str, str]] = []
    for hole in _HOLE.finditer(text):
        said, line = hole[1].strip(), text.count("\n", 0, hole.start())
        bound = frozenset(name for _, name in opened if name)
        try:
            _hole(said, opened, bound, names)
        except ValueError as error:
            yield line, f"“{{{{ {said[:60]} }}}}” {error}"
    for kind, _ in opened:
        yield text.count("\n"), f"A “{{{{#{kind} …}}}}” is never closed."


def _hole(said: str, opened: list[tuple[str, str]], bound: frozenset[str], names: set[str]) -> None:
    if said.startswith("/"):
        if not opened or opened.pop()[0] != said[1:].strip():
            raise ValueError("closes something that is not open.")
        return
    if said == "else":
        if not opened or opened[-1][0] != "if":
            raise ValueError("stands outside an if.")
        return
    each, name = _EACH.match(said), ""
    if said.startswith("#if "):
        opened.append(("if", ""))
        said = said[4:]
    elif each:
        said, name = each[1], each[2]
        opened.append(("each", name))
    elif said.startswith("#"):
        raise ValueError("is neither an if nor an each.")
    names |= _expression(said).names - bound


def _expression(text: str) -> Expression:
    try:
        return parse_expression(text)
    except FeelSyntaxError as error:
        raise ValueError(f"is not FEEL: {error.sentence}") from None
