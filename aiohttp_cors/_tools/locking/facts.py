"""`Reach`: who may read what, as facts.

Owns: what a fact says.
Leaves to: `aiohttp_cors._tools.locking.reach` how facts are found; to `aiohttp_cors._tools.locking.lock_file` how they
are written.
"""

from itertools import chain, count
from typing import Final, NamedTuple, final

from aiohttp import hdrs

from aiohttp_cors._tools.locking.origin_sets import OriginSet
from aiohttp_cors._tools.locking.rights import Rights

ANY: Final = hdrs.METH_ANY
"""Stands for every method that a reach does not name."""

USUAL_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""The methods that every reach names."""

NO_ROUTE: Final = "405:"
"""Precedes a method of a path at which other methods are served: the answer is a 405."""

NO_RESOURCE: Final = "404:"
"""Precedes a method of paths at which nothing is served."""


@final
class Fact(NamedTuple):
    """Who may read what.

    - `path`: a template, ``/users/{id}``;
    - `methods`: ``GET``; `ANY` for every method that `Reach.methods` does not name; `NO_ROUTE` or
      `NO_RESOURCE` before the method of an answer that no route made;
    - `origins`: the origins of the pages;
    - `rights`: what they may do; the name of the view that says so on every request.
    """

    path: str
    methods: frozenset[str]
    origins: OriginSet
    rights: Rights | str


@final
class Reach(NamedTuple):
    """All facts, and the methods that are named."""

    methods: frozenset[str]
    facts: tuple[Fact, ...]


def stand_in(methods: frozenset[str]) -> str:
    """A method that is none of `methods`, and that aiohttp's parsers take."""
    unusual = ("REPORT", "PROPFIND", "SEARCH", "PURGE", "LOCK", "MERGE", "NOTIFY")
    tries = chain(unusual, (f"X{n}" for n in count()))
    return next(method for method in tries if method not in methods)
