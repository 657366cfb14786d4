"""What one configuration allows that another does not, with a request that shows it.

Owns: the comparison of two reaches by what they mean, and the witnesses.
Leaves to: `aiohttp_cors._tools.locking.origin_sets` the origins that have to be looked at; to
`aiohttp_cors._tools.locking.difference_text` how a difference is told.

Two paths whose facts are the same are not looked at. For any other, one origin of each class that the
facts tell apart is looked up on both sides, method by method. A class stands for all its origins, so
that nothing is left to chance.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp_cors._tools.locking.facts import ANY, NO_RESOURCE, NO_ROUTE, Reach, stand_in
from aiohttp_cors._tools.locking.origin_sets import Classes, Members, OriginSet
from aiohttp_cors._tools.locking.rights import Names, Rights, unlike
from aiohttp_cors._tools.locking.templates import meaning_of


@final
class Kind(Enum):
    """What a change does to what pages may do."""

    WIDER = "wider"
    NARROWER = "narrower"
    OTHER = "other"


@final
class Gain(Enum):
    """What exactly is there on one side alone."""

    ANSWER = "answer"
    CREDENTIALS = "credentials"
    HEADER = "header"
    EXPOSED = "exposed"
    ENFORCED = "enforced"
    VIEW = "view"
    MAX_AGE = "max-age"
    ANSWERS = "answers"


@final
class Request(NamedTuple):
    """A request of a page, as concrete as can be.

    - `origin`: of the page;
    - `accepted`: the predicates and live sets that have to accept it;
    - `method`, `path`: a template, in which anything may stand for a variable;
    - `answer`: empty for that of a route, `NO_ROUTE` or `NO_RESOURCE`;
    - `credentials`: whether cookies are sent;
    - `headers`: those that the script sets; `exposed`: those of the answer that it reads.
    """

    origin: str
    accepted: tuple[str, ...]
    method: str
    path: str
    answer: str = ""
    credentials: bool = False
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()


@final
class Change(NamedTuple):
    """One difference.

    - `request`: passes on one side only: now if the change is wider, before if it is narrower;
    - `before`, `now`: the names of views, values of max-age and ways to answer, if these differ;
    - `is_any`: whether the header of the request stands for any header;
    - `origins`: origins of the other classes that the same is true of;
    - `methods`, `paths`: the other methods and paths that it is true of.
    """

    kind: Kind
    gain: Gain
    request: Request
    before: str = ""
    now: str = ""
    is_any: bool = False
    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@final
class Difference(NamedTuple):
    """All changes, what is worst first, and the names of what cannot be compared."""

    changes: tuple[Change, ...]
    unseen: tuple[str, ...]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind is kind]


@final
class _Line(NamedTuple):
    methods: frozenset[str]
    origins: OriginSet
    rights: Rights | str


@final
class _Case(NamedTuple):
    number: int
    origin: str
    accepted: tuple[str, ...]


# What a page gets: from where, and what it may do.
_Outcome: TypeAlias = tuple[str, Rights | str] | None
_Side: TypeAlias = frozenset[tuple[str, OriginSet, Rights | str]]
_ANSWERS: Final = (NO_RESOURCE, NO_ROUTE, "")
"""Where an answer comes from; each tells a page more than the one before it."""
_KINDS: Final = list(Kind)
_GAINS: Final = list(Gain)


def compare(before: Reach, now: Reach) -> Difference:
    """All that pages may do under one reach and not under the other."""
    sets = _Sets()
    old, new = _by_path(before, sets), _by_path(now, sets)
    shown = {meaning_of(fact.path): fact.path for fact in (*before.facts, *now.facts)}
    paths: dict[tuple[frozenset[_Line], frozenset[_Line]], list[str]] = {}
    for key in sorted(old.keys() | new.keys()):
        lines = frozenset(old.get(key, ())), frozenset(new.get(key, ()))
        if lines[0] != lines[1]:
            paths.setdefault(lines, []).append(shown[key[0]])
    merged: dict[Change, list[str]] = {}
    for lines, alike in paths.items():
        for change in _Comparison((before, lines[0]), (now, lines[1])).changes():
            merged.setdefault(change, []).extend(alike)
    changes = [
        change._replace(request=change.request._replace(path=path), paths=tuple(others))
        for change, (path, *others) in merged.items()
    ]
    changes.sort(key=lambda change: (_KINDS.index(change.kind), _GAINS.index(change.gain)))
    facts = (*before.facts, *now.facts)
    views = {fact.rights for fact in facts if isinstance(fact.rights, str)}
    asked = {name for origins in sets.known for name, _ in origins.asked}
    return Difference(tuple(changes), tuple(sorted(asked | views)))


@final
class _Sets:
    """Makes one object of equal sets: to compare two of them costs nothing then."""

    def __init__(self) -> None:
        self.known: dict[OriginSet, OriginSet] = {}
        self._by_id: dict[int, OriginSet] = {}

    def one_of(self, origins: OriginSet) -> OriginSet:
        """The object for all that equal `origins`, which somebody has to keep alive."""
        found = self._by_id.get(id(origins))
        if found is None:
            found = self._by_id[id(origins)] = self.known.setdefault(origins, origins)
        return found


def _by_path(reach: Reach, sets: _Sets) -> dict[tuple[str, bool], list[_Line]]:
    """The lines of each path; equal sets become one object."""
    found: dict[tuple[str, bool], list[_Line]] = {}
    for path, methods, origins, rights in reach.facts:
        is_nowhere = any(method.startswith(NO_RESOURCE) for method in methods)
        line = _Line(methods, sets.one_of(origins), rights)
        found.setdefault((meaning_of(path), is_nowhere), []).append(line)
    return found


@final
class _Comparison:
    """Compares the lines of one path."""

    def __init__(
        self, before: tuple[Reach, frozenset[_Line]], now: tuple[Reach, frozenset[_Line]]
    ) -> None:
        self._sides = before, now
        self._methods = before[0].methods | now[0].methods
        sets = {line.origins for line in before[1] | now[1]}
        self._members = {origins: Members(origins) for origins in sets}
        classes = Classes(named for origins in sets for named in origins.named())
        asked = sorted({name for origins in sets for name, _ in origins.asked})
        # The first that accepts an origin decides. On the two sides together two decide at most.
        accepted = ((), *combinations(asked, 1), *combinations(asked, 2))
        tries = ((origin, names) for names in accepted for origin in classes.origins())
        self._cases = [_Case(number, *case) for number, case in enumerate(tries)]

    def changes(self) -> Iterator[Change]:
        """What is different, without a path; what is equal for several methods is one change."""
        sides: dict[tuple[_Side, _Side], list[str]] = {}
        for method in (*sorted(self._methods), ANY):
            before, now = (self._side(method, *side) for side in self._sides)
            real = stand_in(self._methods) if method == ANY else method
            sides.setdefault((before, now), []).append(real)
        merged: dict[Change, list[str]] = {}
        for (before, now), names in sides.items():
            for change in self._by_origins(before, now) if before != now else ():
                merged.setdefault(change, []).extend(names)
        for change, (first, *others) in merged.items():
            request = change.request._replace(method=first)
            yield change._replace(request=request, methods=tuple(others))

    def _by_origins(self, before: _Side, now: _Side) -> Iterator[Change]:
        """What is different for one method; what is equal for several origins is one change."""
        outcomes: dict[tuple[_Outcome, _Outcome], list[_Case]] = {}
        for case in self._cases:
            key = self._outcome(before, case), self._outcome(now, case)
            outcomes.setdefault(key, []).append(case)
        merged: dict[Change, list[_Case]] = {}
        for key, cases in outcomes.items():
            for change in _changes_of(*key):
                merged.setdefault(change, []).extend(cases)
        for change, cases in merged.items():
            _, origin, accepted = min(cases)
            others = dict.fromkeys(case.origin for case in cases if case.origin != origin)
            request = change.request._replace(origin=origin, accepted=accepted)
            yield change._replace(request=request, origins=tuple(others))

    def _side(self, method: str, reach: Reach, lines: frozenset[_Line]) -> _Side:
        """What a side says about a method: where its answer comes from, to whom it goes."""
        word = method if method in reach.methods else ANY
        return frozenset(
            (answer, line.origins, line.rights)
            for line in lines
            for answer in _ANSWERS
            if f"{answer}{word}" in line.methods
        )

    def _outcome(self, side: _Side, case: _Case) -> _Outcome:
        _, origin, accepted = case
        for answer, origins, rights in side:
            if self._members[origins].holds(origin, frozenset(accepted)):
                return answer, rights
        return None


def _changes_of(before: _Outcome, now: _Outcome) -> Iterator[Change]:
    """In what the outcomes of a request differ, whose origin, method and path are left out."""
    request = Request("", (), "", "")
    old_rank, new_rank = _rank(before), _rank(now)
    old_rights, new_rights = (None if outcome is None else outcome[1] for outcome in (before, now))
    old_view, new_view = (r if isinstance(r, str) else "" for r in (old_rights, new_rights))
    if old_view != new_view and now is not None:
        # Nobody knows what a view says. So what it says may be wider.
        asked = request._replace(answer=_ANSWERS[new_rank])
        yield Change(Kind.WIDER, Gain.VIEW, asked, before=old_view, now=new_view)
    elif old_rank != new_rank:
        kind = Kind.WIDER if old_rank < new_rank else Kind.NARROWER
        rights = new_rights if kind is Kind.WIDER else old_rights
        credentials = isinstance(rights, Rights) and rights.credentials
        answer = _ANSWERS[max(old_rank, new_rank)]
        asked = request._replace(answer=answer, credentials=credentials)
        yield Change(kind, Gain.ANSWER, asked)
    if isinstance(old_rights, Rights) and isinstance(new_rights, Rights) and old_rank >= new_rank:
        asked = request._replace(answer=_ANSWERS[new_rank])
        yield from _rights_apart(asked, old_rights, new_rights)


def _rank(outcome: _Outcome) -> int:
    return -1 if outcome is None else _ANSWERS.index(outcome[0])


def _rights_apart(request: Request, before: Rights, now: Rights) -> Iterator[Change]:
    """In what the rights differ with which an answer is read on both sides."""
    for kind, more, less in ((Kind.WIDER, now, before), (Kind.NARROWER, before, now)):
        if more.credentials and not less.credentials:
            yield Change(kind, Gain.CREDENTIALS, request._replace(credentials=True))
        headers, exposed = _beyond(more.headers, less.headers), _beyond(more.exposed, less.exposed)
        if headers:
            asked = request._replace(headers=headers)
            yield Change(kind, Gain.HEADER, asked, is_any=more.headers is None)
        if exposed:
            asked = request._replace(exposed=exposed)
            yield Change(kind, Gain.EXPOSED, asked, is_any=more.exposed is None)
        if less.enforced and not more.enforced:
            yield Change(kind, Gain.ENFORCED, request)
    if before.max_age != now.max_age:
        ages = before.max_age or "", now.max_age or ""
        yield Change(Kind.OTHER, Gain.MAX_AGE, request, *ages)
    if before.answers != now.answers:
        yield Change(Kind.OTHER, Gain.ANSWERS, request, before.answers, now.answers)


def _beyond(more: Names, less: Names) -> tuple[str, ...]:
    """Names that are allowed on one side alone; of any name one that nobody wrote."""
    if less is None:
        return ()
    return (unlike(less),) if more is None else tuple(sorted(more - less))
