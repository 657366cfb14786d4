"""What CORS costs: this library beside its peers, on aiohttp's whole request path without sockets.

``python -m tests.benchmarks`` (``make bench``) prints the costs as a table and says of each target
whether it holds. It reports; nothing asserts on a clock.
"""
