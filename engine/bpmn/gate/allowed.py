"""What may stand where: elements, their attributes and their children (docs/dialect.md). All else is refused."""

from __future__ import annotations

_TEMPLATE = {"zeebe:modelerTemplate", "zeebe:modelerTemplateVersion", "zeebe:modelerTemplateIcon"}
_BASE = {"id"} | _TEMPLATE
_NAMED = _BASE | {"name"}
_NOTES = {"bpmn:documentation", "bpmn:extensionElements"}
_ENDS = _NOTES | {"bpmn:incoming", "bpmn:outgoing"}
_ACTIVITY = _ENDS | {"bpmn:multiInstanceLoopCharacteristics"}
_EVENTS = {f"bpmn:{kind}EventDefinition" for kind in ("message", "timer", "error", "escalation", "terminate", "link")}
_ARTIFACTS = {"bpmn:textAnnotation", "bpmn:association", "bpmn:group"}
_TASKS = {f"bpmn:{kind}Task" for kind in ("user", "service", "send", "businessRule", "receive")}
_GATEWAYS = {f"bpmn:{kind}Gateway" for kind in ("exclusive", "inclusive", "parallel", "eventBased")}
_EVENT_NODES = {
    "bpmn:startEvent",
    "bpmn:intermediateCatchEvent",
    "bpmn:intermediateThrowEvent",
    "bpmn:boundaryEvent",
    "bpmn:endEvent",
}
_FLOW = _TASKS | _GATEWAYS | _EVENT_NODES | {"bpmn:callActivity", "bpmn:subProcess", "bpmn:sequenceFlow"}
_EXPRESSION = {"id", "xsi:type", "language"}
_BOUND = {"bindingType", "versionTag"}

