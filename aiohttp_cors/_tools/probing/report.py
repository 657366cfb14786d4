"""What ``probe`` found, as text for people and as JSON for programs.

Owns: how rows, causes and what was not asked are laid out.
Leaves to: `aiohttp_cors._tools.terminal` that nothing from the network is printed uninterpreted.
"""

from collections.abc import Sequence
from itertools import groupby

from aiohttp_cors._tools.probing.causes import Cause
from aiohttp_cors._tools.probing.comparison import blocked_by, protocol_headers
from aiohttp_cors._tools.probing.rows import Asked, Failure, NotAsked, Received, Row
from aiohttp_cors._tools.terminal import Json, Styled, Terminal
from aiohttp_cors.browser.headers import HeaderList

_LABEL = 10


def print_report(terminal: Terminal, rows: Sequence[Row], not_asked: Sequence[NotAsked]) -> None:
    """Print each path, each row that does not hold, and what to look at."""
    told: set[object] = set()
    for template, group in groupby(rows, key=lambda row: row.asked.question.template):
        _print_path(terminal, template, tuple(group), told)
    causes = _causes(rows)
    if causes:
        terminal.line()
        terminal.line(Styled("What to look at", "bold"))
        for cause in causes:
            terminal.paragraph(f"{cause.value}: {cause.look}", indent=2, hanging=2)
    if not_asked:
        terminal.line()
        terminal.line(Styled("Not asked", "bold"))
        for template, why in not_asked:
            terminal.paragraph(f"{template}: {why}", indent=2, hanging=2)
    held = sum(not row.broken for row in rows)
    terminal.line()
    terminal.line(f"{held} of {len(rows)} rows hold.")


def report_as_json(rows: Sequence[Row], not_asked: Sequence[NotAsked]) -> dict[str, Json]:
    """The same for programs; what to look at stands beside each cause."""
    return {
        "rows": [_row(row) for row in rows],
        "not_asked": [{"path": path, "why": why} for path, why in not_asked],
    }


def _print_path(terminal: Terminal, template: str, rows: Sequence[Row], told: set[object]) -> None:
    broken = [row for row in rows if row.broken]
    if not broken:
        terminal.line(Styled("✓", "green"), f" {template}: {_counted(len(rows))}")
        return
    terminal.line(Styled("✗", "red"), f" {template}: {len(broken)} of {_counted(len(rows))} broke")
    for row in broken:
        asked, causes = row
        question = asked.question
        words = (
            question.words if question.path == template else f"{question.words} ({question.path})"
        )
        came = _received(asked.received)
        if (causes, came) in told:
            ids = ", ".join(cause.value for cause, _ in causes)
            terminal.paragraph(f"{words}: {ids}, as above", indent=4, hanging=2)
            continue
        told.add((causes, came))
        terminal.paragraph(words, indent=4, hanging=2)
        said = [
            ("expected", _expected(asked)),
            ("came", came),
            ("browser", _browser(asked)),
            *[("broke", f"{cause.value}: {what}") for cause, what in causes],
        ]
        for label, text in said:
            if text:
                terminal.paragraph(f"{label + ':':<{_LABEL}}{text}", indent=6, hanging=_LABEL)


def _counted(number: int) -> str:
    return f"{number} row" if number == 1 else f"{number} rows"


def _causes(rows: Sequence[Row]) -> list[Cause]:
    """The causes that occur, in the order of their definition."""
    found = {cause for row in rows for cause, _ in row.broken}
    return [cause for cause in Cause if cause in found]


def _expected(asked: Asked) -> str:
    answer = asked.expected.answer
    status = asked.expected.status(asked.question)
    return f"{'' if status is None else f'{status}, '}{_lines(answer.headers)}"


def _received(received: Received) -> str:
    if isinstance(received, Failure):
        return received.kind.value
    return f"{received.status}, {_lines(received.headers)}"


def _lines(headers: HeaderList) -> str:
    lines = [f"{name}: {value}" for name, value in protocol_headers(headers)]
    return "; ".join(lines) or "without a header of the CORS protocol"


def _browser(asked: Asked) -> str:
    """What a browser does with the answer that came."""
    if isinstance(asked.received, Failure):
        return ""
    blocked = blocked_by(asked.question, asked.url, asked.expected, asked.received)
    return f"blocks it: {blocked}" if blocked else "lets it pass"


def _row(row: Row) -> Json:
    asked, causes = row
    question, answer = asked.question, asked.expected.answer
    return {
        "path": question.template,
        "url": asked.url,
        "request": "preflight" if question.is_preflight else "actual",
        "method": question.method,
        "origin": question.origin,
        "request_headers": question.names,
        "holds": not causes,
        "expected": {
            "status": asked.expected.status(question),
            "headers": protocol_headers(answer.headers),
        },
        "received": _received_json(asked.received),
        "browser": _browser(asked) or None,
        "broken": [
            {"cause": cause.value, "what": what, "look": cause.look} for cause, what in causes
        ],
    }


def _received_json(received: Received) -> Json:
    if isinstance(received, Failure):
        return {"failure": received.kind.value, "text": received.text}
    return {"status": received.status, "headers": protocol_headers(received.headers)}
