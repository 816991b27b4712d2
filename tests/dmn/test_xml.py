"""XML that is not plain and small is refused."""

import os
from pathlib import Path

import pytest

from engine.dmn import DecisionError, DmnError, evaluate, parse_dmn
from engine.dmn.xml import MAX_BYTES
from tests.dmn.tables import decision, definitions, literal

GOOD = definitions(decision("a", literal("1")))
DOCTYPE = b'<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "yy">]>'
LAUGHS = b'<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "not well-formed"),
        (b"<definitions", "not well-formed"),
        (b"\xff\xfe\x00", "not well-formed"),
        (DOCTYPE + GOOD.replace(b">1<", b">&x;<"), "DOCTYPE|not well-formed"),
        (LAUGHS + GOOD.replace(b">1<", b">&b;<"), "DOCTYPE|not well-formed"),
        (b"<!DOCTYPE definitions>" + GOOD, "DOCTYPE"),
        (b"<definitions/>", "not a DMN model"),
        (definitions("", dmn="urn:other"), "not a DMN model"),
        (b" " * (MAX_BYTES + 1), "larger than"),
        (b"<a>" * 5000 + b"</a>" * 5000, "not well-formed"),
    ],
)
def test_refused(source, sentence):
    with pytest.raises(DmnError, match=sentence):
        parse_dmn(source)


def test_comments_inside_an_expression_do_not_cut_it():
    source = definitions(decision("a", "<literalExpression><text>1 <!-- and -->+ 2</text></literalExpression>"))
    assert evaluate(parse_dmn(source), "a", {}).result == 3


def shared():
    place = os.environ.get("ALONGSIDE_SHARED")
    if not place:
        pytest.skip("ALONGSIDE_SHARED does not say where the hostile files are")
    return Path(place) / "hostile"


def test_hostile_models_are_refused():
    files = sorted(shared().glob("rce/dmn_*/*.dmn"))
    assert files
    for file in files:
        with pytest.raises(DmnError) as caught:
            parse_dmn(file.read_bytes())
        assert caught.value.faults[0].element_id


def test_the_hostile_overlap_never_ends_in_a_silent_first_match():
    source = (shared() / "life/unique_overlap.dmn").read_bytes()
    for text in (source, source.replace(b'id="ie" typeRef="string"', b'id="ie" typeRef="number"')):
        with pytest.raises(DecisionError):
            evaluate(parse_dmn(text), "dec", {"age": 3})
