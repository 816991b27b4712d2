"""Tasks, calls and subprocesses: that each says what it needs, and says it so that it can be checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from engine.bpmn.dates import NotATime, parse_moment
from engine.bpmn.gate.checker import Checker
from engine.bpmn.gate.diagram import B, Node, Z
from engine.bpmn.gate.events import check_message
from engine.bpmn.gate.names import local_of

_JOB = re.compile(r"[A-Za-z][\w.-]{0,99}\Z", re.ASCII)
_PERSON = re.compile(r"[\w.@-]{1,100}\Z")


def check_activities(check: Checker) -> None:
    """Every activity of the diagram."""
    for node in check.diagram.nodes.values():
        _CHECKS.get(node.tag, _nothing)(node, check)
        _mappings(node, check)
    for message in check.diagram.root.findall(f"{B}message"):
        for subscription in message.findall(f"{B}extensionElements/{Z}subscription"):
            if (subscription.get("correlationKey") or "").replace(" ", "") != "=case_id":
                check.report.about(message, "must have the correlation key =case_id: it is delivered within its case.")


def _nothing(node: Node, check: Checker) -> None:
    """Elements without details of their own."""


def _user_task(node: Node, check: Checker) -> None:
    form, people, dates = (node.extension(n) for n in ("formDefinition", "assignmentDefinition", "taskSchedule"))
    if form is not None:
        check.reference(node.xml, "form", form.get("formId"), check.known.forms)
        _binding(node, form, check)
    elif check.known.forms is not None:
        check.report.about(node.xml, "has no form: nobody could answer it.")
    if people is not None:
        _groups(node, people.get("candidateGroups"), check)
        _assignee(node, people.get("assignee"), check)
    if check.known.roles is not None and (people is None or not _said(people, "candidateGroups", "assignee")):
        check.report.about(node.xml, "is for nobody: name a role in its candidate groups.")
    for name in ("dueDate", "followUpDate"):
        _date(node, name, None if dates is None else dates.get(name), check)


def _said(node: etree._Element, *names: str) -> bool:
    return any((node.get(name) or "").strip() for name in names)


def _groups(node: Node, groups: str | None, check: Checker) -> None:
    if not groups:
        return
    if groups.strip().startswith("="):
        check.feel(node.xml, "candidate groups", groups)
        return
    for role in (part.strip() for part in groups.split(",")):
        if check.known.roles is not None and role not in check.known.roles:
            check.report.about(node.xml, f"is for the role “{role[:80]}”, which does not exist.")
        elif not _PERSON.match(role):
            check.report.about(node.xml, f"is for the role “{role[:80]}”, which cannot be a role's id.")


def _assignee(node: Node, assignee: str | None, check: Checker) -> None:
    if assignee and assignee.strip().startswith("="):
        check.feel(node.xml, "an assignee", assignee)
    elif assignee and not _PERSON.match(assignee.strip()):
        check.report.about(node.xml, f"is for “{assignee[:80]}”, which cannot be a person's name to sign in by.")


def _date(node: Node, name: str, text: str | None, check: Checker) -> None:
    what = "a due date" if name == "dueDate" else "a follow-up date"
    if not text:
        return
    if text.strip().startswith("="):
        check.feel(node.xml, what, text)
        return
    try:
        parse_moment(text)
    except NotATime as problem:
        check.report.about(node.xml, f"has {what} that is none: {str(problem)[:200]}.")


def _job(node: Node, check: Checker) -> None:
    job = node.extension("taskDefinition")
    if job is None:
        check.report.about(node.xml, "names no job: it needs a task definition with a type.")
        return
    kind, retries = job.get("type") or "", job.get("retries") or "3"
    check.reference(node.xml, "job type", kind, check.known.jobs)
    if kind and not kind.startswith("=") and not _JOB.match(kind):
        check.report.about(node.xml, f"has the job type “{kind[:80]}”: a letter, then letters, digits, _ - or dots.")
    if not re.fullmatch(r"\d{1,2}", retries, re.ASCII):
        check.report.about(node.xml, f"has “{retries[:40]}” retries: it must be a number from 0 to 99.")
    for header in node.extensions("taskHeaders", "header"):
        if not header.get("key"):
            check.report.about(node.xml, "has a header without a key.")


def _send_task(node: Node, check: Checker) -> None:
    ref, job = node.xml.get("messageRef"), node.extension("taskDefinition")
    if ref is None and job is None:
        check.report.about(node.xml, "sends nothing: it needs a message or a task definition.")
    elif ref is not None and job is not None:
        check.report.about(node.xml, "has both a message and a task definition: it can send one or run the other.")
    elif ref is not None:
        check_message(node, ref, check)
    else:
        _job(node, check)


def _receive_task(node: Node, check: Checker) -> None:
    check_message(node, node.xml.get("messageRef"), check)


def _rule_task(node: Node, check: Checker) -> None:
    called = node.extension("calledDecision")
    if called is None:
        check.report.about(node.xml, "names no decision table.")
        return
    check.reference(node.xml, "decision", called.get("decisionId"), check.known.decisions)
    check.variable(node.xml, "a result", called.get("resultVariable"))
    _binding(node, called, check)


def _call(node: Node, check: Checker) -> None:
    called = node.extension("calledElement")
    if called is None:
        check.report.about(node.xml, "does not say which process it calls.")
        return
    check.reference(node.xml, "process", called.get("processId"), check.known.processes)
    _binding(node, called, check)
    for name in ("propagateAllParentVariables", "propagateAllChildVariables"):
        if called.get(name, "true") not in ("true", "false"):
            check.report.about(node.xml, f"has {name} “{(called.get(name) or '')[:40]}”: it must be true or false.")


def _binding(node: Node, reference: etree._Element, check: Checker) -> None:
    """A policy version is one whole, so nothing in it can be bound to another one."""
    binding = reference.get("bindingType", "latest")
    if binding not in ("latest", "deployment") or reference.get("versionTag"):
        shown = binding if binding != "latest" else "version tag"
        check.report.about(node.xml, f"is bound to another version ({shown[:40]}): it can use its own only.")


def _mappings(node: Node, check: Checker) -> None:
    for direction in ("input", "output"):
        for line in node.extensions("ioMapping", direction):
            target = line.get("target") or ""
            check.feel(node.xml, f"an {direction} mapping to “{target[:60]}”", line.get("source"))
            first, *inner = target.split(".")
            check.variable(node.xml, f"an {direction}", first)
            if inner and not all(re.fullmatch(r"[A-Za-z_]\w*", part, re.ASCII) for part in inner):
                check.report.about(node.xml, f"has an {direction} mapping to “{target[:60]}”, which is not a name.")


def check_loops_of(check: Checker) -> None:
    """Multi-instance markers: a list to go through, and bounds on it where they can be seen."""
    for node in check.diagram.nodes.values():
        for marker in node.xml.findall(f"{B}multiInstanceLoopCharacteristics"):
            _loop(node, marker, check)


def _loop(node: Node, marker: etree._Element, check: Checker) -> None:
    detail = marker.find(f"{B}extensionElements/{Z}loopCharacteristics")
    if node.is_event_subprocess:
        check.report.about(node.xml, "is started by an event, so it cannot be repeated for a list.")
    if detail is None or not detail.get("inputCollection"):
        check.report.about(node.xml, "is repeated without an input collection: say for which list.")
        return
    _collection(node, detail.get("inputCollection") or "", check)
    for name in ("inputElement", "outputCollection"):
        if detail.get(name):
            check.variable(node.xml, "an item" if name == "inputElement" else "a collection", detail.get(name))
    if bool(detail.get("outputCollection")) != bool(detail.get("outputElement")):
        check.report.about(node.xml, "needs both an output collection and an output element, or neither.")
    if detail.get("outputElement"):
        check.feel(node.xml, "an output element", detail.get("outputElement"))
    for condition in (child for child in marker if local_of(child) == "completionCondition"):
        check.feel(node.xml, "a completion condition", str(condition.xpath("string()")))


def _collection(node: Node, text: str, check: Checker) -> None:
    expression = check.feel(node.xml, "an input collection", text)
    if expression is None:
        return
    is_constant, value = check.constant(expression)
    if is_constant and not isinstance(value, list):
        check.report.about(node.xml, "is repeated for something that is not a list.")
    elif isinstance(value, list) and len(value) > 100:
        check.report.about(node.xml, f"is repeated {len(value)} times: at most 100 instances are allowed.")


_CHECKS: Mapping[str, Callable[[Node, Checker], None]] = {
    "userTask": _user_task,
    "serviceTask": _job,
    "sendTask": _send_task,
    "receiveTask": _receive_task,
    "businessRuleTask": _rule_task,
    "callActivity": _call,
}
