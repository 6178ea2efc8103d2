#!/usr/bin/env bash
# SpiffWorkflow 3.2.0, bpmn-engine 25.0.1 (the second on Node.js 20)
#
# Guess: a timer of BPMN that says `R6/2025-02-01T09:00:00Z/P1M` fires six times, on the first of
# each month from February on; one from 31 January on the last day of each month, and
# `R6/P1M/2025-06-01T09:00:00Z` not after 1 June.
# Seen: in SpiffWorkflow the month in which the timer begins says how long all its months are: 28
# days from 1 February, so that the third time is 29 March and the sixth 21 June; 31 days from 31
# January, so that the second is 3 March and the sixth 5 July. The end in the third form is taken for
# the second time, and four more come after it. bpmn-engine keeps to the first of the month, leaving
# out the start; but from 31 January on it says it waits for 3 March, and in May for both 1 and 31.
# And unless it is given other timers it starts none that is 25 days away or more, without a word: a
# process begun on 15 January gets no letter in that year, or, in the third form, the first one only.
# Why it matters: a monthly message or a yearly renewal wanders off its date, or never comes, in a
# process that reads the same in both engines, and nothing can be seen in its first month. Let such a
# timer fire each day, and ask your own calendar what is due.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check \
    spiffworkflow==3.2.0 lxml==6.1.3 freezegun==1.5.5
npm install --silent --no-fund --no-audit --prefix "$here" bpmn-engine@25.0.1 >/dev/null

cat >"$here/cycles.json" <<'JSON'
["R6/2025-02-01T09:00:00Z/P1M", "R6/2025-01-31T09:00:00Z/P1M", "R6/P1M/2025-06-01T09:00:00Z"]
JSON
# A task that waits, and beside it a timer that does not end the task. CYCLE is put in below.
cat >"$here/monthly.bpmn" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
             id="monthly" targetNamespace="http://example.com/monthly">
    <process id="care" isExecutable="true">
        <startEvent id="bought"/>
        <sequenceFlow id="to_customer" sourceRef="bought" targetRef="customer"/>
        <userTask id="customer"/>
        <boundaryEvent id="month" attachedToRef="customer" cancelActivity="false">
            <timerEventDefinition id="timer">
                <timeCycle xsi:type="tFormalExpression">CYCLE</timeCycle>
            </timerEventDefinition>
        </boundaryEvent>
        <sequenceFlow id="to_letter" sourceRef="month" targetRef="letter"/>
        <endEvent id="letter"/>
        <sequenceFlow id="to_left" sourceRef="customer" targetRef="left"/>
        <endEvent id="left"/>
    </process>
</definitions>
XML


# A year, day by day.
cat >"$here/seen.py" <<'PYTHON'
import json
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from freezegun import freeze_time
from lxml import etree
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

here = Path(sys.argv[1])


def letters(cycle):
    """The days with a letter in the year, of a process that is begun on 15 January."""
    parser = BpmnParser()
    text = (here / "monthly.bpmn").read_text().replace("CYCLE", f'"{cycle}"')
    parser.add_bpmn_xml(etree.fromstring(text.encode()))
    day, found = datetime(2025, 1, 15, 12, tzinfo=timezone.utc), []
    with freeze_time(day) as clock:
        workflow = BpmnWorkflow(parser.get_spec("care"))
        while day.year == 2025:
            clock.move_to(day)
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            tasks = [one for one in workflow.get_tasks() if one.task_spec.name == "letter"]
            sent = sum(one.state == TaskState.COMPLETED for one in tasks)
            found += [f"{day:%m-%d}"] * (sent - len(found))
            day += timedelta(days=1)
    return " ".join(found) or "none"


for cycle in json.loads((here / "cycles.json").read_text()):
    print(f"SpiffWorkflow, {cycle}: {letters(cycle)}")
PYTHON

cat >"$here/seen.mjs" <<'JAVASCRIPT'
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { mock } from "node:test";
import { Engine } from "bpmn-engine";

const DAY = 24 * 60 * 60 * 1000;
const here = process.argv[2];
const short = (time) => time.toISOString().slice(5, 10);

// What a process begun on that day first waits for, and the days of its letters in that year.
async function begun(cycle, day) {
    mock.timers.enable({ apis: ["Date", "setTimeout"], now: Date.parse(`2025-${day}T12:00:00Z`) });
    const source = readFileSync(`${here}/monthly.bpmn`, "utf8").replace("CYCLE", cycle);
    const engine = new Engine({ source });
    const listener = new EventEmitter();
    const waits = [];
    const letters = [];
    listener.on("activity.timer", (api) => waits.push(short(new Date(api.content.expireAt))));
    listener.on("activity.end", (api) => api.id === "letter" && letters.push(short(new Date())));
    await engine.execute({ listener });
    while (new Date().getUTCFullYear() === 2025) mock.timers.tick(DAY);
    await engine.stop();
    mock.timers.reset();
    return { waits: waits[0], letters };
}

for (const cycle of JSON.parse(readFileSync(`${here}/cycles.json`, "utf8"))) {
    const waits = [];
    for (const month of ["01", "02", "03", "04", "05", "06"])
        waits.push((await begun(cycle, `${month}-15`)).waits);
    const { letters } = await begun(cycle, "01-15");
    console.log(`bpmn-engine, ${cycle}: waits for ${waits.join(" ")}`);
    console.log(`bpmn-engine, ${cycle}: ${letters.join(" ") || "none"}`);
}
JAVASCRIPT

# Node.js 20 warns that its clock for tests is experimental.
seen=$(TZ=UTC "$here/venv/bin/python" "$here/seen.py" "$here" &&
    TZ=UTC node --no-warnings "$here/seen.mjs" "$here")
expected="SpiffWorkflow, R6/2025-02-01T09:00:00Z/P1M: 02-01 03-01 03-29 04-26 05-24 06-21
SpiffWorkflow, R6/2025-01-31T09:00:00Z/P1M: 01-31 03-03 04-03 05-04 06-04 07-05
SpiffWorkflow, R6/P1M/2025-06-01T09:00:00Z: 05-01 06-01 07-02 08-02 09-02 10-03
bpmn-engine, R6/2025-02-01T09:00:00Z/P1M: waits for 03-01 03-01 04-01 05-01 06-01 07-01
bpmn-engine, R6/2025-02-01T09:00:00Z/P1M: none
bpmn-engine, R6/2025-01-31T09:00:00Z/P1M: waits for 03-03 03-03 03-31 05-01 05-31 07-01
bpmn-engine, R6/2025-01-31T09:00:00Z/P1M: none
bpmn-engine, R6/P1M/2025-06-01T09:00:00Z: waits for 02-01 03-01 04-01 05-01 06-01 06-01
bpmn-engine, R6/P1M/2025-06-01T09:00:00Z: 02-01"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'they no longer do what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
