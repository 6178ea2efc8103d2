"""What the tests of the command line share: running it, here or in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout, suppress
from io import StringIO
from typing import Any

import pytest

from cxjourney.cli import main


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cxjourney", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


def faults(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> list[str]:
    """Run a command on something at fault, and return the lines that it says."""
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.endswith("\n")
    return printed.err.rstrip("\n").split("\n")


def fault(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> str:
    """Run a command on one thing at fault, and return the one line that it says."""
    (line,) = faults(capsys, arguments)
    return line


class Terminal(StringIO):
    """A stream that a person watches."""

    def isatty(self) -> bool:
        """Say that it is a terminal."""
        return True


def on_a_terminal(*arguments: str) -> str:
    """Run a command with standard error on a terminal; return what it says there."""
    with pytest.MonkeyPatch.context() as patch:
        terminal = Terminal()
        patch.setattr(sys, "stderr", terminal)
        main(arguments)
    return terminal.getvalue()


class EnoughSeen(BaseException):
    """Ends a command at the point that a test wanted to see."""


def asked(*arguments: str) -> dict[str, Any]:
    """Run ``wishes`` as far as the survey is mapped, and return what is asked of it."""
    told: dict[str, Any] = {}

    def note(columns: object, **options: object) -> None:
        told.update(options, columns=columns)
        raise EnoughSeen

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cxjourney.cli._wish_map.map_wishes", note)
        with suppress(EnoughSeen):
            assert main(arguments) == 2
    return told


def said(*arguments: str) -> tuple[int, str, str]:
    """Run a command; return its exit status, and what it says on each of the two streams."""
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = int(ended.code or 0)
    return status, out.getvalue(), err.getvalue()
