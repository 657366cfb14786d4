"""Clauses and policies that a step of a chain derives from those before it.

Owns: derivation that looks at what the step changed and at nothing else, so that a step costs the
same for one origin and for ten thousand.
Leaves to: `aiohttp_cors._values.policy` the validation of values that a program makes by hand, and
to `aiohttp_cors._values.arguments` the parsing of what a step is given.
"""

from dataclasses import fields
from typing import Final

from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.names import parse_switch
from aiohttp_cors._values.policy import (
    AnyOrigin,
    Clause,
    OriginSource,
    Policy,
    credentials_problems,
)

_FIELDS: Final = tuple(each.name for each in fields(Clause))
_BARE: Final = Clause(origins=(AnyOrigin(),))


def clause_about(sources: tuple[OriginSource, ...]) -> Clause:
    """A clause that allows its origins nothing yet; no source is looked at again.

    Precondition: each is parsed, and there is one.
    """
    return clause_with(_BARE, origins=sources)


def clause_with(clause: Clause, **parsed: object) -> Clause:
    """The clause with other fields, in time flat in its origins.

    Precondition: each is a field and parsed, and none is about credentials.
    """
    twin = object.__new__(Clause)
    for each in _FIELDS:
        kept: object = getattr(clause, each)
        # The only way to fill a frozen value.
        object.__setattr__(twin, each, parsed.get(each, kept))
    return twin


def clause_with_credentials(clause: Clause, dangerously_over_http: object) -> Clause:
    """The clause with credentials; its origins are looked at, and not parsed again.

    Raises `CorsConfigError` as `Clause` does.
    """
    switch = parse_switch(dangerously_over_http, field="dangerously_over_http")
    if isinstance(switch, Problem):
        raise CorsConfigError([switch])
    problems = list(credentials_problems(clause.origins, over_http=switch))
    if problems:
        raise CorsConfigError(problems)
    return clause_with(clause, allow_credentials=True, dangerously_over_http=switch)


def policy_with_last(policy: Policy, clause: Clause) -> Policy:
    """The policy with another last clause; origins are not compared again.

    Precondition: that clause is about the same origins as the last one.
    """
    twin = object.__new__(Policy)
    object.__setattr__(twin, "clauses", (*policy.clauses[:-1], clause))
    return twin
