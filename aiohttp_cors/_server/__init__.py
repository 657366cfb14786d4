"""How requests reach the table, and how a verdict becomes a response.

Owns: the engine of an application, preflights, actual requests, and live origins.
Leaves to: `aiohttp_cors._table` which policy decides; to `aiohttp_cors._protocol` the verdict.
"""
