"""Print what a crowd of journeys takes in one process: memory, and events a second.

Each way of keeping them, with history and without, has a fresh process of its own, which reports
by how much its peak of resident memory rose. Every journey has twenty events, with times and ids
of its own. Times are processor time; Python's garbage collector is left as it is.
"""

import argparse
import resource
import subprocess
import sys
from time import process_time

from table import align
from walk import TWENTY, twenty

from cxjourney import Journey, Phase

MODES = ("no history", "history")
HEAD = (
    "kept",
    "journeys",
    "events",
    "MiB",
    "B a journey",
    "recorded a second",
    "built and recorded a second",
)
KIB = 1024
WARM_UP = 10


def peak() -> int:
    """Return the peak of this process's resident memory so far, in bytes."""
    measured = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return measured if sys.platform == "darwin" else measured * KIB


def drive(journeys: int, *, history: bool) -> tuple[list[Journey], float]:
    """Return driven journeys and the processor seconds that recording alone took."""
    crowd, recording = [], 0.0
    for place in range(journeys):
        events = twenty(place)
        journey = Journey(f"customer-{place}", history=history)
        began = process_time()
        for event in events:
            journey.record(event)
        recording += process_time() - began
        crowd.append(journey)
    return crowd, recording


def weigh(journeys: int, mode: str) -> None:
    """Drive a crowd in this process and print the bytes and seconds that it took."""
    history = mode == "history"
    drive(WARM_UP, history=history)
    before, began = peak(), process_time()
    crowd, recording = drive(journeys, history=history)
    seconds, rise = process_time() - began, peak() - before
    if any(journey.phase is not Phase.ADVOCATE for journey in crowd):
        message = "a journey did not come to the end of its walk"
        raise AssertionError(message)
    print(rise, recording, seconds)


def cells(journeys: int, mode: str) -> tuple[str, ...]:
    """Weigh a crowd in a process of its own; return a line of the table."""
    command = [sys.executable, __file__, f"--journeys={journeys}", f"--mode={mode}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very script
    rise, recording, seconds = map(float, done.stdout.split())
    events = journeys * len(TWENTY)
    return (
        mode,
        f"{journeys:,}",
        f"{events:,}",
        f"{rise / KIB / KIB:,.0f}",
        f"{rise / journeys:,.0f}",
        f"{events / recording:,.0f}",
        f"{events / seconds:,.0f}",
    )


def main() -> None:
    """Print the table; with ``--mode`` be one of the processes that it is made of."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--journeys", type=int, default=100_000, help="journeys of 20 events each")
    parser.add_argument("--mode", choices=MODES, help="weigh one way only and print raw figures")
    asked = parser.parse_args()
    if asked.mode is not None:
        weigh(asked.journeys, asked.mode)
    else:
        print(align([HEAD, *(cells(asked.journeys, mode) for mode in MODES)]))


if __name__ == "__main__":
    main()
