"""The shapes in viewflow's words: a person's task without a page, given to the one user."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow


def says_yes(activation: Any) -> bool:
    """The gateway's condition."""
    return bool((activation.process.data or {}).get("answer") == "yes")


class Short(flow.Flow):
    """W1."""

    start = flow.StartHandle().Next(this.first)
    first = flow.View(None).Assign(username="wes").Next(this.choose)
    choose = flow.If(says_yes).Then(this.second).Else(this.end)
    second = flow.View(None).Assign(username="wes").Next(this.end)
    end = flow.End()


class Loop(flow.Flow):
    """W2."""

    start = flow.StartHandle().Next(this.again)
    again = flow.View(None).Assign(username="wes").Next(this.choose)
    choose = flow.If(says_yes).Then(this.again).Else(this.end)
    end = flow.End()
