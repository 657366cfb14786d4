"""Live origins that follow a source, on every worker: each module is a program of its own.

``docs/live-origins.md`` says when to take which.
"""
