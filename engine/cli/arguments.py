"""Every subcommand with its arguments, and where its code is (`module:function` below `engine.cli`)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.settings import MOST_PORT

_ABOUT = "Runs a council's guidance: cases, letters and dates, and a record that can be proved."
_ANSWERS = (
    "Exit codes: 0 it is done, or what was asked holds; 1 it does not hold; 2 it could not be asked. "
    "`alongside COMMAND --help` has the arguments; docs/how-to/run-it.md has the settings."
)
_PACK = "the folder that holds processes/, forms/ and handlers/; else ALONGSIDE_HOME"


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="alongside", description=_ABOUT, epilog=_ANSWERS)
    top.set_defaults(database=None, json=False)
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    for group in (_running, _operating, _policy, _decisions, _cases, _trials):
        group(verbs)
    return top


def _verb(verbs: Any, name: str, do: str, text: str, *, report: bool = False) -> argparse.ArgumentParser:
    """One subcommand."""
    verb: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    verb.set_defaults(do=do, names_servers=False)
    # Nothing by default, for `people --database URL add` would lose what was said before `add`.
    unsaid = argparse.SUPPRESS
    url = "sqlite:///PATH or postgresql+psycopg://...; else ALONGSIDE_DATABASE, else a file in ALONGSIDE_VAR"
    verb.add_argument("--database", metavar="URL", default=unsaid, help=url)
    if report:
        verb.add_argument("--json", action="store_true", default=unsaid, help="print one JSON object instead of lines")
    return verb


def _port(said: str) -> int:
    """A port's number."""
    if not (said.isascii() and said.isdigit() and 1 <= int(said) <= MOST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {MOST_PORT}, not {said!r}")
    return int(said)


def _group(verbs: Any, name: str, text: str) -> Any:
    """A word before other subcommands, which are added to what is given back."""
    return verbs.add_parser(name, help=text, description=text).add_subparsers(required=True, metavar="WHAT")


def _running(verbs: Any) -> None:
    """Running the product."""
    serve = _verb(verbs, "serve", "service:serve", "Serve the pages.")
    serve.add_argument("--port", type=_port, help="where to listen; else ALONGSIDE_PORT, else 8000")
    serve.add_argument("--with-worker", action="store_true", help="keep a worker running beside the pages")
    _verb(verbs, "worker", "service:worker", "Do jobs (letters, notices) and fire timers.")
    _verb(verbs, "migrate", "service:migrate", "Bring the database to the tables of this release.")
    prepare = _verb(
        verbs, "prepare", "prepare:prepare", "Migrate, publish the pack, and in the demo load its people and cases."
    )
    prepare.add_argument("--no-cases", action="store_true", help="load the people of the demo, not its cases")
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
    lint = _verb(verbs, "lint", "lint:lint", "Say whether the gate accepts a diagram, table or form.", report=True)
    lint.add_argument("file", type=Path, help="a .bpmn, .dmn or .form file")
    lint.add_argument("--unguarded", action="store_true", help=argparse.SUPPRESS)
    coverage = _verb(verbs, "coverage", "policy:coverage", "Say which sentence is carried by what.", report=True)
    coverage.add_argument("folder", type=Path, nargs="?", help=_PACK)
    pack = _group(verbs, "pack", "Check a pack, compare two, or publish one.")
    _publishing(pack)
    check = _verb(pack, "check", "policy:check", "Check a whole pack as the product would on publishing.", report=True)
    check.add_argument("folder", type=Path, nargs="?", help=_PACK)
    diff = _verb(pack, "diff", "policy:diff", "Say in words what one pack changes about another.", report=True)
    diff.add_argument("old", help="a folder, or a published version's number or the beginning of its digest")
    diff.add_argument("new", help="the same")


def _publishing(verbs: Any) -> None:
    """Putting a folder in force: `publish`, and `pack publish` beside its kin."""
    publish = _verb(verbs, "publish", "policy:publish", "Publish the pack in a folder as a version.", report=True)
    publish.add_argument("folder", type=Path, nargs="?", help=_PACK)
    publish.add_argument("--number", help="the version's number; else the last in policy.toml")
    publish.add_argument(
        "--from", dest="effective_from", metavar="DATE", help="the first day on which new cases take it; else today"
    )
    publish.add_argument("--by", required=True, metavar="USER", help="who made the change")
    publish.add_argument("--approved-by", required=True, metavar="USER", help="who approved it: somebody else")
    publish.add_argument("--note", default="", help="what changed, in a sentence")


def _decisions(verbs: Any) -> None:
    """Decision tables."""
    tck = _verb(verbs, "tck", "decisions:tck", "Run the DMN conformance kit (TCK).", report=True)
    tck.add_argument("folder", type=Path, help="the folder that holds the kit's cases")
    tck.add_argument("--all", action="store_true", help="name every failure, not the first twenty")
    dmn = _group(verbs, "dmn", "Analyse or test decision tables.")
    analyse = _verb(dmn, "analyse", "decisions:analyse", "Find gaps, overlaps, dead rules and duplicates.", report=True)
    analyse.add_argument("files", type=Path, nargs="*", metavar="FILE", help="tables or folders; else the pack's")
    test = _verb(dmn, "test", "decisions:test", "Run the tests beside tables: FILE.dmn.tests.yaml.", report=True)
    test.add_argument("files", type=Path, nargs="*", metavar="PATH", help="tables or folders; else the pack's")


def _cases(verbs: Any) -> None:
    """Cases and people."""
    verify = _verb(verbs, "verify", "cases:verify", "Prove a record: its chain holds and replay agrees.", report=True)
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("case", nargs="?", help="the case's id")
    which.add_argument("--all", action="store_true", help="every case")
    verify.add_argument(
        "--anchors", type=Path, metavar="FOLDER", help="prove it against the anchors in this folder too"
    )
    verify.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="the public key (PEM) of those anchors; more than once after a change of keys",
    )
    export = _verb(verbs, "export", "cases:export", "Write out a case's record.")
    export.add_argument("case", help="the case's id")
    export.add_argument(
        "--format", "--form", dest="form", choices=("json", "csv", "xes"), default="json", help="else json"
    )
    export.add_argument("--out", type=Path, metavar="FILE", help="where to; else to standard output")
    incidents = _verb(
        verbs, "incidents", "cases:incidents", "List what the machine could not do, or try it again.", report=True
    )
    incidents.add_argument("--retry", type=int, metavar="ID", help="try this one again, then list")
    incidents.add_argument("--alike", action="store_true", help="and all open ones of its kind and reason")
    incidents.add_argument("--as", dest="username", metavar="USER", help="in whose name it is tried again")
    incidents.add_argument("--every", action="store_true", help="list those that are settled too")
    scenarios = _verb(
        verbs, "scenarios", "scenarios:scenarios", "Play worked examples, and say which hold.", report=True
    )
    scenarios.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="files or folders; else the pack's")
    _people(verbs)


def _people(verbs: Any) -> None:
    """Who can sign in."""
    people = _verb(verbs, "people", "people:listed", "List who can sign in, or add people.", report=True)
    what = people.add_subparsers(metavar="WHAT")
    add = _verb(what, "add", "people:add", "Add a person, or replace one; the password is asked for.", report=True)
    add.add_argument("username", help="what they sign in with")
    add.add_argument("--name", required=True, help="as others see it")
    add.add_argument("--email", default="", help="where notices go")
    add.add_argument("--role", action="append", default=[], dest="roles", metavar="ROLE", help="may be said again")
    add.add_argument("--team", action="append", default=[], dest="teams", metavar="TEAM", help="may be said again")
    load = _verb(what, "load", "people:load", "Add everybody in a YAML file; one password is asked for.", report=True)
    load.add_argument("file", type=Path, help="such as processes/demo/people.yaml")
