"""Small guidance packs of our own dialect: a made-up office with its people, and whatever diagrams an attack needs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import pairwise
from xml.sax.saxutils import quoteattr

from engine.model.bundle import Bundle
from engine.model.person import Person

CLERK, MANAGER, OPERATOR, AUDITOR, OWNER = "clerk", "manager", "operator", "auditor", "owner"
#: Whoever can sign in, all with the arena's password: name -> (role, team).
_CAST: Mapping[str, tuple[str, str]] = {
    "wes": (CLERK, "north"),
    "win": (CLERK, "north"),
    "nora": (CLERK, "south"),
    "max": (MANAGER, ""),
    "opal": (OPERATOR, ""),
    "ada": (AUDITOR, ""),
    "olive": (OWNER, ""),
    "oscar": (OWNER, ""),
}
PEOPLE = tuple(
    Person(name, f"{name.capitalize()} Example", frozenset({role}), frozenset({team} - {""}), f"{name}@example.org")
    for name, (role, team) in _CAST.items()
)

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"\n'
    '    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"\n'
    '    id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">\n'
)


def model(family: str, name: str) -> bytes:
    """One of the files of `models/`: `model("timers", "month-end.bpmn")`."""
    return files("engine.hostile").joinpath("models", family, name).read_bytes()


def models(family: str, ending: str) -> Mapping[str, bytes]:
    """All files of one family with an ending: name without it -> content."""
    folder = files("engine.hostile").joinpath("models", family)
    found = {each.name: each.read_bytes() for each in folder.iterdir() if each.name.endswith(ending)}
    return {name.removesuffix(ending): content for name, content in sorted(found.items())}


def bundle(
    diagrams: Mapping[str, bytes] | None = None,
    *,
    top: str = "",
    forms: Mapping[str, bytes] | None = None,
    tables: Mapping[str, bytes] | None = None,
    letters: Mapping[str, bytes] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Bundle:
    """The office's pack with these diagrams and so on, by id; `top` is the process that cases start, else the first.

    The forms `start` (title) and `note` (note, date, decision) are there unless given anew. `files` are added by path.
    """
    drawn = diagrams or {"walk": line("walk", user_task("write", form="note"), user_task("check", form="note"))}
    policy = model("office", "policy.toml").replace(b"{top}", (top or next(iter(drawn))).encode())
    asked = {"start": model("office", "start.form"), "note": model("office", "note.form"), **(forms or {})}
    return Bundle(
        {
            "processes/policy.toml": policy,
            "processes/guidance.md": model("office", "guidance.md"),
            **{f"processes/{name}.bpmn": content for name, content in drawn.items()},
            **{f"processes/{name}.dmn": content for name, content in (tables or {}).items()},
            **{f"forms/{name}.form": content for name, content in asked.items()},
            **{f"handlers/letters/{name}.md": content for name, content in (letters or {}).items()},
            **(files or {}),
        }
    )


def diagram(process_id: str, *elements: str, extra: str = "") -> bytes:
    """A diagram of one process holding these elements and flows; `extra` stands beside the process."""
    body = "\n    ".join(elements)
    return (
        f'{_HEAD}  <bpmn:process id="{process_id}" isExecutable="true">\n    {body}\n  </bpmn:process>{extra}\n'
        "</bpmn:definitions>\n"
    ).encode()


def line(process_id: str, *steps: str, extra: str = "") -> bytes:
    """A diagram of a start, these elements one after another, and an end; each step is an element's text."""
    ids = ["start", *(step.partition('id="')[2].partition('"')[0] for step in steps), "end"]
    flows = [flow(source, target) for source, target in pairwise(ids)]
    return diagram(process_id, element("startEvent", "start"), *steps, element("endEvent", "end"), *flows, extra=extra)


def element(tag: str, id: str, inner: str = "", zeebe: str = "", **attributes: str) -> str:
    """Any element; `zeebe` goes into its extension elements, `inner` after them."""
    shown = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    extension = f"<bpmn:extensionElements>{zeebe}</bpmn:extensionElements>" if zeebe else ""
    return f'<bpmn:{tag} id="{id}"{shown}>{extension}{inner}</bpmn:{tag}>'


def user_task(id: str, *, form: str = "note", role: str = CLERK, name: str = "", inner: str = "") -> str:
    """A task of a role with a form."""
    about = "<zeebe:userTask />" + (f'<zeebe:formDefinition formId="{form}" />' if form else "")
    about += f'<zeebe:assignmentDefinition candidateGroups="{role}" />'
    return element("userTask", id, inner, about, name=name or id.capitalize())


def flow(source: str, target: str, condition: str = "", *, id: str = "") -> str:
    """A sequence flow, with a FEEL condition where given (it begins with `=`)."""
    inner = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return element("sequenceFlow", id or f"{source}_{target}", inner, sourceRef=source, targetRef=target)


def timer(kind: str, text: str) -> str:
    """A timer definition: `timeDuration`, `timeDate` or `timeCycle`."""
    return (
        f'<bpmn:timerEventDefinition><bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
        "</bpmn:timerEventDefinition>"
    )
