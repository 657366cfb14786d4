"""The rows of the truth table, a module per subject.

A row is a sentence, a program, and the fetches of a page, each with what the script sees and what
the servers are asked. Every row is run by three real browsers and by `aiohttp_cors.testing.Browser`
against the program on real sockets (`tests.browser`). Expectations are the Fetch standard's for the
browser's side, https://fetch.spec.whatwg.org/#http-cors-protocol, and the contract's for the
server's.
"""

from typing import Final

from tests.truth_table.rows import (
    cookies,
    credentials,
    enforced,
    errors,
    exposed,
    headers,
    left_out,
    methods,
    origins,
    other_servers,
    preflight_cache,
    redirects,
    refusals,
    targets,
    uploads,
    urls,
)
from tests.truth_table.words import Row

ROWS: Final[tuple[Row, ...]] = (
    *origins.ROWS,
    *exposed.ROWS,
    *methods.ROWS,
    *headers.ROWS,
    *preflight_cache.ROWS,
    *refusals.ROWS,
    *credentials.ROWS,
    *enforced.ROWS,
    *redirects.ROWS,
    *errors.ROWS,
    *left_out.ROWS,
    *targets.ROWS,
    *other_servers.ROWS,
    *urls.ROWS,
    *cookies.ROWS,
    *uploads.ROWS,
)
