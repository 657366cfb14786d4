"""How the values of the protocol's headers are read and written.

Owns: lists of names and their bounds, ``Vary``, what ``*`` exposes, and how a text shows a value
that a client chose.
Leaves to: `aiohttp_cors._protocol.checks` what is allowed.

Source: RFC 9110, section 5.6.1 *Lists*, https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from aiohttp_cors._values.vocabulary import (
    FORBIDDEN_RESPONSE_HEADERS,
    HOP_BY_HOP_HEADERS,
    SAFELISTED_RESPONSE_HEADERS,
)

MAX_HEADER_NAMES: Final = 256
MAX_HEADER_BYTES: Final = 8192

# Nobody reads further, and an answer should not be larger than the question.
_MAX_SHOWN: Final = 100

# One separator and all the empty elements after it: linear in the length of the line.
_SEPARATOR: Final = re.compile(r",[ \t,]*")
# What `strip()` takes off beside " \t", as far as it is ASCII.
_OTHER_WHITE_SPACE: Final = "\n\v\f\r\x1c\x1d\x1e\x1f"
_NOT_EXPOSED: Final = SAFELISTED_RESPONSE_HEADERS | FORBIDDEN_RESPONSE_HEADERS | HOP_BY_HOP_HEADERS

# Stands for the rest of a line that is cut, and makes it no token.
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"

RequestedNames: TypeAlias = Sequence[str] | None
"""The names in ``Access-Control-Request-Headers``; None where there are too many to look at."""


def cut(value: str, *, to: int = _MAX_SHOWN) -> str:
    """A value that a client chose, as a text shows it: at most `to` characters of it."""
    return value if len(value) <= to else f"{value[:to]}..."


def requested_names(lines: Sequence[str]) -> RequestedNames:
    """The names in the ``Access-Control-Request-Headers`` lines, upper case, each once.

    None when there are more than `MAX_HEADER_NAMES` names or `MAX_HEADER_BYTES` bytes. Empty
    elements count for nothing; a name that is no token is among the names. A line with anything
    beyond ASCII is one name, cut, if it is longer than what a text shows. It is refused, and no work
    is done for each of its bytes.
    """
    line = ",".join(lines)
    if len(line) > MAX_HEADER_BYTES:
        return None
    if not line.isascii() and len(line) > _MAX_SHOWN:
        return (f"{_upper(cut(line))}{_REPLACED}",)
    # `strip()` is many times as fast as `strip(" \t")`, and takes off no more where there is no more.
    has_more = not line.isascii() or any(each in line for each in _OTHER_WHITE_SPACE)
    blank = " \t" if has_more else None
    upper = _upper(line)
    elements = upper.split(",", MAX_HEADER_NAMES)
    if len(elements) > MAX_HEADER_NAMES:  # unless most are empty: split once where those are
        elements = _SEPARATOR.split(upper, maxsplit=MAX_HEADER_NAMES + 1)
    names = [name for element in elements if (name := element.strip(blank))]
    return None if len(names) > MAX_HEADER_NAMES else tuple(dict.fromkeys(names))


def exposed(names: Iterable[str]) -> str:
    """The value of ``Access-Control-Expose-Headers`` that exposes what a response has.

    `names` are those of the response's headers. Without the safelisted names, which are readable
    anyway, those that no script can read and those that end at the next proxy; empty when nothing
    is left.
    """
    found: dict[str, str] = {}
    for name in names:
        lower = name.lower()
        if lower not in _NOT_EXPOSED:
            found[lower] = name
    return ",".join(found.values())


def merge_vary(lines: Sequence[str], member: str) -> str:
    """One ``Vary`` value of all `lines` and `member`, no member twice; ``*`` stays alone.

    Source: RFC 9110, section 12.5.5, https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5
    """
    members: dict[str, str] = {}
    for line in [*lines, member]:
        for element in line.split(","):
            name = element.strip(" \t")
            if name == "*":
                return "*"
            if name:
                members.setdefault(name.lower(), name)
    return ", ".join(members.values())


@lru_cache(maxsize=256)
def listed(methods: frozenset[str]) -> str:
    """The methods as one header value; sets come from configurations and routers alone."""
    return ",".join(sorted(methods))


def _upper(line: str) -> str:
    if line.isascii():
        return line.upper()
    # "ß".upper() is "SS", a token: only the letters of ASCII have two cases in a name.
    return line.encode(errors="surrogatepass").upper().decode(errors="surrogatepass")
