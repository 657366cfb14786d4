"""All pages, by id.

Owns: the list that the documentation makes of them.
Leaves to: the ``pages_…`` modules of this folder the texts.
"""

from types import MappingProxyType
from typing import Final

from aiohttp_cors._tools.findings import (
    pages_bindings,
    pages_layers,
    pages_names,
    pages_origins,
)
from aiohttp_cors._values.findings import KINDS, FindingLevel

_ALL: Final = (
    *pages_origins.PAGES,
    *pages_names.PAGES,
    *pages_bindings.PAGES,
    *pages_layers.PAGES,
)

PAGES: Final = MappingProxyType(
    {page.kind.id: page for page in sorted(_ALL, key=lambda page: KINDS.index(page.kind))}
)
"""The page of each kind, in the order of `aiohttp_cors._values.findings.KINDS`."""


def index() -> str:
    """The page that lists all others, as Markdown."""
    lines = ["# Findings", "", "What `python -m aiohttp_cors check` knows.", ""]
    for level in FindingLevel:
        lines += [f"## {level.value}", "", f"{level.meaning[0].upper()}{level.meaning[1:]}.", ""]
        lines += [
            f"- [{page.kind.id}]({page.kind.id}.md): {page.what.partition('. ')[0].rstrip('.')}."
            for page in PAGES.values()
            if page.kind.level is level
        ]
        lines.append("")
    return "\n".join(lines)
