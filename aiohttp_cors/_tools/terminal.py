"""`Terminal`: what a command prints, as text for people or as JSON for programs.

Owns: that nothing is printed uninterpreted, colours, and how a place is shown.
Leaves to: the commands what they say.
"""

import json
import os
import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple, TextIO, TypeAlias, final

from aiohttp_cors._values.place import Place

Json: TypeAlias = str | int | float | bool | Sequence["Json"] | Mapping[str, "Json"] | None
"""What ``--json`` can print."""

Style: TypeAlias = Literal["bold", "dim", "red", "green", "yellow"]

WIDTH: Final = 80
"""The columns in which text is laid out."""

_CODES: Final[Mapping[Style, str]] = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
}


@final
class Styled(NamedTuple):
    """A text in a style, where the terminal shows styles."""

    text: str
    style: Style


@final
class Terminal:
    """A text stream that a command writes to.

    Styles are shown on a terminal alone, and never with ``NO_COLOR`` (https://no-color.org).
    """

    __slots__ = ("_has_styles", "_stream", "is_interactive")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_interactive: bool = stream.isatty()
        """Whether somebody watches: progress is shown to nobody else."""
        self._has_styles = self.is_interactive and not os.environ.get("NO_COLOR")

    def line(self, *parts: str | Styled, indent: int = 0) -> None:
        """Print one line."""
        self._stream.write(" " * indent + "".join(map(self._shown, parts)) + "\n")

    def paragraph(self, text: str, *, indent: int = 0, hanging: int = 0) -> None:
        """Print `text`, broken into lines of `WIDTH`; all but the first are indented by `hanging` more."""
        for line in wrapped(text, indent=indent, hanging=hanging):
            self._stream.write(line + "\n")

    def json(self, value: Json) -> None:
        """Print `value` as JSON in ASCII."""
        self._stream.write(json.dumps(value, indent=2) + "\n")

    def progress(self, text: str) -> None:
        """Replace the last line of a terminal by `text`; an empty one ends that. Nothing elsewhere."""
        if self.is_interactive:
            self._stream.write(f"\r\x1b[K{printable(text)[: WIDTH - 1]}")
            self._stream.flush()

    def _shown(self, part: str | Styled) -> str:
        if isinstance(part, str):
            return printable(part)
        text = printable(part.text)
        return f"\x1b[{_CODES[part.style]}m{text}\x1b[0m" if self._has_styles else text


def wrapped(text: str, *, indent: int = 0, hanging: int = 0) -> list[str]:
    """`text` as lines of `WIDTH`, harmless to a terminal; words are never broken."""
    return textwrap.wrap(
        printable(text),
        width=WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def printable(text: str) -> str:
    r"""`text` with an escape in place of each character that could steer a terminal or hide.

    >>> printable("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode("ascii")
        for each in text
    )


def place_shown(place: Place) -> str:
    """A place as a person finds it: ``app.py:31``, from the current folder where it is below that."""
    path = Path(place.filename)
    with suppress(ValueError, OSError):  # it is elsewhere, or the current folder is gone
        path = path.relative_to(Path.cwd())
    return f"{path}:{place.lineno}"
