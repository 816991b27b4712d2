"""Decision tables: compiled once, evaluated with or without a trace (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.dmn.clauses import Column, Output, TableRule, compile_columns, compile_outputs, compile_rules
from engine.dmn.errors import DecisionError
from engine.dmn.model import DecisionTable
from engine.dmn.policies import MANY, SINGLE, Conflict, Row, aggregate, any_, ranking, unique
from engine.dmn.scope import DecisionRun, Scope
from engine.dmn.trace import InputTrace, RuleTrace, Trace
from engine.feel.builtins.conversion import pieces
from engine.feel.convert import to_native
from engine.feel.expression import export
from engine.feel.frames import Closure, Frame


def compile_table(table: DecisionTable, scope: Scope) -> Closure:
    """The closure of a decision table; faults of the table are noted in the scope."""
    _check(table, scope)
    columns = compile_columns(table, scope)
    outputs = compile_outputs(table, scope)
    return _Table(table, scope, columns, outputs, compile_rules(table, scope)).evaluate


def _check(table: DecisionTable, scope: Scope) -> None:
    if table.hit_policy not in SINGLE | MANY:
        scope.fault(table.id, f"There is no hit policy `{table.hit_policy}`.")
    if table.aggregation and table.aggregation not in ("SUM", "COUNT", "MIN", "MAX"):
        scope.fault(table.id, f"There is no aggregation `{table.aggregation}`.")
    if table.aggregation and len(table.outputs) != 1:
        scope.fault(table.id, f"{table.aggregation} needs a table with one output.")
    if not table.outputs:
        scope.fault(table.id, "The table has no output.")
    names = [output.name for output in table.outputs]
    if len(names) > 1 and len(set(names)) < len(names):
        scope.fault(table.id, "Two outputs of the table have the same name.")
    for number, rule in enumerate(table.rules, 1):
        if len(rule.inputs) != len(table.inputs) or len(rule.outputs) != len(table.outputs):
            scope.fault(rule.id, f"Rule {number} does not have a cell for each column.")


class _Table:
    """A compiled table."""

    def __init__(
        self,
        table: DecisionTable,
        scope: Scope,
        columns: list[Column],
        outputs: list[Output],
        rules: list[TableRule],
    ) -> None:
        self.table = table
        self.scope = scope
        self.columns = columns
        self.outputs = outputs
        self.rules = rules
        self.rank = ranking([output.order for output in outputs])
        self.first_only = table.hit_policy == "FIRST"

    def evaluate(self, frame: Frame) -> Any:
        """The table's value; raises DecisionError in a strict run, is null in a lenient one."""
        run: DecisionRun = frame.run  # type: ignore[assignment]
        case = _Case(self, frame, run)
        try:
            value = case.decide()
        except DecisionError as error:
            if run.strict:
                error.trace = case.trace(None)
                raise
            run.warn(f"{error} The result is null.")
            value = None
        if run.tracing:
            run.traces.append(case.trace(value))
            run.last = value
        return value


