"""The commands of ``python -m aiohttp_cors``, a module each.

Owns: what each command is asked, what it prints, and its exit code.
Leaves to: the other modules of `aiohttp_cors._tools` what is found out.
"""
