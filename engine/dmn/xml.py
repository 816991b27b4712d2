"""XML taken in safely: no DOCTYPE, no entities, no network, no more than it may weigh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.dmn.errors import DmnError, Fault

MAX_BYTES = 5_000_000
Node = etree._Element
_NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
)


def _refuse(sentence: str) -> DmnError:
    return DmnError([Fault("definitions", sentence)])


def parse_bytes(source: bytes) -> Node:
    """The root of the document; raises DmnError for anything that is not plain, small XML."""
    if len(source) > MAX_BYTES:
        raise _refuse(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refuse(f"The file is not well-formed XML ({error}).") from error
    document: Any = root.getroottree().docinfo
    if document.doctype or document.internalDTD is not None:
        raise _refuse("The file has a DOCTYPE, which is not allowed.")
    return root


def definitions(source: bytes) -> Node:
    """The `definitions` element of a DMN 1.1 to 1.5 file; raises DmnError for anything else."""
    root = parse_bytes(source)
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in _NAMESPACES:
        raise _refuse("The file is not a DMN model of version 1.1 to 1.5.")
    return root


def local(node: Node) -> str:
    """The element's name without its namespace."""
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def children(node: Node | None, *names: str) -> Iterator[Node]:
    """The child elements, of those names if any are given."""
    for child in node if node is not None else ():
        name = local(child)
        if name and (not names or name in names):
            yield child


def child(node: Node | None, *names: str) -> Node | None:
    """The first child element of one of those names."""
    return next(children(node, *names), None)


def text_of(node: Node | None, *path: str) -> str:
    """The text down a path of child elements, trimmed; empty when there is none."""
    for name in path:
        node = child(node, name)
    return "".join(str(part) for part in node.itertext()).strip() if node is not None else ""


def attr(node: Node | None, name: str, default: str = "") -> str:
    """An attribute without a namespace."""
    return str(node.get(name, default)) if node is not None else default


def truth(node: Node, name: str) -> bool:
    """A boolean attribute, false when it is absent."""
    return attr(node, name).strip().lower() in ("true", "1")
