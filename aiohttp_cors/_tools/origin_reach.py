"""`Readable`: what the pages of one origin may read of an application.

Owns: the part of a reach that is one origin's, and what cannot be told.
Leaves to: `aiohttp_cors._tools.locking.reach` the reach of the whole configuration.
"""

from collections.abc import Iterator
from typing import NamedTuple, final

from aiohttp import web

from aiohttp_cors._tools.locking.facts import Fact
from aiohttp_cors._tools.locking.origin_sets import Members, OriginSet
from aiohttp_cors._tools.locking.reach import reach_of
from aiohttp_cors._tools.locking.rights import Rights
from aiohttp_cors._tools.locking.templates import template_of
from aiohttp_cors._tools.rows import located


@final
class Readable(NamedTuple):
    """What a page may read of one path.

    - `methods`: sorted; ``404`` and ``405`` for answers that no route made, ``*`` for any other method;
    - `rights`: what else it may do; None where a view says so on every request;
    - `depends`: the predicates, live sets and the view that decide by themselves; empty if it is
      certain.
    """

    path: str
    methods: tuple[str, ...]
    rights: Rights | None
    depends: tuple[str, ...]


def readable_by(
    app: web.Application, origin: str, *, url_path: str | None = None
) -> list[Readable]:
    """What the pages of `origin` may read, by path; with `url_path` only of what may serve that.

    Precondition: `aiohttp_cors._values.origin_index.is_serialized(origin)`.
    """
    found = [readable for fact in reach_of(app).facts for readable in _of(fact, origin)]
    if url_path is not None:
        paths = {
            f"{each.domain}{template_of(each.mounted.resource)}"
            for each in located(app)
            if each.may_match(url_path)
        }
        found = [readable for readable in found if readable.path in paths]
    return sorted(found, key=lambda readable: readable[:2])


def _of(fact: Fact, origin: str) -> Iterator[Readable]:
    depends = _depends(fact.origins, origin)
    if depends is None:
        return
    methods = tuple(sorted({method.partition(":")[0] for method in fact.methods}))
    if isinstance(fact.rights, str):
        yield Readable(fact.path, methods, None, (fact.rights, *depends))
    else:
        yield Readable(fact.path, methods, fact.rights, depends)


def _depends(origins: OriginSet, origin: str) -> tuple[str, ...] | None:
    """What decides whether `origin` is in the set; None if it is not, whoever accepts it."""
    members = Members(origins)
    otherwise = members.holds(origin)
    names = [name for name, _ in origins.asked]
    deciding = [n for n in names if members.holds(origin, frozenset({n})) is not otherwise]
    if not otherwise and not deciding:
        return None
    return tuple(deciding)