#: Element -> (its attributes, its children).
ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "bpmn:definitions": (
        {"id", "name", "targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"}
        | {"modeler:executionPlatform", "modeler:executionPlatformVersion"},
        _NOTES
        | {"bpmn:process", "bpmn:collaboration", "bpmn:message", "bpmn:error", "bpmn:escalation", "bpmn:category"}
        | {"bpmndi:BPMNDiagram"},
    ),
    "bpmn:process": (
        _NAMED | {"isExecutable", "isClosed", "processType"},
        _NOTES | _FLOW | _ARTIFACTS | {"bpmn:laneSet"},
    ),
    "bpmn:collaboration": (
        _NAMED | {"isClosed"},
        _NOTES | _ARTIFACTS | {"bpmn:participant", "bpmn:messageFlow"},
    ),
    "bpmn:participant": (_NAMED | {"processRef"}, _NOTES),
    "bpmn:messageFlow": (_NAMED | {"sourceRef", "targetRef", "messageRef"}, _NOTES),
    "bpmn:message": (_NAMED, _NOTES),
    "bpmn:error": (_NAMED | {"errorCode"}, _NOTES),
    "bpmn:escalation": (_NAMED | {"escalationCode"}, _NOTES),
    "bpmn:category": (_NAMED, _NOTES | {"bpmn:categoryValue"}),
    "bpmn:categoryValue": ({"id", "value"}, _NOTES),
    "bpmn:laneSet": (_NAMED, _NOTES | {"bpmn:lane"}),
    "bpmn:lane": (_NAMED, _NOTES | {"bpmn:flowNodeRef", "bpmn:childLaneSet"}),
    "bpmn:childLaneSet": (_NAMED, _NOTES | {"bpmn:lane"}),
    "bpmn:flowNodeRef": (set(), set()),
    "bpmn:incoming": (set(), set()),
    "bpmn:outgoing": (set(), set()),
    "bpmn:documentation": ({"id", "textFormat"}, set()),
    "bpmn:textAnnotation": (_NAMED | {"textFormat"}, _NOTES | {"bpmn:text"}),
    "bpmn:text": (set(), set()),
    "bpmn:association": (_BASE | {"sourceRef", "targetRef", "associationDirection"}, _NOTES),
    "bpmn:group": (_BASE | {"categoryValueRef"}, _NOTES),
    "bpmn:sequenceFlow": (_NAMED | {"sourceRef", "targetRef", "isImmediate"}, _NOTES | {"bpmn:conditionExpression"}),
    "bpmn:conditionExpression": (_EXPRESSION, set()),
    "bpmn:userTask": (_NAMED | {"default"}, _ACTIVITY),
    "bpmn:serviceTask": (_NAMED | {"default", "zeebe:retryCounter"}, _ACTIVITY),
    "bpmn:sendTask": (_NAMED | {"default", "messageRef", "zeebe:retryCounter"}, _ACTIVITY),
    "bpmn:businessRuleTask": (_NAMED | {"default"}, _ACTIVITY),
    "bpmn:receiveTask": (_NAMED | {"default", "messageRef"}, _ACTIVITY),
    "bpmn:callActivity": (_NAMED | {"default"}, _ACTIVITY),
    "bpmn:subProcess": (
        _NAMED | {"default", "triggeredByEvent"},
        _ACTIVITY | _FLOW | _ARTIFACTS | {"bpmn:laneSet"},
    ),
    "bpmn:exclusiveGateway": (_NAMED | {"default", "gatewayDirection"}, _ENDS),
    "bpmn:inclusiveGateway": (_NAMED | {"default", "gatewayDirection"}, _ENDS),
    "bpmn:parallelGateway": (_NAMED | {"gatewayDirection"}, _ENDS),
    "bpmn:eventBasedGateway": (_NAMED | {"gatewayDirection"}, _ENDS),
    "bpmn:startEvent": (_NAMED | {"isInterrupting"}, _ENDS | _EVENTS),
    "bpmn:intermediateCatchEvent": (_NAMED, _ENDS | _EVENTS),
    "bpmn:intermediateThrowEvent": (_NAMED, _ENDS | _EVENTS),
    "bpmn:boundaryEvent": (_NAMED | {"attachedToRef", "cancelActivity"}, _ENDS | _EVENTS),
    "bpmn:endEvent": (_NAMED, _ENDS | _EVENTS),
    "bpmn:messageEventDefinition": ({"id", "messageRef"}, _NOTES),
    "bpmn:errorEventDefinition": ({"id", "errorRef"}, _NOTES),
    "bpmn:escalationEventDefinition": ({"id", "escalationRef"}, _NOTES),
    "bpmn:terminateEventDefinition": ({"id"}, _NOTES),
    "bpmn:linkEventDefinition": ({"id", "name"}, _NOTES),
    "bpmn:timerEventDefinition": (
        {"id"},
        _NOTES | {"bpmn:timeDate", "bpmn:timeDuration", "bpmn:timeCycle"},
    ),
    "bpmn:timeDate": (_EXPRESSION, set()),
    "bpmn:timeDuration": (_EXPRESSION, set()),
    "bpmn:timeCycle": (_EXPRESSION, set()),
    "bpmn:multiInstanceLoopCharacteristics": (
        {"id", "isSequential"},
        _NOTES | {"bpmn:completionCondition"},
    ),
    "bpmn:completionCondition": (_EXPRESSION, set()),
    "bpmn:extensionElements": (set(), set()),  # what may stand in it depends on what it extends: EXTENSIONS
    "zeebe:properties": (set(), {"zeebe:property"}),
    "zeebe:property": (
        {"name", "value", "zeebe:modelerConfigurationTemplate", "zeebe:modelerConfigurationName"},
        set(),
    ),
    "zeebe:ioMapping": (set(), {"zeebe:input", "zeebe:output"}),
    "zeebe:input": (
        {"source", "target", "zeebe:modelerConfigurationTemplate", "zeebe:modelerConfigurationName"},
        set(),
    ),
    "zeebe:output": ({"source", "target"}, set()),
    "zeebe:userTask": (set(), set()),
    "zeebe:formDefinition": ({"formId"} | _BOUND, set()),
    "zeebe:assignmentDefinition": ({"assignee", "candidateGroups"}, set()),
    "zeebe:taskSchedule": ({"dueDate", "followUpDate"}, set()),
    "zeebe:taskDefinition": ({"type", "retries"}, set()),
    "zeebe:taskHeaders": (set(), {"zeebe:header"}),
    "zeebe:header": ({"id", "key", "value"}, set()),
    "zeebe:calledDecision": ({"decisionId", "resultVariable"} | _BOUND, set()),
    "zeebe:calledElement": (
        {"processId", "propagateAllChildVariables", "propagateAllParentVariables"} | _BOUND,
        set(),
    ),
    "zeebe:loopCharacteristics": ({"inputCollection", "inputElement", "outputCollection", "outputElement"}, set()),
    "zeebe:subscription": ({"correlationKey"}, set()),
    "zeebe:versionTag": ({"value"}, set()),
    "bpmndi:BPMNDiagram": (
        {"id", "name", "documentation", "resolution"},
        {"bpmndi:BPMNPlane", "bpmndi:BPMNLabelStyle"},
    ),
    "bpmndi:BPMNPlane": ({"id", "bpmnElement"}, {"bpmndi:BPMNShape", "bpmndi:BPMNEdge"}),
    "bpmndi:BPMNShape": (
        {"id", "bpmnElement", "isHorizontal", "isExpanded", "isMarkerVisible", "isMessageVisible"}
        | {"bioc:stroke", "bioc:fill", "color:background-color", "color:border-color", "color:color"},
        {"dc:Bounds", "bpmndi:BPMNLabel"},
    ),
    "bpmndi:BPMNEdge": (
        {"id", "bpmnElement", "sourceElement", "targetElement", "messageVisibleKind"}
        | {"bioc:stroke", "bioc:fill", "color:background-color", "color:border-color", "color:color"},
        {"di:waypoint", "bpmndi:BPMNLabel"},
    ),
    "bpmndi:BPMNLabel": ({"id", "labelStyle", "color:color"}, {"dc:Bounds"}),
    "bpmndi:BPMNLabelStyle": ({"id"}, {"dc:Font"}),
    "dc:Font": ({"name", "size", "isBold", "isItalic", "isUnderline", "isStrikeThrough"}, set()),
    "dc:Bounds": ({"x", "y", "width", "height"}, set()),
    "di:waypoint": ({"x", "y", "xsi:type"}, set()),
}

