"""The project's checks, in one environment installed from uv.lock; some have one of their own."""

import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which

import nox
from nox.command import CommandFailed
from uv import find_uv_bin

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_venv = "yes"
# The tests come last, so that a run closes with their count.
nox.options.sessions = ["lint", "types", "docs", "wheel", "engines", "tests"]

ROOT = Path(__file__).parent
SHARED = ROOT / ".nox" / "shared"
"""One environment for most sessions: whatever one of them compiles, the next need not."""
PROGRAMS = SHARED / ("Scripts" if os.name == "nt" else "bin")
GROUPS = ("lint", "test", "docs", "bench")
EXAMPLE = ROOT / "examples" / "households_2017_first160.csv"
MAPPING = ROOT / "examples" / "households.toml"
BENCHMARKS = (
    *("crowd", "wishes", "dispatch", "peers_dispatch", "record_calls", "growth", "drawing"),
)
READ_BY_EAR = (
    *("index.html", "tutorial.html", "notebooks/households.html", "wishes.html"),
    *("reference/journey.html", "rules.html"),
)
"""The pages of the documentation that axe-core reads."""
JAVA = "openjdk-17-jre-headless"
MERMAID = ("mermaid@11.17.2", "jsdom@29.1.1")
SIDE_BY_SIDE = ("--numprocesses=auto", "--dist=loadfile")
"""Each core takes a file of tests at a time; the examples of a page go on from one to the next."""
CHECK_INSTALLED = """
import importlib.metadata
import cxjourney
installed = {found.name for found in importlib.metadata.distributions()}
assert installed == {"attrs", "cxjourney", "six", "transitions"}, installed
"""
CHECK_MISSING = """
from datetime import UTC, datetime
from importlib import import_module
from cxjourney import Wish, classify, rehearse
from cxjourney.errors import MissingExtraError
from cxjourney.playbook import standard_playbook
from cxjourney.wishes import Evidence, advise
advise(classify(True, False))
evidence = Evidence(Wish("seats"), "satisfaction").heard(True)
assert Evidence.from_dict(evidence.to_dict()) == evidence
start = datetime(2026, 3, 2, 9, tzinfo=UTC)
assert rehearse(standard_playbook(), people=2, days=30, start=start).sent
for extra, module, name in (
    ("survey", "wishes", "lmg"),
    ("sql", "dispatch.journal", "SqlJournal"),
    ("templates", "channels", "JinjaRenderer"),
):
    try:
        getattr(import_module(f"cxjourney.{module}"), name)
    except MissingExtraError as missing:
        assert f"pip install 'cxjourney[{extra}]'" in str(missing)
    else:
        raise AssertionError(name)
try:
    evidence.classify()
except MissingExtraError as missing:
    assert "pip install 'cxjourney[survey]'" in str(missing)
else:
    raise AssertionError("classified without numpy")
"""


def sync(session: nox.Session, *groups: str, **env: str) -> None:
    """Install the project with every extra and some dependency groups, just as locked."""
    chosen = ["--all-extras", *(f"--group={group}" for group in groups)]
    command = [find_uv_bin(), "sync", "--quiet", "--locked", "--no-default-groups", *chosen]
    session.run_install(*command, env=env, external=True)


def share(session: nox.Session) -> None:
    """Bring the shared environment up to date, and enter it."""
    sync(session, *GROUPS, UV_PROJECT_ENVIRONMENT=str(SHARED), UV_PYTHON=sys.executable)
    session.env["VIRTUAL_ENV"] = str(SHARED)
    session.env["PATH"] = os.pathsep.join((str(PROGRAMS), os.environ["PATH"]))
    # Else each of some hundred processes compiles all that it imports.
    session.env["PYTHONDONTWRITEBYTECODE"] = ""


def run(session: nox.Session, program: str, *arguments: str, **env: str) -> None:
    """Run a program of the shared environment."""
    session.run(str(PROGRAMS / program), *arguments, env=env, external=True)


def check_style(session: nox.Session) -> None:
    """Check style, format and the layers."""
    run(session, "ruff", "check")
    run(session, "ruff", "format", "--check")
    run(session, "lint-imports")


