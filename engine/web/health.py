"""Whether the product answers: for the launcher and for whatever watches it."""

from __future__ import annotations

from flask import Blueprint

from engine import queries
from engine.web.access import ANYONE, open_to
from engine.web.shell import shell

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to(ANYONE)
def health() -> tuple[dict[str, str], int]:
    """200 when the store answers and a policy is in force; says nothing about cases or people."""
    in_force = queries.policy_page(shell().uow, now=shell().now()).in_force
    return ({"status": "ok"}, 200) if in_force else ({"status": "no policy is in force"}, 503)
