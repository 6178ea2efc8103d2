"""Write a made log as CSV with its mapping, for measuring the command on long logs.

python benchmarks/command_log.py 1000000 made.csv made.toml
time python -m cxjourney replay made.csv --mapping made.toml --json
"""

import sys
from enum import Enum
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from bulk_log import KINDS, made, ordered

from cxjourney.vocabulary import EventKind, Field

PIECE = 1_000_000


def write(events: int, log: Path, mapping: Path) -> None:
    """Write a log in the order of time."""
    found = ordered(made(events), "time")
    names = np.array([kind.name for kind in KINDS])
    with log.open("wb") as stream:
        for begin in range(0, events, PIECE):
            piece = slice(begin, begin + PIECE)
            at = pa.array(found.at[piece], pa.timestamp("us", "UTC"))
            columns = {
                "customer": pa.array(found.customer[piece]),
                "at": pa.compute.strftime(at, "%Y-%m-%dT%H:%M:%SZ"),
                "what": pa.array(names[found.kind[piece]]),
            }
            head = pyarrow.csv.WriteOptions(include_header=not begin, quoting_style="needed")
            pyarrow.csv.write_csv(pa.table(columns), stream, head)
    rules = "\n".join(map(_rule, KINDS))
    columns_told = 'customer = "customer"\ntime = "at"\nactivity = "what"'
    mapping.write_text(f"[columns]\n{columns_told}\n\n[events]\n{rules}\n", encoding="utf-8")


def _rule(kind: EventKind) -> str:
    needed = [f'{field.name} = "{_value(field)}"' for field in kind.fields if field.required]
    payload = f", payload = {{ {', '.join(needed)} }}" if needed else ""
    return f'{kind.name} = {{ event = "{kind.name}"{payload} }}'


def _value(field: Field) -> str:
    if issubclass(field.of, Enum):
        return str(next(iter(field.of)).value)
    return "made up"


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
