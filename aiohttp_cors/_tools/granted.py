"""`Granted`: which origins a policy gives which of its grants, for all origins at once.

Owns: the partition of all origins by grant.
Leaves to: `aiohttp_cors._protocol.compiled_policy` what an origin is granted; one origin of each class
is asked about.
"""

from typing import Final, final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._tools.opaque import names_of
from aiohttp_cors._tools.origin_sets import Classes, Named, OriginSet
from aiohttp_cors._values.origin_grammar import read_origin
from aiohttp_cors._values.origins import OriginPattern

_NOTHING: Final = frozenset[Named]()


@final
class Granted:
    """What a policy grants to whom.

    `grants` are those that some origin gets.
    """

    __slots__ = ("_asked", "_classes", "_named", "_rest", "_sets", "grants")

    def __init__(self, policy: CompiledPolicy) -> None:
        named: set[Named] = set()
        for table in policy.tables:
            named.update(table.index.exact)
            patterns = map(read_origin, table.index.patterns)
            named.update(each for each in patterns if isinstance(each, OriginPattern))
        self._classes = Classes(named)
        self._named: dict[Grant, set[Named]] = {}
        # Origins that have a name are never asked about: `match` is all that there is to them.
        for each, witness in self._classes.witnesses.items():
            grant = policy.match(witness)
            if grant is not None:
                self._named.setdefault(grant, set()).add(each)
        asked = [pair for table in policy.tables for pair in table.asked]
        names = names_of(source for source, _ in asked)
        self._asked = list(zip(names, (grant for _, grant in asked), strict=True))
        self._rest = policy.match(self._classes.elsewhere)
        self._sets: dict[frozenset[Grant], OriginSet] = {}
        found = dict.fromkeys([*self._named, *(grant for _, grant in self._asked)])
        self.grants: list[Grant] = [*found]
        if self._rest is not None and self._rest not in found:
            self.grants.append(self._rest)

    def origins(self, grants: frozenset[Grant]) -> OriginSet:
        """The origins that get one of `grants`; the same object for the same question."""
        known = self._sets.get(grants)
        if known is None:
            known = self._sets[grants] = self._classes.set_of(
                frozenset[Named]().union(*(self._named.get(grant, _NOTHING) for grant in grants)),
                [(name, grant in grants) for name, grant in self._asked],
                rest=self._rest in grants,
            )
        return known
