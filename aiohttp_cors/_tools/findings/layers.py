"""Rules about what else of the program writes headers, or stands before the answers to preflights.

Owns: middlewares, receivers of ``on_response_prepare`` and handlers, as far as their code tells.
Leaves to: `aiohttp_cors._tools.findings.code` how that code is read. Nothing is run.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from aiohttp import web

from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._server.actual import Receiver
from aiohttp_cors._server.arrival import arrival_of
from aiohttp_cors._server.engine import ENGINE, late_preflights
from aiohttp_cors._server.guard import others_of
from aiohttp_cors._server.preflights import answer_preflights, is_ours
from aiohttp_cors._table.coverage import Level
from aiohttp_cors._table.router import app_tree, mounted_app, resources_of, routes_of
from aiohttp_cors._tools.findings.code import functions_of, name_of, place_of
from aiohttp_cors._tools.findings.survey import NO_REPORT, NotLookedAt, Survey
from aiohttp_cors._tools.rows import Located
from aiohttp_cors._values.findings import (
    MIDDLEWARE_BEFORE_PREFLIGHTS,
    OVERWRITTEN_HEADERS,
    SECOND_LAYER,
    UNCHECKED_WEBSOCKET,
    Finding,
)

_KNOWN: Final = ("aiohttp_middlewares.cors",)
"""The modules of other libraries that set headers of the protocol."""

_WANTS_CREDENTIALS: Final = frozenset(
    {"HTTPUnauthorized", "Authorization", "AUTHORIZATION", "WWW_AUTHENTICATE", "WWW-Authenticate"}
)
_LOOKS_AT_METHOD: Final = frozenset({"method", "OPTIONS", "METH_OPTIONS"})
_LOOKS_AT_ORIGIN: Final = frozenset(
    {"Origin", "origin", "ORIGIN", "Sec-Fetch-Site", "sec-fetch-site", "SEC_FETCH_SITE"}
)
_WEBSOCKET: Final = "WebSocketResponse"
_CHECK_ORIGIN: Final = 'if request.headers.get("Origin") not in ORIGINS: raise web.HTTPForbidden'
_LEAVE: Final = "leave the headers to the policy"
_ENFORCE: Final = ".enforce_on(route)"
_ENFORCE_EVERYWHERE: Final = ".enforce_everywhere()"


def look(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    """What the program's own code does beside the policies."""
    if not survey.engines:
        return
    yield from _middlewares(survey)
    yield from _receivers(survey)
    yield from _handlers(survey)
    yield from _late_preflights(survey)


