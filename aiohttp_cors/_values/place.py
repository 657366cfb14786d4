"""`Place`: the line of a user's program where something was written.

Owns: places as values.
Leaves to: `aiohttp_cors._server.call_site` which line is meant, and to the tools how it is shown.
"""

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
