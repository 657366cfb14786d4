"""Cross-Origin Resource Sharing for aiohttp servers, as the Fetch standard defines it.

`Cors` is the fluent API; `setup` and `CorsConfig` are the classic one, a drop-in for aiohttp-cors
0.8.1.
"""

from aiohttp_cors.__about__ import (
    __author__,
    __copyright__,
    __email__,
    __license__,
    __summary__,
    __title__,
    __uri__,
    __version__,
)
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._server.preflights import answer_preflights
from aiohttp_cors._values.errors import CorsConfigError, CorsWarning, Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.policy import Policy
from aiohttp_cors.cors import AnyOriginRule, BoundPolicy, Cors, CredentialedRule, OriginRule
from aiohttp_cors.cors_config import APP_CONFIG_KEY, CorsConfig, setup
from aiohttp_cors.mixin import CorsViewMixin, custom_cors

__all__ = (
    "APP_CONFIG_KEY",
    "AnyOriginRule",
    "BoundPolicy",
    "Cors",
    "CorsConfig",
    "CorsConfigError",
    "CorsViewMixin",
    "CorsWarning",
    "CredentialedRule",
    "LiveOrigins",
    "OriginRule",
    "Policy",
    "Problem",
    "ResourceOptions",
    "__author__",
    "__copyright__",
    "__email__",
    "__license__",
    "__summary__",
    "__title__",
    "__uri__",
    "__version__",
    "answer_preflights",
    "custom_cors",
    "setup",
)
