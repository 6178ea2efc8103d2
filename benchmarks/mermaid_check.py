"""Mermaid's own parser takes diagrams of charts and journeys with hostile names.

It needs node, and a folder where ``npm install mermaid jsdom`` was run: name it with ``--npm``.
Whatever stands in a name, as many states and arrows come out of the parser as were written.
"""

import argparse
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs

from cxjourney import Chart, Event, EventKind, Journey, Lang, standard_chart
from cxjourney.chart import Confirmation, Feedback, RepeatPurchase
from cxjourney.show import chart_mermaid, journey_mermaid

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
HALF = 0.5
ARROW = re.compile(r" {4}\w+ --> \w+")
SIGNS = "aZ09 äõ\"'`#;:,.-_<>()[]{}|\\/%*&~^=+?!$@\n\t\u202e\u2028\ud800ﬂ°¶ß你😀"
PIECES = (
    *("-->", "direction LR", "DIRECTION tb", "state x", "end", "end note", "[*]", "<<fork>>"),
    *("%%{init: {}}%%", "#59;", "#quot;", "classDef a fill:#f00", "class A b", ":::", "---"),
    *("<script>alert(1)</script>", "<br/>", "note right of A", "stateDiagram-v2", "title: x"),
    *("click A href", "accTitle: x", "subgraph", "hide empty description", "scale 350 width"),
)
KINDS = (
    *(EventKind.CONTACTED, EventKind.NEED_ADMITTED, EventKind.PURCHASED, EventKind.DELIVERED),
    *(EventKind.USED_AGAIN, EventKind.RESULT_ACHIEVED, EventKind.LEFT, EventKind.COMPLAINED),
    *(EventKind.FEEDBACK_DECLINED, EventKind.LOYALTY_SHOWN, EventKind.REFERRED),
)
READER = r"""
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
const need = createRequire(process.argv[1] + '/package.json')
const { JSDOM } = need('jsdom')
const { window } = new JSDOM('<!DOCTYPE html>')
globalThis.window = window
globalThis.document = window.document
const found = need.resolve('mermaid')
const { default: mermaid } = await import(pathToFileURL(found))
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', suppressErrorRendering: true })
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const text = JSON.parse(line)
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text)
    const told = { states: db.getStates().size, arrows: db.getRelations().length }
    console.log(JSON.stringify(told))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error).slice(0, 300) }))
  }
}
"""


def hostile(chance: random.Random) -> str:
    """Return a name that would harm a diagram if it were written as it is."""
    parts = [
        chance.choice(PIECES)
        if chance.random() < HALF
        else "".join(chance.choices(SIGNS, k=chance.randint(0, 8)))
        for _ in range(chance.randint(1, 4))
    ]
    return "".join(parts)


def chart_of(chance: random.Random) -> Chart:
    """Return the standard chart with any options, a hostile key, and hostile ids of its rows."""
    chart = standard_chart(
        feedback=chance.choice(list(Feedback)),
        repeat_purchase=chance.choice(list(RepeatPurchase)),
        confirmation=chance.choice(list(Confirmation)),
    )
    rows = [
        attrs.evolve(row, id=f"{row.id}{hostile(chance)}") if chance.random() < HALF else row
        for row in chart.rows
    ]
    return attrs.evolve(chart, key=hostile(chance), rows=tuple(rows))


def texts(count: int, seed: int) -> Iterator[str]:
    """Yield diagrams, of charts and of journeys by turns."""
    chance = random.Random(seed)  # noqa: S311 - the same names each time
    for number in range(count):
        chart, lang = chart_of(chance), chance.choice(list(Lang))
        stays = chance.random() < HALF
        if number % 2:
            yield chart_mermaid(chart, lang, stays=stays, orders=number % 16 == 1)
            continue
        journey = Journey(hostile(chance) or "c1", chart=chart)
        at = START
        for index in range(chance.randint(1, 14)):
            at += timedelta(days=chance.random() * 20)
            journey.record(Event(chance.choice(KINDS), at, f"e{index}"))
        yield journey_mermaid(journey, lang, stays=stays)


def expected(text: str) -> dict[str, int]:
    """Return how many states and arrows a diagram has, by its lines."""
    lines = text.splitlines()
    states = sum(line.startswith("    state ") for line in lines)
    return {"states": states, "arrows": sum(map(bool, map(ARROW.match, lines)))}


def main() -> int:
    """Check the diagrams, print how many were taken, and return 1 where one was not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--npm", type=Path, required=True, help="folder with node_modules")
    parser.add_argument("--count", type=int, default=2_000, help="how many diagrams")
    parser.add_argument("--seed", type=int, default=1, help="which names")
    asked = parser.parse_args()
    found = list(texts(asked.count, asked.seed))
    command = ["node", "--input-type=module", "-e", READER, str(asked.npm.resolve())]
    lines = "".join(f"{json.dumps(text)}\n" for text in found)
    done = subprocess.run(  # noqa: S603 - our own program
        command, input=lines, capture_output=True, text=True, check=False
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    wrong = [
        (place, answer)
        for place, (text, answer) in enumerate(zip(found, answers, strict=False))
        if answer != expected(text)
    ]
    print(f"diagrams: {len(found)}, read: {len(answers)}, taken as written: ", end="")
    print(len(answers) - len(wrong))
    for place, answer in wrong[:3]:
        print(f"\n{place}: {answer}, wanted {expected(found[place])}\n{found[place][:2_000]}")
    if len(answers) < len(found):
        print(done.stderr[-2_000:])
    return int(bool(wrong) or len(answers) < len(found))


if __name__ == "__main__":
    sys.exit(main())
