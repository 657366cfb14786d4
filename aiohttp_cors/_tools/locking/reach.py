"""The reach of an application's configuration: every path with who may read it.

Owns: what is looked at, and which resource of a path serves a method.
Leaves to: `aiohttp_cors._table.table` the rows; to `aiohttp_cors._tools.locking.survey` who may read what under
them.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from aiohttp import web

from aiohttp_cors._table.coverage import everything
from aiohttp_cors._table.router import (
    ANY_METHOD,
    Mounted,
    has_native_router,
    mounted_app,
    resources_of,
    routes_of,
)
from aiohttp_cors._tools.locking.facts import ANY, USUAL_METHODS, Fact, Reach
from aiohttp_cors._tools.locking.survey import Found, Spot, Survey
from aiohttp_cors._tools.locking.templates import meaning_of, template_of
from aiohttp_cors._tools.rows import apps_below, table_of
from aiohttp_cors._values.vocabulary import FORBIDDEN_METHODS

_NONE: Final = frozenset[str]()


def reach_of(app: web.Application) -> Reach:
    """The reach of `app` and of all that is mounted below it. It need not have started."""
    survey = Survey()
    by_path: dict[tuple[str, bool], list[Spot]] = {}
    methods = USUAL_METHODS
    for spot in _spots(app):
        by_path.setdefault((meaning_of(spot.path), spot.own is None), []).append(spot)
        methods |= survey.methods_of(spot)
    methods -= FORBIDDEN_METHODS | ANY_METHOD
    facts = [
        Fact(spots[0].path, names, origins, rights)
        for spots in by_path.values()
        for (origins, rights), names in _readers(survey, spots, methods | ANY_METHOD).items()
    ]
    return Reach(methods, tuple(facts))


def _spots(app: web.Application) -> Iterator[Spot]:
    """What is served by `app` and all that is mounted below it."""
    table = table_of(app)
    for apps, domain, below in apps_below((app,)):
        for resource in resources_of(apps[-1]):
            if mounted_app(resource) is None:
                known = table.derived(Mounted(apps, resource)).alike
                takes_all = any(route.method == ANY for route in routes_of(resource))
                path = f"{domain}{template_of(resource)}"
                yield Spot(path, known.coverage, known.methods, takes_all)
        if not has_native_router(apps[-1]):
            yield Spot(f"{below}/**", everything(table.unnamed(apps)), ANY_METHOD)
        yield Spot(f"{below}/*", everything(table.unmatched(apps)), None)


def _readers(survey: Survey, spots: Sequence[Spot], methods: frozenset[str]) -> Found:
    """Who may read what of one path.

    The router asks its resources in order: of two that serve a method the first does. The first
    resource of all has the answer that no route made.
    """
    served = [_served(spot, methods) for spot in spots]
    found = survey.readers(spots[0], served[0], methods - _NONE.union(*served))
    for n in range(1, len(spots)):
        more = survey.readers(spots[n], served[n] - _NONE.union(*served[:n]), _NONE)
        found = {key: found.get(key, _NONE) | more.get(key, _NONE) for key in found | more}
    return found


def _served(spot: Spot, methods: frozenset[str]) -> frozenset[str]:
    """The methods that a spot serves, of all that there are."""
    own = spot.own or _NONE
    return methods if ANY in own else own & methods
