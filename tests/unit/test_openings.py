"""What a policy that is not enforced would open is *conflicting*, in any order and across applications.

Expectations from the contract's *Enforcement*: ``enforce_on(route)`` beside ``.on(resource)`` is legal, the
more specific decides; the reverse is *conflicting*.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import pytest
from aiohttp import web

import aiohttp_cors
from aiohttp_cors import Cors, CorsConfigError, OriginRule
from aiohttp_cors._protocol.compiled_policy import compile_policy
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._table.bindings import BINDINGS, Binding
from aiohttp_cors._table.coverage import Level, Row, everything
from aiohttp_cors._table.router import Mounted
from aiohttp_cors._table.table import TABLE
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Place, Written
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"


class Site:
    """A root application with a sub-application in a sub-application, each with a resource."""

    def __init__(self, *, mount: bool = True) -> None:
        self.root, self.sub, self.inner = (web.Application() for _ in range(3))
        self.items = self.root.router.add_resource("/items")
        self.get = self.items.add_route("GET", hello)
        self.post = self.items.add_route("POST", hello)
        self.inside = self.inner.router.add_resource("/inside")
        self.inside_get = self.inside.add_route("GET", hello)
        for app in (self.root, self.sub, self.inner):
            Cors.for_app(app)
        # An application lists no middleware after it was mounted.
        self.guard()
        if mount:
            self.mount()

    def guard(self) -> None:
        """Enforce something in each application, so that more can be enforced after mounting."""
        for app in (self.root, self.sub, self.inner):
            resource = app.router.add_resource("/guarded")
            Cors.for_app(app).origin(A).enforce_on(resource)

    def mount(self) -> None:
        self.mounted_inner = self.sub.add_subapp("/inner", self.inner)
        self.mounted_sub = self.root.add_subapp("/sub", self.sub)


def by(app: web.Application, origin: str = A) -> OriginRule:
    return Cors.for_app(app).origin(origin)


Step: TypeAlias = Callable[[Site], object]

# A policy that is enforced, and a more specific one that is not.
CONFLICTS: Final[dict[str, tuple[Step, Step]]] = {
    "resource, route": (
        lambda site: by(site.root).enforce_on(site.items),
        lambda site: by(site.root, B).on(site.get),
    ),
    "everything, route": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.get),
    ),
    "everything, resource": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.items),
    ),
    "everything, an added resource": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: aiohttp_cors.setup(site.root).add(site.items),
    ),
    "everything, an added route": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: aiohttp_cors.setup(site.root).add(site.get, {B: {}}),
    ),
    "everything, sub-application": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.mounted_sub),
    ),
    "everything, a resource inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.inside),
    ),
    "everything, a resource inside, by its application": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.inner, B).on(site.inside),
    ),
    "everything, a route inside, added by its application": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: aiohttp_cors.setup(site.inner).add(site.inside_get, {B: {}}),
    ),
    "everything, everything inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.sub, B).everywhere(),
    ),
    "everything, a mounted application inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.sub, B).on(site.mounted_inner),
    ),
    "everything inside, its mount": (
        lambda site: by(site.inner).enforce_everywhere(),
        lambda site: by(site.sub, B).on(site.mounted_inner),
    ),
    "everything inside, the mount of its mount": (
        lambda site: by(site.inner).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.mounted_sub),
    ),
    "sub-application, a resource inside": (
        lambda site: by(site.root).enforce_on(site.mounted_sub),
        lambda site: by(site.root, B).on(site.inside),
    ),
    "sub-application, a route inside, by its application": (
        lambda site: by(site.root).enforce_on(site.mounted_sub),
        lambda site: by(site.inner, B).on(site.inside_get),
    ),
    "sub-application, one mounted in it": (
        lambda site: by(site.root).enforce_on(site.mounted_sub),
        lambda site: by(site.sub, B).on(site.mounted_inner),
    ),
    "resource inside, by the root; its route, by its application": (
        lambda site: by(site.root).enforce_on(site.inside),
        lambda site: by(site.inner, B).on(site.inside_get),
    ),
}

# A 404 belongs to no resource.
CONFLICTS["everything inside but all that is there, its mount"] = (
    lambda site: by(site.inner).enforce_everywhere(excluding=[site.inside]),
    lambda site: by(site.sub, B).on(site.mounted_inner),
)

# What looks alike, and opens nothing.
LEGAL: Final[dict[str, tuple[Step, Step]]] = {
    "route, resource": (
        lambda site: by(site.root).enforce_on(site.get),
        lambda site: by(site.root, B).on(site.items),
    ),
    "resource, everything": (
        lambda site: by(site.root).enforce_on(site.items),
        lambda site: by(site.root, B).everywhere(),
    ),
    "resource, sub-application": (
        lambda site: by(site.inner).enforce_on(site.inside),
        lambda site: by(site.root, B).on(site.mounted_sub),
    ),
    "sub-application, everything": (
        lambda site: by(site.root).enforce_on(site.mounted_sub),
        lambda site: by(site.root, B).everywhere(),
    ),
    "sub-application, everything inside": (
        lambda site: by(site.root).enforce_on(site.mounted_sub),
        lambda site: by(site.inner, B).everywhere(),
    ),
    "mounted inside, sub-application": (
        lambda site: by(site.sub).enforce_on(site.mounted_inner),
        lambda site: by(site.root, B).on(site.mounted_sub),
    ),
    "everything inside, everything": (
        lambda site: by(site.inner).enforce_everywhere(),
        lambda site: by(site.root, B).everywhere(),
    ),
    "everything but it, resource": (
        lambda site: by(site.root).enforce_everywhere(excluding=[site.items]),
        lambda site: by(site.root, B).on(site.items),
    ),
    "everything but it, route": (
        lambda site: by(site.root).enforce_everywhere(excluding=[site.items]),
        lambda site: by(site.root, B).on(site.post),
    ),
    "everything but it, sub-application": (
        lambda site: by(site.root).enforce_everywhere(excluding=[site.mounted_sub]),
        lambda site: by(site.inner, B).on(site.inside_get),
    ),
    "everything but what is excluded inside, that": (
        lambda site: [
            by(site.inner).enforce_everywhere(excluding=[site.inside]),
            by(site.root).enforce_everywhere(),
        ],
        lambda site: by(site.root, B).on(site.inside),
    ),
    "everything, excluded inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.inner, B).enforce_everywhere(excluding=[site.inside]),
    ),
    "everything, enforced inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.inner, B).enforce_on(site.inside),
    ),
    "resource, enforced route": (
        lambda site: by(site.root).enforce_on(site.items),
        lambda site: by(site.root, B).enforce_on(site.get),
    ),
    "other applications": (
        lambda site: by(site.sub).enforce_everywhere(),
        lambda site: by(site.root, B).on(site.items),
    ),
}


def is_conflicting(step: Callable[[], object]) -> bool:
    try:
        step()
    except CorsConfigError as error:
        problems = error.problems
    else:
        return False
    assert {(each.field, each.reason) for each in problems} == {("target", "conflicting")}
    assert all(each.because for each in problems)
    return True


async def starts(site: Site) -> bool:
    """Whether the application starts; a start that fails names what conflicts."""
    runner = web.AppRunner(site.root)
    try:
        await runner.setup()
    except CorsConfigError as error:
        problems = error.problems
    else:
        return True
    finally:
        await runner.cleanup()
    assert {each.reason for each in problems} == {"conflicting"}
    return False


@pytest.mark.parametrize("enforced, bare", CONFLICTS.values(), ids=CONFLICTS)
def test_what_opens_something_enforced_conflicts(enforced: Step, bare: Step) -> None:
    site = Site()
    enforced(site)
    before = repr(site.root[TABLE])
    assert is_conflicting(lambda: bare(site))
    # A refused call binds nothing, and can be made again.
    assert repr(site.root[TABLE]) == before
    assert is_conflicting(lambda: bare(site))


@pytest.mark.filterwarnings("ignore::aiohttp_cors.CorsWarning")  # a refused rule is not bound
@pytest.mark.parametrize("enforced, bare", CONFLICTS.values(), ids=CONFLICTS)
async def test_what_would_be_opened_conflicts_at_the_call_or_at_the_start(
    enforced: Step, bare: Step
) -> None:
    site = Site()
    bare(site)
    before = repr(site.root[TABLE])
    if is_conflicting(lambda: enforced(site)):
        assert repr(site.root[TABLE]) == before
        assert await starts(site)
    else:
        assert not await starts(site)


@pytest.mark.parametrize("enforced_first", [True, False])
@pytest.mark.parametrize("enforced, bare", LEGAL.values(), ids=LEGAL)
async def test_what_opens_nothing_is_legal_in_any_order(
    enforced: Step, bare: Step, enforced_first: bool
) -> None:
    site = Site()
    for step in (enforced, bare) if enforced_first else (bare, enforced):
        step(site)
    assert await starts(site)


LATE: Final[dict[str, tuple[Step, Step]]] = {
    "everything, a resource inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.inner, B).on(site.inside),
    ),
    "everything, an added resource inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: aiohttp_cors.setup(site.sub).add(
            site.sub.router.add_resource("/late"), {B: {}}
        ),
    ),
    "everything, everything inside": (
        lambda site: by(site.root).enforce_everywhere(),
        lambda site: by(site.sub, B).everywhere(),
    ),
}


@pytest.mark.parametrize("enforced_first", [True, False])
@pytest.mark.parametrize("enforced, bare", LATE.values(), ids=LATE)
async def test_what_is_mounted_later_conflicts_at_the_start(
    enforced: Step, bare: Step, enforced_first: bool
) -> None:
    site = Site(mount=False)
    for step in (enforced, bare) if enforced_first else (bare, enforced):
        step(site)
    site.mount()
    assert not await starts(site)


async def test_a_conflict_after_the_start_is_refused() -> None:
    site = Site()
    by(site.root).enforce_everywhere()
    runner = web.AppRunner(site.root)
    await runner.setup()
    assert is_conflicting(lambda: by(site.root, B).on(site.items))
    assert is_conflicting(lambda: by(site.inner, B).on(site.inside_get))
    assert is_conflicting(lambda: aiohttp_cors.CorsConfig(site.root).add(site.items, {B: {}}))
    await runner.cleanup()


def test_the_line_that_enforces_is_named() -> None:
    site = Site()
    by(site.root).enforce_everywhere()
    with pytest.raises(CorsConfigError) as caught:
        by(site.root, B).on(site.items)
    (problem,) = caught.value.problems
    assert problem.value == "/items"
    assert f"{__file__}:" in problem.because
    assert problem.hint == ".enforce_on"


def test_a_conflict_that_nobody_could_refuse_is_closed() -> None:
    # Two applications that know nothing of each other, and no start.
    site = Site(mount=False)
    by(site.root).enforce_everywhere(own=["https://own.example"])
    by(site.inner, B).on(site.inside_get)
    site.mount()
    row = site.root[TABLE].row(Mounted((site.root, site.sub, site.inner), site.inside), "GET")
    assert repr(row) == f"route: {B}, enforced, own https://own.example"


def test_a_route_opens_nothing_of_its_resource_although_nobody_has_compared_them() -> None:
    # A route may say that it belongs to another resource than the one that lists it.
    site = Site()
    rule, bindings = by(site.root), site.root[BINDINGS]
    written = Written(Place(__file__, 1))
    compiled = compile_policy(rule.policy)
    bindings.bind_resource(site.items, Binding(compiled, written, Enforcement(isolate=True)))
    bindings.bind_route(site.get, Binding(compiled, written))
    row = site.root[TABLE].row(Mounted((site.root,), site.items), "GET")
    assert repr(row) == f"route: {A}, enforced, isolated"


def test_an_outer_application_opens_nothing_of_an_inner_ones() -> None:
    site = Site()
    compiled = compile_policy(by(site.root).policy)
    enforced = Row(compiled, Naming.NEVER, Dialect.FLUENT, Level.RESOURCE, None, Enforcement())
    route = enforced._replace(level=Level.ROUTE, enforced=None)
    assert everything(enforced).over(everything(route)).rest == route._replace(
        enforced=Enforcement()
    )
    assert everything(route).over(everything(enforced)).rest == route._replace(
        enforced=Enforcement()
    )
    for legal in (route._replace(enforced=Enforcement(isolate=True)), route._replace(policy=None)):
        assert everything(enforced).over(everything(legal)).rest == legal


def test_a_call_that_conflicts_takes_back_all_its_targets() -> None:
    site = Site()
    by(site.root).enforce_everywhere(excluding=[site.items])
    assert is_conflicting(lambda: by(site.root, B).on(site.items, site.inside))
    by(site.root, B).on(site.items)
    bindings = site.root[BINDINGS]
    assert (len(bindings.resources), len(bindings.routes)) == (2, 0)
