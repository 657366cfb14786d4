"""What the demo prints: addresses, policy and the table of requests."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from aiohttp_cors.testing import BlockReason
from examples.demo.explaining import mending, why
from examples.demo.once import Outcome
from examples.demo.rows import Row
from examples.demo.site import Site

_WIDTHS: Final = (40, 29, 32)
_HEADINGS: Final = ("the request", "what the script could read", "what the server decided")
_MARK: Final = 9
_LINE: Final = _MARK + sum(_WIDTHS) + 4


def describe_site(site: Site) -> str:
    """The addresses and the policy."""
    return (
        f"API       {site.api.origin}\n"
        f"page      {site.page}\n"
        f"stranger  {site.stranger}  (the same page on another port: an origin no policy names)\n"
        f"\nThe policy, where page = {site.page!r}:\n\n"
        f"{textwrap.indent(site.api.source, '    ')}"
    )


def describe_outcomes(outcomes: Sequence[Outcome]) -> str:
    """The table, and how many of its rows are as they should be."""
    lines = [_line("", _HEADINGS), _line("", ["-" * width for width in _WIDTHS])]
    for outcome in outcomes:
        lines += _row_lines(outcome)
    expected = sum(outcome.is_expected for outcome in outcomes)
    lines.append(f"{expected} of {len(outcomes)} requests went as they should")
    return "\n".join(lines)


def describe_request(row: Row) -> str:
    """The request in one line, as it is on the page, too."""
    headers = "".join(f", {name}: {value}" for name, value in row.headers.items())
    credentials = ", with credentials" if row.credentials == "include" else ""
    return f"{row.method} {row.path}{headers}{credentials}, from the {row.sender}"


def _row_lines(outcome: Outcome) -> Iterator[str]:
    row = outcome.row
    is_blocked = isinstance(outcome.outcome, BlockReason)
    cells = (
        [row.title, describe_request(row)],
        [_read(outcome.outcome)],
        outcome.verdicts,
    )
    yield from _table_lines("blocked" if is_blocked else "allowed", cells)
    if is_blocked:
        yield from _below(f"why: {why(outcome.explanation)}")
        for number, (what, code) in enumerate(mending(outcome.explanation)):
            yield from _below(what if number else f"to allow it: {what}")
            if code:
                yield f"{'':{_MARK + 4}}{code}"  # to be copied: never broken
    if not outcome.is_expected:
        yield from _table_lines("", (["it should have been"], [_read(row.outcome)], row.verdicts))


def _below(text: str) -> Iterator[str]:
    indent = " " * (_MARK + 2)
    yield from textwrap.wrap(text, _LINE, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _table_lines(mark: str, cells: Sequence[Sequence[str]]) -> Iterator[str]:
    wrapped = [
        [
            line
            for text in texts
            for line in textwrap.wrap(text, width, subsequent_indent="  ") or [""]
        ]
        for texts, width in zip(cells, _WIDTHS, strict=True)
    ]
    for number, texts in enumerate(zip_longest(*wrapped, fillvalue="")):
        yield _line(mark if number == 0 else "", texts)


def _line(mark: str, texts: Sequence[str]) -> str:
    columns = (f"{text:<{width}}" for text, width in zip(texts, _WIDTHS, strict=True))
    return f"{mark:<{_MARK}}{'  '.join(columns)}".rstrip()


def _read(outcome: str | BlockReason) -> str:
    return outcome.value if isinstance(outcome, BlockReason) else outcome
