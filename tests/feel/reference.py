"""A slow interpreter of FEEL trees, written apart from the compiler, that the compiled evaluator must agree with.

It knows numbers, texts, booleans, null, lists, contexts, ranges and functions of the text, and four built-ins.
"""

from decimal import Context, Decimal, DecimalException
from typing import Any

from engine.feel import ast

ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144)
KINDS = (bool, Decimal, str, list, dict)


def evaluate(node: ast.Node, scope: dict[str, Any]) -> Any:
    """The value of the node, by the letter of DMN 1.5, chapter 10."""
    match node:
        case ast.Literal(value=value):
            return value
        case ast.Name(name=name):
            return scope.get(name)
        case ast.ListLiteral(items=items):
            return [evaluate(item, scope) for item in items]
        case ast.ContextLiteral(entries=entries):
            return context(entries, scope)
        case ast.Path(base=base, name=name):
            return member(evaluate(base, scope), name)
        case ast.Negation(operand=operand):
            value = evaluate(operand, scope)
            return Decimal(0) - value if kind(value) is Decimal else None
        case ast.Chain(first=first, rest=rest):
            value = evaluate(first, scope)
            for op, operand in rest:
                value = arithmetic(op, value, evaluate(operand, scope))
            return value
        case ast.Comparison(op=op, left=left, right=right):
            return compared(op, evaluate(left, scope), evaluate(right, scope))
        case ast.Between(value=value, low=low, high=high):
            middle = evaluate(value, scope)
            return conjunction(
                [compared("<=", evaluate(low, scope), middle), compared("<=", middle, evaluate(high, scope))],
                strict=True,
            )
        case ast.And(parts=parts):
            return conjunction([evaluate(part, scope) for part in parts])
        case ast.Or(parts=parts):
            return disjunction([evaluate(part, scope) for part in parts])
        case ast.If(condition=condition, yes=yes, no=no):
            held = evaluate(condition, scope)
            if held is not None and held is not True and held is not False:
                return None
            return evaluate(yes if held is True else no, scope)
        case ast.For(iterators=iterators, body=body):
            scopes = combinations(iterators, scope)
            return None if scopes is None else [evaluate(body, inner) for inner in scopes]
        case ast.Quantified(kind=word, iterators=iterators, body=body):
            scopes = combinations(iterators, scope)
            return None if scopes is None else quantified(word, [evaluate(body, inner) for inner in scopes])
        case ast.Filter(base=base, condition=condition):
            return filtered(evaluate(base, scope), condition, scope)
        case ast.In(value=value, tests=tests):
            subject = evaluate(value, scope)
            return disjunction([is_in(subject, test, scope) for test in tests])
        case ast.Call(function=ast.Name(name=name), args=args):
            return BUILTINS[name](*(evaluate(arg, scope) for arg in args))
    raise TypeError(node)


def kind(value: Any) -> Any:
    return type(value)


def context(entries: Any, scope: dict[str, Any]) -> Any:
    if len({key for key, _ in entries}) < len(entries):
        return None
    made: dict[str, Any] = {}
    for key, value in entries:
        made[key] = evaluate(value, {**scope, **made})
    return made


def member(value: Any, name: str) -> Any:
    if kind(value) is list:
        return [member(item, name) for item in value]
    return value.get(name) if kind(value) is dict else None


def arithmetic(op: str, a: Any, b: Any) -> Any:
    if op == "+" and kind(a) is str and kind(b) is str:
        return a + b
    if kind(a) is not Decimal or kind(b) is not Decimal or (op == "/" and b == 0):
        return None
    actions = {"+": ARITHMETIC.add, "-": ARITHMETIC.subtract, "*": ARITHMETIC.multiply, "/": ARITHMETIC.divide}
    try:
        return actions[op](a, b)
    except DecimalException:
        return None


def same(a: Any, b: Any) -> bool | None:
    if a is None or b is None:
        return a is None and b is None
    if kind(a) is not kind(b):
        return None
    if kind(a) is list:
        return len(a) == len(b) and conjunction([same(x, y) for x, y in zip(a, b, strict=True)])
    if kind(a) is dict:
        return set(a) == set(b) and conjunction([same(a[key], b[key]) for key in a])
    return bool(a == b)


