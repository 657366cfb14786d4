"""What is kept about resources: one value for all that are alike, and a small one for each.

Owns: what follows from facts and routes, and what is remembered beside it.
Leaves to: `aiohttp_cors._table.table` when it is derived, kept and dropped.
"""

from typing import final

from aiohttp import web
from multidict import CIMultiDictProxy

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._table.coverage import Coverage


@final
class Answers:
    """What is remembered about preflights for one method.

    - `policy`: that of the row;
    - `refuses_origin`: whether an origin without a grant is refused for itself, whatever it asks for;
    - `ready`: the headers of allowed answers, by grant and line of header names, but for the origin.
    """

    __slots__ = ("policy", "ready", "refuses_origin")

    def __init__(self, policy: CompiledPolicy, *, refuses_origin: bool) -> None:
        self.policy = policy
        self.refuses_origin = refuses_origin
        self.ready: dict[tuple[Grant, str], CIMultiDictProxy[str]] = {}


@final
class Alike:
    """What resources have in common; one object for all that are alike.

    - `coverage`: their rows;
    - `methods`: those that they route and a browser can send, with ``*`` for any other;
    - `answers`: what is remembered by method, of those that have their URLs for themselves.
    """

    __slots__ = ("answers", "coverage", "methods")

    def __init__(self, coverage: Coverage, methods: frozenset[str]) -> None:
        self.coverage: Coverage = coverage
        self.methods: frozenset[str] = methods
        self.answers: dict[str, Answers] = {}


@final
class Derived:
    """What follows from the facts for one resource, as one chain of applications reaches it.

    - `alike`: what it has in common with others;
    - `size`: how many routes it had, our own included.
    """

    __slots__ = ("alike", "resource", "size")

    def __init__(self, resource: web.AbstractResource, alike: Alike, size: int) -> None:
        self.resource: web.AbstractResource = resource
        self.alike: Alike = alike
        self.size: int = size
