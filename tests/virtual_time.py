"""An event loop whose time is its own: it passes at once whenever nothing else is to be done.

Knows asyncio alone. What is due in an hour happens as soon as everything before it has happened, so
that a test neither sleeps nor looks at a clock, and the times it sees are exact.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar, final

from typing_extensions import override

_Result = TypeVar("_Result")


@final
class _ImpatientSelector(selectors.DefaultSelector):
    """Waits for files only where no time is given; else it lets the time pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select()
        ready = super().select(0)
        if not ready:
            self.now += max(0, timeout)
        return ready


@final
class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time begins at 0."""

    def __init__(self) -> None:
        self._selector_with_time = _ImpatientSelector()
        super().__init__(self._selector_with_time)

    @override
    def time(self) -> float:
        return self._selector_with_time.now


def run_in_virtual_time(main: Coroutine[object, object, _Result]) -> _Result:
    """Run `main` to its end. A task that is left then is an error."""
    loop = VirtualLoop()
    loop.set_debug(enabled=True)
    try:
        result = loop.run_until_complete(main)
        left = asyncio.all_tasks(loop)
        assert not left, f"tasks were left: {left}"
        return result
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
