"""The house keeps its rules: rooms, names and arrows (docs/architecture.md)."""

import ast
import importlib
import re
import tomllib
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

import cxjourney

PACKAGE = Path(cxjourney.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
FACES = sorted(path.parent for path in FILES if path.name == "__init__.py")
MOST_ENTRIES, MOST_FILES, MOST_LINES, MOST_NAMES = 17, 13, 450, 246
BEGINS_A_ROOM = {"__init__.py", "__main__.py", "errors.py"}
ROOMS = [
    importlib.import_module(".".join(("cxjourney", *folder.relative_to(PACKAGE).parts)))
    for folder in FACES
    if not any(part.startswith("_") for part in folder.relative_to(PACKAGE).parts)
]
"""Every public package, the root first."""


def shown_by(room: ModuleType) -> list[str]:
    """Return the names that a face lists, and the classes of results, which nobody need type."""
    loaded_late = dir(room) if "__getattr__" in vars(room) else []
    found = {name: getattr(room, name) for name in loaded_late if not name.startswith("_")}
    own = {name for name, thing in found.items() if str(thing).startswith("<class 'cxjourney.")}
    return sorted(own.union(vars(room)["__all__"]))


def test_the_top_level_is_the_architecture() -> None:
    """At most seventeen entries stand at the top, and each is a room, errors, or how to run."""
    entries = [path for path in PACKAGE.iterdir() if path.name not in {"__pycache__", "py.typed"}]
    assert len(entries) <= MOST_ENTRIES
    assert all(path.is_dir() or path.name in BEGINS_A_ROOM for path in entries)


def test_a_folder_holds_one_subject() -> None:
    """No folder holds more files than a reader can keep in view."""
    counts = {folder: len(list(folder.glob("*.py"))) for folder in FACES}
    assert [folder for folder, count in counts.items() if count > MOST_FILES] == []


def test_a_file_holds_one_idea() -> None:
    """No file is longer than one sitting's reading."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert [path for path, length in lengths.items() if length > MOST_LINES] == []


def test_what_is_looked_up_late_is_below_or_a_page_to_show() -> None:
    """Modules named in texts, which import-linter does not see, keep the arrows too but for two.

    A result shows itself, and a replay takes the engine of columns where it is installed.
    """
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    floors = {room: -n for n, layer in enumerate(layers) for room in re.split(" [|:] ", layer)}
    upwards = set()
    for path in FILES:
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for room in re.findall(r'"cxjourney\.(\w+)\.\w', path.read_text(encoding="utf-8")):
            upwards |= {(own, room)} if floors[room] > floors[own] else set()
    assert {pair for pair in upwards if pair[1] != "show"} == {("replay", "bulk")}


def test_only_a_folders_face_is_public() -> None:
    """Every module but a folder's face and the errors begins with an underscore."""
    inner = [path for path in FILES if path.name not in BEGINS_A_ROOM]
    open_ones = [
        path
        for path in inner
        if not any(part.startswith("_") for part in path.relative_to(PACKAGE).parts)
    ]
    assert open_ones == []


def test_no_file_name_means_two_things() -> None:
    """A file's name is used once in the whole package."""
    stems = Counter(path.stem for path in FILES if path.stem != "__init__")
    assert {stem for stem, times in stems.items() if times > 1} == set()


@pytest.mark.no_cover
def test_no_class_name_means_two_things() -> None:
    """A class's name is used once in the whole package."""
    names = Counter(
        node.name
        for path in FILES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in names.items() if times > 1} == set()


def test_the_public_face_is_small() -> None:
    """At most 246 names are public, each of one room; the root shows about forty of them."""
    owned = Counter(name for room in ROOMS[1:] for name in room.__all__)
    owned.update(importlib.import_module("cxjourney.errors").__all__)
    assert {name for name, times in owned.items() if times > 1} == set()
    assert len(owned) <= MOST_NAMES
    assert set(cxjourney.__all__) <= set(owned)


@pytest.mark.no_cover
def test_tests_go_through_the_faces_or_say_why_not() -> None:
    """Where a test imports an inner module, a comment beside it gives the reason."""
    silent = []
    for path in Path(__file__).parent.rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{one.name}" for one in node.names]
            elif isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            else:
                continue
            inner = any(re.match(r"cxjourney[.].*\b_(?!_)", name) for name in names)
            told = "".join(lines[node.lineno - 1 : node.end_lineno])
            if inner and not re.search(r"# (?!noqa)|# noqa.* - ", told):
                silent.append(f"{path.name}:{node.lineno}")
    assert silent == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__)
def test_a_room_shows_what_it_says(room: object) -> None:
    """Completion offers the names of a face, the classes of results, rooms, and nothing else.

    The face of the command is a program, and loads all that it needs at once.
    """
    names, offered = set(vars(room)["__all__"]), {one for one in dir(room) if one[0] != "_"}
    assert all(getattr(room, name) is not None for name in names)
    assert names <= offered | {"__version__"}
    others = [getattr(room, name) for name in offered - names]
    program = "__getattr__" not in vars(room)
    assert program or all(isinstance(one, type | ModuleType) for one in others)
