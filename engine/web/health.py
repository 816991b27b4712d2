"""Whether the product is alive, and whether it can serve: for the launcher, a balancer, and whatever watches it."""

from __future__ import annotations

from flask import Blueprint

from engine.web.access import ANYONE, open_to
from engine.web.metrics import measures

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to(ANYONE)
def health() -> dict[str, str]:
    """200 as long as the process answers; the database is not asked, for a restart would not mend it."""
    return {"status": "ok"}


@blueprint.get("/ready")
@open_to(ANYONE)
def ready() -> tuple[dict[str, object], int]:
    """200 when requests can be answered: database, tables, queue, a policy in force; else 503 and why."""
    reasons = measures().not_ready()
    return ({"status": "not ready", "reasons": reasons}, 503) if reasons else ({"status": "ready"}, 200)
