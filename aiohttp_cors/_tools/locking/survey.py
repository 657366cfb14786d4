"""`Survey`: who may read what of one resource, for all origins and methods at once.

Owns: which questions are asked about a resource, and how equal answers become one.
Leaves to: `aiohttp_cors._tools.locking.granted` the origins; to `aiohttp_cors._tools.locking.rights` each question.

Ten thousand resources under a few policies are a few questions. So what was found out is remembered
by all that it depends on, with the grants as values: two policies that differ in their origins alone
get the same answers.
"""

from typing import Final, NamedTuple, TypeAlias, final

from aiohttp import hdrs

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.verdicts import Dialect
from aiohttp_cors._table.coverage import Coverage, Row, ViewPolicy
from aiohttp_cors._tools.locking.facts import ANY, NO_RESOURCE, NO_ROUTE, stand_in
from aiohttp_cors._tools.locking.granted import Granted
from aiohttp_cors._tools.locking.origin_sets import EVERYBODY, OriginSet
from aiohttp_cors._tools.locking.rights import Case, Rights

Found: TypeAlias = dict[tuple[OriginSet, Rights | str], frozenset[str]]
"""The methods by the origins that may read the answers, and what these may do."""

# The same by the number of a policy, and by those of its grants.
_Answer: TypeAlias = dict[tuple[int, frozenset[int], Rights | str], frozenset[str]]
_NONE: Final = frozenset[str]()
_NOBODY: Final = frozenset[int]()


@final
class Spot(NamedTuple):
    """A resource, or what an application serves without one.

    - `own`: the methods that it serves, with `ANY` for any other; None for paths without a resource;
    - `takes_all`: a route takes every method, also to say that it is not served.
    """

    path: str
    coverage: Coverage
    own: frozenset[str] | None
    takes_all: bool = True


@final
class Survey:
    """Asks about spots, and remembers the answers.

    Policies count by identity. So whoever asks keeps the spots until the end.
    """

    def __init__(self) -> None:
        self._granted: dict[tuple[int, ...], Granted] = {}
        self._answers: dict[object, _Answer] = {}

    def methods_of(self, spot: Spot) -> frozenset[str]:
        """The methods that a spot's routes and policies name."""
        policies = self._policies(spot.coverage)
        named = (grant.allow_methods or _NONE for each in policies for grant in each.grants)
        return frozenset(spot.coverage.by_method).union(spot.own or _NONE, *named)

    def readers(self, spot: Spot, served: frozenset[str], unserved: frozenset[str]) -> Found:
        """Who may read the answers to the methods `served`; of `unserved` their 405 or 404."""
        policies = self._policies(spot.coverage)
        by_method, rest, on_405 = spot.coverage
        key = (
            tuple((method, self._word_of(row, policies)) for method, row in by_method.items()),
            self._word_of(rest, policies),
            self._word_of(on_405, policies),
            tuple(granted.fields for granted in policies),
            spot.own,
            spot.takes_all,
            served,
            unserved,
        )
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(spot, served, unserved)
        found: Found = {}
        for (number, grants, rights), methods in answer.items():
            origins = EVERYBODY if isinstance(rights, str) else policies[number].origins(grants)
            found[origins, rights] = found.get((origins, rights), _NONE) | methods
        return found

    def _policies(self, coverage: Coverage) -> list[Granted]:
        """What the policies of a resource grant to whom, each once, in the order of the rows."""
        policies = map(_policy_of, (*coverage.rows(), coverage.on_405))
        return [*dict.fromkeys(map(self._granted_by, filter(None, policies)))]

    def _granted_by(self, policy: CompiledPolicy) -> Granted:
        key = tuple(map(id, policy.tables))
        known = self._granted.get(key)
        if known is None:
            known = self._granted[key] = Granted(policy)
        return known

    def _word_of(self, row: Row, policies: list[Granted]) -> object:
        """What decides, so that rows with the same word decide alike."""
        policy = _policy_of(row)
        number = None if policy is None else policies.index(self._granted_by(policy))
        view = row.policy.view_name if isinstance(row.policy, ViewPolicy) else ""
        return number, view, row.naming, row.dialect, row.refuses

    def _ask(self, spot: Spot, served: frozenset[str], unserved: frozenset[str]) -> _Answer:
        policies = self._policies(spot.coverage)
        named = self.methods_of(spot) | served | unserved
        found: dict[tuple[int, frozenset[int], Rights | str], set[str]] = {}
        for method in sorted(served | unserved):
            row = ahead = spot.coverage.row(method)
            prefix = ""
            if method in unserved:
                row = row if spot.takes_all else spot.coverage.on_405
                row = row._replace(policy=_policy_of(row))
                prefix = NO_RESOURCE if spot.own is None else NO_ROUTE
            if _is_ours(method, row, prefix):
                continue
            if isinstance(row.policy, ViewPolicy):
                found.setdefault((0, _NOBODY, row.policy.view_name), set()).add(method)
            if not isinstance(row.policy, CompiledPolicy):
                continue
            # A preflight for what nothing serves is a 404, with which it fails. Where two policies
            # decide, an answer that no route made is taken for one without request headers.
            granted = self._granted_by(row.policy)
            one = isinstance(ahead.policy, CompiledPolicy) and self._granted_by(ahead.policy)
            preflight = ahead if one is granted and spot.own is not None else None
            real = stand_in(named) if method == ANY else method
            by_rights: dict[Rights, set[int]] = {}
            for n, grant in enumerate(granted.grants):
                case = Case(row.policy, grant, row, preflight, real, spot.own or _NONE)
                rights = case.rights()
                if rights is not None:
                    by_rights.setdefault(rights, set()).add(n)
            for rights, grants in by_rights.items():
                key = policies.index(granted), frozenset(grants), rights
                found.setdefault(key, set()).add(f"{prefix}{method}")
        return {key: frozenset(methods) for key, methods in found.items()}


def _policy_of(row: Row) -> CompiledPolicy | None:
    """What decides; of a view that decides by itself, what decides about a method that it lacks."""
    policy = row.policy.lacking if isinstance(row.policy, ViewPolicy) else row.policy
    return policy if isinstance(policy, CompiledPolicy) else None


def _is_ours(method: str, row: Row, prefix: str) -> bool:
    """Whether a request is answered by this library, or by a view that answers preflights for it.

    Nobody is let read such an answer.
    """
    return method == hdrs.METH_OPTIONS and (prefix != "" or row.dialect is Dialect.CLASSIC)
