"""Which aiohttp thing carries a policy, and which policy decides about a request.

Owns: bindings (what users said), and the table of rows that follows from them and the router.
Leaves to: `aiohttp_cors._server` the requests; to `aiohttp_cors._protocol` the verdicts.
"""
