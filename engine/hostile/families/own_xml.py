"""Hostile XML in our own dialect: a case's file with its process turned into one of ours, the attack left as it is."""

from __future__ import annotations

import re

_ZEEBE = ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
_SPIFF = ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
_TASK = re.compile(r"<bpmn:userTask([^>]*)/>")
_ABOUT = (
    '<bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="note" />'
    '<zeebe:assignmentDefinition candidateGroups="clerk" /></bpmn:extensionElements>'
)

#: The same file with no attack in it: our dialect takes it.
HARMLESS = f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"{_ZEEBE} id="defs" targetNamespace="x">
<bpmn:process id="p" isExecutable="true"><bpmn:documentation>Hello</bpmn:documentation><bpmn:startEvent id="s"/>
<bpmn:userTask id="t" name="t">{_ABOUT}</bpmn:userTask><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="t"/><bpmn:sequenceFlow id="f2" sourceRef="t" targetRef="e"/>
</bpmn:process></bpmn:definitions>""".encode()


def ours(content: bytes) -> bytes:
    """The same attack around a process of ours; the encoding stays what it was."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = content.decode(encoding, "surrogateescape")
    text = text.replace(_SPIFF, _ZEEBE).replace('"PT1H"', "PT1H").replace("&quot;PT1H&quot;", "PT1H")
    text = _fitting(text)
    text = _TASK.sub(lambda found: f"<bpmn:userTask{found[1]}>{_ABOUT}</bpmn:userTask>", text)
    return text.encode(encoding, "surrogateescape")


def _fitting(text: str) -> str:
    """A file that is refused for its size alone, cut down until its content must be looked at."""
    text = re.sub(r"(<a/>){20000,}", "<a/>" * 200_000, text)
    return re.sub(r' a(\d+)="1"', lambda found: found[0] if int(found[1]) < 60_000 else "", text)
