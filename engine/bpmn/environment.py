"""SpiffWorkflow's script engine and its environment, both replaced: FEEL over scopes, and never a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine.bpmn.dialect.formula import Formula
from engine.bpmn.scopes import View
from engine.feel import FeelBudgetExceeded, FeelError
from engine.model.errors import StepBudgetExceeded, StepFailed

if TYPE_CHECKING:
    from engine.bpmn.run import Run
    from engine.bpmn.tree import CaseTask


class FeelEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Where SpiffWorkflow asks for a value directly: compiled FEEL or nothing."""

    def evaluate(self, expression: object, context: Mapping[str, object], external_context: object = None) -> object:
        """The value of a compiled formula over a context; text is refused, for it was never compiled."""
        del external_context
        if not isinstance(expression, Formula):
            _refuse(str(expression))
        if expression.expression is None:
            return expression.text
        return expression.expression.evaluate(context)

    def execute(self, script: object, context: object, external_context: object = None) -> NoReturn:
        """Scripts are never run."""
        del context, external_context
        _refuse(str(script))

    def call_service(self, context: object, **kwargs: object) -> NoReturn:
        """Service tasks park for a handler; nothing is called from a step."""
        del context, kwargs
        _refuse("a service call")


class FeelScriptEngine(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates compiled formulas in the scopes that a position can read."""

    def __init__(self) -> None:
        """Use the FEEL environment and no other."""
        super().__init__(environment=FeelEnvironment())

    def validate(self, expression: str) -> NoReturn:
        """Python is never parsed."""
        _refuse(expression)

    def evaluate(
        self, task: CaseTask, expression: Formula, external_context: Mapping[str, object] | None = None
    ) -> object:
        """The value for a task; `external_context` holds names that come before all scopes."""
        if not isinstance(expression, Formula):
            _refuse(str(expression))
        if expression.expression is None:
            return expression.text
        run = task.workflow.top_workflow.run
        run.warnings.clear()
        view = View(run.scopes, task.path, run.given, external_context)
        element = task.task_spec.bpmn_id or ""
        try:
            value: object = expression.expression.evaluate(
                view, functions=run.functions, now=run.local_now, warnings=run.warnings
            )
        except FeelBudgetExceeded as stopped:
            raise StepBudgetExceeded(element, f"{expression.text} costs too much: {stopped}") from stopped
        except FeelError as wrong:
            raise StepFailed(element, f"{expression.text} cannot be evaluated: {wrong}") from wrong
        run.raise_if_deadline_failed(element)
        return value

    def execute(self, task: object, script: object, external_context: object = None) -> NoReturn:
        """Scripts are never run."""
        del task, external_context
        _refuse(str(script))

    def call_service(self, task: object, **kwargs: object) -> NoReturn:
        """Service tasks park for a handler; nothing is called from a step."""
        del task, kwargs
        _refuse("a service call")


def reasons(run: Run) -> str:
    """What the last evaluation warned about, as the end of a sentence."""
    return f" ({'; '.join(dict.fromkeys(run.warnings))})" if run.warnings else ""


def _refuse(text: str) -> NoReturn:
    """Refuse what is not compiled FEEL."""
    raise StepFailed("", f"only FEEL is evaluated, never a script: {text[:80]}")
