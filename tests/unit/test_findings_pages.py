"""Each kind of finding has a page; the page's example has the finding, and what it says instead has not.

The documentation is made of the same texts. ``python -m tests.unit.test_findings_pages`` writes it.
"""

from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._tools.findings.pages import PAGES, index
from aiohttp_cors._tools.findings.report import Report, report_on
from aiohttp_cors._values.findings import KINDS, Finding

DOCS: Final = Path(__file__).parents[2] / "docs" / "findings"
ENVIRONMENT: Final = {"unfed-live-origins": {"WEB_CONCURRENCY": "4"}}

by_page: Final = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def reported(program: str, folder: Path) -> Report:
    """What is found in a program that stands in a file, so that its source can be read."""
    path = folder / "shop.py"
    path.write_text(program, "utf-8")
    scope: dict[str, object] = {"__name__": "shop"}
    exec(compile(program, str(path), "exec"), scope)
    app = scope["app"]
    assert isinstance(app, web.Application)
    app.freeze()  # as the command does
    return report_on(app)


def of_kind(report: Report, page: Page) -> list[Finding]:
    return [finding for finding in report.findings if finding.kind is page.kind]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No worker of this very machine is in view."""
    monkeypatch.chdir(tmp_path)
    for name in ("WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"):
        monkeypatch.delenv(name, raising=False)


@by_page
def test_the_example_has_the_finding_and_no_other(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.get(page.kind.id, {}).items():
        monkeypatch.setenv(name, value)
    report = reported(page.example, tmp_path)
    assert [finding.kind for finding in report.findings] == [page.kind]
    (finding,) = report.findings
    if finding.place is not None:
        assert finding.place.filename == str(tmp_path / "shop.py")


@by_page
def test_what_is_written_instead_has_no_finding(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.get(page.kind.id, {}).items():
        monkeypatch.setenv(name, value)
    report = reported(page.instead, tmp_path)
    assert report.findings == ()
    assert report.is_set_up


def test_each_kind_has_a_page_and_each_page_a_kind() -> None:
    assert [page.kind for page in PAGES.values()] == list(KINDS)


@by_page
def test_the_documentation_is_the_same_text(page: Page) -> None:
    written = DOCS / f"{page.kind.id}.md"
    assert written.read_text("utf-8") == page.markdown()


def test_the_documentation_has_these_pages_and_their_index() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} == {*PAGES, "README"}
    assert (DOCS / "README.md").read_text("utf-8") == index()


@by_page
def test_a_page_fits_a_terminal(page: Page) -> None:
    addresses = [f"- [{title}]({address})" for title, address in page.references]
    assert [line for line in page.plain() if len(line) > 84 and line not in addresses] == []


if __name__ == "__main__":
    DOCS.mkdir(exist_ok=True)
    for each in PAGES.values():
        (DOCS / f"{each.kind.id}.md").write_text(each.markdown(), "utf-8")
    (DOCS / "README.md").write_text(index(), "utf-8")
