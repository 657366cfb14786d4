"""The chain that makes a clause, as text: ``.origin("https://a.example").allow_credentials()``.

Owns: how a source and a right are spelled, and how many of them are shown.
Leaves to: `aiohttp_cors._values.policy` the values. Who reads a `repr` sees the steps that were
written, and not the fields that they filled.
"""

from collections.abc import Iterable
from typing import Final, Literal

from aiohttp_cors._values.sources import AnyOrigin, LiveSource, OriginSource, OriginWhere

_MOST: Final = 8
"""How many origins or names are spelled before the rest is counted."""


def origin_step(origins: tuple[object, ...]) -> str:
    """The step that begins a clause: ``.origin(…)``, ``.any_origin()`` or ``.origin_where(…)``."""
    if origins == (AnyOrigin(),):
        return ".any_origin()"
    if len(origins) == 1 and isinstance(origins[0], OriginWhere):
        return f".origin_where({_named(origins[0].predicate)})"
    return f".origin({_listed(map(_source, origins))})"


def credentials_step(*, over_http: bool) -> str:
    """``.allow_credentials()``, with the switch where it was given."""
    return f".allow_credentials({'dangerously_over_http=True' if over_http else ''})"


def names_step(
    step: str, names: frozenset[str] | Literal["*"] | None, any_step: str, nothing: object
) -> str:
    """``.expose("X-A")``, or `any_step` for any name; empty where `names` is `nothing`."""
    if names == nothing:
        return ""
    if not isinstance(names, frozenset):
        return f".{any_step}()"
    return f".{step}({_listed(map(_quoted, sorted(names, key=lambda name: (name.lower(), name))))})"


def _source(source: object) -> str:
    if isinstance(source, LiveSource):
        return repr(source)
    if isinstance(source, OriginWhere):
        return f"OriginWhere({_named(source.predicate)})"
    return '"*"' if source == AnyOrigin() else _quoted(str(source))


def _named(function: object) -> str:
    """The name of a function; of another object that can be called its `repr`."""
    name: object = getattr(function, "__qualname__", None)
    return name if isinstance(name, str) else repr(function)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _listed(texts: Iterable[str]) -> str:
    spelled = list(texts)
    more = len(spelled) - _MOST
    shown = spelled if more <= 1 else [*spelled[:_MOST], f"… {more} more"]
    return ", ".join(shown)


def source_text(source: OriginSource) -> str:
    """A source as the problems of a policy name it: an origin as its string, ``*`` for any."""
    if isinstance(source, AnyOrigin):
        return "*"
    return str(source)
