"""`PathIndex`: which resources of a router may match the same URL.

Knows the shapes of aiohttp's paths. Knows no policies and no requests; where it cannot prove
that two resources have no URL in common, it says that they may have one.

Source: https://docs.aiohttp.org/en/stable/web_reference.html#resource-classes-hierarchy
"""

import re
from collections.abc import Collection
from itertools import takewhile
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import web
from aiohttp.web_urldispatcher import (
    Domain,
    MaskDomain,
    MatchedSubAppResource,
    PrefixedSubAppResource,
)

_OWN: Final = frozenset(
    {
        web.PlainResource,
        web.DynamicResource,
        web.StaticResource,
        PrefixedSubAppResource,
        MatchedSubAppResource,
    }
)
_ROUTING: Final = frozenset({"resolve", "_match", "get_info"})


def is_found_by_url(resource: web.AbstractResource) -> bool:
    """Whether a request is for `resource` by URL and method alone, and by what `get_info` says.

    So it is with aiohttp's own classes, and what inherits their routing.
    """
    written = takewhile(lambda kind: kind not in _OWN, type(resource).__mro__)
    if not all(_ROUTING.isdisjoint(vars(kind)) for kind in written):
        return False
    rule = resource.get_info().get("rule")
    return rule is None or type(rule) in {Domain, MaskDomain}


@final
class PathIndex:
    """The resources of one router by what their paths can match.

    Built in time linear in their number, `size`.
    """

    __slots__ = ("_others", "_plain", "size")

    def __init__(self, resources: Collection[web.AbstractResource]) -> None:
        self.size: int = len(resources)
        self._plain: dict[str, list[web.AbstractResource]] = {}
        self._others: list[tuple[_Prefix, web.AbstractResource]] = []
        for resource in resources:
            shape = _shape(resource)
            if isinstance(shape, str):
                self._plain.setdefault(shape, []).append(resource)
            else:
                self._others.append((shape, resource))

    def overlapping(self, resource: web.AbstractResource) -> list[web.AbstractResource]:
        """The other resources that may match a URL which `resource` matches.

        One that cannot be proved to match nothing in common is among them.
        """
        shape = _shape(resource)
        if isinstance(shape, str):
            plain = self._plain.get(shape, [])
        else:
            plain = [
                other
                for path, same in self._plain.items()
                if _may_meet(shape, path)
                for other in same
            ]
        others = [other for other_shape, other in self._others if _may_meet(other_shape, shape)]
        return [other for other in (*plain, *others) if other is not resource]


@final
class _Prefix(NamedTuple):
    # All paths that start so; the pattern, where there is one, says which of them.
    literal: str
    pattern: re.Pattern[str] | None


_Shape: TypeAlias = str | _Prefix


def path_of(resource: web.AbstractResource) -> str | re.Pattern[str] | None:
    """What makes two resources of one router the same path; None for a prefix or a domain."""
    info = resource.get_info()
    path = info.get("path")
    return info.get("pattern") if path is None else path or "/"


def _shape(resource: web.AbstractResource) -> _Shape:
    if not is_found_by_url(resource):
        return _Prefix("", None)
    info = resource.get_info()
    path, pattern = info.get("path"), info.get("pattern")
    if path is not None:
        return path or "/"
    if pattern is not None:
        # What precedes the first variable, up to the last "/": exact whatever is quoted after.
        literal = info.get("formatter", "/").partition("{")[0]
        return _Prefix(literal.rpartition("/")[0] + "/", pattern)
    if "prefix" in info:
        return _Prefix(info["prefix"], None)
    return _Prefix("", None)


def _may_meet(shape: _Prefix, other: _Shape) -> bool:
    if isinstance(other, str):
        if shape.pattern is not None:
            return shape.pattern.fullmatch(other) is not None
        return other.startswith(shape.literal)
    return shape.literal.startswith(other.literal) or other.literal.startswith(shape.literal)
