"""Which questions are asked of a deployed service, and what is left out.

Owns: the questions about each path and policy, their order, and how many there are at most.
Leaves to: `aiohttp_cors._tools.probing.representatives` the origins; to
`aiohttp_cors._tools.probing.paths` the paths; to `aiohttp_cors._tools.probing.judged` the answers.

Of each path: a preflight for each method that the policy allows, from each representative origin;
a preflight from an origin that is not allowed; then a ``GET`` (or ``HEAD``) from each of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import hdrs, web
from yarl import URL

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._table.coverage import Row, ViewPolicy
from aiohttp_cors._tools.loading import CannotRunError
from aiohttp_cors._tools.probing.asking import Group
from aiohttp_cors._tools.probing.judged import expected_answer
from aiohttp_cors._tools.probing.paths import AskedPath, askable
from aiohttp_cors._tools.probing.representatives import (
    Representative,
    has_predicate,
    named,
    representatives,
    stranger,
)
from aiohttp_cors._tools.probing.rows import Expected, NotAsked, Question
from aiohttp_cors._tools.rows import NO_RESOURCE, Located, located, table_of
from aiohttp_cors._values.vocabulary import SAFELISTED_METHODS

# What stands for every method where a route serves any.
_ANY_METHOD: Final = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})

_SAFE: Final = ("GET", "HEAD")
_NOWHERE: Final = AskedPath("/cors-probe-asks-for-a-404")
_NOBODY: Final = CompiledPolicy(())

_Questions: TypeAlias = Iterator[Question | NotAsked]


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose.

    - `host`: what the requests say as ``Host``;
    - `paths`: paths of URLs, or paths as the table shows them; empty for all;
    - `origins`: whom to ask as; empty for representatives of each policy;
    - `values`: of variables in paths, by name;
    - `is_unsafe`: send actual requests with other methods than ``GET`` and ``HEAD``, too;
    - `limit`: how many questions are asked at most.
    """

    host: str
    paths: tuple[str, ...]
    origins: tuple[str, ...]
    values: Mapping[str, str]
    is_unsafe: bool
    limit: int


@final
class Plan(NamedTuple):
    """The questions, those about one URL together, each with what is expected; and what is left out."""

    groups: Sequence[Group]
    not_asked: Sequence[NotAsked]

    @property
    def size(self) -> int:
        """How many questions there are."""
        return sum(map(len, self.groups))


async def plan_for(app: web.Application, choices: Choices) -> Plan:
    """What to ask a service that should answer as `app` does.

    Raises `CannotRunError` for a path of `choices` that no resource serves.
    """
    groups: list[Group] = []
    not_asked: list[NotAsked] = []
    size = beyond = 0
    for resource, questions in _all_questions(app, choices):
        group: list[tuple[Question, Expected]] = []
        for question in questions:
            if isinstance(question, NotAsked):
                not_asked.append(question)
            elif size == choices.limit:
                beyond += 1
            else:
                expected = await expected_answer(app, choices.host, question, resource)
                if isinstance(expected, Expected):
                    group.append((question, expected))
                    size += 1
                else:
                    not_asked.append(NotAsked(question.template, f"{question.words}: {expected}"))
        groups.append(group)
    if beyond:
        not_asked.append(NotAsked("--limit", f"{beyond} more rows"))
    return Plan([group for group in groups if group], not_asked)


def _all_questions(
    app: web.Application, choices: Choices
) -> Iterator[tuple[web.AbstractResource | None, _Questions]]:
    """The questions about each URL, with the resource that serves it; None for no resource."""
    missing = set(choices.paths)
    for each in located(app):
        resource = each.mounted.resource
        if not choices.paths:
            yield resource, _about(each, askable(resource, choices.values), choices)
        for path in choices.paths:
            if path == each.path:
                missing.discard(path)
                yield resource, _about(each, askable(resource, choices.values), choices)
            elif each.may_match(path):
                missing.discard(path)
                yield resource, _about(each, AskedPath(URL(path).raw_path), choices)
    if missing:
        raise CannotRunError(f"no resource of the application serves {', '.join(sorted(missing))}")
    if not choices.paths:
        yield None, _about_a_404(app, choices)


