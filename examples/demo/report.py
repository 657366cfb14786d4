"""What the demo prints: addresses, policy and the table of requests."""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from aiohttp_cors.testing import BlockReason
from examples.demo.once import Outcome
from examples.demo.rows import Row
from examples.demo.site import Site

_WIDTHS = (40, 29, 32)
_HEADINGS = ("the request", "what the script could read", "what the server decided")


def describe_site(site: Site) -> str:
    """The addresses and the policy."""
    return (
        f"API       {site.api}\n"
        f"page      {site.page}\n"
        f"stranger  {site.stranger}  (the same page on another port: an origin no policy names)\n"
        f"\nThe policy, where page = {site.page!r}:\n\n"
        f"{textwrap.indent(site.policy, '    ')}"
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
    cells = (
        [row.title, describe_request(row)],
        [_read(outcome.outcome)],
        outcome.verdicts,
    )
    yield from _table_lines("ok" if outcome.is_expected else "NO", cells)
    if not outcome.is_expected:
        yield from _table_lines("", (["it should have been"], [_read(row.outcome)], row.verdicts))


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
    return f"{mark:<4}{'  '.join(columns)}".rstrip()


def _read(outcome: str | BlockReason) -> str:
    return f"blocked: {outcome.value}" if isinstance(outcome, BlockReason) else outcome
