"""Every subcommand with its arguments, and where its code is (`module:function` below `engine.cli`)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="alongside", description="Runs a council's guidance.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for group in (_running, _operating, _policy, _decisions, _cases, _trials):
        group(verbs)
    return top


def _verb(verbs: Any, name: str, do: str, text: str, *, report: bool = False) -> argparse.ArgumentParser:
    """One subcommand."""
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(do=do, names_servers=False)
    verb.add_argument("--database", metavar="URL", help="a SQLAlchemy URL; ALONGSIDE_DATABASE, else a file under var/")
    if report:
        verb.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    return verb


def _running(verbs: Any) -> None:
    """Running the product."""
    serve = _verb(verbs, "serve", "service:serve", "Serve the pages.")
    serve.add_argument("--port", type=int, help="ALONGSIDE_PORT, else 8000")
    serve.add_argument("--with-worker", action="store_true", help="start a worker beside it, and stop it with it")
    _verb(verbs, "worker", "service:worker", "Do jobs and fire timers.")
    _verb(verbs, "migrate", "service:migrate", "Bring the database up to date.")
    prepare = _verb(verbs, "prepare", "prepare:prepare", "Migrate, publish the pack, and load the demo if it is one.")
    prepare.add_argument("--no-cases", action="store_true", help="demo people only")
    _verb(verbs, "welcome", "prepare:welcome", "Say where the product is and who can sign in to the demo.")


def _operating(verbs: Any) -> None:
    """Looking after the product: filled in by `operating.arguments`."""
    from engine.cli import operating

    operating.arguments(verbs, _verb)


def _trials(verbs: Any) -> None:
    """Attacks, measurements and simulations, each filled in by its own module."""
    from engine.cli import bench, hostile, simulate

    for module in (hostile, simulate, bench):
        module.arguments(verbs, _verb)


def _policy(verbs: Any) -> None:
    """The guidance pack."""
    _publishing(verbs)
    lint = _verb(verbs, "lint", "lint:lint", "Say what the gate thinks of one diagram, table or form.", report=True)
    lint.add_argument("file", type=Path)
    lint.add_argument("--unguarded", action="store_true", help=argparse.SUPPRESS)
    coverage = _verb(verbs, "coverage", "policy:coverage", "Which sentence is carried by what.", report=True)
    coverage.add_argument("folder", type=Path, nargs="?")
    pack = verbs.add_parser("pack", help="Check a pack, compare two, or publish one.").add_subparsers(
        required=True, metavar="WHAT"
    )
    _publishing(pack)
    check = _verb(pack, "check", "policy:check", "Check a whole pack as the product would on publishing.", report=True)
    check.add_argument("folder", type=Path, nargs="?")
    diff = _verb(pack, "diff", "policy:diff", "What one pack changes about another, in words.", report=True)
    diff.add_argument("old", help="a folder, or the number or digest of a published version")
    diff.add_argument("new", help="the same")


def _publishing(verbs: Any) -> None:
    """Putting a folder in force: `publish`, and `pack publish` beside its kin."""
    publish = _verb(verbs, "publish", "policy:publish", "Publish the pack in a folder as a version.", report=True)
    publish.add_argument("folder", type=Path, nargs="?", help="the folder that holds processes/, forms/ and handlers/")
    publish.add_argument("--number", help="the version's number; the last of policy.toml without it")
    publish.add_argument("--from", dest="effective_from", metavar="DATE", help="from when cases take it; else today")
    publish.add_argument("--by", required=True, metavar="USER", help="who made the change")
    publish.add_argument("--approved-by", required=True, metavar="USER", help="who approved it: somebody else")
    publish.add_argument("--note", default="", help="what changed, in a sentence")


def _decisions(verbs: Any) -> None:
    """Decision tables."""
    tck = _verb(verbs, "tck", "decisions:tck", "Run the DMN conformance kit.", report=True)
    tck.add_argument("folder", type=Path)
    tck.add_argument("--all", action="store_true", help="name every failure, not the first twenty")
    dmn = verbs.add_parser("dmn", help="Look into decision tables.").add_subparsers(required=True, metavar="WHAT")
    analyse = _verb(dmn, "analyse", "decisions:analyse", "Find gaps, overlaps and dead rules.", report=True)
    analyse.add_argument("files", type=Path, nargs="*", metavar="FILE", help="tables or folders; else the pack's")
    test = _verb(dmn, "test", "decisions:test", "Run the tests beside tables: FILE.dmn.tests.yaml.", report=True)
    test.add_argument("files", type=Path, nargs="*", metavar="PATH", help="tables or folders; else the pack's")


def _cases(verbs: Any) -> None:
    """Cases and people."""
    verify = _verb(verbs, "verify", "cases:verify", "Prove a record: its chain holds and replay agrees.", report=True)
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("case", nargs="?")
    which.add_argument("--all", action="store_true")
    verify.add_argument("--anchors", type=Path, metavar="FOLDER", help="and against the anchors kept there")
    verify.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="the public key in PEM that signed them"
    )
    export = _verb(verbs, "export", "cases:export", "Write out a case's record.")
    export.add_argument("case")
    export.add_argument("--format", "--form", dest="form", choices=("json", "csv", "xes"), default="json")
    export.add_argument("--out", type=Path, help="a file; standard output without it")
    incidents = _verb(verbs, "incidents", "cases:incidents", "What the machine could not do.", report=True)
    incidents.add_argument("--retry", type=int, metavar="ID", help="try this one again")
    incidents.add_argument("--as", dest="username", metavar="USER", help="who has it tried again")
    incidents.add_argument("--every", action="store_true", help="those that are settled too")
    scenarios = _verb(verbs, "scenarios", "scenarios:scenarios", "Play worked examples.", report=True)
    scenarios.add_argument("paths", type=Path, nargs="*", metavar="PATH")
    _people(verbs)


def _people(verbs: Any) -> None:
    """Who can sign in."""
    people = _verb(verbs, "people", "people:listed", "Who can sign in.", report=True)
    what = people.add_subparsers(metavar="WHAT")
    add = _verb(what, "add", "people:add", "Add a person, or replace one; the password is asked for.", report=True)
    add.add_argument("username")
    add.add_argument("--name", required=True)
    add.add_argument("--email", default="")
    add.add_argument("--role", action="append", default=[], dest="roles")
    add.add_argument("--team", action="append", default=[], dest="teams")
    load = _verb(what, "load", "people:load", "Add everybody of a YAML file; one password is asked for.", report=True)
    load.add_argument("file", type=Path)
