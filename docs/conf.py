"""How Sphinx builds the documentation."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

import numpy.typing as npt
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

from links import hide_colons, inventories, lead_elsewhere, show_colons  # found beside this file
from make_pages import made_for_sphinx, write
from page_access import make_reachable


class ArrayLike:
    """What numpy turns into an array; its own alias is a page of private names."""

    __module__ = "numpy.typing"


npt.ArrayLike = ArrayLike
write(made_for_sphinx())

project = "cxjourney"
author = "the cxjourney authors"
project_copyright = author
version = release = installed_version("cxjourney")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.intersphinx",
    "sphinx.ext.napoleon",
    "sphinx_codeautolink",
    "sphinx_design",
    "myst_nb",
]
exclude_patterns = [".jupyter_cache", "_build", "jupyter_execute", "templates"]
html_theme = "furo"
html_title = f"cxjourney {version}"

nitpicky = True
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_typehints_format = "short"
napoleon_use_ivar = True
myst_enable_extensions = ["colon_fence", "substitution"]
myst_substitutions = {"release": release}
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
# Pygments does not know Mermaid; the text is shown as it is, for a reader to paste or render.
suppress_warnings = ["misc.highlighting_failure"]

intersphinx_mapping = inventories()
intersphinx_disabled_reftypes = []


def setup(app: Sphinx) -> None:
    """Tell Sphinx where names lead that it cannot follow, and mend the pages of its theme."""
    app.connect("missing-reference", lead_elsewhere)
    app.connect("autodoc-process-docstring", hide_colons, priority=400)
    app.connect("autodoc-process-docstring", show_colons, priority=600)
    app.connect("build-finished", make_reachable)
