"""`Bindings`: what users said about one application, and nothing that follows from it.

Owns: the facts, the one place that tells tables when a fact has changed, and which targets carry a
policy already.
Leaves to: `aiohttp_cors._table.table` everything that follows from the facts.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeAlias, TypeVar, final
from weakref import WeakSet, WeakValueDictionary

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Dialect, Naming
from aiohttp_cors._table.coverage import Level, Row
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.place import Place, Written

if TYPE_CHECKING:
    from aiohttp_cors._table.additions import Addition

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@final
class IdentityMap(Generic[_Key, _Value]):
    """Values by object. It keeps its keys alive, so that no other object gets their identity.

    A dict would compare: a resource of the program's own may be equal to another, and an
    application cannot be hashed before aiohttp 3.10.
    """

    __slots__ = ("_keys", "_values")

    def __init__(self) -> None:
        self._keys: list[_Key] = []
        self._values: dict[int, _Value] = {}

    def __setitem__(self, key: _Key, value: _Value) -> None:
        if id(key) not in self._values:
            self._keys.append(key)
        self._values[id(key)] = value

    def __contains__(self, key: object) -> bool:
        return id(key) in self._values

    def __len__(self) -> int:
        return len(self._values)

    def drop(self, key: _Key) -> None:
        """Forget the value of this very object. Precondition: it has one."""
        del self._values[id(key)]
        self._keys = [each for each in self._keys if each is not key]

    def items(self) -> list[tuple[_Key, _Value]]:
        """All objects with their values, in the order in which they came."""
        return [(key, self._values[id(key)]) for key in self._keys]

    def get(self, key: _Key) -> _Value | None:
        """The value that is kept for this very object."""
        return self._values.get(id(key))


class Cache(Protocol):
    """What follows from facts, and is thrown away when one of them changes."""

    def drop(self) -> None: ...


# The tables that have derived something since a fact changed last. An application does not know
# which tables looked at its bindings: those of the applications above it did as well.
_filled: Final[WeakSet[Cache]] = WeakSet()


def filled(table: Cache) -> None:
    """Note that `table` has derived something."""
    _filled.add(table)


def changed() -> None:
    """Drop everything that was derived, in every table: a fact has changed."""
    if _filled:
        for table in list(_filled):
            table.drop()
        _filled.clear()


_Target: TypeAlias = web.AbstractResource | web.AbstractRoute

# Every resource and route to which a policy was bound, and every resource of the classic API, by
# identity: a resource may compare equal to another. Global, because two applications can reach the
# same resource. An entry ends with its target.
_claimed: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()
_added: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()
_enforced: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()


def claim(target: _Target, *, classic: bool = False, enforced: bool = False) -> None:
    """Note that `target` has a policy of its own; the classic API claims whole resources."""
    (_added if classic else _claimed)[id(target)] = target
    if enforced:
        _enforced[id(target)] = target


def release(target: _Target) -> None:
    """Note that `target` has no policy of the fluent API any more."""
    _claimed.pop(id(target), None)
    _enforced.pop(id(target), None)


def is_enforced(target: _Target) -> bool:
    """Whether the policy of `target` itself is enforced."""
    return id(target) in _enforced


def is_claimed(target: _Target, resource: web.AbstractResource) -> bool:
    """Whether `target`, which is `resource` or a route of it, has a policy of its own.

    Where the classic API has the resource, it has all routes of it.
    """
    return id(target) in _claimed or is_added(resource)


def is_any_claimed(resource: web.AbstractResource, routes: Sequence[web.AbstractRoute]) -> bool:
    """Whether `resource` or one of its `routes` has a policy of its own."""
    if is_added(resource):
        return True
    return len(_claimed) > 0 and any(id(each) in _claimed for each in (resource, *routes))


def is_added(resource: web.AbstractResource) -> bool:
    """Whether the classic API has `resource`."""
    return id(resource) in _added


@final
class Binding:
    """A policy, where it was written and bound, and how it is enforced. Equal only to itself."""

    __slots__ = ("_rows", "enforced", "policy", "written")

    def __init__(
        self, policy: CompiledPolicy, written: Written, enforced: Enforcement | None = None
    ) -> None:
        self.policy: CompiledPolicy = policy
        self.written: Written = written
        self.enforced: Enforcement | None = enforced
        self._rows: dict[tuple[Level, bool], Row] = {}

    def row(self, level: Level, *, excluded: bool = False) -> Row:
        """The row of what was bound so, or excluded from it; one object for each level."""
        key = (level, excluded)
        row = self._rows.get(key)
        if row is None:
            row = Row(self.policy, Naming.NEVER, Dialect.FLUENT, level, self.written, self.enforced)
            row = row._replace(policy=None, enforced=None) if excluded else row
            self._rows[key] = row
        return row


@final
class Bindings:
    """The facts about one application. Each method tells the tables that a fact has changed.

    - `routes`, `resources`: policies that were bound to a single route or resource;
    - `sub_applications`: policies by the application that is mounted;
    - `everywhere`: the policy of every resource, None if nobody said one;
    - `excluded`: the resources that `everywhere` leaves out;
    - `additions`: what was added in the classic API, by resource.
    """

    __slots__ = (
        "additions",
        "everywhere",
        "excluded",
        "resources",
        "routes",
        "sub_applications",
    )

    def __init__(self) -> None:
        self.routes: IdentityMap[web.AbstractRoute, Binding] = IdentityMap()
        self.resources: IdentityMap[web.AbstractResource, Binding] = IdentityMap()
        self.sub_applications: IdentityMap[web.Application, Binding] = IdentityMap()
        self.everywhere: Binding | None = None
        self.excluded: tuple[web.AbstractResource, ...] = ()
        self.additions: IdentityMap[web.AbstractResource, Addition] = IdentityMap()

    def bind_route(self, route: web.AbstractRoute, binding: Binding) -> None:
        """Let a policy decide about one route."""
        self.routes[route] = binding
        changed()

    def bind_resource(self, resource: web.AbstractResource, binding: Binding) -> None:
        """Let a policy decide about all routes of a resource, and about its 405."""
        self.resources[resource] = binding
        changed()

    def bind_sub_application(self, app: web.Application, binding: Binding) -> None:
        """Let a policy decide about all that `app` serves, at any depth, and its 404 and 405."""
        self.sub_applications[app] = binding
        changed()

    def bind_everywhere(self, binding: Binding, excluded: tuple[web.AbstractResource, ...]) -> None:
        """Let a policy decide about every resource but the excluded ones."""
        self.everywhere, self.excluded = binding, excluded
        changed()

    def unbind_route(self, route: web.AbstractRoute) -> None:
        """Take back what was bound to one route."""
        self.routes.drop(route)
        changed()

    def unbind_resource(self, resource: web.AbstractResource) -> None:
        """Take back what was bound to a resource."""
        self.resources.drop(resource)
        changed()

    def unbind_sub_application(self, app: web.Application) -> None:
        """Take back what was bound to an application."""
        self.sub_applications.drop(app)
        changed()

    def unbind_everywhere(self) -> None:
        """Take back what was bound to every resource."""
        self.everywhere, self.excluded = None, ()
        changed()

    def add(self, resource: web.AbstractResource, addition: "Addition | None") -> None:
        """Replace what was added of `resource` in the classic API; None takes it back."""
        if addition is None:
            self.additions.drop(resource)
        else:
            self.additions[resource] = addition
        changed()

    @property
    def enforce(self) -> bool:
        """Whether any policy is enforced."""
        bound = [] if self.everywhere is None else [self.everywhere]
        bound += [binding for _, binding in self.routes.items()]
        bound += [binding for _, binding in self.resources.items()]
        bound += [binding for _, binding in self.sub_applications.items()]
        return any(binding.enforced is not None for binding in bound)

    def about(
        self, resource: web.AbstractResource, routes: Sequence[web.AbstractRoute]
    ) -> tuple[object, ...]:
        """The facts about one resource and `routes` of it, as values to compare."""
        own = self.resources.get(resource), self.additions.get(resource)
        return (*own, *map(self.routes.get, routes)) if len(self.routes) else own

    @property
    def first_place(self) -> Place | None:
        """A line that bound or added something; None where nothing is known to have."""
        bound = [] if self.everywhere is None else [self.everywhere]
        for by_target in (self.routes, self.resources, self.sub_applications):
            bound += [binding for _, binding in by_target.items()]
        places = [binding.written.bound for binding in bound]
        places += [place for _, added in self.additions.items() if (place := added.general.place)]
        return min(places, default=None)

    @property
    def are_broad(self) -> bool:
        """Whether a policy reaches resources that nobody named."""
        return self.everywhere is not None or len(self.sub_applications) > 0


BINDINGS: Final[web.AppKey[Bindings]] = web.AppKey("aiohttp_cors.bindings", Bindings)


def bindings_of(apps: tuple[web.Application, ...]) -> list[Bindings]:
    """The bindings of `apps`, the inner application's first."""
    return [bindings for app in reversed(apps) if (bindings := app.get(BINDINGS)) is not None]
