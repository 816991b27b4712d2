"""Which names an expression uses, and what to say of one that is not known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from engine.feel import ast
from engine.feel.parser import children


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean `progress`?` when a known name is close, else nothing."""
    close = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.7)
    return f"; did you mean `{close[0]}`?" if close else ""


def free_names(node: ast.Node, bound: frozenset[str] = frozenset()) -> Iterator[tuple[ast.Name, str]]:
    """Each free name with its place: `value`, `call`, or `filter` where an item may supply it."""
    yield from _free(node, bound, "value")


def _free(node: ast.Node, bound: frozenset[str], where: str) -> Iterator[tuple[ast.Name, str]]:
    if isinstance(node, ast.Name):
        if node.name not in bound:
            yield node, where
    elif isinstance(node, ast.Call):
        yield from _call(node, bound, where)
    elif isinstance(node, ast.For | ast.Quantified):
        yield from _loop(node, bound, where)
    elif isinstance(node, ast.FunctionLiteral):
        if not node.external:
            yield from _free(node.body, bound | set(node.params), where)
    elif isinstance(node, ast.ContextLiteral):
        yield from _context(node, bound, where)
    elif isinstance(node, ast.Filter):
        yield from _free(node.base, bound, where)
        yield from _free(node.condition, bound | {"item"}, "filter")
    else:
        for child in children(node):
            yield from _free(child, bound, where)


def _call(node: ast.Call, bound: frozenset[str], where: str) -> Iterator[tuple[ast.Name, str]]:
    if isinstance(node.function, ast.Name):
        if node.function.name not in bound:
            yield node.function, "call"
    else:
        yield from _free(node.function, bound, where)
    for arg in node.args:
        yield from _free(arg, bound, where)


def _loop(node: ast.For | ast.Quantified, bound: frozenset[str], where: str) -> Iterator[tuple[ast.Name, str]]:
    for name, low, high in node.iterators:
        yield from _free(low, bound, where)
        if high:
            yield from _free(high, bound, where)
        bound = bound | {name}
    if isinstance(node, ast.For):
        bound = bound | {"partial"}
    yield from _free(node.body, bound, where)


def _context(node: ast.ContextLiteral, bound: frozenset[str], where: str) -> Iterator[tuple[ast.Name, str]]:
    for key, value in node.entries:
        own = {key} if isinstance(value, ast.FunctionLiteral) else set()
        yield from _free(value, bound | own, where)
        bound = bound | {key}


def all_names(node: ast.Node) -> frozenset[str]:
    """Every free name of the node."""
    return frozenset(name.name for name, _ in free_names(node))


def unknown_names(node: ast.Node, known: Collection[str], functions: Collection[str]) -> list[ast.Name]:
    """Free names that are neither known nor functions; inside filters an item may supply them."""
    return [
        name
        for name, where in free_names(node)
        if name.name not in known and name.name not in functions and name.name != "?" and where != "filter"
    ]


def reaches_outside(node: ast.Node) -> bool:
    """Whether it defines an external function anywhere: code that is not FEEL, which is never run here."""
    level = [node]
    while level:
        if any(isinstance(each, ast.FunctionLiteral) and each.external for each in level):
            return True
        level = [child for each in level for child in children(each)]
    return False
