"""What the desktop modeller and the properties panel write passes the gate."""

from __future__ import annotations

import pytest

from engine.bpmn.gate import Known, check_diagram, check_diagrams
from tests.bpmn.gate.drawing import HEAD, chain, diagram, element, files, flow, message, properties, timer

WHOLE = f"""{HEAD}
  <bpmn:collaboration id="Collaboration_1">
    <bpmn:participant id="Participant_1" name="Team" processRef="whole" />
    <bpmn:participant id="Participant_2" name="Parents" />
    <bpmn:messageFlow id="MessageFlow_1" name="letter" sourceRef="send" targetRef="Participant_2" />
    <bpmn:textAnnotation id="Note_2"><bpmn:text>A note
of two lines</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_2" associationDirection="None" sourceRef="Participant_1" targetRef="Note_2" />
  </bpmn:collaboration>
  <bpmn:process id="whole" name="The whole" isExecutable="true" zeebe:modelerTemplate="x" >
    <bpmn:documentation>What it is for.</bpmn:documentation>
    <bpmn:extensionElements><zeebe:versionTag value="2" />
      <zeebe:properties><zeebe:property name="guidance" value="F-01,G-02a" /></zeebe:properties>
      </bpmn:extensionElements>
    <bpmn:laneSet id="Lanes"><bpmn:lane id="Lane_1" name="Worker">
      <bpmn:flowNodeRef>start</bpmn:flowNodeRef><bpmn:flowNodeRef>hold</bpmn:flowNodeRef>
      <bpmn:childLaneSet id="Inner"><bpmn:lane id="Lane_2" /></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start" name="Begun"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="hold" />
    <bpmn:userTask id="hold" name="Hold the meeting" zeebe:modelerTemplate="person" zeebe:modelerTemplateVersion="1"
        zeebe:modelerTemplateIcon="data:image/svg+xml,x">
      <bpmn:documentation textFormat="text/plain">Within a week.</bpmn:documentation>
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:formDefinition formId="meeting" bindingType="deployment" />
        <zeebe:assignmentDefinition assignee="=worker" candidateGroups="chair, worker" />
        <zeebe:taskSchedule dueDate="=deadline(&quot;meeting&quot;, held).due" followUpDate="2026-05-01" />
        <zeebe:ioMapping><zeebe:input source="=child.name" target="name" /><zeebe:output source="=held" target="a.b" />
        </zeebe:ioMapping>
        <zeebe:properties><zeebe:property name="guidance" value="F-16, F-17" />
          <zeebe:property name="advice" value="route_advice.route" />
          <zeebe:property name="adviceAnswer" value="route" /><zeebe:property name="adviceReason" value="reason" />
          <zeebe:property name="camundaModeler:exampleOutputJson" value="{{}}" /></zeebe:properties>
      </bpmn:extensionElements>
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
      <bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>
        <zeebe:loopCharacteristics inputCollection="=parents" inputElement="parent" outputCollection="seen"
          outputElement="=held" /></bpmn:extensionElements>
        <bpmn:completionCondition xsi:type="bpmn:tFormalExpression">=count(seen) &gt; 1</bpmn:completionCondition>
      </bpmn:multiInstanceLoopCharacteristics>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="late" name="Late" cancelActivity="false" attachedToRef="hold">
      <bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:timerEventDefinition id="T1"><bpmn:timeCycle xsi:type="bpmn:tFormalExpression">R3/P1W</bpmn:timeCycle>
      </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f3" sourceRef="late" targetRef="told" /><bpmn:endEvent id="told" />
    <bpmn:sequenceFlow id="f2" sourceRef="hold" targetRef="advise" />
    <bpmn:businessRuleTask id="advise" name="Advise"><bpmn:extensionElements>
      <zeebe:calledDecision decisionId="route" resultVariable="route_advice" bindingType="latest" />
      </bpmn:extensionElements></bpmn:businessRuleTask>
    <bpmn:sequenceFlow id="f4" sourceRef="advise" targetRef="gate" />
    <bpmn:exclusiveGateway id="gate" name="Which?" default="f6" gatewayDirection="Diverging" />
    <bpmn:sequenceFlow id="f5" name="one" sourceRef="gate" targetRef="send">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=route_advice.route = "one"</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="f6" sourceRef="gate" targetRef="sub" />
    <bpmn:sendTask id="send" name="Send"><bpmn:extensionElements>
      <zeebe:taskDefinition type="send-letter" retries="3" /><zeebe:taskHeaders>
      <zeebe:header key="channel" value="post" /></zeebe:taskHeaders></bpmn:extensionElements></bpmn:sendTask>
    <bpmn:sequenceFlow id="f7" sourceRef="send" targetRef="ended" />
    <bpmn:subProcess id="sub" name="Inside"><bpmn:startEvent id="s2" /><bpmn:sequenceFlow id="g1" sourceRef="s2"
        targetRef="wait" />
      <bpmn:eventBasedGateway id="wait" /><bpmn:sequenceFlow id="g2" sourceRef="wait" targetRef="word" />
      <bpmn:sequenceFlow id="g3" sourceRef="wait" targetRef="time" />
      <bpmn:intermediateCatchEvent id="word"><bpmn:messageEventDefinition id="M1" messageRef="Message_1" />
        </bpmn:intermediateCatchEvent>
      <bpmn:intermediateCatchEvent id="time"><bpmn:timerEventDefinition id="T2"><bpmn:timeDuration
        xsi:type="bpmn:tFormalExpression">=duration("P14D")</bpmn:timeDuration></bpmn:timerEventDefinition>
        </bpmn:intermediateCatchEvent>
      <bpmn:sequenceFlow id="g4" sourceRef="word" targetRef="e3" />
      <bpmn:sequenceFlow id="g5" sourceRef="time" targetRef="over" />
      <bpmn:endEvent id="e3" /><bpmn:endEvent id="over"><bpmn:errorEventDefinition id="E1" errorRef="Error_1" />
        </bpmn:endEvent>
      <bpmn:subProcess id="any" triggeredByEvent="true"><bpmn:startEvent id="s4" isInterrupting="false">
        <bpmn:messageEventDefinition messageRef="Message_1" /></bpmn:startEvent><bpmn:sequenceFlow id="h1"
        sourceRef="s4" targetRef="e5" /><bpmn:endEvent id="e5" /></bpmn:subProcess>
    </bpmn:subProcess>
    <bpmn:boundaryEvent id="wrong" attachedToRef="sub"><bpmn:errorEventDefinition errorRef="Error_1" />
      </bpmn:boundaryEvent><bpmn:sequenceFlow id="f8" sourceRef="wrong" targetRef="stop" />
    <bpmn:endEvent id="stop"><bpmn:terminateEventDefinition id="X1" /></bpmn:endEvent>
    <bpmn:sequenceFlow id="f9" sourceRef="sub" targetRef="ended" />
    <bpmn:endEvent id="ended" name="Ended"><bpmn:extensionElements><zeebe:properties><zeebe:property name="outcome"
      value="Ended" /></zeebe:properties></bpmn:extensionElements></bpmn:endEvent>
    <!-- a comment between elements is for the reader -->
    <bpmn:textAnnotation id="Note_1"><bpmn:text>Note</bpmn:text></bpmn:textAnnotation>
    <bpmn:association id="Association_1" sourceRef="hold" targetRef="Note_1" />
    <bpmn:group id="Group_1" categoryValueRef="Value_1" />
  </bpmn:process>
  <bpmn:category id="Category_1"><bpmn:categoryValue id="Value_1" value="Meetings" /></bpmn:category>
  <bpmn:message id="Message_1" name="news"><bpmn:extensionElements><zeebe:subscription correlationKey="=case_id" />
    </bpmn:extensionElements></bpmn:message>
  <bpmn:error id="Error_1" name="Over" errorCode="over" />
  <bpmn:escalation id="Escalation_1" name="Late" escalationCode="late" />
  <bpmndi:BPMNDiagram id="Diagram_1"><bpmndi:BPMNPlane id="Plane_1" bpmnElement="Collaboration_1">
    <bpmndi:BPMNShape id="hold_di" bpmnElement="hold" bioc:stroke="#205022" bioc:fill="#c8e6c9"
      color:background-color="#c8e6c9" color:border-color="#205022" isExpanded="true" isMarkerVisible="true"
      isHorizontal="true"><dc:Bounds x="1" y="2.5" width="100" height="80" />
      <bpmndi:BPMNLabel color:color="#205022"><dc:Bounds x="1" y="2" width="3" height="4" /></bpmndi:BPMNLabel>
    </bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="f1_di" bpmnElement="f1"><di:waypoint x="1" y="2" /><di:waypoint x="3" y="4" />
    </bpmndi:BPMNEdge></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>""".encode()

