"""What is wrong with a file, or with a pack, in words."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from engine.model.bundle import Bundle
from engine.model.errors import PolicyRejected
from engine.policy import lint_file, lint_pack, pack_warnings, parse_policy
from tests.bpmn.gate.drawing import chain, diagram, element
from tests.policy.small import DECIDE, SMALL, TABLE, changed


def test_a_whole_pack_passes_and_is_read(small: Bundle) -> None:
    policy = parse_policy(small)
    assert policy.digest == small.digest
    assert set(policy.forms) == {"start", "decide"}
    assert policy.decisions == {"times"}
    assert policy.letters["your-loan"].names == {"lent", "reader_name", "readers"}
    assert policy.sentences["R-02"].text == "A loan ends in time."
    assert policy.sentences["R-04"].section == "Manners"
    assert pack_warnings(small) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "where", "says"),
    [
        ("processes/policy.toml", '"loan"', '"lone"', "policy.top_process", "process “lone”, which does not exist"),
        ("processes/policy.toml", 'start_form = "start"', 'start_form = "begin"', "policy.start_form", "form “begin”"),
        ("processes/policy.toml", 'owner_role = "librarian"', 'owner_role = "x"', "policy.owner_role", "role “x”"),
        ("processes/policy.toml", 'timescales = "times"', 'timescales = "x"', "calendar.timescales", "table “x”"),
        ("processes/policy.toml", 'sees = "all"', 'sees = "most"', "roles.librarian.sees", "team, involved, all"),
        ("processes/policy.toml", 'title = "=reader_name"', 'title = "reader"', "case.title", "FEEL"),
        ("processes/policy.toml", 'review = "2026-01"', 'review = "January"', "versions.review", "month such as"),
        ("processes/policy.toml", "number = 1", 'number = "1"', "versions.number", "whole number"),
        ("processes/policy.toml", "[calendar]", "[calender]", "calender", "not known here"),
        ("processes/policy.toml", 'id = "R-04"', 'id = "R-99"', "context.R-99", "guidance does not have"),
        ("processes/policy.toml", "[policy]", "[policy", "", "not TOML"),
        ("processes/guidance.md", "**R-03**", "**R-01**", "R-01", "is there twice"),
        ("processes/loan.bpmn", 'formId="decide"', 'formId="decode"', "decide", "form “decode”, which does not exist"),
        ("processes/loan.bpmn", 'candidateGroups="librarian"', 'candidateGroups="x"', "decide", "role “x”"),
        ("processes/loan.bpmn", 'decisionId="times"', 'decisionId="x"', "advise", "decision “x”"),
        ("processes/loan.bpmn", 'value="decided_on"', 'value="done"', "decide", "which its form “decide” does not ask"),
        (
            "processes/loan.bpmn",
            'value="your-loan"/></zeebe:taskH',
            'value="my"/></zeebe:taskH',
            "tell",
            "is no letter",
        ),
        ("processes/loan.bpmn", 'value="R-01"', 'value="R-77"', "decide", "R-77, which the guidance does not have"),
        ("processes/loan.bpmn", 'id="loan"', 'id="lone"', "lone", "processes/lone.bpmn"),
        (
            "processes/times.dmn",
            '"loan"',
            '"loans"',
            "processes/loan.bpmn#decide",
            "timescale “loan”, which the table has",
        ),
        (
            "processes/loan.bpmn",
            '=lent = "yes"',
            '=lend = "yes"',
            "yes",
            "reads `lend`, which nothing in the pack provides; did",
        ),
        ("processes/times.dmn", ">R-02<", ">R-88<", "r1", "R-88"),
        ("processes/times.dmn", "<text>21</text>", "<text>lenght(1)</text>", "r1", "`lenght`, which is not a function"),
        ("processes/times.dmn", "<text>21</text>", "<text>21 +</text>", "c2", ""),
        ("forms/decide.form", '"key": "why"', '"key": "case_id"', "case_id", "reserved"),
        ("forms/decide.form", "=lent = advice.lend", "=lent =", "why", "is not FEEL"),
        ("handlers/letters/your-loan.md", "{{/each}}", "", "your-loan", "never closed"),
        ("handlers/letters/your-loan.md", "{{ reader_name }}", "{{ reader name + }}", "your-loan", "is not FEEL"),
        ("handlers/letters/your-loan.md", "[R-03]", "[R-30]", "your-loan", "R-30"),
        ("handlers/letters/your-loan.md", "title: Your loan", "title: [", "your-loan", "cannot be read"),
    ],
)
def test_one_thing_wrong_is_found_and_named(path: str, old: str, new: str, where: str, says: str) -> None:
    found = lint_pack(changed(path, old, new))
    path, _, element = where.partition("#") if "#" in where else (path, "", where)
    assert any((fault.path, fault.element) == (path, element) and says in fault.sentence for fault in found), found


def test_every_fault_of_every_file_is_told_at_once() -> None:
    broken = dict(SMALL)
    broken["processes/loan.bpmn"] = diagram(chain(element("scriptTask", "t")), process="loan")
    broken["forms/decide.form"] = b"{"
    broken["processes/times.dmn"] = b"<x/>"
    with pytest.raises(PolicyRejected) as caught:
        parse_policy(Bundle(broken))
    assert {"processes/loan.bpmn", "forms/decide.form", "processes/times.dmn"} <= {f.path for f in caught.value.faults}


@pytest.mark.parametrize(
    "path", ["processes/policy.toml", "processes/loan.bpmn", "forms/decide.form", "processes/times.dmn"]
)
def test_a_file_that_is_missing_is_missed(path: str) -> None:
    assert lint_pack(changed(path)) != []


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        ("processes/loan.bpmn", "asked_on)", "asked_at)", "`asked_at`"),
        ("forms/decide.form", "=lent = advice.lend", "=lent = advise.lend", "`advise`"),
        ("handlers/letters/your-loan.md", "{{ reader_name }}", "{{ readers_name }}", "`readers_name`"),
        ("processes/policy.toml", "=reader_name", "=reader_nam", "`reader_nam`"),
    ],
)
def test_a_name_that_nothing_provides_is_a_warning(path: str, old: str, new: str, says: str) -> None:
    bundle = changed(path, old, new)
    assert lint_pack(bundle) == []
    found = pack_warnings(bundle)
    assert any(fault.path == path and says in fault.sentence for fault in found), found


def test_messages_that_nobody_sends_or_hears_are_warnings() -> None:
    catch = element("intermediateCatchEvent", "c", '<bpmn:messageEventDefinition messageRef="m"/>', name="Wait")
    throw = element("intermediateThrowEvent", "x", '<bpmn:messageEventDefinition messageRef="n"/>', name="Tell")
    beside = '<bpmn:message id="m" name="come"/><bpmn:message id="n" name="go"/>'
    bundle = Bundle(
        {"processes/loan.bpmn": diagram(chain(catch, throw, ids=("c", "x")), process="loan", beside=beside)}
    )
    assert [fault.sentence for fault in pack_warnings(bundle)] == [
        "“Tell” sends the message “go”, for which nothing waits.",
        "“Wait” waits for the message “come”, which nothing in the pack sends and nobody can record.",
    ]


def test_one_file_is_told_by_its_content() -> None:
    good = diagram(chain(element("userTask", "t")))
    assert lint_file("any.bpmn", good) == lint_file("any.xml", good) == []
    assert lint_file("t.dmn", TABLE.encode()) == lint_file("t.xml", TABLE.encode()) == []
    assert lint_file("decide.form", DECIDE.encode()) == lint_file("x.json", DECIDE.encode()) == []
    assert "not a BPMN diagram" in lint_file("page.xml", b"<html/>")[0].sentence
    assert "not a form-js form" in lint_file("data.json", b"{}")[0].sentence


CALLS = [
    'open("x", "w")',
    'exec("1")',
    '__import__("os").system("x")',
    "eval(x)",
    "[f(1) for f in [open]]",
]


@pytest.mark.parametrize("code", CALLS)
def test_code_in_a_table_is_refused_in_every_cell(code: str) -> None:
    escaped = code.replace('"', "&quot;")
    for cell in ("<text>event</text>", '<text>"loan"</text>', "<text>21</text>"):
        found = lint_file("t.dmn", TABLE.replace(cell, f"<text>{escaped}</text>").encode())
        assert found, (cell, code)


def test_hostile_files_are_refused_quickly_and_in_words(hostile: Path) -> None:
    """Each model of the code and XML families: one of its files at least is refused, and none makes lint fall over."""
    for family in ("rce", "xml", "hang", "forms"):
        cases = sorted((hostile / family).iterdir())
        assert cases
        for case in cases:
            files = sorted(case.iterdir()) if case.is_dir() else [case]
            begun = time.process_time()
            faults = [fault for file in files for fault in lint_file(file.name, file.read_bytes())]
            assert faults, case
            assert not [fault for fault in faults if "could not be checked" in fault.sentence], faults
            assert time.process_time() - begun < 5


def test_anything_at_all_is_refused_without_falling_over() -> None:
    chance = random.Random(7)
    samples = [TABLE.encode(), DECIDE.encode(), SMALL["processes/loan.bpmn"]]
    for _ in range(400):
        source = bytearray(chance.choice(samples))
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(source))
            source[at : at + chance.randrange(3)] = bytes(chance.choices(range(256), k=chance.randrange(4)))
        for name in ("a.bpmn", "a.dmn", "a.form", "a.json", "a.xml"):
            for fault in lint_file(name, bytes(source)):
                assert fault.sentence
                assert "could not be checked" not in fault.sentence, fault


HEAVY = {
    "rules.dmn": TABLE.replace(
        "<rule", "".join(
            f'<rule id="x{i}"><inputEntry id="y{i}"><text>"{i}"</text></inputEntry><outputEntry id="z{i}"><text>'
            f"{i} + {i}</text></outputEntry></rule>" for i in range(4000)) + "<rule", 1),
    "deep.dmn": TABLE.replace("<text>21</text>", "<text>" + "(" * 50_000 + "</text>"),
    "long.dmn": TABLE.replace("<text>21</text>", "<text>" + "1 + " * 200_000 + "1</text>"),
    "long.form": json.dumps({"type": "default", "components": [
        {"type": "text", "text": "x", "conditional": {"hide": "=" + " + ".join(["a"] * 2000)}} for _ in range(400)]}),
    "deep.form": '{"type":"default","components":' + "[" * 400_000,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HEAVY))
def test_no_file_takes_long(name: str) -> None:
    begun = time.process_time()
    lint_file(name, HEAVY[name].encode())
    assert time.process_time() - begun < 10


OUTSIDE = 'function(path) external {python: {module: "pathlib", signature: "Path.touch"}}'


def test_functions_written_outside_feel_are_refused_wherever_they_stand() -> None:
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x">
        <decision id="one" name="One"><literalExpression id="said"><text>%s</text></literalExpression></decision>
        <businessKnowledgeModel id="two" name="Two"><encapsulatedLogic id="java" kind="Java">
        <context><contextEntry><variable name="class"/><literalExpression><text>"java.lang.Runtime"</text>
        </literalExpression></contextEntry></context></encapsulatedLogic></businessKnowledgeModel></definitions>"""
    faults = lint_file("t.dmn", (table % OUTSIDE.replace('"', "&quot;")).encode())
    assert [(fault.element, "external function" in fault.sentence) for fault in faults] == [
        ("said", True),
        ("java", True),
    ]
    hidden = {"type": "text", "id": "t", "text": "Hello", "conditional": {"hide": "=" + OUTSIDE}}
    form = {"type": "default", "id": "f", "components": [hidden]}
    assert "external function" in str(lint_file("f.form", json.dumps(form).encode()))
    mapping = f"<zeebe:input source='={OUTSIDE.replace(chr(34), '&quot;')}' target='x'/>"
    about = f"<zeebe:taskDefinition type='letter'/><zeebe:ioMapping>{mapping}</zeebe:ioMapping>"
    work = chain(element("serviceTask", "t", "", about))
    assert "external function" in str(lint_file("p.bpmn", diagram(work)))
