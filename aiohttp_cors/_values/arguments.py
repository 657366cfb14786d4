"""What the steps of a chain make of their arguments: sources of origins, and names that add up.

Knows how all the problems of a call are named at once. Does not know which step may follow which
(`aiohttp_cors.cors`), or what is legal (`aiohttp_cors._values.origins`, `aiohttp_cors._values.names`).
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.hints import unpacked
from aiohttp_cors._values.origins import EXAMPLE, ParsedOrigin, parse_origin
from aiohttp_cors._values.policy import LiveSource, OriginSource

_Parsed = TypeVar("_Parsed")


def parse_sources(origins: tuple[str | LiveSource, ...]) -> tuple[OriginSource, ...]:
    """Exact origins, patterns and live sets; ``"*"`` is none beside others."""
    if not origins:
        raise CorsConfigError([Problem("origin", "", "missing", EXAMPLE)])
    sources: list[OriginSource] = []
    problems: list[Problem] = []
    for origin in origins:
        if isinstance(origin, LiveSource):
            sources.append(origin)
        elif origin == "*":
            problems.append(Problem("origin", "*", "conflicting", "any_origin"))
        else:
            parsed: ParsedOrigin | Problem = _parse_one(parse_origin, origin)
            if isinstance(parsed, Problem):
                problems.append(parsed)
            else:
                sources.append(parsed)
    if problems:
        raise CorsConfigError(problems)
    return tuple(sources)


def add_names(
    given: tuple[str, ...],
    before: frozenset[str] | Literal["*"],
    parse: Callable[[object], str | Problem],
    what: str,
    same: Callable[[str], str] = str.lower,
) -> frozenset[str]:
    """The names so far and those given; of those that are the `same`, the first."""
    problems: list[Problem] = []
    if before == "*":
        problems.append(Problem(what, ", ".join(map(str, given)), "conflicting", "any is allowed"))
        before = frozenset()
    names = {same(name): name for name in before}
    for name in given:
        parsed = _parse_one(parse, name)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        else:
            names.setdefault(same(parsed), parsed)
    if problems:
        raise CorsConfigError(problems)
    return frozenset(names.values())


def refuse_both(what: str, step: str, names: frozenset[str] | Literal["*"] | None) -> None:
    """Raise for any name at all where names were said before."""
    if isinstance(names, frozenset) and names:
        raise CorsConfigError([Problem(what, step, "conflicting", "leave the names out")])


def _parse_one(parse: Callable[[object], _Parsed | Problem], given: object) -> _Parsed | Problem:
    """What becomes of one argument; a list of values that would do is to be unpacked."""
    parsed = parse(given)
    if isinstance(parsed, Problem):
        hint = unpacked(given, lambda value: not isinstance(parse(value), Problem))
        return parsed if hint is None else replace(parsed, hint=hint)
    return parsed
