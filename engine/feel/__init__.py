"""FEEL, the expression language of DMN 1.5: text to compiled expression, evaluated within a budget."""

from engine.feel.budget import DEFAULT_BUDGET, Budget
from engine.feel.calendar import working_day_functions
from engine.feel.codec import Decoded, decode, encode
from engine.feel.errors import FeelBudgetExceeded, FeelError, FeelSyntaxError
from engine.feel.expression import Expression, UnaryTests, parse_expression, parse_unary_tests
from engine.feel.values import Date, DateTime, DaysTime, Function, Range, Time, YearsMonths

__all__ = [
    "DEFAULT_BUDGET",
    "Budget",
    "Date",
    "DateTime",
    "DaysTime",
    "Decoded",
    "Expression",
    "FeelBudgetExceeded",
    "FeelError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "Time",
    "UnaryTests",
    "YearsMonths",
    "decode",
    "encode",
    "parse_expression",
    "parse_unary_tests",
    "working_day_functions",
]
