"""Which origin matches which key of a configuration."""

import dataclasses
import re
from typing import Final

from tests.comparison import description as d
from tests.comparison.differences.question import (
    REFUSED,
    Difference,
    Expected,
    Question,
    configs,
)

_NOBODY: Final = "https://nobody.example"


# "`defaults` is changed by assignment, not in place"


def _assigns(question: Question) -> bool:
    return any(isinstance(step, d.Assign) and not step.in_place for step in question.program.steps)


def _in_place(question: Question) -> Question:
    return question.stepping(
        [
            dataclasses.replace(step, in_place=True) if isinstance(step, d.Assign) else step
            for step in question.program.steps
        ]
    )


ASSIGNED_DEFAULTS: Final = Difference(
    sentence="`defaults` is changed by assignment, not in place",
    applies=_assigns,
    asked=_in_place,
)


# "an `Origin` beyond visible ASCII or 326 bytes matches nothing"


def _has_an_unmatchable_origin(question: Question) -> bool:
    origin = question.request.first("Origin")
    return origin is not None and (
        not 0 < len(origin) <= 326 or not all("!" <= character <= "~" for character in origin)
    )


def _without_a_match(question: Question) -> Question:
    origin = question.request.first("Origin")

    def change(config: d.Config) -> d.Config:
        kept = {_NOBODY if key in {"*", origin} else key: options for key, options in config}
        return tuple(kept.items())

    return question.mapped(change)


def _with_an_escaped_origin(question: Question, expected: Expected) -> Expected:
    # How such an origin is spelled in a text is ours to choose; 0.8.1 breaks down over some.
    origin = question.request.first("Origin") or ""
    refused = expected.status == 500 or (expected.body or "").startswith(REFUSED)
    if question.is_answered_by_the_library and refused and not origin.isascii():
        return Expected.refusal(None)
    return expected


UNMATCHABLE_ORIGINS: Final = Difference(
    sentence="an `Origin` beyond visible ASCII or 326 bytes matches nothing",
    applies=_has_an_unmatchable_origin,
    asked=_without_a_match,
)

ESCAPED_ORIGINS: Final = Difference(
    sentence="request values in texts are escaped",
    applies=_has_an_unmatchable_origin,
    expected=_with_an_escaped_origin,
)


# "keys that are patterns match as patterns"


def _pattern(key: str) -> re.Pattern[str] | None:
    parts = re.fullmatch(r"(https?://)(\*\.)?([a-z0-9.-]+)(:\*|:\d+)?", key)
    if parts is None:
        return None
    scheme, wild, host, port = parts.groups(default="")
    if not (wild or port == ":*") or (wild and "." not in host and host != "localhost"):
        return None
    host = (r"([a-z0-9_-]+\.)+" if wild else "") + re.escape(host)
    return re.compile(scheme + host + (r"(:\d+)?" if port == ":*" else re.escape(port)))


def _rank(key: str) -> tuple[bool, int, bool]:
    """Fixed host before wildcard host, longer suffix first, exact port before any."""
    return "//*." in key, -len(key.split("//")[1].removesuffix(":*")), key.endswith(":*")


def _meets_a_pattern(question: Question) -> bool:
    origin = question.request.first("Origin")
    return origin is not None and any(
        (pattern := _pattern(key)) is not None and (key == origin or pattern.fullmatch(origin))
        for config in configs(question)
        for key, _ in config
    )


def _with_the_pattern_as_origin(question: Question) -> Question:
    """The best pattern of a mapping becomes the origin itself, unless the chain names that.

    Exact origins of the whole chain come before its patterns. An origin that is spelled like a
    pattern is met by none.
    """
    origin = question.request.first("Origin") or ""
    if _pattern(origin) is not None:
        return question.mapped(
            lambda config: tuple((_NOBODY if k == origin else k, o) for k, o in config)
        )
    named = any(origin in dict(config) for config in question.chain)

    def change(config: d.Config) -> d.Config:
        matching = [key for key, _ in config if (p := _pattern(key)) and p.fullmatch(origin)]
        exact = named or origin in dict(config)
        best = None if exact else min(matching, key=_rank, default=None)
        kept = (item for item in config if item[0] == best or item[0] not in matching)
        return tuple((origin if key == best else key, options) for key, options in kept)

    return question.mapped(change)


PATTERNS: Final = Difference(
    sentence="keys that are patterns match as patterns",
    applies=_meets_a_pattern,
    asked=_with_the_pattern_as_origin,
)