_JOB = {"taskDefinition", "taskHeaders", "ioMapping", "properties"}
_PLAIN = {"ioMapping", "properties"}
_EVENT_EXTENSIONS = {"ioMapping", "properties"}
#: Element -> the zeebe extensions it may carry; elements not named here may carry `properties`.
EXTENSIONS: dict[str, set[str]] = {
    "process": {"properties", "versionTag"},
    "userTask": _PLAIN | {"userTask", "formDefinition", "assignmentDefinition", "taskSchedule"},
    "serviceTask": _JOB,
    "sendTask": _JOB,
    "businessRuleTask": _PLAIN | {"calledDecision"},
    "receiveTask": _PLAIN,
    "callActivity": _PLAIN | {"calledElement"},
    "subProcess": _PLAIN,
    "startEvent": _EVENT_EXTENSIONS,
    "intermediateCatchEvent": _EVENT_EXTENSIONS,
    "intermediateThrowEvent": _EVENT_EXTENSIONS,
    "boundaryEvent": _EVENT_EXTENSIONS,
    "endEvent": _EVENT_EXTENSIONS,
    "message": {"properties", "subscription"},
    "multiInstanceLoopCharacteristics": {"loopCharacteristics"},
}
#: Elements that hold text; in expressions nothing but text may stand.
EXPRESSIONS = {
    "bpmn:conditionExpression",
    "bpmn:completionCondition",
    "bpmn:timeDate",
    "bpmn:timeDuration",
    "bpmn:timeCycle",
}
TEXTUAL = EXPRESSIONS | {
    "bpmn:documentation",
    "bpmn:text",
    "bpmn:incoming",
    "bpmn:outgoing",
    "bpmn:flowNodeRef",
}
FEEL_LANGUAGES = (
    "feel",
    "http://www.omg.org/spec/FEEL/20140401",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
)
