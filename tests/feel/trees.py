"""Random FEEL trees and texts."""

from decimal import Decimal

from hypothesis import strategies as st

from engine.feel import ast

NAMES = ("a", "b", "c")
numbers = st.one_of(st.integers(0, 6), st.decimals(0, 9, places=1)).map(lambda n: ast.Literal(Decimal(n)))
texts = st.sampled_from(["", "x", "y", 'q"\\', "ü"]).map(ast.Literal)
plain = st.one_of(
    numbers,
    texts,
    st.sampled_from([True, False, None]).map(ast.Literal),
    st.sampled_from(NAMES).map(ast.Name),
)


def _grow(inner):
    pairs = st.lists(st.tuples(st.sampled_from(NAMES), inner), max_size=3).map(tuple)
    iterators = st.lists(st.tuples(st.sampled_from(NAMES), inner, st.none()), min_size=1, max_size=2).map(tuple)
    counted = st.tuples(st.sampled_from(NAMES), numbers, numbers).map(lambda one: (one,))
    ops = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    tests = st.one_of(
        st.builds(ast.UnaryRange, ops, inner),
        st.builds(ast.RangeLiteral, inner, inner, st.booleans(), st.booleans()),
        inner,
    )
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.lists(inner, max_size=3).map(tuple).map(ast.ListLiteral),
        pairs.map(ast.ContextLiteral),
        st.builds(ast.Path, inner, st.sampled_from(NAMES)),
        st.builds(ast.Filter, inner, inner),
        inner.filter(lambda n: not (isinstance(n, ast.Literal) and isinstance(n.value, Decimal))).map(ast.Negation),
        st.builds(_chain, st.sampled_from([("+", "-"), ("*", "/")]), inner, parts, st.booleans()),
        st.builds(ast.Comparison, ops, inner, inner),
        st.builds(ast.Between, inner, inner, inner),
        parts.map(lambda found: _flat(ast.And, found)),
        parts.map(lambda found: _flat(ast.Or, found)),
        st.builds(ast.If, inner, inner, inner),
        st.builds(ast.For, st.one_of(iterators, counted), inner),
        st.builds(ast.Quantified, st.sampled_from(["some", "every"]), iterators, inner),
        st.builds(ast.In, inner, st.lists(tests, min_size=1, max_size=2).map(tuple)),
        st.builds(
            lambda name, arg: ast.Call(ast.Name(name), (arg,)),
            st.sampled_from(["not", "count", "abs", "reverse"]),
            inner,
        ),
    )


def _chain(ops, first, operands, swap):
    same = isinstance(first, ast.Chain) and first.rest[0][0] in ops
    head = ast.ListLiteral((first,)) if same else first
    return ast.Chain(head, tuple((ops[(n + swap) % 2], operand) for n, operand in enumerate(operands)))


def _flat(kind, parts):
    return kind(tuple(ast.ListLiteral((part,)) if isinstance(part, kind) else part for part in parts))


trees = st.recursive(plain, _grow, max_leaves=12)
_PIECES = [
    *('"a"', '"', "1", ".5", "1.5e3", "date", "date and time(", "in", "and", "or", "not(", "if", "then", "else"),
    *("for", "some", "every", "return", "satisfies", "between", "instance of", "function(", "list<", ">", "<", "<="),
    *(
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "@",
        '@"P1D"',
        "+",
        "-",
        "*",
        "**",
        "/",
        "=",
        "!=",
        "?",
        "null",
    ),
    *("x", "first name", " ", "//", "/*", "*/", "\n", "\\", "'", "é", "\U0001f40e", "\x00", "\ud800", "external", "->"),
]
mutated = st.lists(st.sampled_from(_PIECES), max_size=40).map(" ".join)
joined = st.lists(st.sampled_from(_PIECES), max_size=40).map("".join)
any_text = st.one_of(mutated, joined, st.text(max_size=80))
