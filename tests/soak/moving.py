"""What moves while the servers are under load: a set of live origins, and routes that come late.

Owns: which origins are members, and which routes are there, after how many steps.
Leaves to: `tests.soak.application` to take the steps, `tests.soak.cases` to say what follows.
"""

from typing import Final, NamedTuple

from typing_extensions import override

RESOURCES: Final = 64
"""Resources that get late routes."""
LATE_METHODS: Final = ("PUT", "PATCH", "DELETE")
LATE_ROUTES: Final = RESOURCES * len(LATE_METHODS)
CIRCLE: Final = 50
"""Origins that are members in turn."""
MEMBERS: Final = 25

STATE: Final = "X-Soak-State"
"""The response header in which a worker says its state: two numbers."""
CASE: Final = "X-Soak-Case"
"""The request header that every response repeats, so that an answer says what was asked."""


class State(NamedTuple):
    """Where a worker stands at the moment of an answer."""

    changes: int
    """How often its live origins were changed."""
    routes: int
    """How many of the late routes it has."""

    @classmethod
    def of(cls, header: str) -> "State":
        """What `str` has written. Raises `ValueError` for anything else."""
        changes, routes = header.split(" ")
        return cls(int(changes), int(routes))

    @override
    def __str__(self) -> str:
        return f"{self.changes} {self.routes}"


START: Final = State(0, 0)


def path(number: int) -> str:
    """Where a resource with late routes is."""
    return f"/covered/{number}"


def late_route(number: int) -> tuple[int, str]:
    """The resource and the method of a late route."""
    return number % RESOURCES, LATE_METHODS[number // RESOURCES]


def methods(resource: int, state: State) -> frozenset[str]:
    """What a resource routes."""
    late = {method for at, method in map(late_route, range(state.routes)) if at == resource}
    return frozenset({"GET", "HEAD", "POST"} | late)


def live(number: int) -> str:
    """An origin that is a member for half of the time."""
    return f"https://live-{number % CIRCLE}.example"


def members(state: State) -> frozenset[str]:
    """The live origins after so many changes: each change takes one out and one in."""
    return frozenset(live(state.changes + turn) for turn in range(MEMBERS))
