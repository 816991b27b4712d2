"""The lists of tasks: mine and my team's, overdue first, and the filters that narrow them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request

from engine import queries
from engine.model.task import TaskFilter, TaskList
from engine.web.access import SIGNED_IN, open_to
from engine.web.diagrams import drawings
from engine.web.shell import shell
from engine.web.visitor import me

blueprint = Blueprint("tasklist", __name__)
_CLAIMED = ("me", "nobody", "other")


@blueprint.get("/tasks")
@open_to(SIGNED_IN)
def mine() -> str:
    """Tasks that are mine to do."""
    return listing(queries.my_tasks, "mine")


@blueprint.get("/tasks/team")
@open_to(SIGNED_IN)
def team() -> str:
    """Tasks of my teams' cases, whoever's they are."""
    return listing(queries.team_tasks, "team")


def listing(query: Callable[..., TaskList], kind: str) -> str:
    """One page of a list."""
    tasks = query(shell().uow, person=me(), now=shell().now(), filters=filters(), page=page_number())
    return render_template(
        "tasks.html",
        kind=kind,
        tasks=tasks,
        filters=request.args,
        roles=[(role, shell().role_title(role)) for role in shown_roles(kind)],
        names=shell().names(),
        kinds=kinds(),
    )


def filters() -> TaskFilter:
    """What the address asks for; anything unknown asks for nothing."""
    claimed = request.args.get("claimed")
    return TaskFilter(
        role=request.args.get("role") or None,
        element_id=request.args.get("element") or None,
        overdue=True if request.args.get("overdue") == "yes" else None,
        claimed=claimed if claimed in _CLAIMED else None,
    )


def shown_roles(kind: str) -> list[str]:
    """The roles to filter by: my own, or all of the pack's."""
    return sorted(me().roles) if kind == "mine" else list(shell().roles())


def page_number() -> int:
    """The page asked for, 1 where the address says nothing sensible."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def kinds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The tasks that the policy in force can ask, under the process that asks them."""
    digest = shell().pack().digest
    drawn = sorted(drawings(digest).values(), key=lambda each: each.name) if digest else []
    return [(each.name, sorted(each.tasks.items(), key=lambda pair: pair[1])) for each in drawn if each.tasks]
