"""The smallest change that allows a refused request, as code in the API that the program uses.

Owns: which change helps, and when no change can.
Leaves to: `aiohttp_cors._tools.explanations.rights` how rights are spelled, and what is dangerous about them.

A change gives the page's origin what the request needs, and nothing more. Where one rule decides for
several origins, the change is for all of them, and the note says so.
"""

from collections.abc import Iterator
from typing import Final

from aiohttp import hdrs, web

from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._server.preflights import is_ours
from aiohttp_cors._table.coverage import Level
from aiohttp_cors._table.overlap import path_shown
from aiohttp_cors._table.router import view_of
from aiohttp_cors._tools.explanations.explanation import Change, Remedy
from aiohttp_cors._tools.explanations.ground import Ground
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._tools.explanations.rights import (
    Rights,
    clause_of,
    danger_of,
    is_for_others,
    is_opaque,
    lacking_in_clause,
    lacking_in_options,
    options_code,
    options_with,
    steps_of,
)
from aiohttp_cors._tools.explanations.rules import ANY_KEY, Rule
from aiohttp_cors._tools.rows import Api
from aiohttp_cors._tools.terminal import place_shown
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.names import parse_method, parse_request_header
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.place import place_of
from aiohttp_cors._values.policy import AnyOrigin, Clause

_OPAQUE: Final = (
    "any site can send this origin, so that no rule with credentials can name it; give the page an"
    " origin of its own, or leave credentials out."
)
_REFUSED: Final = (
    "a policy that is enforced refuses this origin, which any site can send; give the page an origin"
    " of its own."
)
_OTHERS: Final = "The rule decides for other origins, too, and gives them the same."
_ADDERS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


def remedy_for(question: Question, ground: Ground, rule: Rule | None, api: Api) -> Remedy:
    """What would allow a refused request; `rule` is the one that decided, None if none matched."""
    method = question.method.upper()
    impossible = "" if ground.location else _impossible(question, method)
    if impossible:
        return Remedy(impossible=impossible)
    if ground.actual.row.refuses and is_opaque(question.origin):
        return Remedy(impossible=_REFUSED)
    changes = list(_changes_of_page(question, ground, method))
    if ground.location is not None:
        return Remedy(changes=tuple(changes), note="A redirect needs CORS headers of its own.")
    if _lacks_route(ground, method):
        if _takes_no_route(ground):
            # The route will be another resource's, and nothing but a broad policy covers that.
            api = "classic" if ground.row.dialect is Dialect.CLASSIC else api
            rule = rule if ground.row.level > Level.RESOURCE else None
            ground = ground.without_resource()
        changes.append(_route(question, ground, method))
    rights = Rights(question.credentials, question.headers, method)
    is_classic = ground.row.dialect is Dialect.CLASSIC
    if ground.row.policy is None:
        is_classic = api == "classic" and _takes_classic(ground)
    if not is_classic and rule is None and is_opaque(question.origin) and question.credentials:
        return Remedy(impossible=_OPAQUE)
    change = (_classic if is_classic else _fluent)(question, ground, rule, rights)
    if change is None:
        return Remedy(changes=tuple(changes))
    if change.kind == "clause" and is_opaque(question.origin) and question.credentials:
        return Remedy(impossible=_OPAQUE)
    return Remedy(
        changes=(*changes, change),
        danger=danger_of(change, rule),
        note=_note(change, ground, rule),
    )


def _impossible(question: Question, method: str) -> str:
    """Why no rule can name what the request needs; empty where one can."""
    parsed = parse_method(method)
    if isinstance(parsed, Problem):
        return f"{method} is no method that a rule can name: {parsed.because}."
    for name in question.headers:
        header = parse_request_header(name)
        if isinstance(header, Problem):
            return f"{name} is no header that a page sends: {header.because}."
    return ""


def _changes_of_page(question: Question, ground: Ground, method: str) -> Iterator[Change]:
    path = question.path if ground.location is None else ground.location
    if ground.location is not None:
        yield Change(kind="page", code=f'fetch("{path}")', method=question.method, path=path)
    elif question.method != method:
        # Browsers change the case of six methods and of no other; aiohttp serves upper case alone.
        yield Change(kind="page", code=f'method: "{method}"', method=method, path=path)


def _lacks_route(ground: Ground, method: str) -> bool:
    """Whether a preflight fails because nothing serves the method, or nothing at all covers the URL."""
    return not ground.serves(method) and (ground.preflight is not None or ground.row.policy is None)


def _takes_no_route(ground: Ground) -> bool:
    """Whether the resource is one to which no route can be added: static files."""
    return ground.mounted is not None and not isinstance(ground.mounted.resource, web.Resource)


