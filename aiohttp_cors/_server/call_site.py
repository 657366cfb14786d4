"""The line of a user's program where something was configured, and warnings that point there.

Owns: which frames are this library's own, and how Python shows a warning of another line.
Leaves to: the caller what was configured there, and what the warning says.

Source: Python, *warnings.warn_explicit*, https://docs.python.org/3/library/warnings.html#warnings.warn_explicit
"""

import sys
import warnings
from types import FrameType
from typing import Any, Final, final

from aiohttp_cors._values.errors import CorsWarning
from aiohttp_cors._values.place import Place

_OWN: Final = f"{__name__.partition('.')[0]}."

# What the `inspect` module of Python calls, too; it gives no frame but that of its caller.
getframe: Final = sys._getframe  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


@final
class CallSite:
    """A line of a file, and what its module holds, as a frame has it."""

    __slots__ = ("filename", "lineno", "scope")

    def __init__(self, filename: str, lineno: int, scope: dict[str, Any]) -> None:
        self.filename: str = filename
        self.lineno: int = lineno
        self.scope: dict[str, Any] = scope  # may hold anything

    @property
    def place(self) -> Place:
        """The line alone."""
        return Place(self.filename, self.lineno)


def call_site() -> CallSite:
    """The line of the user's call that is under way."""
    frame: FrameType | None
    try:
        # That of whoever called the method of ours that asks. Python makes an object of each frame
        # that is looked at, which a program that binds thousands of resources has to pay.
        frame = getframe(2)
    except ValueError:  # there is none
        frame = None
    while frame is not None and str(frame.f_globals.get("__name__")).startswith(_OWN):
        frame = frame.f_back
    # What Python's own warnings say where no frame is left.
    if frame is None:
        return CallSite("sys", 1, {})
    return CallSite(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)


def warn_at(site: CallSite, text: str) -> None:
    """Give a `CorsWarning` that is shown, filtered and repeated as one of that line."""
    # None for the module would be no warning at all.
    module = str(site.scope.get("__name__", "<string>"))
    registry = site.scope.setdefault("__warningregistry__", {})
    try:
        warnings.warn_explicit(text, CorsWarning, site.filename, site.lineno, module, registry)
    except CorsWarning:
        # A filter made an error of the warning, and the error would show our lines alone.
        raise CorsWarning(f"{site.filename}:{site.lineno}: {text}") from None