@nox.session(venv_backend="none")
def quick(session: nox.Session) -> None:
    """Give a first answer: style, and the tests of the core but the slow ones."""
    share(session)
    check_style(session)
    core = [f"tests/{room}" for room in ("chart", "journey", "test_house.py")]
    chosen = [*SIDE_BY_SIDE, "-m", "not slow", *core, *session.posargs]
    run(session, "pytest", *chosen, HYPOTHESIS_PROFILE="quick")


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Check style, format and the layers."""
    share(session)
    check_style(session)


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check the types, inside and as users see them."""
    share(session)
    checks = [("mypy",), ("basedpyright", "--verifytypes", "cxjourney", "--ignoreexternal")]
    with ThreadPoolExecutor() as side_by_side:
        for check in [side_by_side.submit(run, session, *check) for check in checks]:
            check.result()


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error, and a name without its place too."""
    share(session)
    build = ["--fail-on-warning", "--keep-going", "-q", "docs", "docs/_build"]
    run(session, "sphinx-build", *build)
    run(session, "python", "docs/check_reference.py", "docs/_build")


@nox.session(reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """Build the wheel and run it alone, with src out of the way."""
    folder = Path(session.create_tmp())
    session.run_install("uv", "build", "--quiet", "--clear", f"--out-dir={folder}")
    (built,) = folder.glob("*.whl")
    tops = {name.split("/")[0] for name in zipfile.ZipFile(built).namelist()}
    assert tops == {"cxjourney", f"{'-'.join(built.name.split('-')[:2])}.dist-info"}, tops
    session.install(str(built))
    session.chdir(folder)
    session.run("python", "-I", "-W", "error", "-c", CHECK_INSTALLED)
    replay = ["-m", "cxjourney", "replay", str(EXAMPLE), "--mapping", str(MAPPING)]
    session.run("python", "-I", "-W", "error", *replay, silent=True)
    session.run("python", "-I", "-W", "error", "-c", CHECK_MISSING)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run the tests and the examples of README, docs and docstrings; every branch is met."""
    share(session)
    measured = [*SIDE_BY_SIDE, "--cov", "--cov-report=term", *session.posargs]
    run(session, "pytest", *measured, HYPOTHESIS_PROFILE="ci")


@nox.session
def engines(session: nox.Session) -> None:
    """Replay on Spark and on two workers of Dask; what cannot be had here is skipped, and said.

    Needs Java for Spark; Debian's is installed where none is found.
    """
    try:
        sync(session, "test", "engines")
    except CommandFailed:
        session.skip("Spark or Dask could not be installed")
    if which("java") is None and "JAVA_HOME" not in os.environ and which("apt-get") is not None:
        soon = ("-oAcquire::Retries=0", "-oAcquire::http::Timeout=15")
        for wanted in (("update",), ("install", "--yes", JAVA)):
            program = ("apt-get", *soon, *wanted)
            session.run_install(*program, external=True, silent=True, success_codes=range(256))
    chosen = ["tests/bulk/test_engines.py", "-p", "no:cacheprovider", *session.posargs]
    session.run("pytest", *chosen, env={"HYPOTHESIS_PROFILE": "ci"})


@nox.session(python=["3.12", "3.13"])
def versions(session: nox.Session) -> None:
    """Run the tests on the other Pythons, where they are installed."""
    sync(session, "test")
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs, env={"HYPOTHESIS_PROFILE": "ci"})


@nox.session(venv_backend="none")
def fuzz(session: nox.Session) -> None:
    """Run the property tests for long, each time on new examples, and all of orders and loans."""
    share(session)
    chosen = [*SIDE_BY_SIDE, "-m", "hypothesis or long", *session.posargs]
    run(session, "pytest", *chosen, HYPOTHESIS_PROFILE="long")


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the code in small ways and list the changes that no test noticed."""
    sync(session, "test", "mutation")
    session.run("mutmut", "run", *session.posargs, env={"HYPOTHESIS_PROFILE": "ci"})
    session.run("mutmut", "results")


@nox.session(venv_backend="none")
def browser(session: nox.Session) -> None:
    """Hold reports and pages to a real browser, and diagrams to Mermaid's own parser.

    Needs Node.js 20 and Chromium; Debian's is installed where none is found.
    """
    share(session)
    if which("chromium") is None and "CHROMIUM" not in session.env:
        session.run("apt-get", "install", "--yes", "--quiet", "chromium", external=True)
    folder = session.create_tmp()
    run(session, "python", "tests/browser/make_reports.py", folder)
    session.run("npm", "ci", "--silent", "--prefix", "tests/browser", external=True)
    session.run("node", "tests/browser/check_reports.js", folder, external=True)
    docs(session)
    session.run("node", "tests/browser/check_site.js", "docs/_build", *READ_BY_EAR, external=True)
    session.run("npm", "install", "--silent", f"--prefix={folder}", *MERMAID, external=True)
    run(session, "python", "benchmarks/mermaid_check.py", f"--npm={folder}", *session.posargs)


@nox.session(venv_backend="none")
def bench(session: nox.Session) -> None:
    """Print the tables of the benchmarks; a goal that is missed fails."""
    share(session)
    missed = []
    for script, *arguments in (["live", *session.posargs], *([one] for one in BENCHMARKS)):
        try:
            run(session, "python", f"benchmarks/{script}.py", *arguments)
        except CommandFailed:
            missed.append(script)
    if missed:
        session.error(f"missed goals: {', '.join(missed)}")


@nox.session(venv_backend="none")
def study(session: nox.Session) -> None:
    """Print how often the classifier of wishes is right, on surveys with known truth."""
    share(session)
    run(session, "python", "benchmarks/wish_study.py", *session.posargs)


@nox.session(venv_backend="none")
def faults(session: nox.Session) -> None:
    """Crash dispatch at every point and pair of points, kill it for real, and let eight compete."""
    share(session)
    run(session, "python", "benchmarks/dispatch_faults.py", *session.posargs)
    run(session, "python", "benchmarks/dispatch_many.py")
    run(session, "python", "benchmarks/kill.py")
    run(session, "python", "benchmarks/kill.py", "--workers", "2")
    run(session, "python", "benchmarks/cancellations.py")
