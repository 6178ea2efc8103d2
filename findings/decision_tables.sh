#!/usr/bin/env bash
# SpiffWorkflow 3.2.0, pyDMNrules 1.4.5 (with pySFeel 1.4.2)
#
# Guess: a decision table in DMN's XML ("how many days of silence, then which step") gives one
# answer, whatever engine reads it: the cells are FEEL, for the file names no other language, and
# the hit policy says how many rules may speak.
# Seen: SpiffWorkflow reads a cell as Python. `5,7` (five or seven) and `not(7)` are true of no
# number, without an error: the rule never speaks. `RULE ORDER`, which gives all rules that match,
# gives the first alone; `COLLECT` with SUM gives a list that was not summed. pyDMNrules reads these
# as DMN says, but knows only one of the two ways to write an open interval: `(5..20)` is true of 7
# and `]5..20[` is not.
# Why it matters: such tables hold who is reminded and what is offered, and are written in one tool
# to be run by another; a rule that never speaks is a customer whom nobody writes to. Run every row
# of a table once, with a value that it must match, in the engine that will run it.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    SpiffWorkflow==3.2.0 pyDMNrules==1.4.5 pySFeel==1.4.2

cat >"$here/seen.py" <<'PYTHON'
from xml.sax.saxutils import escape

from pyDMNrules import DMN
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

DAYS = (3, 5, 7, 20, 30)
PROCESS = """\
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core" targetNamespace="urn:example">
  <process id="process" isExecutable="true">
    <startEvent id="start"><outgoing>first</outgoing></startEvent>
    <sequenceFlow id="first" sourceRef="start" targetRef="decide"/>
    <businessRuleTask id="decide">
      <extensionElements><spiff:calledDecisionId>remind</spiff:calledDecisionId></extensionElements>
      <incoming>first</incoming><outgoing>last</outgoing>
    </businessRuleTask>
    <sequenceFlow id="last" sourceRef="decide" targetRef="end"/>
    <endEvent id="end"><incoming>last</incoming></endEvent>
  </process>
</definitions>
"""


def table(policy, *rules):
    rows = "".join(
        f'<rule id="rule{place}"><inputEntry id="in{place}"><text>{escape(cell)}</text></inputEntry>'
        f'<outputEntry id="out{place}"><text>{answer}</text></outputEntry></rule>'
        for place, (cell, answer) in enumerate(rules)
    )
    return f"""\
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="file"
    namespace="urn:example">
  <decision id="remind" name="remind">
    <decisionTable id="table" hitPolicy={policy}>
      <input id="input" label="days">
        <inputExpression id="days" typeRef="number"><text>days</text></inputExpression>
      </input>
      <output id="output" label="step" name="step"/>
      {rows}
    </decisionTable>
  </decision>
</definitions>
"""


def spiff(xml):
    parser = SpiffBpmnParser()
    parser.add_dmn_str(xml.encode())
    parser.add_bpmn_str(PROCESS.encode())
    specs = parser.get_spec("process"), parser.get_subprocess_specs("process")

    def decide(days):
        workflow = BpmnWorkflow(*specs)
        for task in workflow.get_tasks():
            task.data["days"] = days
        try:
            workflow.run_all()
        except Exception as error:
            return type(error).__name__
        return workflow.data.get("step", "-")

    return decide


def rules(xml):
    engine = DMN()
    engine.useXML(xml)

    def decide(days):
        told, found = engine.decide({"days": days})
        return "-" if "errors" in told else found["Result"]["step"]

    return decide


def show(title, xml):
    for engine in (spiff, rules):
        decide = engine(xml)
        answers = [str(decide(days)) for days in DAYS]
        print(f"{title}, {engine.__name__}:", *(answers[:1] if len(set(answers)) == 1 else answers))


for cell in ("< 6", "-", "5,7", "not(7)", "[5..20]", "(5..20)", "]5..20["):
    show(cell, table('"UNIQUE"', (cell, '"yes"')))
show("rule order", table('"RULE ORDER"', ("< 6", "1"), ("> 3", "2")))
show("sum", table('"COLLECT" aggregation="SUM"', ("< 6", "1"), ("> 3", "2")))
PYTHON

seen=$("$here/venv/bin/python" -W ignore "$here/seen.py")
expected="< 6, spiff: yes yes - - -
< 6, rules: yes yes - - -
-, spiff: yes
-, rules: yes
5,7, spiff: -
5,7, rules: - yes yes - -
not(7), spiff: -
not(7), rules: yes yes - yes yes
[5..20], spiff: WorkflowTaskException
[5..20], rules: - yes yes yes -
(5..20), spiff: WorkflowTaskException
(5..20), rules: - - yes - -
]5..20[, spiff: WorkflowTaskException
]5..20[, rules: -
rule order, spiff: 1 1 2 2 2
rule order, rules: [1.0] [1.0, 2.0] [2.0] [2.0] [2.0]
sum, spiff: [1] [1, 2] [2] [2] [2]
sum, rules: 1.0 3.0 2.0 2.0 2.0"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
