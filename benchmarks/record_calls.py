"""Print how many functions one ``Dispatcher.record`` calls, by how many questions were open before.

It is a count and no time: with one version of Python it is the same on every machine.
"""

import argparse
import logging
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))  # the company belongs to the tests

from cxjourney.dispatch.journal import SqlJournal
from tests.dispatch.calls import calls


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--earlier", type=int, nargs="*", default=[1, 10, 11, 100, 101])
    logging.getLogger("cxjourney").setLevel(logging.ERROR)  # one channel is all it needs
    print("| earlier questions | function calls in memory | on SQLite |")
    print("|---|--:|--:|")
    with TemporaryDirectory() as folder:
        for earlier in parser.parse_args().earlier:
            with closing(SqlJournal(f"sqlite:///{folder}/{earlier}.db")) as journal:
                print(f"| {earlier} | {calls(earlier):,} | {calls(earlier, journal):,} |")


if __name__ == "__main__":
    main()
