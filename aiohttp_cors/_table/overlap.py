"""`PathIndex`: which resources of one router may match the same URL, and in which order.

Owns: the shapes of aiohttp's paths, and the order in which aiohttp's router asks its resources.
Leaves to: `aiohttp_cors._table.scope` what follows from that for the policies.

Where the index cannot prove that two resources have no URL in common, it says that they may have
one.

Source: https://docs.aiohttp.org/en/stable/web_reference.html#resource-classes-hierarchy
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Final, TypeAlias, TypeGuard, final

from aiohttp import web
from aiohttp.web_urldispatcher import MatchedSubAppResource
from yarl import URL

from aiohttp_cors._table.router import canonical_of, info_of, is_native

# Newer routers ask the resources with the longest fixed beginning first, older ones all in the
# order of their registration.
_IS_INDEXED: Final = hasattr(web.UrlDispatcher, "index_resource")

Rank: TypeAlias = tuple[int, int, int]
"""The router asks a resource of a lower rank first, if both may match a URL."""


Paths: TypeAlias = tuple[str, ...]
"""The spellings of a URL's path with which aiohttp's versions compare."""


def paths_of(url: URL) -> Paths:
    """The spellings of the path of a request's URL."""
    return url.raw_path, getattr(url, "path_safe", None) or url.path


@final
class _Prefix:
    # All paths that start so; the pattern, where there is one, says which of them.
    __slots__ = ("literal", "pattern")

    def __init__(self, literal: str, pattern: re.Pattern[str] | None) -> None:
        self.literal = literal
        self.pattern = pattern

    def may_match(self, path: str) -> bool:
        if self.pattern is not None:
            return self.pattern.fullmatch(path) is not None
        return path.startswith(self.literal)


_Shape: TypeAlias = str | _Prefix


@final
class PathIndex:
    """The resources of one router by what their paths can match.

    Built in time linear in their number, `size`. Resources count by identity: a class of the
    program's own may compare equal to another.
    """

    __slots__ = (
        "_lengths",
        "_order",
        "_plain",
        "_prefixed",
        "_resources",
        "_sorted",
        "has_foreign",
        "size",
    )

    def __init__(self, resources: Collection[web.AbstractResource]) -> None:
        self.size: int = len(resources)
        self._resources: tuple[web.AbstractResource, ...] = tuple(resources)
        self._plain: dict[str, tuple[web.AbstractResource, ...]] = {}
        self._prefixed: dict[str, list[tuple[_Prefix, web.AbstractResource]]] = {}
        # Made when they are asked for: most routers have nothing but plain paths.
        self._order: dict[int, int] = {}
        self._sorted: tuple[list[str], list[str]] | None = None
        self.has_foreign: bool = False
        """Whether some resource is of the program's own making."""
        for resource in self._resources:
            self.has_foreign = self.has_foreign or not is_native(resource)
            shape = _shape(resource)
            if isinstance(shape, str):
                self._plain[shape] = (*self._plain.get(shape, ()), resource)
            else:
                self._prefixed.setdefault(shape.literal, []).append((shape, resource))
        self._lengths = sorted({len(literal) for literal in self._prefixed})

    def holds(self, resource: web.AbstractResource) -> bool:
        """Whether the router had `resource` when the index was built."""
        shape = _shape(resource)
        if isinstance(shape, str):
            return any(other is resource for other in self._plain.get(shape, ()))
        return id(resource) in self._numbers()

    def rank(self, resource: web.AbstractResource) -> Rank:
        """When the router asks `resource`. Precondition: `holds(resource)`."""
        number = self._numbers()[id(resource)]
        if not _IS_INDEXED:
            return 0, 0, number
        if isinstance(resource, MatchedSubAppResource):
            return -1, 0, number
        return 0, -len(_index_key(resource)), number

    def overlapping(self, resource: web.AbstractResource) -> Iterator[web.AbstractResource]:
        """The other resources that may match a URL which `resource` matches."""
        shape = _shape(resource)
        beginning = shape if isinstance(shape, str) else shape.literal
        for other, found in self._beside(shape, beginning):
            if found is not resource and _may_meet(other, shape):
                yield found

    def may_match(self, paths: Paths, *, at_most: int) -> list[web.AbstractResource] | None:
        """The resources that may match a URL; None if there are too many to look at.

        `at_most` bounds the patterns that are tried.
        """
        found: dict[int, web.AbstractResource] = {}
        for path in dict.fromkeys(paths):
            for resource in self._plain.get(path, ()):
                found[id(resource)] = resource
            for shape, resource in self._starting_like(path):
                if not at_most:
                    return None
                at_most -= 1
                if shape.may_match(path):
                    found[id(resource)] = resource
        return list(found.values())

    def asked(self, paths: Paths) -> list[web.AbstractResource]:
        """The resources that may match a URL, in the order that the router asks them."""
        found = self.may_match(paths, at_most=-1) or []
        return sorted(found, key=self.rank) if len(found) > 1 else found

    def _numbers(self) -> dict[int, int]:
        """The order of registration, by identity."""
        if not self._order:
            self._order = {id(resource): n for n, resource in enumerate(self._resources)}
        return self._order

    def _starting_like(self, path: str) -> Iterator[tuple[_Prefix, web.AbstractResource]]:
        """Those whose fixed beginning is one of `path`."""
        for end in self._lengths:
            if end > len(path):  # a slice would be the whole path again
                return
            yield from self._prefixed.get(path[:end], ())

    def _beside(
        self, shape: _Shape, beginning: str
    ) -> Iterator[tuple[_Shape, web.AbstractResource]]:
        yield from self._starting_like(beginning)
        if isinstance(shape, str):
            for resource in self._plain.get(shape, ()):
                yield shape, resource
            return
        if self._sorted is None:
            self._sorted = sorted(self._prefixed), sorted(self._plain)
        literals, paths = self._sorted
        for literal in _starting_with(beginning, literals):
            if literal != beginning:
                yield from self._prefixed[literal]
        for path in _starting_with(beginning, paths):
            for resource in self._plain[path]:
                yield path, resource