class _Case:
    """One evaluation of a table."""

    def __init__(self, table: _Table, frame: Frame, run: DecisionRun) -> None:
        self.table = table
        self.frame = frame
        self.run = run
        self.values: list[Any] = []
        self.cells: list[list[bool | None]] = []
        self.hits: list[TableRule] = []
        self.default_used = False
        self.made: dict[int, Row] = {}

    def error(self, sentence: str, rule: int | None = None, label: str = "") -> DecisionError:
        """The error of this decision."""
        return DecisionError(self.table.scope.owner_name, sentence, rule=rule, input=label)

    def decide(self) -> Any:
        self.read_inputs()
        self.find_hits()
        return self.answer() if self.hits else self.default()

    def read_inputs(self) -> None:
        for column in self.table.columns:
            value = column.expression(self.frame)
            if value is not None and column.check and type(value) is not column.exact:
                fits, value, reason = column.check(value)
                if not fits:
                    self.values.append(value)
                    raise self.error(reason, label=column.label)
            self.values.append(value)

    def find_hits(self) -> None:
        frame, values = self.frame, self.values
        if self.run.tracing:
            self.run.charge(len(self.table.rules))
            for rule in self.table.rules:
                results = [test(frame, value) for test, value in zip(rule.all_tests, values, strict=False)]
                self.cells.append(results)
                if results.count(True) == len(results):
                    self.hits.append(rule)
        else:
            for rule in self.table.rules:
                for place, test in rule.tests:
                    if test(frame, values[place]) is not True:
                        break
                else:
                    self.hits.append(rule)
                    if self.table.first_only:
                        return
        if self.table.first_only:
            del self.hits[1:]

    def row(self, rule: TableRule) -> Row:
        """The outputs of a rule, checked against their types and allowed values."""
        row = []
        for output, cell in zip(self.table.outputs, rule.outputs, strict=False):
            value = cell(self.frame)
            if value is not None and output.check and type(value) is not output.exact:
                fits, value, reason = output.check(value)
                if not fits:
                    raise self.error(f"Rule {rule.index}: {reason}", rule=rule.index)
            row.append(value)
        self.made[rule.index] = tuple(row)
        return self.made[rule.index]

    def answer(self) -> Any:
        table = self.table.table
        rows = [self.row(rule) for rule in self.hits]
        try:
            if table.hit_policy == "UNIQUE":
                return self.shape(unique(rows))
            if table.hit_policy == "ANY":
                return self.shape(any_(rows))
        except Conflict as conflict:
            numbers = ", ".join(str(rule.index) for rule in self.hits)
            raise self.error(conflict.sentence.format(rules=numbers), rule=self.hits[1].index) from conflict
        if table.hit_policy in ("PRIORITY", "OUTPUT ORDER"):
            rows.sort(key=self.table.rank)
        if table.hit_policy in SINGLE:
            return self.shape(rows[0])
        if table.aggregation:
            return aggregate(table.aggregation, [row[0] for row in rows], self.run)
        return [self.shape(row) for row in rows]

    def shape(self, row: Sequence[Any]) -> Any:
        """One output as its value, several as a context."""
        if len(self.table.outputs) == 1:
            return row[0]
        return {output.name: value for output, value in zip(self.table.outputs, row, strict=True)}

    def default(self) -> Any:
        """What the table says when no rule applies: its default outputs, else an error."""
        outputs, table = self.table.outputs, self.table.table
        if any(output.default for output in outputs):
            self.default_used = True
            return self.shape([output.default(self.frame) if output.default else None for output in outputs])
        if table.aggregation == "COUNT":
            return aggregate("COUNT", [], self.run)
        if table.hit_policy in MANY and not table.aggregation and self.run.strict:
            return []
        given = ", ".join(f"{c.label} = {_shown(v)}" for c, v in zip(self.table.columns, self.values, strict=False))
        raise self.error(f"No rule applies to {given or 'this case'}, and the table has no default.")

    def trace(self, value: Any) -> Trace:
        """What happened, as plain data."""
        scope, table = self.table.scope, self.table.table
        rules = tuple(self._rule(n, rule) for n, rule in enumerate(self.table.rules)) if self.cells else ()
        hit = {rule.index for rule in self.hits}
        near = tuple(n for n, cells in enumerate(self.cells, 1) if cells.count(True) == len(cells) - 1)
        ids = [*scope.guidance, *(i for rule in self.hits for i in rule.guidance)]
        return Trace(
            decision_id=scope.owner_id,
            decision_name=scope.owner_name,
            hit_policy=table.hit_policy,
            aggregation=table.aggregation,
            inputs=self._inputs(),
            rules=rules,
            hits=tuple(sorted(hit)),
            near_misses=near,
            default_used=self.default_used,
            output=export(value, self.run),
            guidance=tuple(dict.fromkeys(ids)),
        )

    def _inputs(self) -> tuple[InputTrace, ...]:
        sources = self.run.sources
        return tuple(
            InputTrace(
                column.label,
                column.text,
                to_native(value),
                tuple(sources[name] for name in sorted(column.names) if name in sources),
            )
            for column, value in zip(self.table.columns, self.values, strict=False)
        )

    def _rule(self, place: int, rule: TableRule) -> RuleTrace:
        cells = tuple([known[answer] for known, answer in zip(rule.cells, self.cells[place], strict=False)])
        row = self.made.get(rule.index)
        outputs = (
            ()
            if row is None
            else tuple((o.name, export(v, self.run)) for o, v in zip(self.table.outputs, row, strict=False))
        )
        return RuleTrace(rule.id, rule.index, cells, rule.annotations, rule.guidance, outputs)


def _shown(value: Any) -> str:
    text = "".join(pieces(value))
    return text if len(text) <= 60 else text[:57] + "..."