def _about_a_404(app: web.Application, choices: Choices) -> _Questions:
    """An error that is certain: its headers get lost where a proxy sets them on success alone."""
    row = table_of(app).unmatched((app,))
    if row.policy is not None:
        for one in _who(_policy_of(row), choices):
            yield _question(NO_RESOURCE, _NOWHERE, "GET", one, preflight=False)


def _about(each: Located, path: AskedPath | str, choices: Choices) -> _Questions:
    """The questions about one URL of a resource."""
    for policy, methods in _by_policy(each).items():
        if isinstance(path, str):
            yield NotAsked(each.path, path)
            return
        # What allows GET allows HEAD, of which hardly a page sends a preflight.
        asked = [method for method in methods if method != "HEAD" or "GET" not in methods]
        who = _who(policy, choices)
        other = None if choices.origins else stranger(policy)
        if has_predicate(policy) and not choices.origins:
            yield NotAsked(each.path, "a predicate decides about more origins: name an --origin")
        elif not who:
            yield NotAsked(each.path, "no origin is known to the policy: name an --origin")
        for one in who:
            yield from (_question(each.path, path, method, one, preflight=True) for method in asked)
        if other is not None:
            # Browsers check no safelisted method against an answer: another one is asked about.
            method = min(asked, key=SAFELISTED_METHODS.__contains__)
            yield _question(each.path, path, method, other, preflight=True)
        for method in _actual_methods(each, methods, choices):
            if path.made_up:
                why = f"{method}: it needs a value: --param {path.made_up[0]}=VALUE"
                yield NotAsked(each.path, why)
            elif method in _SAFE:
                asking = who if other is None else (*who, other)
                yield from (
                    _question(each.path, path, method, one, preflight=False) for one in asking
                )
            else:
                yield from (
                    _question(each.path, path, method, one, preflight=False) for one in who[:1]
                )


def _by_policy(each: Located) -> dict[CompiledPolicy, list[str]]:
    """The methods that each policy decides about, those that only a policy names among them."""
    rows = each.coverage.rows()
    named_by_policies = {
        method
        for row in rows
        for grant in _policy_of(row).grants()
        for method in grant.allow_methods or ()
    }
    methods = {*each.methods, *named_by_policies, *each.coverage.by_method}
    if hdrs.METH_ANY in methods:
        methods |= _ANY_METHOD
    found: dict[CompiledPolicy, list[str]] = {}
    for method in sorted(methods - {hdrs.METH_ANY, hdrs.METH_OPTIONS}):
        row = each.coverage.row(method)
        if row.policy is not None:
            found.setdefault(_policy_of(row), []).append(method)
    return found


def _policy_of(row: Row) -> CompiledPolicy:
    """The policy of a row, as far as it is known without a request: a view may decide otherwise."""
    match row.policy:
        case CompiledPolicy() as policy:
            return policy
        case ViewPolicy() as view:
            return view.lacking
        case _:
            return _NOBODY


def _who(policy: CompiledPolicy, choices: Choices) -> tuple[Representative, ...]:
    if choices.origins:
        return tuple(named(policy, origin) for origin in choices.origins)
    return representatives(policy)


def _actual_methods(each: Located, methods: Sequence[str], choices: Choices) -> list[str]:
    """The methods of the actual requests: ``GET``, else ``HEAD``; more where that was asked for."""
    routed = [method for method in methods if {method, hdrs.METH_ANY} & each.methods]
    unsafe = [method for method in routed if method not in _SAFE and choices.is_unsafe]
    return [*[method for method in _SAFE if method in routed][:1], *unsafe]


def _question(
    template: str, path: AskedPath, method: str, one: Representative, *, preflight: bool
) -> Question:
    return Question(
        template=template,
        path=path.path,
        method=method,
        origin=one.origin,
        is_preflight=preflight,
        names=one.names if preflight else (),
    )