def path_of(resource: web.AbstractResource) -> str | re.Pattern[str] | None:
    """What makes two resources of one router the same path; None for a prefix or a domain."""
    shape = _shape(resource)
    return shape if isinstance(shape, str) else shape.pattern


def path_shown(resource: web.AbstractResource) -> str:
    """The path of a resource as a person reads it."""
    return canonical_of(resource) or "/"


def _starting_with(beginning: str, ordered: list[str]) -> Iterator[str]:
    for text in islice(ordered, bisect_left(ordered, beginning), None):
        if not text.startswith(beginning):
            return
        yield text


def _index_key(resource: web.AbstractResource) -> str:
    """The part of a URL at which aiohttp's router begins to ask `resource`."""
    key = canonical_of(resource)
    if "{" in key:
        key = key.partition("{")[0].rpartition("/")[0]
    return key.rstrip("/") or "/"


def _shape(resource: web.AbstractResource) -> _Shape:
    if not is_native(resource):
        # The class may match any URL for which the router asks it.
        key = _index_key(resource) if _IS_INDEXED else "/"
        return _Prefix("" if key == "/" else key, None)
    info = info_of(resource)
    path, pattern, prefix = info.get("path"), info.get("pattern"), info.get("prefix")
    if isinstance(path, str):
        return path or "/"
    if _is_pattern(pattern):
        # What precedes the first variable, up to the last "/": exact whatever is quoted after.
        literal = str(info.get("formatter", "/")).partition("{")[0]
        return _Prefix(literal.rpartition("/")[0] + "/", pattern)
    return _Prefix(prefix if isinstance(prefix, str) else "", None)


def _is_pattern(value: object) -> TypeGuard[re.Pattern[str]]:
    return isinstance(value, re.Pattern)


def _may_meet(shape: _Shape, other: _Shape) -> bool:
    if isinstance(other, str):
        return shape == other if isinstance(shape, str) else shape.may_match(other)
    if isinstance(shape, str):
        return other.may_match(shape)
    return shape.literal.startswith(other.literal) or other.literal.startswith(shape.literal)