def _middlewares(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    for chain in _chains((survey.app,)):
        for middleware in _own_middlewares(chain[-1]):
            name = name_of(middleware)
            if not any(True for _ in functions_of(middleware)):
                yield NotLookedAt(f"the code of the middleware {name}")
            elif _writes(survey, middleware):
                text = f"the middleware {name} sets CORS headers, which give way to the policy's"
                yield Finding(SECOND_LAYER, place_of(middleware), text, _LEAVE)
        for middleware in _before_preflights(chain):
            if _wants_credentials(survey.reader.words(middleware)):
                name = name_of(middleware)
                text = f"the middleware {name} wants credentials, which no preflight has, and comes first"
                instead = f"middlewares=[answer_preflights, {name}]"
                yield Finding(MIDDLEWARE_BEFORE_PREFLIGHTS, place_of(middleware), text, instead)


def _chains(apps: tuple[web.Application, ...]) -> Iterator[tuple[web.Application, ...]]:
    """Each application, with those above it before it."""
    yield apps
    for resource in resources_of(apps[-1]):
        below = mounted_app(resource)
        if below is not None:
            yield from _chains((*apps, below))


def _own_middlewares(app: web.Application) -> list[object]:
    return [each for each in others_of(app) if each is not answer_preflights]


def _before_preflights(apps: tuple[web.Application, ...]) -> list[object]:
    """The middlewares that a preflight passes before the place that the program chose for ours."""
    *above, app = apps
    answered_above = any(answer_preflights in each.middlewares or ENGINE in each for each in above)
    if answered_above or answer_preflights not in app.middlewares:
        return []
    passed = [middleware for each in above for middleware in others_of(each)]
    return [*passed, *takewhile(lambda each: each is not answer_preflights, others_of(app))]


def _receivers(survey: Survey) -> Iterator[Finding]:
    """Receivers of responses that set headers before or after ours does."""

    def below(app: web.Application, *, is_after: bool) -> Iterator[Finding]:
        for receiver in app.on_response_prepare:
            if getattr(receiver, "__module__", "") == Receiver.__module__:
                is_after = True
            elif _writes(survey, receiver):
                name, place = name_of(receiver), place_of(receiver)
                if is_after:
                    text = f"the receiver {name} sets CORS headers after the policy's were written"
                    yield Finding(OVERWRITTEN_HEADERS, place, text, _LEAVE)
                else:
                    text = f"the receiver {name} sets CORS headers, which give way to the policy's"
                    yield Finding(SECOND_LAYER, place, text, _LEAVE)
        # The receivers of an application that is mounted come after those above it.
        for resource in resources_of(app):
            inner = mounted_app(resource)
            if inner is not None:
                yield from below(inner, is_after=is_after)

    return below(survey.app, is_after=False)


def _handlers(survey: Survey) -> Iterator[Finding]:
    guarded = {
        id(app)
        for app in app_tree(survey.app)
        if any(_looks_at_origin(survey.reader.words(each)) for each in _own_middlewares(app))
    }
    for resource in survey.resources:
        apps = resource.mounted.apps
        is_guarded = any(id(app) in guarded for app in apps)
        for handler, methods in _handlers_of(resource):
            is_covered = any(resource.coverage.row(each).policy is not None for each in methods)
            writer = survey.reader.writes_cors_headers(handler) if is_covered else None
            if writer is not None:
                text = (
                    f"the handler of {', '.join(sorted(methods))} {resource.path!r} sets CORS headers, which"
                    " give way to the policy's"
                )
                yield Finding(SECOND_LAYER, place_of(writer), text, _LEAVE)
            words = survey.reader.words(handler)
            if _WEBSOCKET in words and not is_guarded and not _looks_at_origin(words):
                yield from _unchecked(resource, handler, methods)


def _unchecked(resource: Located, handler: object, methods: list[str]) -> Iterator[Finding]:
    """A WebSocket that any site can open, unless every row of its handler is enforced."""
    rows = [row for row in map(resource.coverage.row, methods) if not row.refuses]
    if not rows:
        return
    row = rows[0]
    text = f"any site can open the WebSocket {resource.path!r} with the user's cookies"
    instead = _ENFORCE
    if row.enforced is not None:
        text += ", which is only reported"
        instead = NO_REPORT
    elif row.policy is not None and row.dialect is Dialect.CLASSIC:
        instead = _CHECK_ORIGIN  # what was added takes no second policy
    elif row.policy is not None and row.level is Level.EVERYWHERE:
        instead = _ENFORCE_EVERYWHERE
    yield Finding(UNCHECKED_WEBSOCKET, place_of(handler), text, instead)


def _handlers_of(resource: Located) -> list[tuple[object, list[str]]]:
    """The program's own handlers of a resource, each with its methods."""
    found: dict[int, tuple[object, list[str]]] = {}
    for route in routes_of(resource.mounted.resource):
        if not is_ours(route):
            found.setdefault(id(route.handler), (route.handler, []))[1].append(route.method)
    return list(found.values())


def _late_preflights(survey: Survey) -> Iterator[Finding]:
    """An application that was mounted before CORS could go before its own middlewares."""
    outermost = {
        id(engine): engine
        for resource in survey.resources
        for engine in [next(filter(None, (app.get(ENGINE) for app in resource.mounted.apps)), None)]
        if engine is not None
    }
    for engine in outermost.values():
        is_mounted = engine.app is not survey.app
        if is_mounted and answer_preflights not in engine.app.middlewares:
            arrival = arrival_of(engine.app, engine.table, is_broad=engine.bindings.are_broad)
            if arrival.needs_middleware and arrival.is_anything_covered:
                yield late_preflights(engine)


def _writes(survey: Survey, thing: object) -> bool:
    module = str(getattr(thing, "__module__", ""))
    return module in _KNOWN or survey.reader.writes_cors_headers(thing) is not None


def _looks_at_origin(words: frozenset[str]) -> bool:
    return bool(words & _LOOKS_AT_ORIGIN)


def _wants_credentials(words: frozenset[str]) -> bool:
    return bool(words & _WANTS_CREDENTIALS) and not words & _LOOKS_AT_METHOD
