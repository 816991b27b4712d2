"""A small whole pack, for tests that change one thing in it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.bundle import Bundle
from tests.bpmn.gate.drawing import boundary_of, decision_task, diagram, element, flow, properties

TOML = """
[policy]
title = "Library loans"
owner_role = "librarian"
top_process = "loan"
start_form = "start"

[[versions]]
number = 1
updated = "2025-01"
updated_by = "Ann"
review = "2026-01"

[calendar]
timescales = "times"

[case]
title = "=reader_name"

[roles.librarian]
title = "Librarian"
sees = "all"
starts_cases = true

[[strands]]
id = "main"
title = "Loans"
processes = ["loan"]

[[open_questions]]
id = "how-long"
question = "How long?"
default = "Three weeks"
where_set = "processes/times.dmn"
source = "R-02 does not say."
sentences = ["R-02"]

[[context]]
id = "R-04"
reason = "A greeting."
"""

GUIDANCE = """# Rules

## Loans
- **R-01** A librarian decides about a loan.
- **R-02** A loan ends
  in time.
- **R-03** The reader is told.

### Manners
- **R-04** Welcome.
"""

LETTER = """---
title: Your loan
subject: Your loan {{ case_id }}
to: =readers
guidance: [R-03]
---
Dear {{ recipient.name }}, {{#if lent = "yes"}}you have {{ reader_name }}{{else}}no{{/if}}.
{{#each readers as reader}}- {{ reader.name }}{{/each}}
"""

TASK = (
    '<zeebe:formDefinition formId="decide"/><zeebe:assignmentDefinition candidateGroups="librarian"/>'
    '<zeebe:taskSchedule dueDate="=deadline(&quot;loan&quot;, asked_on)"/>'
    + properties(guidance="R-01", doneAt="decided_on", advice="advice.lend", adviceAnswer="lent", adviceReason="why")
)
JOB = (
    '<zeebe:taskDefinition type="letter"/><zeebe:taskHeaders><zeebe:header key="letter" value="your-loan"/>'
    "</zeebe:taskHeaders>" + properties(guidance="R-03", letter="your-loan")
)
PROCESS = (
    '<bpmn:startEvent id="s"/>' + decision_task("advise", "times", "advice") + element("userTask", "decide",
    extensions=TASK, name="Decide about the loan") + boundary_of("decide", "late", "P2W", properties(guidance="R-02"))
    + '<bpmn:exclusiveGateway id="g" name="Lent?" default="no"/>'
    + element("serviceTask", "tell", extensions=JOB, name="Tell the reader")
    + '<bpmn:endEvent id="e"/>' + flow("f1", "s", "advise") + flow("f2", "advise", "decide") + flow("f3", "decide", "g")
    + flow("yes", "g", "tell", '=lent = "yes"') + flow("no", "g", "e") + flow("f4", "tell", "e")
)  # fmt: skip

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Times" namespace="http://camunda.org/schema/1.0/dmn">
<decision id="times" name="Times"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1" label="Event"><inputExpression id="ie" typeRef="string"><text>event</text></inputExpression></input>
<output id="o1" label="Amount" name="amount" typeRef="number"/><annotation name="guidance"/>
<rule id="r1"><inputEntry id="c1"><text>"loan"</text></inputEntry><outputEntry id="c2"><text>21</text></outputEntry>
<annotationEntry><text>R-02</text></annotationEntry></rule>
</decisionTable></decision></definitions>"""

START = """{"type": "default", "id": "start", "components": [
 {"type": "textfield", "key": "reader_name", "label": "Name of the reader", "properties": {"guidance": "R-01"}},
 {"type": "dynamiclist", "label": "Readers", "path": "readers", "components": [
   {"type": "textfield", "key": "name", "label": "Name"}]},
 {"type": "datetime", "subtype": "date", "key": "asked_on", "dateLabel": "Asked on"}]}"""

DECIDE = """{"type": "default", "id": "decide", "components": [
 {"type": "radio", "key": "lent", "label": "Lend it?", "validate": {"required": true},
  "values": [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]},
 {"type": "textarea", "key": "why", "label": "Why", "conditional": {"hide": "=lent = advice.lend"}},
 {"type": "datetime", "subtype": "date", "key": "decided_on", "dateLabel": "Decided on"}]}"""

SMALL: Mapping[str, bytes] = {
    "processes/policy.toml": TOML.encode(),
    "processes/guidance.md": GUIDANCE.encode(),
    "processes/loan.bpmn": diagram(PROCESS, process="loan"),
    "processes/times.dmn": TABLE.encode(),
    "forms/start.form": START.encode(),
    "forms/decide.form": DECIDE.encode(),
    "handlers/letters/your-loan.md": LETTER.encode(),
}


def changed(path: str, old: str = "", new: str = "") -> Bundle:
    """The small pack with one text replaced; the file left out when `old` is empty."""
    if not old:
        return Bundle({name: source for name, source in SMALL.items() if name != path})
    assert old in SMALL[path].decode(), old
    return Bundle({**SMALL, path: SMALL[path].decode().replace(old, new).encode()})
