"""Cross-Origin Resource Sharing for aiohttp servers, as the Fetch standard defines it.

`setup` and `CorsConfig` are the classic API, a drop-in for aiohttp-cors 0.8.1.
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
from aiohttp_cors.cors_config import APP_CONFIG_KEY, CorsConfig, setup
from aiohttp_cors.errors import CorsConfigError, CorsWarning, Problem
from aiohttp_cors.mixin import CorsViewMixin, custom_cors
from aiohttp_cors.resource_options import ResourceOptions

__all__ = (
    "APP_CONFIG_KEY",
    "CorsConfig",
    "CorsConfigError",
    "CorsViewMixin",
    "CorsWarning",
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
    "custom_cors",
    "setup",
)
