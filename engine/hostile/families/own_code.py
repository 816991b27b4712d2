"""Code in a model, in our own dialect: the same payloads where a diagram or a table of ours has expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, quoteattr

from engine.hostile.packs import diagram, element, flow, line, timer, user_task

#: File name -> content.
Files = dict[str, bytes]

#: The payloads by the last part of a case's folder; each is tried as a FEEL expression.
PAYLOADS: Mapping[str, str] = {
    "import": "__import__('pathlib').Path('@@CANARY@@').write_text('x')",
    "subclasses": (
        "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='_wrap_close'][0]"
        ".__init__.__globals__['system']('touch @@CANARY@@')"
    ),
    "listcomp_call": "[f('@@CANARY@@','w') for f in [open]]",
    "concat_getattr": (
        "getattr(__builtins__ if isinstance(__builtins__,dict) else vars(__builtins__),'get')"
        "('ev'+'al')(\"open('@@CANARY@@','w')\")"
    ),
    "genframe": "(lambda g:g.gi_frame.f_builtins['open']('@@CANARY@@','w').close())((x for x in [1]))",
    "open": "open('@@CANARY@@','w').write('x')",
    "fullwidth": "ｏpen('@@CANARY@@','w').write('x')",
}
#: What FEEL itself offers to reach out of the language: a function defined elsewhere, called at once.
OUTWARD = 'function(path) external { python: { module: "pathlib", signature: "Path.touch" } }("@@CANARY@@")'
#: Code as FEEL would write it: double quotation marks, a call of a function that nobody defined.
AS_FEEL = 'open("@@CANARY@@", "w").write("x")'


def payloads(name: str) -> tuple[str, ...]:
    """The case's own payload (an import for one that nobody has met yet), and the two that are written for FEEL."""
    return PAYLOADS.get(name, PAYLOADS["import"]), AS_FEEL, OUTWARD


def _task(zeebe: str = "", inner: str = "") -> str:
    about = '<zeebe:userTask /><zeebe:formDefinition formId="note" />'
    about += '<zeebe:assignmentDefinition candidateGroups="clerk" />' + zeebe
    return element("userTask", "hit", inner, about)


def _mapped(tag: str, where: str, payload: str, inner: str = "", before: str = "") -> str:
    mapping = f'<zeebe:ioMapping><zeebe:{where} source={quoteattr("=" + payload)} target="x" /></zeebe:ioMapping>'
    return element(tag, "hit", inner, before + mapping)


def _timer(kind: str, payload: str) -> Files:
    return _line(element("intermediateCatchEvent", "hit", timer(kind, escape("=" + payload))))


def _line(*steps: str, extra: str = "") -> Files:
    return {"evil.bpmn": line("evil", *steps, user_task("after"), extra=extra)}


def _gateway(kind: str, payload: str) -> Files:
    return {
        "evil.bpmn": diagram(
            "evil",
            element("startEvent", "start"),
            element(f"{kind}Gateway", "fork", default="other"),
            element("endEvent", "one"),
            element("endEvent", "two"),
            flow("start", "fork"),
            flow("fork", "one", escape("=" + payload), id="hit"),
            flow("fork", "two", id="other"),
        )
    }


def _script(payload: str) -> Files:
    script = f'<zeebe:script expression={quoteattr("=" + payload)} resultVariable="x" />'
    return _line(element("scriptTask", "hit", "", script))


def _flow_of_task(payload: str) -> Files:
    start, end = element("startEvent", "start"), element("endEvent", "end")
    hit = flow("task", "end", escape("=" + payload), id="hit")
    return {"evil.bpmn": diagram("evil", start, user_task("task"), end, flow("start", "task"), hit)}


def _repeated(collection: str, until: str = "") -> str:
    about = f"<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection={quoteattr(collection)} />"
    about += "</bpmn:extensionElements>"
    about += f"<bpmn:completionCondition>{until}</bpmn:completionCondition>" if until else ""
    return f"<bpmn:multiInstanceLoopCharacteristics>{about}</bpmn:multiInstanceLoopCharacteristics>"


def _standard_loop(payload: str) -> Files:
    condition = f"<bpmn:loopCondition>{escape('=' + payload)}</bpmn:loopCondition>"
    loop = f'<bpmn:standardLoopCharacteristics testBefore="true">{condition}</bpmn:standardLoopCharacteristics>'
    return _line(_task(inner=loop))


def _boundary(payload: str) -> Files:
    boundary = element(
        "boundaryEvent",
        "hit",
        timer("timeDuration", escape("=" + payload)),
        attachedToRef="task",
        cancelActivity="true",
    )
    ends = (element("endEvent", "end"), element("endEvent", "late"))
    flows = (flow("start", "task"), flow("task", "end"), flow("hit", "late"))
    return {"evil.bpmn": diagram("evil", element("startEvent", "start"), user_task("task"), boundary, *ends, *flows)}


