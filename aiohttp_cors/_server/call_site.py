"""Where in a user's program something was configured, and warnings that point there.

Knows which frames are this library's own and how Python shows a warning. Does not know what was
configured.

Source: Python, *warnings.warn_explicit*, https://docs.python.org/3/library/warnings.html#warnings.warn_explicit
"""

import warnings
from inspect import currentframe
from typing import Any, Final, NamedTuple, final

from aiohttp_cors._values.errors import CorsWarning

_PACKAGE: Final = __name__.partition(".")[0]


@final
class Place(NamedTuple):
    """A line of a file, and what its module holds, as a frame has it."""

    filename: str
    lineno: int
    scope: dict[str, Any]  # which may be anything


def place_of_call() -> Place:
    """The line of the user's call that is under way."""
    frame = currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).startswith(f"{_PACKAGE}."):
        frame = frame.f_back
    # What Python's own warnings say where no frame is left.
    if frame is None:
        return Place("sys", 1, {})
    return Place(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)


def warn_at(place: Place, text: str) -> None:
    """Give a `CorsWarning` that is shown, filtered and repeated as one of that line."""
    # None for the module would be no warning at all.
    module = str(place.scope.get("__name__", "<string>"))
    registry = place.scope.setdefault("__warningregistry__", {})
    try:
        warnings.warn_explicit(text, CorsWarning, place.filename, place.lineno, module, registry)
    except CorsWarning:
        # A filter made it an error, which shows our lines and not the user's.
        raise CorsWarning(f"{place.filename}:{place.lineno}: {text}") from None
