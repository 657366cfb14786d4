"""The table: which policy decides about which thing that aiohttp routes.

Owns: what can carry a policy, and what follows from the policies that were bound.
Leaves to: `aiohttp_cors._server` how requests arrive, and to `aiohttp_cors._protocol` the verdict.
"""
