"""Exports that other tools open without harm: CSV that is no formula, XES in its shape, JSON that proves itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from lxml import etree

from engine.audit import export
from engine.model.journal import GENESIS, Entry, first_break
from tests.audit.played import Example, example
from tests.office import Office

#: The shape of a log after IEEE 1849-2016, clause 4: extensions, then what holds for all, then traces of events.
SHAPE = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://www.xes-standard.org/"
  targetNamespace="http://www.xes-standard.org/" elementFormDefault="qualified">
  <xs:complexType name="attribute"><xs:attribute name="key" type="xs:Name" use="required"/>
    <xs:attribute name="value" type="xs:string" use="required"/></xs:complexType>
  <xs:complexType name="moment"><xs:attribute name="key" type="xs:Name" use="required"/>
    <xs:attribute name="value" type="xs:dateTime" use="required"/></xs:complexType>
  <xs:group name="attributes"><xs:choice><xs:element name="string" type="attribute"/>
    <xs:element name="date" type="moment"/></xs:choice></xs:group>
  <xs:complexType name="event"><xs:sequence>
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
  <xs:complexType name="trace"><xs:sequence>
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="event" type="event" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
  <xs:complexType name="extension"><xs:attribute name="name" type="xs:NCName" use="required"/>
    <xs:attribute name="prefix" type="xs:NCName" use="required"/>
    <xs:attribute name="uri" type="xs:anyURI" use="required"/></xs:complexType>
  <xs:element name="log"><xs:complexType><xs:sequence>
    <xs:element name="extension" type="extension" minOccurs="0" maxOccurs="unbounded"/>
    <xs:group ref="attributes" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="trace" type="trace" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:attribute name="xes.version" type="xs:string" use="required"/>
    <xs:attribute name="xes.features" type="xs:token"/></xs:complexType></xs:element>
</xs:schema>"""
HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    "a\x0bb&<>\"'",
    "=cmd|' /C calc'!A0",
)


@pytest.fixture(scope="module")
def finished() -> Iterator[Example]:
    """The demo's finished case."""
    with example("demo/12-finished") as played:
        yield played


def test_xes_has_the_standards_shape(finished: Example) -> None:
    log = etree.fromstring(export(finished.alongside.uow, case_id=finished.case_id, form="xes"))
    schema = etree.XMLSchema(etree.fromstring(SHAPE))
    schema.assertValid(log)
    assert len(log.findall(".//{*}event")) == len(finished.entries) == 99
    declared = {each.get("prefix") for each in log.findall("{*}extension")}
    keys = {each.get("key").partition(":")[0] for each in log.iter("{*}string", "{*}date")}
    assert keys - declared == {"alongside"}


def test_the_json_of_a_case_proves_itself(finished: Example) -> None:
    rows = json.loads(export(finished.alongside.uow, case_id=finished.case_id, form="json"))["entries"]
    entries = [_entry(row) for row in rows]
    assert entries[0].previous == GENESIS
    assert first_break(entries) is None
    entries[50] = _entry({**rows[50], "actor": "somebody.else"})
    broken = first_break(entries)
    assert broken is not None
    assert broken.seq == 51


def _entry(row: dict[str, str]) -> Entry:
    renamed = {"case": "case_id", "policy": "policy_digest"}
    fields = {renamed.get(name, name): value for name, value in row.items()}
    moments = {name: datetime.fromisoformat(fields[name]) for name in ("done_at", "recorded_at")}
    return Entry(**{**fields, **moments})  # type: ignore[arg-type]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_cell_of_the_csv_is_a_formula_and_no_xml_breaks(office: Office, hostile: str) -> None:
    case = office.start(answers={"child": hostile}, title=hostile)
    office.complete(case.opened[0], {"finding": "".join(filter(str.isprintable, hostile)) or "x"})
    sheet = export(office.uow, case_id=case.case_id, form="csv").decode()
    cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    etree.fromstring(export(office.uow, case_id=case.case_id, form="xes"))
    assert json.loads(export(office.uow, case_id=case.case_id, form="json"))["entries"][0]["body"]["title"]