def _route(question: Question, ground: Ground, method: str) -> Change:
    path = _path(question, ground)
    code, place = f'app.router.add_route("{method}", "{path}", handler)', None
    if ground.mounted is not None:
        code = f'resource.add_route("{method}", handler)  # the resource of {path}'
    view = None if ground.here.route is None else view_of(ground.here.route)
    if view is not None:
        code = f"async def {method.lower()}(self): ...  # in {view.__qualname__}"
        place = next(filter(None, map(place_of, vars(view).values())), None)
    return Change(kind="route", code=code, place=place, method=method, path=path)


def _path(question: Question, ground: Ground) -> str:
    """The path as it is routed, or has to be."""
    if ground.mounted is not None:
        return path_shown(ground.mounted.resource)
    return question.path.partition("?")[0]


def _takes_classic(ground: Ground) -> bool:
    """Whether `CorsConfig.add` takes the resource: not one that answers OPTIONS requests itself."""
    if ground.mounted is None:
        return True
    taken = (hdrs.METH_ANY, hdrs.METH_OPTIONS)
    routes = [route for route in ground.mounted.resource if route.method in taken]
    return all(is_ours(route) or view_of(route) is not None for route in routes)


def _fluent(question: Question, ground: Ground, rule: Rule | None, rights: Rights) -> Change | None:
    if rule is not None and isinstance(rule.given, Clause):
        missing = lacking_in_clause(rule.given, rights)
        if missing.is_nothing:
            return None
        if not (missing.credentials and AnyOrigin() in rule.given.origins):
            return Change(
                kind="step",
                code=steps_of(missing, rule.given.origins),
                place=rule.place,
                clause=rule.number,
                key=question.origin,
                allow_credentials=missing.credentials,
                allow_headers=missing.headers,
                allow_methods=(missing.method,) if missing.method else (),
            )
    needed = rights._replace(method="")  # what is routed is allowed
    clause = clause_of(question.origin, needed)
    if ground.row.policy is not None:
        written = ground.row.written
        return _given(
            Change(kind="clause", code=clause, place=None if written is None else written.bound),
            question,
            needed,
        )
    method, path = _route_of(ground, rights.method), _path(question, ground)
    code = f"Cors.for_app(app){clause}.on(route)  # route = {_target(ground, method, path)}"
    return _given(Change(kind="bind", code=code, method=method, path=path), question, needed)


def _classic(
    question: Question, ground: Ground, rule: Rule | None, rights: Rights
) -> Change | None:
    row = ground.row
    is_left_out = row.naming is Naming.ALWAYS
    is_named = row.naming is Naming.PREFLIGHT and ground.preflight is not None
    needed = rights if is_named or is_left_out else rights._replace(method="")
    if rule is not None and isinstance(rule.given, ResourceOptions):
        missing = lacking_in_options(rule.given, needed)
        if missing.is_nothing:
            return None
        if not (is_left_out and missing.method) and not (
            missing.credentials and rule.key == ANY_KEY
        ):
            code = options_code(rule.key, options_with(rule.given, missing))
            change = Change(kind="options", code=code, place=rule.place, key=rule.key)
            return _given(change, question, missing)
    if row.policy is not None and not is_left_out:
        code = options_code(question.origin, options_with(ResourceOptions(), needed))
        place = None if row.written is None else row.written.bound
        return _given(Change(kind="options", code=code, place=place), question, needed)
    needed = needed._replace(method="")
    method, path = _route_of(ground, rights.method), _path(question, ground)
    options = options_code(question.origin, options_with(ResourceOptions(), needed))
    code = f"cors.add(route, {{{options}}})  # route = {_target(ground, method, path)}"
    return _given(Change(kind="add", code=code, method=method, path=path), question, needed)


def _given(change: Change, question: Question, rights: Rights) -> Change:
    """The change, which gives these rights to the page's origin unless it names a key of its own."""
    return Change(
        kind=change.kind,
        code=change.code,
        place=change.place,
        key=change.key or question.origin,
        method=change.method,
        path=change.path,
        allow_credentials=rights.credentials,
        allow_headers=rights.headers,
        allow_methods=(rights.method,) if rights.method else (),
    )


def _route_of(ground: Ground, method: str) -> str:
    """The method of the route that serves `method`, or will."""
    route = ground.here.route if ground.status is None else None
    return method if route is None else route.method


def _target(ground: Ground, method: str, path: str) -> str:
    """How a program gets hold of a route."""
    route = ground.here.route if ground.status is None else None
    handler = "handler" if route is None else getattr(route.handler, "__name__", "handler")
    if method in _ADDERS:
        return f'app.router.add_{method.lower()}("{path}", {handler})'
    return f'app.router.add_route("{method}", "{path}", {handler})'


def _note(change: Change, ground: Ground, rule: Rule | None) -> str:
    """What else a change does, or what could be written instead."""
    if rule is not None and change.kind in {"step", "options"}:
        return _OTHERS if is_for_others(rule, change) else ""
    row = ground.row
    if row.policy is None and row.level is not Level.NOBODY and row.written is not None:
        return f"Or take the route out of excluding at {place_shown(row.written.bound)}."
    return ""
