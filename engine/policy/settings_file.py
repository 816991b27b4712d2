"""Reads `processes/policy.toml`, naming every setting that is missing, misspelt or of the wrong kind."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel import Expression, FeelSyntaxError, parse_expression
from engine.model.errors import Fault
from engine.policy.settings import (
    PATH,
    SEES,
    Calendar,
    CaseNaming,
    OpenQuestion,
    PolicySettings,
    Role,
    Strand,
    Switch,
    Version,
)

_TABLES = "policy versions calendar case roles strands open_questions context switches council".split()  # noqa: SIM905
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?\Z", re.ASCII)


def read_settings(source: bytes) -> tuple[PolicySettings, list[Fault]]:
    """The settings as far as they can be read, and a fault for each that cannot."""
    try:
        data = tomllib.loads(source.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return PolicySettings(), [Fault(PATH, "", f"The file is not TOML: {error}.")]
    reader = _Reader()
    settings = reader.settings(data)
    return settings, reader.faults


class _Reader:
    """Reads tables and keeps every fault that it meets."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, sentence: str) -> None:
        self.faults.append(Fault(PATH, where, sentence))

    def settings(self, data: Mapping[str, Any]) -> PolicySettings:
        self.unknown("", data, _TABLES)
        policy = self.table(data, "policy")
        self.unknown("policy", policy, "title owner_role owner top_process start_form".split())  # noqa: SIM905
        context = [self.texts("context", each, "id reason") for each in self.rows(data, "context")]
        return PolicySettings(
            **{name: self.text("policy", policy, name, name != "owner") for name in _POLICY},
            versions=tuple(self.version(each) for each in self.rows(data, "versions")),
            calendar=self.calendar(self.table(data, "calendar")),
            case=self.naming(self.table(data, "case")),
            roles=self.named("roles", data, self.role),
            strands=tuple(self.strand(each) for each in self.rows(data, "strands")),
            open_questions=tuple(self.question(each) for each in self.rows(data, "open_questions")),
            context=MappingProxyType({each["id"]: each["reason"] for each in context}),
            switches=self.named("switches", data, self.switch),
            council=MappingProxyType(self.table(data, "council")),
        )

    def table(self, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        found = data.get(name, {})
        if not isinstance(found, dict):
            self.fault(name, f"[{name}] must be a table.")
            return {}
        return found

    def rows(self, data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        found = data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            self.fault(name, f"[[{name}]] must be tables.")
            return []
        return found

    def named(self, name: str, data: Mapping[str, Any], read: Callable[[str, dict[str, Any]], Any]) -> Any:
        tables = self.table(data, name)
        wrong = [key for key, about in tables.items() if not isinstance(about, dict)]
        for key in wrong:
            self.fault(f"{name}.{key}", f"[{name}.{key}] must be a table.")
        return MappingProxyType({key: read(key, about) for key, about in tables.items() if key not in wrong})

    def unknown(self, where: str, data: Mapping[str, Any], known: Iterable[str]) -> None:
        for name in sorted(set(data) - set(known)):
            self.fault(f"{where}.{name}".lstrip("."), f"The setting “{name}” is not known here.")

    def text(self, where: str, data: Mapping[str, Any], name: str, required: bool = True) -> str:
        value = data.get(name, "")
        if not isinstance(value, str):
            self.fault(f"{where}.{name}", f"“{name}” must be text in quotation marks.")
            return ""
        if required and not value.strip():
            self.fault(f"{where}.{name}", f"“{name}” is missing.")
        return value

    def texts(self, where: str, data: Mapping[str, Any], names: str, optional: str = "") -> dict[str, str]:
        found = {name: self.text(where, data, name) for name in names.split()}
        return found | {name: self.text(where, data, name, False) for name in optional.split()}

    def list(self, where: str, data: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = data.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(f"{where}.{name}", f"“{name}” must be a list of texts.")
            return ()
        return tuple(value)

    def flag(self, where: str, data: Mapping[str, Any], name: str) -> bool:
        value = data.get(name, False)
        if not isinstance(value, bool):
            self.fault(f"{where}.{name}", f"“{name}” must be true or false.")
        return value is True

    def version(self, data: Mapping[str, Any]) -> Version:
        self.unknown("versions", data, ("number", "updated", "updated_by", "review"))
        number = data.get("number")
        if not isinstance(number, int) or isinstance(number, bool):
            self.fault("versions.number", "“number” must be a whole number.")
            number = 0
        found = self.texts("versions", data, "updated updated_by review")
        for name in ("updated", "review"):
            if found[name] and not _MONTH.match(found[name]):
                self.fault(f"versions.{name}", f"“{found[name]}” must be a month such as 2026-10.")
        return Version(number, **found)

    def calendar(self, data: Mapping[str, Any]) -> Calendar:
        self.unknown("calendar", data, ("timescales", "zone", "division"))
        found = self.texts("calendar", data, "", "timescales zone division")
        try:
            ZoneInfo(found["zone"] or "Europe/London")
        except (ValueError, OSError, KeyError):
            self.fault("calendar.zone", f"“{found['zone'][:60]}” is not a time zone.")
        return Calendar(**{name: value for name, value in found.items() if value})

    def naming(self, data: Mapping[str, Any]) -> CaseNaming:
        self.unknown("case", data, ("title", "team", "worker"))
        return CaseNaming(*(self.feel(f"case.{name}", data.get(name)) for name in ("title", "team", "worker")))

    def feel(self, where: str, text: object) -> Expression | None:
        if text is None:
            return None
        if not isinstance(text, str) or not text.startswith("="):
            self.fault(where, "It must be FEEL beginning with “=”.")
            return None
        try:
            return parse_expression(text[1:])
        except FeelSyntaxError as error:
            self.fault(where, f"It is not FEEL: {error.sentence}")
            return None

    def role(self, own: str, data: Mapping[str, Any]) -> Role:
        where = f"roles.{own}"
        self.unknown(where, data, ("title", "sees", "starts_cases", "may"))
        sees = data.get("sees", "involved")
        if sees not in SEES:
            self.fault(f"{where}.sees", f"“{str(sees)[:40]}” must be one of {', '.join(SEES)}.")
        title = self.text(where, data, "title")
        return Role(own, title, str(sees), self.flag(where, data, "starts_cases"), self.list(where, data, "may"))

    def strand(self, data: Mapping[str, Any]) -> Strand:
        self.unknown("strands", data, ("id", "title", "processes"))
        return Strand(**self.texts("strands", data, "id title"), processes=self.list("strands", data, "processes"))

    def question(self, data: Mapping[str, Any]) -> OpenQuestion:
        names = "id question default where_set source"
        self.unknown("open_questions", data, [*names.split(), "sentences"])
        found = self.texts("open_questions", data, names)
        return OpenQuestion(**found, sentences=self.list("open_questions", data, "sentences"))

    def switch(self, own: str, data: Mapping[str, Any]) -> Switch:
        where = f"switches.{own}"
        self.unknown(where, data, ("on", "title", "commencement", "source", "why", "where_set"))
        found = self.texts(where, data, "title", "commencement source why where_set")
        return Switch(own, on=self.flag(where, data, "on"), **found)


_POLICY = ("title", "owner_role", "owner", "top_process", "start_form")