def _conditional(payload: str) -> Files:
    condition = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape("=" + payload)}</bpmn:condition>'
    inner = f'<bpmn:conditionalEventDefinition id="hit_on">{condition}</bpmn:conditionalEventDefinition>'
    return _line(element("intermediateCatchEvent", "hit", inner))


def _thrown(payload: str) -> Files:
    event = '<bpmn:messageEventDefinition messageRef="told" />'
    return _line(
        _mapped("intermediateThrowEvent", "input", payload, event), extra='<bpmn:message id="told" name="told" />'
    )


def _signal(payload: str) -> Files:
    event = '<bpmn:signalEventDefinition signalRef="told" />'
    return _line(
        _mapped("intermediateThrowEvent", "input", payload, event), extra='<bpmn:signal id="told" name="told" />'
    )


def _correlation(payload: str) -> Files:
    key = f"<zeebe:subscription correlationKey={quoteattr('=' + payload)} />"
    message = f'<bpmn:message id="hit" name="hit"><bpmn:extensionElements>{key}</bpmn:extensionElements></bpmn:message>'
    caught = '<bpmn:messageEventDefinition messageRef="hit" />'
    return _line(element("intermediateCatchEvent", "caught", caught), extra=message)


def _ad_hoc(payload: str) -> Files:
    elements = f"<zeebe:adHoc activeElementsCollection={quoteattr('=' + payload)} />"
    return _line(element("adHocSubProcess", "hit", user_task("inside"), elements))


def _service(payload: str) -> Files:
    return _line(_mapped("serviceTask", "input", payload, before='<zeebe:taskDefinition type="letter" />'))


def _table(*, reads: str = "note", test: str = "-", gives: str = '"x"') -> Files:
    decision = '<zeebe:calledDecision decisionId="evil-table" resultVariable="said" />'
    table = f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables" name="tables" namespace="http://camunda.org/schema/1.0/dmn">
  <decision id="evil-table" name="Evil table"><decisionTable id="table" hitPolicy="UNIQUE">
    <input id="column"><inputExpression id="reads" typeRef="string"><text>{escape(reads)}</text></inputExpression></input>
    <output id="result" name="said" typeRef="string" />
    <rule id="row"><inputEntry id="test"><text>{escape(test)}</text></inputEntry>
      <outputEntry id="gives"><text>{escape(gives)}</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>
"""  # noqa: E501
    return {"evil-table.dmn": table.encode(), **_line(element("businessRuleTask", "ask", "", decision))}


#: What a case attacks -> our files with a payload in that place.
PLACES: Mapping[str, Callable[[str], Files]] = {
    "script_task": _script,
    "exclusive_condition": lambda payload: _gateway("exclusive", payload),
    "inclusive_condition": lambda payload: _gateway("inclusive", payload),
    "task_conditional_flow": _flow_of_task,
    "dmn_input_expression": lambda payload: _table(reads=payload),
    "dmn_input_cell": lambda payload: _table(test=payload),
    "dmn_output_cell": lambda payload: _table(gives=payload),
    "mi_cardinality": lambda payload: _line(_task(inner=_repeated("=" + payload))),
    "mi_completion_condition": lambda payload: _line(_task(inner=_repeated("=[1,2]", escape("=" + payload)))),
    "loop_condition": _standard_loop,
    "timer_date": lambda payload: _timer("timeDate", payload),
    "timer_duration": lambda payload: _timer("timeDuration", payload),
    "timer_cycle": lambda payload: _timer("timeCycle", payload),
    "boundary_timer": _boundary,
    "conditional_event": _conditional,
    "spiff_preScript": lambda payload: _line(_mapped("serviceTask", "input", payload, before=_JOB)),
    "spiff_postScript": lambda payload: _line(_mapped("serviceTask", "output", payload, before=_JOB)),
    "service_parameter": _service,
    "message_payload": _thrown,
    "correlation_expression": _correlation,
    "adhoc_completion": _ad_hoc,
    "signal_payload": _signal,
}
_JOB = '<zeebe:taskDefinition type="letter" />'

#: What stands harmlessly in the places that our dialect has; the others are refused whatever stands there.
_HARMLESS: Mapping[str, str] = {
    "exclusive_condition": 'note = "x"',
    "inclusive_condition": 'note = "x"',
    "dmn_input_expression": "note",
    "dmn_input_cell": '"x"',
    "dmn_output_cell": '"x"',
    "mi_cardinality": '["x", "y"]',
    "mi_completion_condition": "1 = 2",
    "timer_date": 'date("2030-01-01")',
    "timer_duration": 'duration("P1D")',
    "boundary_timer": 'duration("P1D")',
    "spiff_preScript": '"x"',
    "spiff_postScript": '"x"',
    "service_parameter": '"x"',
    "message_payload": '"x"',
    "correlation_expression": "case_id",
}


def harmless(place: str) -> Files | None:
    """The same files with nothing evil in that place; None where our dialect has no such place."""
    text = _HARMLESS.get(place)
    return PLACES[place](text) if text is not None else None
