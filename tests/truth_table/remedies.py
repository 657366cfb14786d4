"""A program of the truth table with the changes of a remedy made in it.

Knows where a program hands its configuration to the library: what a user would write at a line of
the program is put in there, by running the very code that the remedy shows.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from yarl import URL

from aiohttp_cors import (
    APP_CONFIG_KEY,
    AnyOriginRule,
    Cors,
    CorsConfig,
    CredentialedRule,
    OriginRule,
    Policy,
    ResourceOptions,
    cors_config,
    mixin,
)
from aiohttp_cors._protocol.compiled_policy import OriginTable, compile_options
from aiohttp_cors._server.engine import Engine
from aiohttp_cors._table.bindings import Binding
from aiohttp_cors._table.overlap import PathIndex, paths_of
from aiohttp_cors._table.router import app_tree, canonical_of, resources_of, view_of
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Place, Written
from aiohttp_cors.introspection import Change
from tests.truth_table.words import Fetch, Program, World, hello


def changed_program(program: Program, changes: Sequence[Change], url: str) -> Program:
    """The program with the routes and policies that the changes add; see `edited` for the rest."""

    def build(world: World) -> web.Application:
        app = program.build(world)
        extend(app, changes, url)
        return app

    return Program(program.api, build)


def extend(app: web.Application, changes: Sequence[Change], url: str) -> None:
    """Add the routes and the policies that the changes, which are about the path `url`, add."""
    for change in changes:
        if change.kind == "route":
            _add_route(app, change, url)
        elif change.kind in {"bind", "add"}:
            _run(app, change, url)


def changed_fetch(fetch: Fetch, changes: Sequence[Change]) -> Fetch:
    """The fetch with the changes of the page."""
    for change in changes:
        if change.kind == "page":
            fetch = replace(fetch, method=change.method, path=change.path)
    return fetch


@contextmanager
def edited(changes: Sequence[Change]) -> Generator[None, None, None]:
    """While it lasts, the lines of a program say what the changes say."""
    bind, mount = Engine.binding, web.Application.add_subapp

    def binding(
        engine: Engine, policy: Policy, written: Written, enforced: Enforcement | None
    ) -> Binding:
        for change in changes:
            policy, written = _with_change(engine, policy, written, change)
        return bind(engine, policy, written, enforced)

    def compiled(config: Mapping[str, ResourceOptions], place: Place | None = None) -> OriginTable:
        for change in changes:
            if change.kind == "options" and change.place == place:
                given = eval(f"{{{change.code}}}", {"ResourceOptions": ResourceOptions})
                config = {**config, **given}
        return compile_options(config, place)

    def add_subapp(
        app: web.Application, prefix: str, subapp: web.Application
    ) -> web.AbstractResource:
        for change in changes:
            below = change.path.removeprefix(prefix)
            is_new = all(canonical_of(each) != below for each in subapp.router.resources())
            if change.kind == "route" and change.path != below and is_new:
                # Mounted, it takes no resources any more.
                subapp.router.add_route(change.method, below, hello)
        return mount(app, prefix, subapp)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "binding", binding)
        patch.setattr(web.Application, "add_subapp", add_subapp)
        patch.setattr(cors_config, "compile_options", compiled)
        patch.setattr(mixin, "compile_options", compiled)
        yield


def _with_change(
    engine: Engine, policy: Policy, written: Written, change: Change
) -> tuple[Policy, Written]:
    clauses = policy.clauses
    if change.kind == "clause" and change.place == written.bound:
        policy = _chain(engine, change.code)(policy)
        return policy, written._replace(clauses=(*written.clauses, written.bound))
    number = change.clause
    is_here = number is not None and written.clauses[number : number + 1] == (change.place,)
    if change.kind == "step" and number is not None and is_here:
        mended = _chain(engine, change.code)(Policy((clauses[number],)))
        policy = Policy((*clauses[:number], *mended.clauses, *clauses[number + 1 :]))
    return policy, written


def _chain(engine: Engine, code: str) -> Callable[[Policy], Policy]:
    """What the steps of `code` make of a policy."""

    def apply(policy: Policy) -> Policy:
        made: object = eval(f"rule{code}", {"rule": OriginRule(engine, policy, ())})
        assert isinstance(made, OriginRule | CredentialedRule | AnyOriginRule)
        return made.policy

    return apply


def _resources(
    app: web.Application, path: str, url: str
) -> Iterator[tuple[web.Application, web.AbstractResource]]:
    """The resources with a path that match a URL: several paths are written alike."""
    for each in app_tree(app):
        for resource in PathIndex(resources_of(each)).asked(paths_of(URL(url))):
            if canonical_of(resource) == path:
                yield each, resource


def _add_route(app: web.Application, change: Change, url: str) -> None:
    for _, resource in _resources(app, change.path, url):
        if any(route.method == change.method for route in resource):
            return
        for view in filter(None, map(view_of, resource)):
            setattr(view, change.method.lower(), _hello_of_view)
            return
        assert isinstance(resource, web.Resource)
        resource.add_route(change.method, hello)
        return
    app.router.add_route(change.method, change.path, hello)


async def _hello_of_view(view: web.View) -> web.StreamResponse:
    return await hello(view.request)


def _run(app: web.Application, change: Change, url: str) -> None:
    for owner, resource in _resources(app, change.path, url):
        for route in resource:
            if route.method == change.method:
                cors = None if change.kind == "bind" else _config_of(owner)
                names = {"app": app, "cors": cors, "route": route}
                exec(change.code, {"Cors": Cors, "ResourceOptions": ResourceOptions, **names})
                return
    raise AssertionError(f"no route {change.method} {change.path}")


def _config_of(app: web.Application) -> CorsConfig:
    return app.get(APP_CONFIG_KEY) or CorsConfig(app)
