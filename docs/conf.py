"""How Sphinx builds the documentation."""

import sys
from importlib.metadata import version as installed_version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from make_pages import made_for_sphinx, write  # found beside this file

write(made_for_sphinx())

project = "cxjourney"
author = "the cxjourney authors"
project_copyright = author
version = release = installed_version("cxjourney")

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_nb"]
exclude_patterns = ["_build", "jupyter_execute", "templates"]
html_theme = "furo"
html_title = "cxjourney"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_use_ivar = True
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
# Pygments does not know Mermaid; the text is shown as it is, for a reader to paste or render.
suppress_warnings = ["misc.highlighting_failure"]
