"""Which header a remembered preflight of a classic resource carries to a route that refuses it.

Owns: the comparison of the routes of one resource.
Leaves to: `aiohttp_cors._protocol.checks` whether a preflight is allowed, and to
`aiohttp_cors._server.engine` and `aiohttp_cors._tools.findings` when to look.

A browser keeps what preflights allowed by URL: the methods of one answer and the headers of another
add up. GET, HEAD and POST it lets pass whatever methods an answer lists. The fluent API answers
narrowly where that matters. The classic API answers as 0.8.1 did, so that a header which one route
allows reaches the others, too.

Source: Fetch, *CORS-preflight cache*, https://fetch.spec.whatwg.org/#cors-preflight-cache
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from aiohttp import hdrs

from aiohttp_cors._protocol.checks import judge_preflight
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Asked, PreflightAllowed
from aiohttp_cors._table.coverage import Coverage, Row
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._table.router import ANY_METHOD, Mounted
from aiohttp_cors._table.scope import NOTHING_KNOWN
from aiohttp_cors._values.findings import REMEMBERED_PREFLIGHT, Finding

# HEAD is served like GET, and no script sends OPTIONS.
_LEFT_ALONE: Final = ANY_METHOD | {hdrs.METH_HEAD, hdrs.METH_OPTIONS}
_ANY_HEADER: Final = frozenset({"X-CSRF-TOKEN"})
"""Stands for the headers of a route that allows any."""

_Rows: TypeAlias = Mapping[str, tuple[Row, CompiledPolicy]]
"""The rows of the methods of one resource, each with its policy."""


def carried_header(mounted: Mounted, coverage: Coverage, methods: frozenset[str]) -> Finding | None:
    """The first header that a remembered preflight carries too far; None where none is.

    `methods` are those that the resource routes.
    """
    rows = {
        method: (row, row.policy)
        for method in sorted(methods - _LEFT_ALONE)
        if isinstance((row := coverage.row(method)).policy, CompiledPolicy)
    }
    if _are_alike(rows):
        return None
    for origin in _origins_of(rows):
        carried = _carried(origin, rows)
        if carried is not None:
            by, to, name = carried
            written = rows[by][0].written
            text = (
                f"a browser that was told that {origin} may send {name} with {by} of"
                f" {path_shown(mounted.resource)!r} sends it with {to}, too, which does not allow it"
            )
            place = None if written is None else written.bound
            return Finding(REMEMBERED_PREFLIGHT, place, text, "ResourceOptions(…, max_age=0)")
    return None


def _are_alike(rows: _Rows) -> bool:
    """Whether the rows say the same, each in its own words maybe: most resources are like that."""
    said = [
        (row.naming, [table.source for table in policy.tables]) for row, policy in rows.values()
    ]
    return all(each == said[0] for each in said)


def _carried(origin: str, rows: _Rows) -> tuple[str, str, str] | None:
    """The method whose preflight carries a header, the one that gets it, and the header."""
    allowed = [method for method in rows if _allows(rows, origin, method, "")]
    for by in allowed:
        grant = rows[by][1].match(origin)
        if grant is None or grant.max_age == "0":
            continue
        names = _ANY_HEADER if grant.allow_headers is None else grant.allow_headers
        for to in rows:
            # A POST arrives without a preflight of its own.
            if to != by and (to in allowed or to == hdrs.METH_POST):
                for name in sorted(names):
                    if not _allows(rows, origin, to, name):
                        return by, to, name
    return None


def _allows(rows: _Rows, origin: str, method: str, name: str) -> bool:
    row, policy = rows[method]
    asked = Asked(origin, method, (name,) if name else ())
    verdict = judge_preflight(asked, policy, policy.match(origin), row, NOTHING_KNOWN)
    return isinstance(verdict, PreflightAllowed)


def _origins_of(rows: _Rows) -> Iterator[str]:
    """Origins that stand for all that the rows tell apart: of those with the same grants one."""
    policies = {id(policy): policy for _, policy in rows.values()}
    seen: set[tuple[int, ...]] = set()
    for policy in policies.values():
        for table in policy.tables:
            patterns = (text.replace("*.", "any.", 1) for text in table.index.patterns)
            anybody = [] if table.any_origin is None else ["https://any.example"]
            for text in (*table.index.exact, *patterns, *anybody):
                origin = text.removesuffix(":*")
                grants = tuple(id(each.match(origin)) for each in policies.values())
                if grants not in seen:
                    seen.add(grants)
                    yield origin