KNOWN = Known(
    processes=frozenset({"whole"}),
    decisions=frozenset({"route"}),
    forms=frozenset({"meeting"}),
    roles=frozenset({"chair", "worker"}),
    jobs=frozenset({"send-letter"}),
    messages=frozenset({"news"}),
    guidance=frozenset({"F-01", "G-02a", "F-16", "F-17"}),
)


def test_a_diagram_as_the_desktop_modeller_saves_it_passes() -> None:
    assert check_diagram("processes/whole.bpmn", WHOLE, KNOWN) == []
    assert check_diagram("any.bpmn", WHOLE) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("timeDuration", "P14D"),
        ("timeDuration", "=duration(&quot;P3M&quot;)"),
        ("timeDuration", "=waiting_time"),
        ("timeDate", "2026-03-31"),
        ("timeDate", "2026-03-31T09:00:00Z"),
        ("timeDate", "=deadline(&quot;review&quot;, held)"),
        ("timeDate", "=add working days(held, 10)"),
        ("timeDate", "=today() + duration(&quot;P1D&quot;)"),
    ],
)
def test_timers_of_the_dialect_pass(kind: str, text: str) -> None:
    catch = element("intermediateCatchEvent", "t", timer(kind, text))
    assert check_diagram("p.bpmn", diagram(chain(catch))) == []


