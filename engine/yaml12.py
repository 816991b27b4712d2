"""YAML as its 1.2 core schema reads it: `yes`, `on` and dates stay text, only `true` and `false` are booleans.

`load` reads nothing but that. `load_dated` also takes a plain `2026-04-29` as a date, and numbers as decimals, so that
a table's tests say what the table sees.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import yaml


class _Core(yaml.SafeLoader):
    """The safe loader with 1.2's implicit types in place of 1.1's."""


_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Core.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def load(text: str) -> object:
    """The document; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Core)  # noqa: S506 - a SafeLoader


class _Dated(_Core):
    """The core schema with plain dates and exact decimals."""


_DATE = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_Dated.add_implicit_resolver("tag:yaml.org,2002:timestamp", _DATE, list("0123456789"))


def _date(loader: _Dated, node: Any) -> date:
    text = loader.construct_scalar(node)
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise yaml.constructor.ConstructorError(None, None, f"there is no day {text}", node.start_mark) from error


def _decimal(loader: _Dated, node: Any) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)))


_Dated.add_constructor("tag:yaml.org,2002:timestamp", _date)
_Dated.add_constructor("tag:yaml.org,2002:float", _decimal)


def load_dated(text: str) -> object:
    """The document, plain dates as dates and numbers with a point as decimals; raises yaml.YAMLError."""
    return yaml.load(text, Loader=_Dated)  # noqa: S506 - a SafeLoader
