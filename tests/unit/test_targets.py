"""Which bindings contradict each other, and that a refused call binds nothing.

Expectations from the contract's *Which policy decides*, point 6. What is no target at all has rows
in `test_invalid_policies`; how targets answer is shown over sockets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import pytest
from aiohttp import web
from aiohttp.web_urldispatcher import SystemRoute

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfigError, OriginRule, Problem
from tests.integration.support import hello

A = "https://a.example"
B = "https://b.example"

Target: TypeAlias = web.AbstractResource | web.AbstractRoute


@final
@dataclass(frozen=True, slots=True)
class Site:
    """An application with one of each kind of target, and a rule for it."""

    app: web.Application
    resource: web.Resource
    get: web.AbstractRoute
    put: web.AbstractRoute
    view: web.AbstractRoute
    static: web.AbstractResource
    subapp: web.AbstractResource
    inside: web.Resource
    domain: web.AbstractResource

    @property
    def rule(self) -> OriginRule:
        return Cors.for_app(self.app).origin(A)


def site() -> Site:
    app, sub, domain = web.Application(), web.Application(), web.Application()
    inside = sub.router.add_resource("/inside")
    resource = app.router.add_resource("/items")
    return Site(
        app=app,
        resource=resource,
        get=resource.add_route("GET", hello),
        put=resource.add_route("PUT", hello),
        view=app.router.add_view("/view", web.View),
        static=app.router.add_static("/static", "."),
        subapp=app.add_subapp("/sub/", sub),
        inside=inside,
        domain=app.add_domain("a.localhost", domain),
    )


KINDS: dict[str, Callable[[Site], Target]] = {
    "resource": lambda site: site.resource,
    "route": lambda site: site.get,
    "view": lambda site: site.view,
    "static": lambda site: site.static,
    "sub-application": lambda site: site.subapp,
    "resource of a sub-application": lambda site: site.inside,
    "domain": lambda site: site.domain,
}


def conflicting(call: Callable[[], object]) -> list[str]:
    """The values of the problems of a call, which are all of them *conflicting* targets."""
    with pytest.raises(CorsConfigError) as caught:
        call()
    assert {(problem.field, problem.reason) for problem in caught.value.problems} == {
        ("target", "conflicting")
    }
    assert all(problem.because for problem in caught.value.problems)
    return [problem.value for problem in caught.value.problems]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_target_is_bound_once(kind: Callable[[Site], Target]) -> None:
    made = site()
    made.rule.on(kind(made))
    other = Cors.for_app(made.app).origin(B)
    for rule in (made.rule, other):
        assert len(conflicting(lambda: rule.on(kind(made)))) == 1  # noqa: B023 -- called at once


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_target_is_named_once_in_a_call(kind: Callable[[Site], Target]) -> None:
    made = site()
    assert len(conflicting(lambda: made.rule.on(kind(made), kind(made)))) == 1
    made.rule.on(kind(made))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_refused_call_binds_none_of_its_targets(kind: Callable[[Site], Target]) -> None:
    made = site()
    bound = made.app.router.add_resource("/bound")
    made.rule.on(bound)
    conflicting(lambda: made.rule.on(kind(made), bound))
    made.rule.on(kind(made))


def test_targets_of_different_kinds_do_not_contradict_each_other() -> None:
    made = site()
    for kind in KINDS.values():
        made.rule.on(kind(made))
    made.rule.on(made.put)
    made.rule.everywhere(excluding=[kind(made) for kind in KINDS.values()])


def test_a_resource_and_its_routes_may_be_named_in_one_call() -> None:
    made = site()
    made.rule.on(made.put, made.resource, made.get)


def test_all_targets_that_are_bound_already_are_named_at_once() -> None:
    made = site()
    made.rule.on(made.resource, made.subapp, made.get)
    values = conflicting(lambda: made.rule.on(made.get, made.static, made.subapp, made.resource))
    assert len(values) == 3
    made.rule.on(made.static)


@pytest.mark.parametrize("inner_first", [True, False])
@pytest.mark.parametrize("kind", ["resource", "route", "mounted"])
def test_a_target_is_bound_once_by_whichever_application(kind: str, inner_first: bool) -> None:
    root, outer, inner = web.Application(), web.Application(), web.Application()
    resource = outer.router.add_resource("/items")
    targets: dict[str, Target] = {
        "resource": resource,
        "route": resource.add_route("GET", hello),
        "mounted": outer.add_subapp("/inner/", inner),
    }
    rules = [Cors.for_app(app).origin(A) for app in (outer, root)]
    root.add_subapp("/outer/", outer)
    first, second = rules if inner_first else rules[::-1]
    first.on(targets[kind])
    assert len(conflicting(lambda: second.on(targets[kind]))) == 1


def test_what_another_application_bound_stays_bound_when_a_route_of_it_is_bound_here() -> None:
    root, sub = web.Application(), web.Application()
    resource = sub.router.add_resource("/items")
    get = resource.add_route("GET", hello)
    Cors.for_app(sub).origin(A).on(resource)
    root.add_subapp("/sub/", sub)
    rule = Cors.for_app(root).origin(B)
    rule.on(get)
    assert len(conflicting(lambda: rule.on(resource))) == 1


def test_everywhere_is_said_once() -> None:
    made = site()
    made.rule.everywhere()
    assert len(conflicting(made.rule.everywhere)) == 1


def test_a_refused_everywhere_is_not_said() -> None:
    made = site()
    excluding: list[Target] = [made.resource]
    with pytest.raises(CorsConfigError):
        made.rule.everywhere(excluding=[*excluding, "/path"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    made.rule.everywhere(excluding=excluding)


def test_what_is_excluded_may_be_any_iterable() -> None:
    for excluding in (iter([site().resource]), (), {site().get}, site().app.router.resources()):
        site().rule.everywhere(excluding=excluding)


def refused_exclusion(made: Site, excluding: object) -> Problem:
    everywhere: Callable[..., object] = getattr(made.rule, "everywhere")  # noqa: B009 -- untyped
    with pytest.raises(CorsConfigError) as caught:
        everywhere(excluding=excluding)
    (problem,) = caught.value.problems
    assert (problem.field, problem.value, problem.reason) == (
        "excluding",
        repr(excluding),
        "invalid",
    )
    made.rule.everywhere()
    return problem


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_one_target_is_excluded_in_a_list(kind: Callable[[Site], Target]) -> None:
    """A resource iterates over its routes: one that has none yet would exclude nothing."""
    made = site()
    assert refused_exclusion(made, kind(made)).hint == f"[{kind(made)!r}]"


@pytest.mark.parametrize("excluding", ["/r", "", None, 3, {}], ids=repr)
def test_what_holds_no_targets_excludes_none(excluding: object) -> None:
    assert (
        refused_exclusion(site(), excluding).because
        == "what is excluded is a list of resources or routes"
    )


def test_an_application_excludes_nothing() -> None:
    made = site()
    assert (
        refused_exclusion(made, web.Application()).because
        == "what is excluded is a list of resources or routes"
    )


def test_a_route_without_a_resource_is_no_target() -> None:
    """The router answers 404 and 405 with such a one."""
    made = site()
    with pytest.raises(CorsConfigError) as caught:
        made.rule.on(SystemRoute(web.HTTPNotFound()))
    assert [problem.reason for problem in caught.value.problems] == ["invalid"]


@pytest.mark.parametrize("kind", ["resource", "route", "static"])
def test_what_the_classic_api_covers_is_not_bound_again(kind: str) -> None:
    made = site()
    target = KINDS[kind](made)
    aiohttp_cors.setup(made.app).add(target)
    with pytest.raises(CorsConfigError, match="a CorsConfig has it already"):
        made.rule.on(target)
    assert len(conflicting(lambda: made.rule.on(target))) == 1


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_who_binds_a_target_twice_is_told_to_do_it_once(kind: Callable[[Site], Target]) -> None:
    made = site()
    made.rule.on(kind(made))
    with pytest.raises(CorsConfigError, match="bind it once, with all its clauses in one policy"):
        made.rule.on(kind(made))


@pytest.mark.parametrize("kind", ["resource", "route", "static"])
def test_what_is_bound_is_not_added_to_the_classic_api(kind: str) -> None:
    made = site()
    target = KINDS[kind](made)
    made.rule.on(target)
    with pytest.raises(ValueError, match="CORS is already configured for"):
        aiohttp_cors.setup(made.app).add(target)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_policy_may_be_bound_to_many_targets(at_once: bool) -> None:
    made = site()
    rule = made.rule
    if at_once:
        rule.on(made.resource, made.view, made.subapp)
    else:
        for target in (made.resource, made.view, made.subapp):
            rule.on(target)