def test_a_loop_with_a_task_in_it_passes() -> None:
    inside = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="m"/><bpmn:userTask id="visit"/>'
        '<bpmn:exclusiveGateway id="g" default="f3"/><bpmn:endEvent id="e"/>'
        + flow("f1", "s", "m") + flow("f2", "m", "visit") + flow("f5", "visit", "g") + flow("f3", "g", "m")
        + flow("f4", "g", "e", "=left")
    )  # fmt: skip
    assert check_diagram("p.bpmn", diagram(inside)) == []


def test_two_conditions_that_leave_no_gap_need_no_default() -> None:
    inside = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/><bpmn:endEvent id="a"/><bpmn:endEvent id="b"/>'
        + flow("f1", "s", "g") + flow("f2", "g", "a", '=route = "one"') + flow("f3", "g", "b", '=route != "one"')
    )  # fmt: skip
    assert check_diagram("p.bpmn", diagram(inside)) == []


def test_links_lead_on_and_count_as_reached() -> None:
    out = element("intermediateThrowEvent", "a", '<bpmn:linkEventDefinition name="on"/>')
    into = element("intermediateCatchEvent", "b", '<bpmn:linkEventDefinition name="on"/>')
    inside = (
        f'<bpmn:startEvent id="s"/>{out}{into}<bpmn:endEvent id="e"/>' + flow("f1", "s", "a") + flow("f2", "b", "e")
    )
    assert check_diagram("p.bpmn", diagram(inside)) == []


def test_processes_that_call_each_other_around_a_task_pass() -> None:
    called = element("callActivity", "c", extensions='<zeebe:calledElement processId="b" />')
    back = element("callActivity", "c", extensions='<zeebe:calledElement processId="a" />')
    task = element("userTask", "t")
    pack = files({"a": chain(called, ids=("c",)), "b": chain(task, back, ids=("t", "c"))})
    assert check_diagrams(pack) == []


def test_a_message_handler_that_asks_a_person_first_may_throw_it_again() -> None:
    inside = (
        chain(element("userTask", "t"))
        + element("boundaryEvent", "b", '<bpmn:messageEventDefinition messageRef="m"/>', attachedToRef="t",
                  cancelActivity="false")
        + element("userTask", "u")
        + element("endEvent", "x", '<bpmn:messageEventDefinition messageRef="m"/>')
        + flow("g1", "b", "u") + flow("g2", "u", "x")
    )  # fmt: skip
    assert check_diagram("p.bpmn", diagram(inside, beside=message())) == []


def test_known_properties_pass() -> None:
    task = element("userTask", "t", extensions=properties(doneAt="held_on", letter="invitation", timescale="meeting"))
    assert check_diagram("p.bpmn", diagram(chain(task))) == []
