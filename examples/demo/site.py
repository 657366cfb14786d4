"""Where everything is while the demo runs: the APIs, one for each policy, the page and the stranger."""

from dataclasses import dataclass
from typing import final

from aiohttp import web


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The ports to listen on; 0 lets the kernel choose. `api` is the one of the table's policy."""

    api: int = 0
    page: int = 0
    stranger: int = 0


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The API under one policy.

    - `policy`: what the page calls the policy;
    - `origin`: where it is served, ``http://localhost:8080``;
    - `app`: what is served there;
    - `source`: the code that makes the policy; `file`, `line`: where it begins.
    """

    policy: str
    origin: str
    app: web.Application
    source: str
    file: str
    line: int


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The demo while it runs: the APIs, and the two origins at which the page is served."""

    apis: tuple[Api, ...]
    page: str
    stranger: str

    @property
    def api(self) -> Api:
        """The one of the table."""
        return self.apis[0]
