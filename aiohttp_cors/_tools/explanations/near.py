"""The places of a program that could have allowed a request and did not, the nearest first.

Owns: where to look, and what is said about each place.
Leaves to: `aiohttp_cors._protocol.near_miss` how alike two origins are, to the judge whether a place
would have allowed the request.
"""

from collections.abc import Iterator
from typing import Final

from aiohttp import web
from yarl import URL

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, OriginTable, compile_policy
from aiohttp_cors._protocol.near_miss import near_origins
from aiohttp_cors._table.bindings import Binding, Bindings, bindings_of
from aiohttp_cors._table.overlap import path_shown, paths_of
from aiohttp_cors._table.router import Mounted, mounted_app, routes_of
from aiohttp_cors._tools.explanations.explanation import Near
from aiohttp_cors._tools.explanations.ground import Ground
from aiohttp_cors._tools.explanations.outcomes import Part, chances
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._tools.explanations.rules import Rule, clause_place, table_place
from aiohttp_cors._values.place import Place
from aiohttp_cors._values.policy import Policy

_MOST: Final = 5
"""Nobody looks at more places."""


def near_places(question: Question, ground: Ground, rule: Rule | None) -> tuple[Near, ...]:
    """The places that could have allowed the request; `rule` is the one that decided, if one did."""
    part = ground.actual if ground.preflight is None else ground.preflight
    found: list[Near] = []
    if part.policy is not None:
        near = _origins(question, part) if rule is None else _clauses(question, part, rule)
        found += near
    found += _levels(question, ground, part)
    found += _resources(question, ground)
    more = len(found) - _MOST
    return tuple(found[:_MOST]) + ((Near(text=f"{more} more"),) if more > 0 else ())


def _origins(question: Question, part: Part) -> list[Near]:
    """The origins of the policy that decides, those first that are like the one that is sent."""
    like: list[tuple[int, Near]] = []
    others: list[Near] = []
    tables: tuple[OriginTable, ...] = () if part.policy is None else part.policy.tables
    for table in tables:
        alike = near_origins(table, question.origin)
        for likeness, text in alike:
            said = f"sent {question.origin}, configured {text}"
            like.append((likeness, Near(text=said, place=_place(part, table, text))))
        names = [text for text in table.index if text not in {text for _, text in alike}]
        if names:
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            others.append(Near(text=f"configured {shown}", place=_place(part, table, names[0])))
    like.sort(key=lambda each: each[0], reverse=True)
    return [near for _, near in like] + ([] if like else others)


def _place(part: Part, table: OriginTable, text: str) -> Place | None:
    """Where an origin was written."""
    if isinstance(table.source, Policy):
        grant = table.index.exact.get(text) or table.index.patterns[text]
        return clause_place(part.row, table.grants.index(grant))
    return table_place(part.row, table)


def _clauses(question: Question, part: Part, rule: Rule) -> Iterator[Near]:
    """The other clauses of the policy that match the origin too, and would have allowed the rest."""
    if not isinstance(rule.table.source, Policy):
        return
    for number, clause in enumerate(rule.table.source.clauses):
        alone = compile_policy(Policy((clause,)))
        if number != rule.number and _grants(alone, question.origin):
            answer = part.answer(rule.table.grants[number])
            if answer.refused is None:
                text = "this clause matches the origin and would allow the request, but another one decides alone"
                yield Near(text=text, place=clause_place(part.row, number))


def _grants(policy: CompiledPolicy, origin: str) -> bool:
    """Whether a policy certainly grants something to an origin."""
    first = chances(policy, origin)[0]
    return first.is_certain and first.grant is not None


def _levels(question: Question, ground: Ground, part: Part) -> Iterator[Near]:
    """What was bound on the way to the resource, and does not decide."""
    decides = ground.row.policy is not None
    for text, binding in _bindings(ground):
        is_other = part.policy is not binding.policy
        if is_other and _grants(binding.policy, question.origin):
            why = "a more specific policy decides alone" if decides else "does not cover this route"
            yield Near(
                text=f"{text} allows {question.origin}, but {why}", place=binding.written.bound
            )


def _bindings(ground: Ground) -> Iterator[tuple[str, Binding]]:
    apps = ground.here.apps
    resource = None if ground.mounted is None else ground.mounted.resource
    for bindings in bindings_of(apps):
        if resource is not None:
            yield from _of_resource(bindings, resource)
        for app in apps:
            binding = bindings.sub_applications.get(app)
            if binding is not None:
                yield "the policy of the sub-application", binding
        if bindings.everywhere is not None:
            yield "the policy bound everywhere", bindings.everywhere


def _of_resource(
    bindings: Bindings, resource: web.AbstractResource
) -> Iterator[tuple[str, Binding]]:
    for route in routes_of(resource):
        binding = bindings.routes.get(route)
        if binding is not None:
            yield f"the policy of {route.method} {path_shown(resource)}", binding
    binding = bindings.resources.get(resource)
    if binding is not None:
        yield f"the policy of {path_shown(resource)}", binding


def _resources(question: Question, ground: Ground) -> Iterator[Near]:
    """Other resources that match the URL too, and would have served the method."""
    if ground.table is None or ground.mounted is None:
        return
    app, served = ground.mounted.apps[-1], {question.method, "*"}
    for other in ground.table.index(app).asked(paths_of(URL(question.path))):
        beside = Mounted(ground.mounted.apps, other)
        if other is ground.mounted.resource or mounted_app(other) is not None:
            continue
        if not ground.table.methods(beside) & served:
            continue
        row = ground.table.row(beside, question.method)
        if isinstance(row.policy, CompiledPolicy) and _grants(row.policy, question.origin):
            text = (
                f"{path_shown(other)} matches the URL as well and allows {question.origin}, but the"
                f" router gives {question.method} to {path_shown(ground.mounted.resource)}"
            )
            yield Near(text=text, place=None if row.written is None else row.written.bound)
