#!/usr/bin/env bash
# mermaid 11.17.2 (with jsdom 29.1.1, on Node.js 20)
#
# Guess: what stands after the colon of an arrow in a state diagram is its label, to the end of the
# line, whatever words it has.
# Seen: where the label has the words "direction LR" (or TB, BT, RL) in it, the arrow is gone, without
# an error, and the whole diagram lies on its side. The same words in the name of a state turn the
# diagram, and leave the arrows.
# Why it matters: steps of a journey are named by people, and "change of direction LR" is a label like
# any other. The picture then lacks a move that was made, and nothing tells. Write one letter of the
# word as an entity code.
set -euo pipefail

here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
npm install --silent --no-fund --no-audit --prefix "$here" mermaid@11.17.2 jsdom@29.1.1

cat >"$here/seen.mjs" <<'JAVASCRIPT'
import { JSDOM } from "jsdom";

globalThis.window = new JSDOM("<!DOCTYPE html>").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false });

for (const label of ["a new course", "a change of direction LR", "a change of #100;irection LR"]) {
  const text = `stateDiagram-v2\n    A --> B : begins\n    B --> C : ${label}\n    C --> A : ends\n`;
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
  const arrows = db.getRelations().map((one) => `${one.id1}-${one.id2}`);
  console.log(`${label}: arrows ${arrows.join(" ")}, ${db.getDirection()}`);
}
JAVASCRIPT

seen=$(node "$here/seen.mjs")
expected="a new course: arrows A-B B-C C-A, TB
a change of direction LR: arrows A-B C-A, LR
a change of #100;irection LR: arrows A-B B-C C-A, TB"
printf '%s\n' "$seen"
if [[ $seen != "$expected" ]]; then
    printf 'mermaid no longer does what was seen:\n%s\n' "$expected" >&2
    exit 1
fi
