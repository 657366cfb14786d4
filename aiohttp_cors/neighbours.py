"""`Neighbours`: which other resources may match a URL of a resource.

Knows routers, mounted applications and the proof of `aiohttp_cors.paths`. Knows no policies and no
requests.
"""

from collections.abc import Sequence
from typing import NamedTuple, final

from aiohttp import web

from aiohttp_cors.adapters import mounted_app, routed_methods
from aiohttp_cors.paths import PathIndex, is_found_by_url


@final
class Located(NamedTuple):
    """A resource and the applications that lead to it, the root first."""

    apps: Sequence[web.Application]
    resource: web.AbstractResource


@final
class Neighbourhood(NamedTuple):
    """The other resources that may match a URL of a resource.

    - `methods`: those that they route, for all that is known;
    - `unforeseeable`: those that may choose by more than URL and method, the resource itself among
      them. A mounted application stands for all that is below it.
    """

    neighbours: Sequence[Located]
    methods: frozenset[str]
    unforeseeable: Sequence[Located]


@final
class Neighbours:
    """The neighbourhoods of resources, kept as they are asked for.

    A router that takes more resources makes it forget; routes that are added later are not noticed.
    """

    __slots__ = ("_found", "_paths")

    def __init__(self) -> None:
        # By identity: an Application is no key before aiohttp 3.10.
        self._paths: dict[int, PathIndex] = {}
        self._found: dict[tuple[object, ...], Neighbourhood] = {}

    def of(self, located: Located) -> Neighbourhood:
        """The other resources, in the routers on the way, that may match a URL of this one.

        One dict lookup; linear in the number of resources the first time for a resource, and
        again after resources were added.
        """
        apps, resource = located
        indexes = [self._index(app) for app in apps]
        way = (resource, *map(id, apps))
        found = self._found.get(way)
        if found is None:
            neighbours = [
                Located(apps[: depth + 1], other)
                for depth, index in enumerate(indexes)
                for other in index.overlapping(resource)
                if mounted_app(other) not in apps
            ]
            methods: set[str] = set()
            unforeseeable: list[Located] = []
            for each in (located, *neighbours):
                _survey(each, methods, unforeseeable)
            found = self._found[way] = Neighbourhood(neighbours, frozenset(methods), unforeseeable)
        return found

    def _index(self, app: web.Application) -> PathIndex:
        # A frozen router takes no more resources; some programs keep theirs from freezing.
        resources = app.router.resources()
        index = self._paths.get(id(app))
        if index is None or index.size != len(resources):
            index = self._paths[id(app)] = PathIndex(resources)
            self._found = {}
        return index


def _survey(each: Located, methods: set[str], unforeseeable: list[Located]) -> None:
    below = mounted_app(each.resource)
    if not is_found_by_url(each.resource):
        unforeseeable.append(each)
    elif below is None:
        methods |= routed_methods(each.resource)
    else:
        for resource in below.router.resources():
            _survey(Located((*each.apps, below), resource), methods, unforeseeable)
