"""Settings of Sphinx: `make docs`."""

import re

from sphinx.application import Sphinx

from aiohttp_cors import __copyright__, __title__, __version__

project = __title__
project_copyright = __copyright__
release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
# Anchors as forges make them, so that one link works in both.
myst_heading_anchors = 3
# The README stands above this folder, and is the first page.
html_theme = "furo"
html_title = f"{__title__} {__version__}"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autoclass_content = "class"
# `name` in a docstring is code.
default_role = "code"
suppress_warnings = ["toc.multiple_toc_parents"]
# Names in signatures lead nowhere: aiohttp's pages are not asked, so that a build needs no network.
nitpick_ignore_regex = [("py:.*", ".*")]


def setup(app: Sphinx) -> None:
    """Read docstrings as they are written: nearly Markdown."""
    app.connect("autodoc-process-docstring", _as_restructured_text)


def _as_restructured_text(
    _app: Sphinx, _what: str, _name: str, _obj: object, _options: object, lines: list[str]
) -> None:
    """Let an indented paragraph be code, and a letter follow a name, as in `Cookie`s."""
    marked: list[str] = []
    is_code = False
    for line in lines:
        begins = line.startswith("    ") and not is_code and (not marked or not marked[-1])
        is_code = begins or (is_code and (not line or line.startswith("    ")))
        shown = line if is_code else re.sub(r"(`\w+`)(?=\w)", r"\1\\ ", line)
        marked += ["::", "", shown] if begins else [shown]
    lines[:] = marked
