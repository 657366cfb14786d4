"""What ``python -m aiohttp_cors probe`` asks a deployed service, and how it reads the answers.

Owns: the rows, the requests, the comparison with the application, and what broke.
Leaves to: `aiohttp_cors._tools.commands.probe` the command line.
"""
