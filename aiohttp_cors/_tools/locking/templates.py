r"""How a path is written where it has to be the same in every run: ``/users/{id:\d+}``.

Owns: path templates, and which two of them mean the same.
Leaves to: `aiohttp_cors._table.overlap` which resources may match the same URL.

``resource.canonical`` does not do: resources whose variables are restricted differently share it, and
so do those of two domains.
"""

import re
from typing import Final
from urllib.parse import quote

from aiohttp import web

from aiohttp_cors._table.overlap import path_of, path_shown
from aiohttp_cors._table.router import is_native

_VARIABLE: Final = re.compile(r"\{([_a-zA-Z][_a-zA-Z0-9]*)\}")
_NAME: Final = re.compile(r"\{[_a-zA-Z][_a-zA-Z0-9]*([:}])")
_AS_THEY_ARE: Final = "".join(map(chr, range(0x21, 0x7F)))
_ANY_SEGMENT: Final = "[^{}/]+"


def template_of(resource: web.AbstractResource) -> str:
    """The template of the paths of a resource, without its domain."""
    canonical, path = path_shown(resource), path_of(resource)
    if isinstance(path, re.Pattern):
        return _with_expressions(canonical, path.pattern)
    # A class of the program's own may match anything.
    is_prefix = path is None and is_native(resource)
    return _quoted(f"{canonical.rstrip('/')}/*" if is_prefix else canonical)


def _quoted(path: str) -> str:
    """`path` as a URL spells it: some versions of aiohttp show ``/a b``, others ``/a%20b``."""
    return quote(path, safe=_AS_THEY_ARE)


def meaning_of(template: str) -> str:
    """What two templates share that differ in the names of their variables only."""
    return _NAME.sub(r"{\1", template)


def _with_expressions(canonical: str, pattern: str) -> str:
    r"""``/users/{id:\d+}`` for ``/users/{id}`` and the pattern that aiohttp made."""
    # A literal, then a variable and a literal in turn. The last literal may be empty.
    first, *parts = _VARIABLE.split(canonical)
    names, literals = parts[::2], parts[1::2]
    written, rest = first, pattern.removeprefix(re.escape(first))
    for n, (name, literal) in enumerate(zip(names, literals, strict=True)):
        rest = rest.removeprefix(f"(?P<{name}>")
        end = f"){re.escape(literal)}"
        if n + 1 < len(names):
            following = f"(?P<{names[n + 1]}>"
            expression, _, after = rest.partition(end + following)
            rest = following + after
        else:
            expression = rest.removesuffix(end)
        shown = "" if expression == _ANY_SEGMENT else f":{expression}"
        written += f"{{{name}{shown}}}{literal}"
    return written
