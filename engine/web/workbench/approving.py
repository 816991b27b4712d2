"""Approving a submitted version: another person sees what it changes, what the checks say, and its very content."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import commands, queries
from engine.model.policy_draft import APPROVE
from engine.model.version import SUBMITTED
from engine.web.access import open_to
from engine.web.sending import alike, sent_key
from engine.web.shell import shell
from engine.web.visitor import me
from engine.web.words import day
from engine.web.workbench.checks import by_file
from engine.web.workbench.desk import APPROVES, acting, blueprint, changes, check, in_force


@blueprint.get("/approve/<number>")
@open_to(APPROVES)
def approval(number: str) -> str:
    """The version with its content's digests, what it changes, the checks and the examples."""
    version = queries.policy_version(shell().uow, number=number)
    bundle = queries.policy_files(shell().uow, digest=version.digest)
    found = check(bundle)
    old = in_force()
    return render_template(
        "workbench/approve.html",
        version=version,
        bundle=bundle,
        changed=[path for path, own in bundle.digests.items() if old.digests.get(path) != own],
        waits=version.status == SUBMITTED,
        is_mine=version.updated_by == me().username,
        differences=changes(old, bundle),
        faults=by_file(found.faults),
        warnings=by_file(found.warnings),
        played=queries.rehearsal(shell().uow, digest=version.digest),
        names=shell().names(),
    )


@blueprint.post("/approve/<number>")
@open_to(APPROVES)
def approve(number: str) -> Response:
    """Put it in force from its day; the page's digest is what is approved."""

    def publish() -> Response:
        done = commands.approve_policy_draft(
            shell().uow,
            actor=acting(APPROVE),
            number=number,
            digest=request.form.get("digest", ""),
            key=sent_key(),
            now=shell().now(),
        )
        shell().forget()
        begins = day(done.effective_from)
        flash(f"Version {done.number} is published. Cases that start from {begins} take it.", "success")
        return to_policy()

    return alike(f"approve_policy_draft {number}", commands.Published, publish, lambda _: to_policy())


def to_policy() -> Response:
    """To the policy as it stands."""
    return redirect(url_for("policy.overview"), 303)
