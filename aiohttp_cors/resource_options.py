"""`ResourceOptions`, at the address that programs for aiohttp-cors 0.8.1 import it from.

Owns: the address.
Leaves to: `aiohttp_cors._values.options` everything else.
"""

from aiohttp_cors._values.options import Names, ResourceOptions

__all__ = ("Names", "ResourceOptions")
