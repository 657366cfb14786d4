"""The application of the benchmarks, served without CORS, with this library, or with aiohttp-cors 0.8.1.

Owns: which of them this process serves: ``SOAK_CONTENDER`` in its environment.
Leaves to: `tests.benchmarks.contenders` how each is given CORS. `python -m tests.soak.compared` is
`web.run_app`; gunicorn imports `create_app`.
"""

import os
from typing import Final

from aiohttp import web

from tests.benchmarks.contenders import BY_KEY
from tests.benchmarks.plan import ALLOWED, NO_ORIGIN, REFUSED_GET

# Half of the requests are allowed, a quarter is refused, and a quarter says no origin.
REQUESTS: Final = tuple(
    request
    for pair in zip(ALLOWED.requests[::2], ALLOWED.requests[1::2], strict=True)
    for request in (*pair, *REFUSED_GET.requests, *NO_ORIGIN.requests)
)


def create_app() -> web.Application:
    """What gunicorn serves."""
    contender = BY_KEY[os.environ["SOAK_CONTENDER"]]
    contender.activate()
    return contender.build(ALLOWED.shape)


if __name__ == "__main__":
    web.run_app(create_app(), host="127.0.0.1", port=0, access_log=None)
