"""`Place`: the line of a user's program where something was written.

Owns: places as values.
Leaves to: `aiohttp_cors._server.call_site` which line is meant, and to the tools how it is shown.
"""

from types import CodeType
from typing import NamedTuple, final


@final
class Place(NamedTuple):
    """A line of a file: ``Place("/srv/app.py", 31)``."""

    filename: str
    lineno: int


@final
class Written(NamedTuple):
    """Where the policy of a row was written.

    - `bound`: the line of `.on` or `.everywhere`, or of `CorsConfig.add`;
    - `clauses`: the lines where the clauses of a fluent policy begin, one for each clause; empty for
      the classic API, whose `aiohttp_cors._protocol.compiled_policy.OriginTable` has its own place.
    """

    bound: Place
    clauses: tuple[Place, ...] = ()


def place_of(function: object) -> Place | None:
    """Where a function was written; None for what is none."""
    code = getattr(function, "__code__", None)
    return Place(code.co_filename, code.co_firstlineno) if isinstance(code, CodeType) else None
