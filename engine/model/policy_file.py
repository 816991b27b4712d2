"""What `policy.toml` tells commands and queries: roles, the start, strands, and what a case is called."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from engine.feel import Expression, FeelSyntaxError, parse_expression
from engine.model.access import ALL, INVOLVED, TEAM, Naming, RoleRule, Rules, StrandRule
from engine.model.bundle import Bundle
from engine.model.errors import Fault, PolicyRejected

PATH = "processes/policy.toml"


def read_rules(bundle: Bundle) -> Rules:
    """The rules of a version; those of a version without the file name nobody. Raises PolicyRejected."""
    content = bundle.files.get(PATH)
    if content is None:
        return Rules()
    try:
        return _rules(tomllib.loads(content.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, FeelSyntaxError, ValueError) as error:
        raise PolicyRejected([Fault(PATH, "", f"It cannot be read: {error}.")]) from error


def _rules(data: Mapping[str, Any]) -> Rules:
    policy = data.get("policy", {})
    roles = {role: _role(role, about) for role, about in data.get("roles", {}).items()}
    starters = tuple(role for role, about in data.get("roles", {}).items() if about.get("starts_cases"))
    strands = (StrandRule(s["id"], s.get("title", s["id"]), tuple(s["processes"])) for s in data.get("strands", ()))
    return Rules(
        roles=roles,
        start_process=policy.get("top_process", ""),
        start_form=policy.get("start_form", ""),
        start_roles=starters,
        strands=tuple(strands),
        naming=_naming(data.get("case", {})),
        owner_role=policy.get("owner_role", ""),
    )


def _role(role: str, about: Mapping[str, Any]) -> RoleRule:
    sees = about.get("sees", INVOLVED)
    if sees not in (TEAM, INVOLVED, ALL):
        raise ValueError(f"the role {role} sees “{sees}”, which is none of team, involved, all")
    return RoleRule(role, about.get("title", role), sees, frozenset(about.get("may", ())))


def _naming(about: Mapping[str, str]) -> Naming:
    return Naming(*(_expression(about.get(name, "")) for name in ("title", "team", "worker")))


def _expression(text: str) -> Expression | None:
    return parse_expression(text.removeprefix("=")) if text else None
