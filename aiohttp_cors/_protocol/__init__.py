"""The server's side of the CORS protocol: the facts of a request give a verdict.

Owns: compiled policies, the checks of the standard and their order.
Leaves to: the folders above aiohttp; to `aiohttp_cors._values` what a policy may hold.
"""
