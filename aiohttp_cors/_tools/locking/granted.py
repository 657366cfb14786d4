"""`Granted`: which origins a policy gives which of its grants, for all origins at once.

Owns: the partition of all origins by grant.
Leaves to: `aiohttp_cors._protocol.compiled_policy` what an origin is granted; one origin of each class
is asked about.
"""

from typing import Final, final

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._tools.locking.opaque import names_of
from aiohttp_cors._tools.locking.origin_sets import Classes, Named, OriginSet
from aiohttp_cors._values.origin_grammar import read_origin
from aiohttp_cors._values.origins import OriginPattern

_NOTHING: Final = frozenset[Named]()


@final
class Granted:
    """What a policy grants to whom.

    - `grants`: those that some origin gets;
    - `fields`: their fields, by which grants of two policies can be compared.
    """

    __slots__ = ("_asked", "_classes", "_named", "_rest", "_sets", "fields", "grants")

    def __init__(self, policy: CompiledPolicy) -> None:
        named: set[Named] = set()
        for table in policy.tables:
            named.update(table.index.exact)
            patterns = map(read_origin, table.index.patterns)
            named.update(each for each in patterns if isinstance(each, OriginPattern))
        self._classes = Classes(named)
        self._named: dict[Grant | None, set[Named]] = {}
        # Origins that have a name are never asked about: `match` is all that there is to them.
        for each, witness in self._classes.witnesses.items():
            self._named.setdefault(policy.match(witness), set()).add(each)
        asked = [pair for table in policy.tables for pair in table.asked]
        names = names_of(source for source, _ in asked)
        self._asked = list(zip(names, (grant for _, grant in asked), strict=True))
        self._rest = policy.match(self._classes.elsewhere)
        self._sets: dict[frozenset[int], OriginSet] = {}
        granted = [*self._named, *(grant for _, grant in self._asked), self._rest]
        self.grants: tuple[Grant, ...] = tuple(dict.fromkeys(filter(None, granted)))
        self.fields: object = tuple(
            tuple(getattr(grant, name) for name in Grant.__slots__) for grant in self.grants
        )

    def origins(self, numbers: frozenset[int]) -> OriginSet:
        """The origins that get one of the grants with `numbers`; the same object for the same ones."""
        known = self._sets.get(numbers)
        if known is None:
            grants = {self.grants[number] for number in numbers}
            known = self._sets[numbers] = self._classes.set_of(
                frozenset[Named]().union(*(self._named.get(grant, _NOTHING) for grant in grants)),
                [(name, grant in grants) for name, grant in self._asked],
                rest=self._rest in grants,
            )
        return known
