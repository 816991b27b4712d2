"""Publishes the pack of a folder for set-up, with the number and dates that its `policy.toml` gives."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from engine.commands import publish_policy
from engine.model.person import SYSTEM, Actor, Person
from engine.model.policy_file import PATH
from engine.rehearsal.stage import Stage
from engine.wiring import read_folder


def publish_pack(stage: Stage, home: Path, now: dt.datetime) -> str:
    """Put the folder's pack in force under its last version's number and give that number.

    The change is its author's by name, the approval the installation's. The same content again changes nothing;
    raises PolicyRejected, or ApprovalRefused when the number has other content already.
    """
    bundle = read_folder(home)
    policy = tomllib.loads(bundle.files[PATH].decode())
    version = policy["versions"][-1]
    author = str(version["updated_by"])
    username = re.sub(r"[^a-z]+", ".", author.lower()).strip(".")
    publish_policy(
        stage.uow,
        stage.machine,
        bundle=bundle,
        number=str(version["number"]),
        effective_from=_first_day(version),
        updated_by=Actor(Person(username, author), str(policy["policy"]["owner_role"])),
        approved_by=SYSTEM,
        change_note=str(version.get("note", "As the guidance was when Alongside was set up.")),
        review_date=_last_day(version),
        now=now,
    )
    return str(version["number"])


def _first_day(version: Mapping[str, object]) -> dt.date:
    """The first day of the month in which the version was written."""
    return dt.date.fromisoformat(f"{str(version['updated'])[:7]}-01")


def _last_day(version: Mapping[str, object]) -> dt.date:
    """The last day of the month in which the version is to be reviewed."""
    year, month = map(int, str(version["review"])[:7].split("-"))
    return dt.date(year, month, calendar.monthrange(year, month)[1])
