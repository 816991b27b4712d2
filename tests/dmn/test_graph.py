"""Requirement graphs: what may be seen, functions, services, imports, boxed expressions, types."""

from decimal import Decimal

import pytest

from engine.dmn import DecisionError, DmnError, call_service, decide, evaluate, parse_dmn
from tests.dmn.tables import decision, definitions, input_data, item, literal, requires, simple


def boxed(logic, inputs=None, needs=(), more=""):
    return decide(parse_dmn(definitions(more + decision("answer", logic, needs))), "answer", inputs or {})


def knowledge(key, params, logic, needs=(), type_ref=""):
    formal = "".join(f'<formalParameter name="{n}" typeRef="{t}"/>' for n, t in params)
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{key}"{kind}/>'
    encapsulated = f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>"
    inner = f"{variable}{encapsulated}{requires(*needs)}"
    return f'<businessKnowledgeModel id="{key}" name="{key}">{inner}</businessKnowledgeModel>'


def entry(name, logic, type_ref=""):
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    variable = f'<variable name="{name}"{kind}/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


def test_a_decision_sees_what_it_requires_and_nothing_else_of_the_model():
    body = (
        input_data("a", name="first amount")
        + input_data("b")
        + decision("sum", literal("first amount + 1"), ["input:a"])
    )
    body += decision("blind", literal("b"), [])
    model = parse_dmn(definitions(body))
    assert decide(model, "sum", {"first amount": 2, "b": 1}) == 3
    assert decide(model, "blind", {"b": 1}) is None


def test_inputs_that_the_model_does_not_declare_are_seen_as_modellers_write_them():
    assert boxed(literal("undeclared + 1"), {"undeclared": 2}) == 3


def test_a_decision_is_made_once_however_often_it_is_needed():
    body = decision("base", literal("1")) + decision("left", literal("base + 1"), ["decision:base"])
    body += decision("right", literal("base + 2"), ["decision:base"])
    body += decision("top", literal("left + right"), ["decision:left", "decision:right"])
    found = evaluate(parse_dmn(definitions(body)), "top", {})
    assert found.result == 5
    assert [t.decision_id for t in found.trace.required] == ["left", "right"]
    assert [t.decision_id for t in found.trace.required[0].required] == ["base"]


def test_a_decision_is_found_by_name_or_id_and_a_missing_one_is_an_error():
    model = parse_dmn(definitions(decision("d1", literal("1"), name="The one")))
    assert decide(model, "The one", {}) == decide(model, "d1", {}) == 1
    assert model.find("other") is None
    with pytest.raises(DecisionError, match="no such decision"):
        decide(model, "other", {})


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (
            decision("a", literal("b"), ["decision:b"]) + decision("b", literal("a"), ["decision:a"]),
            "depends on itself",
        ),
        (decision("a", literal("a"), ["decision:a"]), "depends on itself"),
        (decision("a", literal("b"), ["decision:gone"]), "`#gone`, is not in the model"),
        (decision("a", literal("1")) + decision("a", literal("2")), "Two elements of the model have this id."),
        (decision("a", literal("1"), type_ref="tNone"), "There is no type `tNone`"),
        ('<itemDefinition name="t"><typeRef>u</typeRef></itemDefinition>', "There is no type `u`."),
        ('<decisionService id="s" name="s"><outputDecision href="#gone"/></decisionService>', "`#gone`, is not in"),
        ('<import namespace="urn:x" name="x" importType="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "not there"),
        (
            decision("a", '<literalExpression expressionLanguage="javascript"><text>1</text></literalExpression>'),
            "Expressions are written in FEEL",
        ),
    ],
)
def test_a_faulty_graph_is_refused(body, sentence):
    with pytest.raises(DmnError, match=sentence):
        parse_dmn(definitions(body))


def test_knowledge_is_a_function_with_typed_parameters_that_may_call_itself():
    factorial = knowledge("fact", [("n", "number")], literal("if n < 2 then 1 else n * fact(n - 1)"))
    needs = ["knowledge:fact"]
    assert boxed(literal("fact(5)"), needs=needs, more=factorial) == 120
    assert boxed(literal('fact("x")'), needs=needs, more=factorial) is None
    call = f'<invocation>{literal("fact")}<binding><parameter name="n"/>{literal("3")}</binding></invocation>'
    assert boxed(call, needs=needs, more=factorial) == 6
    wrong = f'<invocation>{literal("fact")}<binding><parameter name="m"/>{literal("3")}</binding></invocation>'
    assert boxed(wrong, needs=needs, more=factorial) is None


def test_knowledge_of_a_declared_type_gives_only_that_type():
    text = knowledge("f", [("n", "number")], literal("string(n)"), type_ref="number")
    assert boxed(literal("f(1)"), needs=["knowledge:f"], more=text) is None


def test_knowledge_may_need_other_knowledge():
    more = knowledge("twice", [("n", "number")], literal("n * 2"))
    more += knowledge("four", [("n", "number")], literal("twice(twice(n))"), ["knowledge:twice"])
    assert boxed(literal("four(3)"), needs=["knowledge:four"], more=more) == 12


SERVICE = (
    input_data("x", "number")
    + decision("inner", literal("x + 1"), ["input:x"])
    + decision("outer", literal("inner * k"), ["decision:inner", "decision:k"])
    + decision("k", literal("10"))
    + '<decisionService id="s" name="s"><outputDecision href="#outer"/><encapsulatedDecision href="#inner"/>'
    '<inputDecision href="#k"/><inputData href="#x"/></decisionService>'
)