def before(a: Any, b: Any) -> bool | None:
    return bool(a < b) if kind(a) is kind(b) and kind(a) in (Decimal, str) else None


def negated(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def compared(op: str, a: Any, b: Any) -> bool | None:
    answers = {
        "=": lambda: same(a, b),
        "!=": lambda: negated(same(a, b)),
        "<": lambda: before(a, b),
        ">": lambda: before(b, a),
        "<=": lambda: negated(before(b, a)),
        ">=": lambda: negated(before(a, b)),
    }
    return answers[op]()


def conjunction(values: list[Any], strict: bool = False) -> bool | None:
    if strict and any(value is None for value in values):
        return None
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None


def disjunction(values: list[Any]) -> bool | None:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


def quantified(word: str, values: list[Any]) -> bool | None:
    if any(value is not None and kind(value) is not bool for value in values):
        return None
    return disjunction(values) if word == "some" else conjunction(values)


def combinations(iterators: Any, scope: dict[str, Any]) -> list[dict[str, Any]] | None:
    scopes = [scope]
    for name, low, high in iterators:
        grown: list[dict[str, Any]] = []
        for outer in scopes:
            items = domain(evaluate(low, outer), evaluate(high, outer) if high else None, high is not None)
            if items is None:
                return None
            grown += [{**outer, name: item} for item in items]
        scopes = grown
    return scopes


def domain(low: Any, high: Any, is_range: bool) -> list[Any] | None:
    if not is_range:
        return None if low is None else low if kind(low) is list else [low]
    if kind(low) is not Decimal or kind(high) is not Decimal or low % 1 or high % 1:
        return None
    step = 1 if low <= high else -1
    return [Decimal(n) for n in range(int(low), int(high) + step, step)]


def filtered(value: Any, condition: ast.Node, scope: dict[str, Any]) -> Any:
    items = value if kind(value) is list else [] if value is None else [value]
    answers = []
    for item in items:
        own = {"item": item, **item} if kind(item) is dict else {"item": item}
        answers.append(evaluate(condition, {**scope, **own}))
    first = answers[0] if answers else evaluate(condition, scope)
    if kind(first) is Decimal:
        return at_place(items, first)
    if any(answer is not None and kind(answer) is not bool for answer in answers):
        return None
    return [item for item, answer in zip(items, answers, strict=True) if answer is True]


def at_place(items: list[Any], place: Decimal) -> Any:
    if place % 1 or not 1 <= abs(place) <= len(items):
        return None
    return items[int(place) - 1] if place > 0 else items[int(place)]


def is_in(value: Any, test: ast.Node, scope: dict[str, Any]) -> bool | None:
    match test:
        case ast.UnaryRange(op=op, operand=operand):
            return compared(op, value, evaluate(operand, scope))
        case ast.RangeLiteral(low=low, high=high):
            ends = evaluate(low, scope), evaluate(high, scope)
            if None not in ends and before(*ends) is None:
                return None
            return conjunction(
                [
                    compared("<=" if test.low_closed else "<", ends[0], value),
                    compared("<=" if test.high_closed else "<", value, ends[1]),
                ],
                strict=True,
            )
    wanted = evaluate(test, scope)
    if isinstance(test, ast.Literal) and kind(value) is list:
        return any(same(item, wanted) is True for item in value)
    if kind(wanted) is list:
        return same(value, wanted) is True or any(same(value, item) is True for item in wanted)
    return same(value, wanted)


def alone(value: Any) -> Any:
    """A list of one is its item where one value is asked for."""
    return value[0] if kind(value) is list and len(value) == 1 else value


BUILTINS = {
    "not": lambda value: not alone(value) if kind(alone(value)) is bool else None,
    "count": lambda value: None if value is None else Decimal(len(value) if kind(value) is list else 1),
    "abs": lambda value: abs(alone(value)) if kind(alone(value)) is Decimal else None,
    "reverse": lambda value: None if value is None else value[::-1] if kind(value) is list else [value],
}
