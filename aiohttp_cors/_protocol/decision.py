"""`Decision`: what a policy decides about the actual requests with one method.

Owns: the judge's answers, one for each grant, in the form in which a response reads them.
Leaves to: `aiohttp_cors._protocol.checks` the judge.

A route is decided once and its decision remembered. So the judge is asked once for a grant, and not
once for a request.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, final

from typing_extensions import Self

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Naming

_NO_GRANTS: Final[Mapping[str, Grant]] = MappingProxyType({})
_NONE_REFUSED: Final = frozenset[Grant]()


@final
class Decision:
    """What a policy grants to whom.

    - `constant`: what a request without an origin is granted, too;
    - `exact`, then `rest`: what an origin is granted, as in `CompiledPolicy`;
    - `refuses`: the grants under which the judge refuses the method;
    - `varies`: whether another origin gets another answer.
    """

    # Slots: read on every request.
    __slots__ = (
        "constant",
        "exact",
        "policy",
        "refuses",
        "rest",
        "varies",
    )

    def __init__(self, policy: CompiledPolicy, method: str, naming: Naming) -> None:
        self.policy: CompiledPolicy = policy
        self.constant: Grant | None = policy.constant
        self.exact: Mapping[str, Grant] = policy.exact
        self.rest: Callable[[str], Grant | None] | None = policy.rest
        self.varies: bool = policy.constant is None
        refused = [
            grant
            for grant in policy.grants()
            if judge_actual("", method, grant, naming) is not grant
        ]
        self.refuses: frozenset[Grant] = frozenset(refused) if refused else _NONE_REFUSED

    @classmethod
    def about(
        cls,
        policy: CompiledPolicy,
        method: str,
        naming: Naming,
        origin: str | None,
        grant: Grant | None,
    ) -> Self:
        """The decision about one request, whose policy has been asked what `origin` is granted."""
        made = cls(policy, method, naming)
        made.exact = _NO_GRANTS if origin is None or grant is None else {origin: grant}
        made.rest = None
        return made
