"""From bytes to an XML tree, without ever expanding, fetching or growing anything (DESIGN decision 2)."""

from __future__ import annotations

import re

from lxml import etree

from engine.bpmn.gate.names import line_of

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 30

_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([^\"']*)[\"']")
_LINE = re.compile(r", line \d+, column \d+.*$")


class Unreadable(Exception):
    """A file that is refused before anything in it is looked at; its text is the sentence."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        """Keep the sentence and, where known, the line."""
        super().__init__(sentence)
        self.line = line


def read_xml(source: bytes) -> etree._Element:
    """The root of an XML file; raises Unreadable."""
    text = _text(source)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("The file has a document type declaration (DOCTYPE), which may hide entities: take it out.")
    if "<?" in _DECLARATION.sub("", text, count=1):
        raise Unreadable("The file has processing instructions (<?…?>), which are never followed: take them out.")
    root = _parse(source)
    _check_size(root)
    return root


def _text(source: bytes) -> str:
    if not source.strip():
        raise Unreadable("The file is empty.")
    if len(source) > MAX_BYTES:
        raise Unreadable("The file is larger than 1 MB.")
    if b"\x00" in source or source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("The file is not UTF-8 text: save it as UTF-8.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("The file is not UTF-8 text: save it as UTF-8.") from None
    declaration = _DECLARATION.match(text)
    encoding = _ENCODING.search(declaration.group()) if declaration else None
    if encoding and encoding.group(1).lower() not in ("utf-8", "utf8", "us-ascii"):
        raise Unreadable(f"The file says that it is written in {encoding.group(1)[:40]}: save it as UTF-8.")
    return text


def _parse(source: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, dtd_validation=False, recover=False
    )
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        if "xcessive depth" in str(error.msg):
            raise Unreadable(f"The file is nested more than {MAX_DEPTH} levels deep.", error.lineno) from None
        why = _LINE.sub("", str(error.msg or ""))
        raise Unreadable(f"The file is not well-formed XML: {why[:200]}.", error.lineno) from None


def _check_size(root: etree._Element) -> None:
    depth = elements = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        if depth > MAX_DEPTH:
            raise Unreadable(f"The file is nested more than {MAX_DEPTH} levels deep.", line_of(node))
        if elements > MAX_ELEMENTS:
            raise Unreadable(f"The file has more than {MAX_ELEMENTS:,} elements.")
        if len(node.attrib) > MAX_ATTRIBUTES:
            raise Unreadable(f"An element has more than {MAX_ATTRIBUTES} attributes.", line_of(node))
