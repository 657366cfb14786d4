"""`ResourceOptions`: what one origin may do with a resource, as the classic API writes it.

Owns: how its five fields are normalised, and which values are refused.
Leaves to: `aiohttp_cors._values.configuration` the origins, which are the keys of a configuration.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeGuard, final

from aiohttp_cors._values.errors import shown
from aiohttp_cors._values.vocabulary import is_token

__all__ = ("Names", "ResourceOptions")

_MAX_AGE: Final = 2**63 - 1
"""No browser counts further, and Python refuses to write what is far beyond."""


class Names(Protocol):
    """A collection of names: a list, a tuple, a set, a frozenset; never a bare string.

    ``str`` does not fit because its ``__contains__`` takes only strings, so that every type
    checker refuses ``allow_headers="X-A"``.
    """

    def __contains__(self, name: object, /) -> bool: ...

    def __iter__(self) -> Iterator[str]: ...


@final
@dataclass(frozen=True, slots=True, init=False)
class ResourceOptions:
    """The rights of one origin on a resource.

        ResourceOptions(allow_credentials=True, allow_headers=["X-CSRF-Token"], max_age=600)

    - `allow_credentials`: whether cookies, client certificates and HTTP authentication may be
      sent and the answer still be read;
    - `expose_headers`: response headers a script may read beside the safelisted ones; their
      case is kept; ``"*"`` means those the response has;
    - `allow_headers`: request headers a script may set, in upper case; ``"*"`` means any;
    - `max_age`: seconds for which a browser may remember the preflight's answer; 0 switches its
      cache off, None leaves it at the browser's default of 5 seconds;
    - `allow_methods`: methods, in upper case; ``"*"`` means any. In a `CorsConfig` they are
      allowed beside those of the added routes, and None adds none; in `Cors.use` they are allowed
      instead of those routed on the target, and None leaves it at these.

    Frozen, hashable, comparable; copies, pickles and works with `dataclasses.replace`.

    Raises `ValueError` for a value of another type, a name that is no RFC 9110 token, a bare
    string where names are expected, a negative age and one beyond 2**63 - 1.
    """

    allow_credentials: bool
    expose_headers: frozenset[str] | Literal["*"]
    allow_headers: frozenset[str] | Literal["*"]
    max_age: int | None
    allow_methods: frozenset[str] | Literal["*"] | None

    def __init__(
        self,
        *,
        allow_credentials: bool = False,
        expose_headers: Names | Literal["*"] = (),
        allow_headers: Names | Literal["*"] = (),
        max_age: int | None = None,
        allow_methods: Names | Literal["*"] | None = None,
    ) -> None:
        if not _is_bool(allow_credentials):
            raise ValueError(f"'allow_credentials' must be a bool, got {allow_credentials!r}")
        if max_age is not None and not _is_age(max_age):
            raise ValueError(
                f"'max_age' must be a non-negative int up to {_MAX_AGE}, got {shown(max_age)}"
            )
        requested = _names("allow_headers", allow_headers)
        methods = None if allow_methods is None else _names("allow_methods", allow_methods)
        # The only way to fill a frozen value; nothing is visible before all five are checked.
        fill = object.__setattr__
        fill(self, "expose_headers", _names("expose_headers", expose_headers))
        fill(self, "allow_credentials", allow_credentials)
        fill(self, "allow_headers", _upper(requested))
        # A member of an enum writes itself otherwise than the number that it is.
        fill(self, "max_age", None if max_age is None else int(max_age))
        fill(self, "allow_methods", None if methods is None else _upper(methods))

    def is_method_allowed(self, method: str) -> bool:
        """Whether `allow_methods` names `method`, without regard to case."""
        if self.allow_methods is None:
            return False
        return self.allow_methods == "*" or method.upper() in self.allow_methods


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_age(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_AGE


def _upper(names: frozenset[str] | Literal["*"]) -> frozenset[str] | Literal["*"]:
    return "*" if names == "*" else frozenset(name.upper() for name in names)


def _names(field: str, given: object) -> frozenset[str] | Literal["*"]:
    if given == "*":
        return "*"
    if isinstance(given, str):
        spelling = f'write {field}=["{given}"] for one name'
        raise ValueError(
            f"{field!r} must be '*' or a collection of names, got {given!r}: {spelling}"
        )
    if not _is_collection(given):
        raise ValueError(f"{field!r} must be '*' or a collection of names, got {given!r}")
    names: set[str] = set()
    for name in given:
        if not isinstance(name, str) or not is_token(name):
            raise ValueError(f"{field!r} must hold HTTP tokens, got {name!r}")
        names.add(name)
    return frozenset(names)


def _is_collection(value: object) -> TypeGuard[Collection[object]]:
    return isinstance(value, Collection) and not isinstance(value, Mapping | bytes | bytearray)
