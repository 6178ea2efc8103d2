"""The pages of the documentation: made from the code, or running on what it shows."""

import ast
import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import cxjourney
from cxjourney.channels.policy import Policy

ROOT = Path(__file__).parents[1]
DOCS, SOURCE = ROOT / "docs", ROOT / "src"
EXAMPLES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted(ROOT.glob("examples/**/*.py"))]


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """What docs/make_pages.py holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        return runpy.run_path(str(DOCS / "make_pages.py"))


@pytest.fixture(scope="module")
def made(script: dict[str, Any]) -> dict[str, str]:
    """The pages that are made for Sphinx, by file."""
    pages: dict[str, str] = script["made_for_sphinx"]()
    return pages


@pytest.mark.parametrize(
    "page", ["chart.md", "names.md", "pictures.md", "rules.md", "chart.svg", "journey.svg"]
)
def test_a_page_that_is_made_is_up_to_date(script: dict[str, Any], page: str) -> None:
    """The page in the docs is what the code says now; one command renews it."""
    written = (DOCS / page).read_text(encoding="utf-8")
    made = script["KEPT"][page]()
    assert written == made, f"docs/{page} is out of date: run python docs/make_pages.py"


def test_every_public_name_is_listed_once(script: dict[str, Any]) -> None:
    """Each name that a room shows stands once, and the root shows some of them."""
    found = Counter(one.name for one in script["public_names"]())
    assert set(found.values()) == {1}
    assert set(found) >= set(cxjourney.__all__)


def test_every_rule_has_a_heading_that_can_be_linked_to() -> None:
    """The id of each rule of the policy is a heading of the page of rules."""
    lines = (DOCS / "rules.md").read_text(encoding="utf-8").splitlines()
    assert {f"### {rule.id}" for rule in Policy().rules} <= set(lines)


def test_the_glossary_speaks_three_languages(made: dict[str, str]) -> None:
    """A phase stands in the glossary by its English, Estonian and Finnish name."""
    line = "| `ADVOCATE` | Advocate | tulihingeline fänn | vannoutunut fani |"
    assert line in made["glossary.md"]


def test_each_room_has_a_page_of_reference(script: dict[str, Any], made: dict[str, str]) -> None:
    """Whatever the package shows at its top level has a page of its own."""
    tops = {".".join(room.split(".")[:2]) for room in script["rooms"]()}
    names = {f"reference/{top.removeprefix('cxjourney.')}.md" for top in tops}
    assert names == {page for page in made if page.startswith("reference/")}


def test_whatever_the_code_cites_stands_in_the_docs() -> None:
    """Each section of the specification and each rule that the source cites has its place."""
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    page = (DOCS / "rules.md").read_text(encoding="utf-8")
    heads = " ".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| SPEC"))
    assert set(re.findall(r"SPEC (\d(?:\.\d[a-z]?)?)", source)) <= set(
        re.findall(r"[\d.]+a?", heads)
    )
    assert set(re.findall(r"\b[ACEFGPSTVX]\d\d[a-c]?\b", source)) <= set(re.findall(r"\w+", page))


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_an_example_imports_as_a_user_would(page: Path) -> None:
    """Examples take a name from the root where the root has it, else from its room."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".md":
        text = "".join(re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL))
    if ">>> " in text:
        text = "".join(re.findall(r"^>>> (from .*\n)", text, flags=re.MULTILINE))
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("cxjourney"):
            names = {alias.name for alias in node.names}
            assert "._" not in str(node.module)
            assert node.module == "cxjourney" or not names & set(cxjourney.__all__)


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_a_page_with_code_says_what_it_needs(page: Path) -> None:
    """No page runs what it does not tell a reader to install."""
    text = page.read_text(encoding="utf-8")
    code = "".join(re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL))
    needs = text.partition("\n## ")[0] if code else ""
    assert not code or "Needs: " in needs or "pip install" in needs
    used = re.findall(r"(?:import|from) (cxjourney\.testing|hypothesis|pytest)\b", code)
    assert not used or "testing" in needs
