"""Paths that can be asked: what stands in the place of ``{id}``.

Owns: values for the variables of a path, given ones and ones that fit its pattern.
Leaves to: `aiohttp_cors._tools.probing.judged` whether the path leads to its resource.

Source: https://docs.aiohttp.org/en/stable/web_quickstart.html#variable-resources
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Final, NamedTuple, final

from aiohttp import web
from yarl import URL

from aiohttp_cors._table.overlap import path_of, path_shown
from aiohttp_cors._table.router import is_native

# Values that fit what people write: words, digits, dates, versions, file names, UUIDs, hashes.
_MADE_UP: Final = (
    "cors-probe",
    "1",
    "a",
    "A",
    "aa",
    "AA",
    "v1",
    "1.0",
    "2000",
    "2000-01-01",
    "a.txt",
    "00000000-0000-4000-8000-000000000000",
    "0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef01234567",
)
_MOST_TRIES: Final = 3000
_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")


@final
class AskedPath(NamedTuple):
    """A path that can be asked, percent-encoded.

    `made_up` are the variables in it whose values nobody has given.
    """

    path: str
    made_up: tuple[str, ...] = ()


def askable(resource: web.AbstractResource, given: Mapping[str, str]) -> AskedPath | str:
    """A path of `resource` with the values of `given`; a text that says why where none can be made.

    A value that is not given is made up, so that it fits the regular expression of the path.
    """
    template = path_shown(resource)
    if not is_native(resource):
        return "its class is of the program's own making"
    pattern = path_of(resource)
    if isinstance(resource, web.StaticResource):
        template = f"{template.rstrip('/')}/{{filename}}"
    names = _VARIABLE.findall(template)
    choices = [(given[name],) if name in given else _MADE_UP for name in names]
    made_up = tuple(name for name in names if name not in given)
    for values in islice(product(*choices), _MOST_TRIES):
        path = _filled(template, iter(values))
        if not isinstance(pattern, re.Pattern) or pattern.fullmatch(path) is not None:
            return AskedPath(path, made_up)
    if made_up:
        return f"it needs a value: --param {made_up[0]}=VALUE"
    return "the values of --param do not fit it"


def _filled(template: str, values: Iterator[str]) -> str:
    return _VARIABLE.sub(lambda _: URL.build(path=f"/{next(values)}").raw_path[1:], template)
