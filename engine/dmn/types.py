"""Item definitions as FEEL types (DMN 1.5, 7.3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.dmn.errors import Fault
from engine.dmn.model import DecisionModel, ItemDefinition
from engine.feel.budget import Run
from engine.feel.compiler import compile_node
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import ALWAYS
from engine.feel.frames import Frame
from engine.feel.parser import known, parse_tests
from engine.feel.types import ANY, FeelType, type_named
from engine.feel.unary import compile_tests

MAX_DEPTH = 30


def model_types(model: DecisionModel, faults: list[Fault]) -> dict[str, FeelType]:
    """The types of a model by name, and those of its imports by `import.name`."""
    found: dict[str, FeelType] = {}
    for prefix, imported in model.imports.items():
        found |= {f"{prefix}.{name}": kind for name, kind in model_types(imported, []).items()}
    builder = _Builder(model.items, found, faults)
    for name in model.items:
        found[name] = builder.named(name, 0)
    return found


def allowed_test(text: str, element: str, faults: list[Fault]) -> Callable[[Any], bool] | None:
    """Whether a value satisfies the unary tests that say which values are allowed; None for no text."""
    if not text:
        return None
    try:
        tests = compile_tests(parse_tests(text, known((), ALWAYS), {}), compile_node)
    except FeelSyntaxError as error:
        faults.append(Fault(element, f"{error.sentence} (in the allowed values `{text}`)"))
        return None
    return lambda value: tests(Frame({}, None, Run()), value) is True


class _Builder:
    def __init__(self, items: Mapping[str, ItemDefinition], imported: dict[str, FeelType], faults: list[Fault]):
        self.items = items
        self.imported = dict(imported)
        self.faults = faults
        self.made: dict[str, FeelType] = {}

    def named(self, name: str, depth: int) -> FeelType:
        """The type of an item definition, built once; one that contains itself is of any type inside."""
        if name not in self.made:
            self.made[name] = ANY
            self.made[name] = ANY if depth > MAX_DEPTH else self.build(self.items[name], depth)
        return self.made[name]

    def build(self, item: ItemDefinition, depth: int) -> FeelType:
        kind = self._base(item, depth)
        allowed = allowed_test(item.allowed, item.name, self.faults)
        if allowed:
            kind = _limited(kind, allowed, item.allowed, on_items=kind.kind == "list")
        if item.is_collection:
            kind = FeelType("list", element=kind)
        constraint = allowed_test(item.constraint, item.name, self.faults)
        if constraint:
            kind = _limited(kind, constraint, item.constraint, on_items=False)
        return replace(kind, name=item.name)

    def _base(self, item: ItemDefinition, depth: int) -> FeelType:
        if item.components:
            return FeelType("context", fields=tuple((c.name, self.build(c, depth + 1)) for c in item.components))
        if item.parameters is not None:
            params = tuple(self._reference(p.type_ref, item, depth) for p in item.parameters)
            return FeelType("function", params=params, result=self._reference(item.result_ref, item, depth))
        return self._reference(item.type_ref, item, depth)

    def _reference(self, reference: str, item: ItemDefinition, depth: int) -> FeelType:
        if not reference:
            return ANY
        if reference in self.items:
            return self.named(reference, depth + 1)
        found = type_named(reference, self.imported)
        if found is None:
            self.faults.append(Fault(item.name, f"There is no type `{reference}`."))
        return found or ANY


def _limited(kind: FeelType, allowed: Callable[[Any], bool], text: str, on_items: bool) -> FeelType:
    if on_items and kind.element is not None:
        return replace(kind, element=_limited(kind.element, allowed, text, on_items=False))
    before = kind.allowed
    both = (lambda value: before(value) and allowed(value)) if before else allowed
    return replace(kind, allowed=both, allowed_text=text)


def component_names(items: Mapping[str, ItemDefinition]) -> set[str]:
    """The names of all components at any depth, which may stand after a dot."""
    found: set[str] = set()
    stack = [part for item in items.values() for part in item.components]
    while stack:
        part = stack.pop()
        found.add(part.name)
        stack.extend(part.components)
    return found
