"""YAML as its 1.2 core schema reads it: `yes`, `on` and dates stay text, only `true` and `false` are booleans."""

from __future__ import annotations

import re

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
