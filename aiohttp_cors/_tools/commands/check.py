"""``check``: what the configuration holds and its author hardly means.

Owns: how findings are printed, what is ignored, and the exit code.
Leaves to: `aiohttp_cors._tools.findings` the rules and the pages.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._tools.findings.pages import PAGES
from aiohttp_cors._tools.findings.report import Report, report_on
from aiohttp_cors._tools.loading import CannotRunError, load
from aiohttp_cors._tools.terminal import Json, Style, Styled, Terminal, place_shown
from aiohttp_cors._values.findings import Finding, FindingLevel

SUMMARY: Final = "hazards: what the configuration holds and its author hardly means"

_STYLES: Final[dict[FindingLevel, Style]] = {
    FindingLevel.BROKEN: "red",
    FindingLevel.PERMISSIVE: "red",
    FindingLevel.PRACTICE: "yellow",
    FindingLevel.STYLE: "dim",
}
_LEVELS: Final = [level.value for level in FindingLevel]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``check`` is asked."""
    parser.add_argument(
        "application", metavar="MODULE:NAME", nargs="?", help="an application or its factory"
    )
    parser.add_argument(
        "--ignore",
        metavar="ID",
        action="append",
        default=[],
        help="leave out findings with this id",
    )
    parser.add_argument(
        "--fail-level",
        choices=_LEVELS,
        default=FindingLevel.PRACTICE.value,
        help="exit with 1 for findings of this level and worse ones (default: practice)",
    )
    parser.add_argument(
        "--explain", metavar="ID", help="print the page of one id, and nothing else"
    )


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the findings; exit code 1 for one at the level to fail at, or a worse one."""
    if arguments.explain is not None:
        _explain(_page(arguments.explain), terminal, as_json=arguments.json)
        return 0
    if arguments.application is None:
        raise CannotRunError("check needs MODULE:NAME, or --explain ID")
    ignored = {_page(each).kind.id for each in arguments.ignore}
    fail_level = FindingLevel(arguments.fail_level)
    async with load(arguments.application, start=arguments.start) as loaded:
        report = report_on(loaded.app)
    findings = [each for each in report.findings if each.kind.id not in ignored]
    if arguments.json:
        terminal.json(
            {
                "findings": [_json(each) for each in findings],
                "not_looked_at": report.not_looked_at,
                "not_run": loaded.not_run,
                "is_set_up": report.is_set_up,
            }
        )
    else:
        _print(terminal, findings, report, loaded.not_run)
    return int(any(each.kind.level.is_at_least(fail_level) for each in findings))


def _page(given: str) -> Page:
    page = PAGES.get(given)
    if page is None:
        near = get_close_matches(given.lower().replace("_", "-"), list(PAGES), n=1)
        meant = f"did you mean {near[0]}?" if near else f"the ids are {', '.join(PAGES)}"
        raise CannotRunError(f"{given!r} is no id of a finding: {meant}")
    return page


def _explain(page: Page, terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        terminal.json(
            {
                "id": page.kind.id,
                "level": page.kind.level.value,
                "what": page.what,
                "why": page.why,
                "example": page.example,
                "instead": page.instead,
                "references": [
                    {"title": title, "address": address} for title, address in page.references
                ],
            }
        )
        return
    for line in page.plain():
        terminal.line(Styled(line.lstrip("# "), "bold") if line.startswith("#") else line)


def _print(
    terminal: Terminal, findings: Sequence[Finding], report: Report, not_run: Sequence[str]
) -> None:
    for finding in findings:
        _print_finding(terminal, finding)
    if not report.is_set_up:
        terminal.line("CORS is not set up: no policy covers anything.")
    else:
        terminal.line(_summary(findings))
    if findings:
        terminal.line("check --explain ID says what a finding means and what to write instead.")
    if report.not_looked_at:
        terminal.line("Not looked at:")
    for text in report.not_looked_at:
        terminal.paragraph(f"- {text}", indent=2, hanging=2)
    if not_run:
        terminal.paragraph(f"Not run: {', '.join(not_run)}; --start runs them.")


def _print_finding(terminal: Terminal, finding: Finding) -> None:
    kind, place = finding.kind, finding.place
    where = "" if place is None else f"{place_shown(place)}: "
    terminal.line(where, Styled(kind.level.value, _STYLES[kind.level]), f" {kind.id}")
    terminal.paragraph(finding.text, indent=4)
    if finding.instead:
        terminal.paragraph(f"instead: {finding.instead}", indent=4, hanging=9)
    terminal.line()


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return "No findings."
    counts = Counter(finding.kind.level for finding in findings)
    listed = ", ".join(f"{counts[level]} {level.value}" for level in FindingLevel if counts[level])
    total = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    return f"{total}: {listed}."


def _json(finding: Finding) -> Json:
    place = finding.place
    return {
        "id": finding.kind.id,
        "level": finding.kind.level.value,
        "file": None if place is None else place.filename,
        "line": None if place is None else place.lineno,
        "text": finding.text,
        "instead": finding.instead or None,
    }
