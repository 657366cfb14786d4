"""What the steps of a chain make of their arguments: sources of origins, and names that add up.

Owns: all the problems of one call, and the contradictions between the calls of a chain.
Leaves to: `aiohttp_cors.cors` which step may follow which, and to `aiohttp_cors._values.origins`
and `aiohttp_cors._values.names` what is legal.
"""

from collections.abc import Callable
from typing import Final, Literal

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.hints import ANY_ORIGIN, EMPTY_SETTING
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors._values.policy import NO_ORIGIN, LiveSource, OriginSource

STAR_BESIDE_OTHERS: Final = Problem(
    "origin",
    "*",
    "conflicting",
    "'*' is every origin, and leaves nothing for the others of the call",
    ANY_ORIGIN,
)
"""The problem of ``"*"`` beside other origins in one call."""


def parse_sources(origins: tuple[str | LiveSource, ...]) -> tuple[OriginSource, ...]:
    """Exact origins, patterns and live sets; ``"*"`` is none beside others."""
    if not origins:
        raise CorsConfigError([NO_ORIGIN])
    sources: list[OriginSource] = []
    problems: list[Problem] = []
    for origin in origins:
        if isinstance(origin, LiveSource):
            sources.append(origin)
        elif origin == "*":
            problems.append(STAR_BESIDE_OTHERS)
        else:
            parsed = parse_origin(origin)
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
        because = "any name is allowed already: leave the names out"
        problems.append(Problem(what, ", ".join(map(str, given)), "conflicting", because, ""))
        before = frozenset()
    names = {same(name): name for name in before}
    for name in given:
        parsed = parse(name)
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
        because = f"the clause names {', '.join(sorted(names))} already: say one of the two"
        raise CorsConfigError([Problem(what, step, "conflicting", because, "")])


def missing(what: str, noun: str) -> Problem:
    """The problem of a step that was called with nothing; `noun` says what it takes."""
    question = "" if what == "target" else f"; {EMPTY_SETTING}"
    return Problem(what, "", "missing", f"this step takes one {noun} at least{question}", "")
