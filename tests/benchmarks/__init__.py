"""What CORS costs: this library beside its peers, on aiohttp's whole request path without sockets.

``python -m tests.benchmarks`` (``make bench``) counts instructions, prints them as a table, and says of
each target whether it holds. ``python -m tests.benchmarks.clock`` times the same table.
"""
