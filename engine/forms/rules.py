"""What an answer must meet, read from `validate` and from the custom properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import regex

from engine.feel import Expression
from engine.forms.components import VALIDATE
from engine.forms.expressions import compile_feel
from engine.forms.schema import Check, Rules

_BOUNDED = ("number", "date", "time", "datetime")
_TEXT = ("textfield", "textarea")


def read_rules(data: Mapping[str, object], kind: str) -> tuple[Rules, list[str]]:
    """The rules of a component of this type, and a sentence for each one that is no rule."""
    reader = _RulesReader(data, kind)
    rules = Rules(
        required=reader.flag("required"),
        required_message=reader.custom("requiredMessage"),
        low=reader.bound("min"),
        low_message=reader.custom("minMessage"),
        high=reader.bound("max"),
        high_message=reader.custom("maxMessage"),
        min_length=reader.count("minLength"),
        max_length=reader.count("maxLength"),
        pattern=reader.pattern(),
        pattern_message=reader.text("patternErrorMessage"),
        decimals=reader.decimals(),
        kind=reader.kind_of_text(),
        no_past=data.get("disallowPassedDates") is True,
        checks=tuple(reader.checks()),
    )
    return rules, reader.faults


class _RulesReader:
    """Reads one component's rules and keeps every fault that it meets."""

    def __init__(self, data: Mapping[str, object], kind: str) -> None:
        validate, custom = data.get("validate", {}), data.get("properties", {})
        self.faults: list[str] = []
        self.data, self.kind = data, kind
        self.validate: Mapping[str, Any] = validate if isinstance(validate, dict) else {}
        self.properties: Mapping[str, Any] = custom if isinstance(custom, dict) else {}
        if not isinstance(validate, dict):
            self.faults.append("“validate” must be an object.")
        for name in sorted(set(self.validate) - VALIDATE):
            self.faults.append(f"Its rule “{name[:80]}” is not known.")

    def flag(self, name: str) -> bool:
        value = self.validate.get(name, False)
        if not isinstance(value, bool):
            self.faults.append(f"“{name}” must be true or false.")
        return value is True

    def text(self, name: str) -> str:
        value = self.validate.get(name, "")
        if not isinstance(value, str):
            self.faults.append(f"“{name}” must be text.")
        return value if isinstance(value, str) else ""

    def custom(self, name: str) -> str:
        return str(self.properties.get(name, ""))

    def bound(self, name: str) -> Decimal | Expression | None:
        """A number, or FEEL that gives a number, date or time when the answer is checked."""
        value = self.properties.get(name, self.validate.get(name))
        if value is None or value == "":
            return None
        if self.kind not in _BOUNDED:
            self.faults.append(f"“{name}” has no meaning on a component of type {self.kind}.")
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Decimal(str(value))
        return self._feel(value, f"“{name}”")

    def count(self, name: str) -> int | None:
        value = self.validate.get(name)
        if value is None or value == "":
            return None
        if self.kind not in _TEXT:
            self.faults.append(f"“{name}” has no meaning on a component of type {self.kind}.")
        elif not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 100_000:
            self.faults.append(f"“{name}” must be a whole number from 0 to 100,000.")
        else:
            return value
        return None

    def pattern(self) -> str:
        pattern = self.text("pattern")
        try:
            if len(pattern) > 1000:
                self.faults.append("Its pattern is longer than 1,000 characters.")
            else:
                regex.compile(pattern)
        except (regex.error, RecursionError, OverflowError) as error:
            self.faults.append(f"Its pattern is not a regular expression: {error}.")
        if pattern and self.kind not in _TEXT:
            self.faults.append(f"“pattern” has no meaning on a component of type {self.kind}.")
        return pattern

    def decimals(self) -> int | None:
        value = self.data.get("decimalDigits")
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10:
            self.faults.append("“decimalDigits” must be a whole number from 0 to 10.")
            return None
        return value

    def kind_of_text(self) -> str:
        kind = self.text("validationType")
        if kind not in ("", "custom", "email", "phone"):
            self.faults.append(f"Its validation type “{kind[:80]}” is not known.")
        return "" if kind == "custom" else kind

    def checks(self) -> Iterator[Check]:
        for suffix in ("", *map(str, range(2, 10))):
            text, message = self.custom(f"check{suffix}"), self.custom(f"checkMessage{suffix}")
            condition = self._feel(text, f"“check{suffix}”") if text else None
            if text and not message:
                self.faults.append(f"“check{suffix}” needs a sentence in “checkMessage{suffix}”.")
            if message and not text:
                self.faults.append(f"“checkMessage{suffix}” has no “check{suffix}”.")
            if condition is not None:
                yield Check(condition, message)

    def _feel(self, text: object, what: str) -> Expression | None:
        try:
            return compile_feel(text)
        except ValueError as error:
            self.faults.append(f"{what} {error}")
            return None
