"""Settings of the site for Sphinx; `docs/build.py` makes the generated pages first, and then has it built."""

from __future__ import annotations

from typing import Any

import ibnb

project = "ibnb"
author = "The ibnb developers"
version = release = ibnb.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
# What others of these pages are made of, or with.
exclude_patterns = ["doctor_head.md", "coming_from_ib_insync.ipynb", "making"]

# Notebooks come executed from the build: Sphinx runs nothing.
nb_execution_mode = "off"
# A widget is a picture by now: its script, which would come from another machine, is not wanted.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "image/png", 1), ("html", "text/html", 2)]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

# Every name of ibnb in a docstring that is marked as one must be there; those of others' packages are not looked up,
# for their lists would have to be fetched.
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"(?!ibnb\.).*")]
# Several streams have an attribute of one name, such as `reason`, which their docstrings list: no doubt in which class.
suppress_warnings = ["ref.python"]
# Docstrings write names between single backticks.
default_role = "code"
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = f"ibnb {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False


#: Stands for a colon in the first line of a property while napoleon reads it.
COLON = "\ue000"


def setup(app: Any) -> None:
    """Have a property's first sentence stay one: napoleon takes what stands before a colon in it for a type."""
    app.connect("autodoc-process-docstring", _hide_colons, priority=100)
    app.connect("autodoc-process-docstring", _show_colons, priority=900)


def _hide_colons(_app: Any, what: str, _name: str, _value: object, _options: object, lines: list[str]) -> None:
    if what == "property":
        lines[:1] = [line.replace(":", COLON) for line in lines[:1]]


def _show_colons(_app: Any, what: str, _name: str, _value: object, _options: object, lines: list[str]) -> None:
    if what == "property":
        lines[:] = [line.replace(COLON, ":") for line in lines]
