"""`OriginIndex`: finds the value that is kept for an origin, in time flat in their number.

Owns: exact origins and patterns, and how a pattern is found without trying them all.
Leaves to: whoever fills the index what the values mean, and in which order it is asked.

Source: Fetch, *serializing a request origin*, https://fetch.spec.whatwg.org/#serializing-a-request-origin
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, Generic, TypeVar, final

from aiohttp_cors._values.origins import OriginPattern

_Value = TypeVar("_Value")

# What a browser may send is wider than what may be configured: any visible ASCII but the URL
# standard's forbidden domain code points ( # % / : < > ? @ [ \ ] ^ | ), and upper case, which no
# serialized host has. So "https://evil.example/.app.example" has no host and matches no pattern.
# Nor does "*", with which a host could be spelled like a pattern.
_LABEL: Final = r"[!\"$&'()+,\-0-9;=_`a-z{}~]+"
_SERIALIZED: Final = (
    rf"([a-z][a-z0-9+.\-]*://)((?:{_LABEL}\.)*{_LABEL}\.?|\[[0-9a-f:]+\])(:[0-9]{{1,5}})?"
)

# The longest origin that can be configured: scheme 64, "://", host 253, ":" and port 5.
MAX_ORIGIN: Final = 326
_VISIBLE: Final = re.compile("[!-~]+")


def is_serialized(origin: str) -> bool:
    """False for an ``Origin`` beyond visible ASCII or 326 bytes: it matches nothing."""
    return len(origin) <= MAX_ORIGIN and _VISIBLE.fullmatch(origin) is not None


@cache
def _serialized() -> re.Pattern[str]:
    """Compiled for the first pattern that is looked for, which most programs never have."""
    return re.compile(_SERIALIZED)


@final
class OriginIndex(Generic[_Value]):
    """Values by exact origin and by pattern.

    Patterns are kept by their own spelling, the number of lookups depends only on the number of
    labels in the origin.
    """

    __slots__ = ("exact", "patterns")

    exact: dict[str, _Value]
    patterns: dict[str, _Value]

    def __init__(self) -> None:
        self.exact = {}
        self.patterns = {}

    def __bool__(self) -> bool:
        return bool(self.exact or self.patterns)

    def __iter__(self) -> Iterator[str]:
        yield from self.exact
        yield from self.patterns

    def __len__(self) -> int:
        return len(self.exact) + len(self.patterns)

    def __contains__(self, origin: object) -> bool:
        """Whether the text of an exact origin or of a pattern is a key; one or two dict lookups."""
        return isinstance(origin, str) and (origin in self.exact or origin in self.patterns)

    def put(self, origin: str | OriginPattern, value: _Value) -> None:
        """Keep `value` for an exact origin, given as its string, or for a pattern."""
        if isinstance(origin, str):
            self.exact[origin] = value
        else:
            self.patterns[str(origin)] = value

    def drop(self, origin: str | OriginPattern) -> None:
        """Forget an exact origin, given as its string, or a pattern, if it is there."""
        if isinstance(origin, str):
            self.exact.pop(origin, None)
        else:
            self.patterns.pop(str(origin), None)

    def match(self, origin: str) -> _Value | None:
        """The value for the exact origin or the most specific pattern; one dict lookup at best.

        Precondition: `is_serialized(origin)`.
        """
        value = self.exact.get(origin)
        if value is None and self.patterns:
            return self.match_pattern(origin)
        return value

    def match_pattern(self, origin: str) -> _Value | None:
        """The value of the most specific pattern: a fixed host before a wildcard, a longer
        suffix before a shorter one, an exact port before ``:*``.

        Precondition: `is_serialized(origin)`.
        """
        serialized = _serialized().fullmatch(origin)
        if serialized is None:
            return None
        scheme, host, port = serialized.groups("")
        value = self.patterns.get(f"{scheme}{host}:*")
        while value is None:
            _, dot, host = host.partition(".")
            if not dot:
                return None
            value = self.patterns.get(f"{scheme}*.{host}{port}")
            if value is None:
                value = self.patterns.get(f"{scheme}*.{host}:*")
        return value
