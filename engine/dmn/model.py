"""A decision model as plain data: what the XML says, before anything is compiled (DMN 1.5, chapters 6 to 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the model: of another type, of components, or of functions."""

    name: str
    type_ref: str = ""
    allowed: str = ""
    constraint: str = ""
    is_collection: bool = False
    components: tuple[ItemDefinition, ...] = ()
    parameters: tuple[Variable, ...] | None = None
    result_ref: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A name with the type it is declared to have."""

    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class Logic:
    """Any expression of a model: its id, and the type it is declared to have."""

    id: str = field(default="", kw_only=True)
    type_ref: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Text(Logic):
    """A literal expression: FEEL text."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a boxed context; the result has no variable."""

    variable: Variable | None
    logic: Logic | None


@dataclass(frozen=True, slots=True)
class Context(Logic):
    """A boxed context."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Invocation(Logic):
    """A boxed invocation: the function, and what its parameters are bound to."""

    function: Logic | None
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Items(Logic):
    """A boxed list."""

    items: tuple[Logic | None, ...]


@dataclass(frozen=True, slots=True)
class Relation(Logic):
    """A boxed relation: rows under named columns."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Logic | None, ...], ...]


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Logic):
    """A boxed function; `kind` is FEEL, Java or PMML."""

    parameters: tuple[Variable, ...]
    body: Logic | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True)
class Conditional(Logic):
    """A boxed if."""

    condition: Logic | None
    yes: Logic | None
    no: Logic | None


@dataclass(frozen=True, slots=True)
class FilterLogic(Logic):
    """A boxed filter."""

    source: Logic | None
    match: Logic | None


@dataclass(frozen=True, slots=True)
class Iteration(Logic):
    """A boxed for, some or every."""

    kind: str
    variable: str
    source: Logic | None
    body: Logic | None


@dataclass(frozen=True, slots=True)
class InputClause:
    """One input column: its label, its expression, its type and the values it may have."""

    id: str
    label: str
    expression: str
    type_ref: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class OutputClause:
    """One output column: its name, its type, the values it may have (in order of priority), its default."""

    id: str
    name: str
    label: str = ""
    type_ref: str = ""
    allowed: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the texts of its cells, and its annotations by the names of their columns."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    input_ids: tuple[str, ...] = ()
    output_ids: tuple[str, ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    guidance: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionTable(Logic):
    """A decision table; `hit_policy` is written out, `aggregation` SUM, COUNT, MIN, MAX or empty."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "UNIQUE"
    aggregation: str = ""
    orientation: str = ""


@dataclass(frozen=True, slots=True)
class InputData:
    """A named input of the model."""

    id: str
    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: what it requires (by reference) and how it is made."""

    id: str
    name: str
    type_ref: str = ""
    requires: tuple[str, ...] = ()
    logic: Logic | None = None
    guidance: tuple[str, ...] = ()
    question: str = ""
    description: str = ""

    @property
    def table(self) -> DecisionTable | None:
        """The decision's own table, when it is made by one."""
        return self.logic if isinstance(self.logic, DecisionTable) else None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A business knowledge model: a named function."""

    id: str
    name: str
    type_ref: str = ""
    requires: tuple[str, ...] = ()
    logic: Logic | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A decision service: decisions offered as a function of input data and input decisions."""

    id: str
    name: str
    type_ref: str = ""
    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


Element = InputData | Decision | Knowledge | Service


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One DMN file: its decisions and what they are made of, each by id; imports by their names."""

    name: str
    namespace: str
    items: Mapping[str, ItemDefinition]
    inputs: Mapping[str, InputData]
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, Knowledge]
    services: Mapping[str, Service]
    imports: Mapping[str, DecisionModel]
    program: object = field(default=None, repr=False, compare=False)

    def find(self, name_or_id: str) -> Decision | None:
        """The decision of that id or name, or None."""
        found = self.decisions.get(name_or_id)
        return found or next((d for d in self.decisions.values() if d.name == name_or_id), None)

    def element(self, reference: str) -> tuple[str, DecisionModel, Element] | None:
        """What `#id` or `namespace#id` refers to: import name (empty for this model), its model, the element."""
        namespace, _, key = reference.rpartition("#")
        if namespace in ("", self.namespace):
            found = self.local(key)
            return ("", self, found) if found else None
        for prefix, model in self.imports.items():
            imported = model.local(key) if model.namespace == namespace else None
            if imported:
                return prefix, model, imported
        return None

    def local(self, key: str) -> Element | None:
        """The element of this model with that id."""
        tables: tuple[Mapping[str, Element], ...] = (self.inputs, self.decisions, self.knowledge, self.services)
        return next((table[key] for table in tables if key in table), None)
