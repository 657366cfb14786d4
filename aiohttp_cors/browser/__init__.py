"""A browser's side of the Fetch standard, without any network.

Owns: which requests a page's `fetch` sends, and what of the answers a script may read.
Leaves to: `aiohttp_cors.testing` the connection to a server.
"""
