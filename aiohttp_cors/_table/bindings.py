"""`Bindings`: what users said about one application, and nothing that follows from it.

Owns: the facts, the one place that tells tables when a fact has changed, and which targets carry a
policy already.
Leaves to: `aiohttp_cors._table.table` everything that follows from the facts.
"""

from typing import TYPE_CHECKING, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar, final
from weakref import WeakSet, WeakValueDictionary

from aiohttp import web

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
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

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: dict[int, tuple[_Key, _Value]] = {}

    def __setitem__(self, key: _Key, value: _Value) -> None:
        self._entries[id(key)] = key, value

    def __contains__(self, key: object) -> bool:
        return id(key) in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def drop(self, key: _Key) -> None:
        """Forget the value of this very object."""
        self._entries.pop(id(key), None)

    def items(self) -> list[tuple[_Key, _Value]]:
        """All objects with their values, in the order in which they came."""
        return list(self._entries.values())

    def get(self, key: _Key) -> _Value | None:
        """The value that is kept for this very object."""
        entry = self._entries.get(id(key))
        return None if entry is None else entry[1]


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
    for table in list(_filled):
        table.drop()
    _filled.clear()


_Target: TypeAlias = web.AbstractResource | web.AbstractRoute

# Every resource and route to which a policy was bound, by identity: a resource may compare equal to
# another. Global, because two applications can reach the same resource. An entry ends with its
# target.
_claimed: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()
_added: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()
_enforced: Final[WeakValueDictionary[int, _Target]] = WeakValueDictionary()


def claim(target: _Target, *, classic: bool = False, enforced: bool = False) -> None:
    """Note that `target` has a policy of its own; the classic API claims whole resources."""
    _claimed[id(target)] = target
    if classic:
        _added[id(target)] = target
    if enforced:
        _enforced[id(target)] = target


def release(target: _Target) -> None:
    """Note that `target` has no policy of its own any more."""
    for claims in (_claimed, _added, _enforced):
        claims.pop(id(target), None)


def is_enforced(target: _Target) -> bool:
    """Whether the policy of `target` itself is enforced."""
    return id(target) in _enforced


def is_claimed(target: _Target) -> bool:
    """Whether `target` has a policy of its own, or its resource is the classic API's."""
    resource = target.resource if isinstance(target, web.AbstractRoute) else target
    return id(target) in _claimed or id(resource) in _added


def is_added(target: _Target) -> bool:
    """Whether the classic API has the resource of `target`."""
    resource = target.resource if isinstance(target, web.AbstractRoute) else target
    return id(resource) in _added


@final
class Binding(NamedTuple):
    """A policy, where it was written and bound, and how it is enforced; None if it is not."""

    policy: CompiledPolicy
    written: Written
    enforced: Enforcement | None = None


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

    def unbind(
        self,
        route: web.AbstractRoute | None,
        resource: web.AbstractResource,
        below: web.Application | None,
    ) -> None:
        """Take back what was bound to a route, to an application, or to a resource."""
        if route is not None:
            self.routes.drop(route)
        elif below is not None:
            self.sub_applications.drop(below)
        else:
            self.resources.drop(resource)
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
