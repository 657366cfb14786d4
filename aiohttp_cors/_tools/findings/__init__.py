"""Findings: what a program's CORS configuration holds and its author hardly means.

Owns: the rules that look for findings, a module for each theme, and the page of each kind.
Leaves to: `aiohttp_cors._values.findings` the kinds, and to `aiohttp_cors._server.startup_checks`
what set-up notices by itself.
"""