def test_a_decision_service_is_a_function_of_input_data_and_input_decisions():
    body = SERVICE + decision("answer", literal("s(1, 5) + s(x: 2, k: 1)"), ["knowledge:s"])
    model = parse_dmn(definitions(body))
    assert decide(model, "answer", {}) == 13
    assert call_service(model, "s", {"x": 3, "k": 2}) == 8
    with pytest.raises(KeyError):
        call_service(model, "t", {})


def test_a_knowledge_model_may_be_called_as_a_service_is():
    model = parse_dmn(definitions(knowledge("double", [("n", "number")], literal("n * 2"))))
    assert call_service(model, "double", {"n": 4}) == 8


def test_a_service_with_several_outputs_gives_a_context():
    body = decision("a", literal("1")) + decision("b", literal("2"))
    body += '<decisionService id="s" name="s"><outputDecision href="#a"/><outputDecision href="#b"/></decisionService>'
    assert call_service(parse_dmn(definitions(body)), "s", {}) == {"a": 1, "b": 2}


def test_an_imported_model_is_reached_by_its_name():
    kind = item("tAge", "<typeRef>number</typeRef><allowedValues><text>[0..18]</text></allowedValues>")
    lower = parse_dmn(
        definitions(
            kind + knowledge("double", [("n", "number")], literal("n * 2")) + decision("base", literal("4")),
            "urn:lower",
        )
    )
    body = '<import namespace="urn:lower" name="low" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    body += input_data("age", "low.tAge")
    needs = ["decision:urn:lower#base", "knowledge:urn:lower#double", "input:age"]
    body += decision("answer", literal("low.double(low.base) + age"), needs)
    model = parse_dmn(definitions(body), imports=[lower])
    assert decide(model, "answer", {"age": 3}) == 11
    with pytest.raises(DecisionError, match="must be one of"):
        decide(model, "answer", {"age": 30})


@pytest.mark.parametrize(
    ("logic", "wanted"),
    [
        (f"<context>{entry('a b', literal('1'))}{entry('c', literal('a b + 1'))}</context>", {"a b": 1, "c": 2}),
        (f"<context>{entry('a', literal('1'))}{entry('', literal('a + 5'))}</context>", 6),
        (f"<context>{entry('a', literal('1'), 'string')}</context>", {"a": None}),
        (f"<list>{literal('1')}{literal('2')}</list>", [1, 2]),
        (
            f'<relation><column name="a"/><column name="b"/><row>{literal("1")}{literal("2")}</row>'
            f"<row>{literal('3')}{literal('4')}</row></relation>",
            [{"a": 1, "b": 2}, {"a": 3, "b": 4}],
        ),
        (
            f"<conditional><if>{literal('true')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
            1,
        ),
        (
            f"<conditional><if>{literal('null')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>",
            2,
        ),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>", [2, 3]),
        (f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('2')}</match></filter>", 2),
        (f'<for iteratorVariable="i"><in>{literal("1..3")}</in><return>{literal("i")}</return></for>', None),
        (f'<for iteratorVariable="i"><in>{literal("[1..3]")}</in><return>{literal("i * 2")}</return></for>', [2, 4, 6]),
        (
            f'<for iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
            f"<return>{literal('count(partial) + i')}</return></for>",
            [1, 3],
        ),
        (
            f'<some iteratorVariable="i"><in>{literal("[1, 2]")}</in><satisfies>{literal("i > 1")}</satisfies></some>',
            True,
        ),
        (
            f'<every iteratorVariable="i"><in>{literal("[1, 2]")}</in>'
            f"<satisfies>{literal('i > 1')}</satisfies></every>",
            False,
        ),
        (literal('"a"', "number"), None),
        (literal("[3]", "number"), 3),
    ],
)
def test_boxed_expression(logic, wanted):
    model = parse_dmn(definitions(decision("answer", logic)), strict=False)
    assert decide(model, "answer", {}) == wanted


def test_a_boxed_function_is_closed_over_what_it_sees():
    function = (
        '<functionDefinition><formalParameter name="n" typeRef="number"/>'
        + literal("n + base")
        + "</functionDefinition>"
    )
    logic = f"<context>{entry('base', literal('10'))}{entry('f', function)}{entry('', literal('f(1)'))}</context>"
    assert boxed(logic) == 11


def test_functions_written_outside_feel_are_null():
    outside = f'<functionDefinition kind="Java"><formalParameter name="n"/>{literal("1")}</functionDefinition>'
    assert boxed(f"<context>{entry('f', outside)}{entry('', literal('f(1)'))}</context>") is None


@pytest.mark.parametrize(
    "dmn",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_of_the_standard_is_read(dmn):
    assert decide(parse_dmn(definitions(decision("a", literal("1")), dmn=dmn)), "a", {}) == Decimal(1)


def test_an_error_before_any_table_has_a_trace_too():
    body = input_data("x", "number") + decision("answer", literal("x"), ["input:x"])
    with pytest.raises(DecisionError) as caught:
        evaluate(parse_dmn(definitions(body)), "answer", {"x": "a"})
    assert caught.value.trace is not None
    assert caught.value.trace.decision_id == "answer"


def test_a_cell_in_another_language_is_refused():
    source = simple([["< 10", '"a"']]).replace(b"<inputEntry>", b'<inputEntry id="c" expressionLanguage="juel">')
    with pytest.raises(DmnError, match="not in `juel`"):
        parse_dmn(source)
