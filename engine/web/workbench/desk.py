"""What the pages of the workbench share: who may open them, the draft, and the kinds of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from engine import queries
from engine.model.bundle import Bundle
from engine.model.errors import Fault
from engine.model.person import Actor
from engine.model.policy_draft import APPROVE, EDIT, DraftNotFound
from engine.policy import Difference, diff, lint_pack, pack_warnings
from engine.queries import DraftPage
from engine.web.access import Rule
from engine.web.security import CONTENT_SECURITY_POLICY
from engine.web.shell import shell
from engine.web.visitor import Visitor, visitor

blueprint = Blueprint("workbench", __name__, url_prefix="/policy/edit")

#: The editors' symbols are fonts, served from here like all else; their libraries write `style` attributes, drawing.
#: Style sheets and scripts written into the page stay refused.
EDITOR_POLICY = f"{CONTENT_SECURITY_POLICY}; font-src 'self'; style-src-attr 'unsafe-inline'"


def roles_for(who: Visitor, what: str) -> tuple[str, ...]:
    """The person's roles that own the policy, or to which it gives this part of changing it."""
    if who.person is None:
        return ()
    pack = shell().pack()
    given = {role.id for role in pack.roles.values() if what in role.may}
    return tuple(sorted(role for role in who.person.roles if role in given or role == pack.owner_role))


EDITS = Rule(
    "roles that may change the guidance",
    "Only the owner of the policy changes the guidance.",
    lambda who: bool(roles_for(who, EDIT)),
)
APPROVES = Rule(
    "roles that may approve a version",
    "Only the owner of the policy approves a version.",
    lambda who: bool(roles_for(who, APPROVE)),
)


def acting(what: str) -> Actor:
    """The person of this request in the role that lets them do this; the page's rule has seen that there is one."""
    who = visitor()
    return who.acting(roles_for(who, what))


@blueprint.app_context_processor
def rights() -> dict[str, bool]:
    """Whether pages offer the workbench to this person."""
    who = visitor()
    return {"edits_policy": bool(roles_for(who, EDIT)), "approves_policy": bool(roles_for(who, APPROVE))}


@blueprint.app_template_filter("as_errors")
def as_errors(sentences: Iterable[str], href: str) -> list[dict[str, str]]:
    """Sentences as the list of an error summary, all leading to one place."""
    return [{"text": sentence, "href": href} for sentence in sentences]


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, in one and in many, and the editor that opens it."""

    name: str
    title: str
    many: str


DIAGRAM, TABLE, FORM = (
    Kind("diagram", "Diagram", "Diagrams"),
    Kind("table", "Table", "Tables"),
    Kind("form", "Form", "Forms"),
)
LETTER, TEXT = Kind("letter", "Letter", "Letters and notices"), Kind("text", "Text", "Other texts")
KINDS = (DIAGRAM, TABLE, FORM, LETTER, TEXT)
_BY_ENDING = {".bpmn": DIAGRAM, ".dmn": TABLE, ".form": FORM}


def kind_of(path: str) -> Kind:
    """By the file's name."""
    if path.startswith("handlers/") and path.endswith(".md"):
        return LETTER
    return _BY_ENDING.get(PurePosixPath(path).suffix, TEXT)


def the_draft() -> DraftPage:
    """The open draft. Raises DraftNotFound."""
    found = queries.policy_draft(shell().uow)
    if found is None:
        raise DraftNotFound("There is no draft. Start one on the page “Change the guidance”.")
    return found


def in_force() -> Bundle:
    """The files of the version in force."""
    page = queries.policy_page(shell().uow, now=shell().now())
    if page.in_force is None:
        raise NotFound
    return queries.policy_files(shell().uow, digest=page.in_force.digest)


@dataclass(frozen=True)
class Checked:
    """Everything that the checks say of one content: what is refused, and what is probably a mistake."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


class _Held:
    """A bundle as a key: two of one digest are the same."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def __hash__(self) -> int:
        return hash(self.bundle.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.bundle.digest == self.bundle.digest


def check(bundle: Bundle) -> Checked:
    """The checks of a content, made once for each."""
    return _check(_Held(bundle))


@lru_cache(maxsize=16)
def _check(held: _Held) -> Checked:
    return Checked(tuple(lint_pack(held.bundle)), tuple(pack_warnings(held.bundle)))


def changes(old: Bundle, new: Bundle) -> tuple[Difference, ...]:
    """What the new content changes about the old, made once for each pair."""
    return _changes(_Held(old), _Held(new))


@lru_cache(maxsize=16)
def _changes(old: _Held, new: _Held) -> tuple[Difference, ...]:
    return tuple(diff(old.bundle, new.bundle))


def as_download(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """Bytes that a browser keeps as a file and never shows."""
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
