"""The demo's page in real browsers: what it shows, that it works at two widths, and pictures of it.

The pictures are left in ``build/pictures``, for people to look at.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, Final

import pytest

from examples.demo.cases import CASES
from examples.demo.rows import ROWS
from examples.demo.serving import serving
from tests.browser.browsers import Browsers
from tests.browser.engines import ENGINES

PICTURES: Final = Path(__file__).parents[2] / "build" / "pictures"

UNTIL: Final = """
const until = async (ask) => {
  while (!ask()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
"""

# What most scripts begin with: the page has run its table, and the form's first request.
READY: Final = (
    UNTIL
    + """
const byId = (id) => document.getElementById(id);
const answered = () => until(() => byId("said").textContent !== "Asking …");
const send = async (changed) => {
  Object.entries(changed).forEach(([id, value]) => { byId(id).value = value; });
  byId("form").requestSubmit();
  await answered();
};
await until(() => /went as they should$/.test(byId("summary").textContent));
await answered();
"""
)

STRANGER: Final = (
    UNTIL
    + """
const main = document.querySelector("main");
await until(() => main.querySelector("form") === null);
return main.innerText;
"""
)

OUTCOMES: Final = (
    READY
    + """
const outcomes = {};
for (const button of document.querySelectorAll("#cases button")) {
  button.click();
  await answered();
  const [script, server] = ["script-badge", "server-badge"].map((id) => byId(id).textContent);
  outcomes[button.textContent] = { script, server, said: byId("said").textContent };
}
const rows = [...document.querySelectorAll("#rows tr")].map((row) => row.innerText);
return JSON.stringify({ summary: byId("summary").textContent, outcomes, rows });
"""
)

MARKUP: Final = "<img src=x onerror=document.title='run'>"

WITH_MARKUP: Final = (
    READY
    + """
await send({ path: "/notes/MARKUP", origin: "https://app.example.com" });
const shown = byId("script").innerText;
await send({ origin: "MARKUP" });
const problem = byId("origin-problem").textContent;
return JSON.stringify({ title: document.title, images: document.images.length, shown, problem });
""".replace("MARKUP", MARKUP)
)

ELSEWHERE: Final = (
    READY
    + """
const before = performance.getEntriesByType("resource").length;
await send({ origin: "https://app.example.com" });
const asked = performance.getEntriesByType("resource").slice(before).map(({ name }) => name);
const [script, server] = ["script-badge", "server-badge"].map((id) => byId(id).textContent);
return JSON.stringify({ asked, script, server, text: byId("script").innerText });
"""
)

WRONG: Final = (
    READY
    + """
await send({ origin: "https://app.example.com/", headers: "X Debug: 1" });
const wrong = [...document.querySelectorAll("[aria-invalid=true]")].map((field) => field.id);
const before = document.activeElement.id;
const isHidden = byId("parties").hidden;
await send({ origin: "https://app.example.com", headers: "X-Debug: 1" });
const left = document.querySelectorAll("[aria-invalid=true]").length;
return JSON.stringify({ wrong, before, isHidden, left });
"""
)

NAMES: Final = (
    READY
    + """
const fields = [...document.querySelectorAll("input, select, textarea")];
const unlabelled = fields.filter((field) => field.labels.length === 0).map(({ id }) => id);
const notes = fields.flatMap((field) => (field.getAttribute("aria-describedby") ?? "").split(" "));
const missing = notes.filter((id) => id !== "" && byId(id) === null);
const unnamed = [...document.querySelectorAll("button, a")].filter((one) => one.innerText === "");
const statuses = [...document.querySelectorAll("[role=status]")].map(({ id }) => id);
return JSON.stringify({ unlabelled, missing, unnamed: unnamed.length, statuses });
"""
)

WIDTH: Final = "return String(document.documentElement.scrollWidth);"


async def told(browsers: Browsers, engine: str, script: str) -> dict[str, Any]:
    """What the script returns in the demo's page, as JSON."""
    async with serving() as site:
        returned = await asyncio.to_thread(browsers.visit, site.page, engine, script)
    result: dict[str, Any] = json.loads(returned)
    return result


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
async def test_the_page_shows_what_each_side_says(engine: str, browsers: Browsers) -> None:
    page = await told(browsers, engine, OUTCOMES)

    assert page["summary"] == f"{len(ROWS)} of {len(ROWS)} requests went as they should"
    assert list(page["outcomes"]) == [case.title for case in CASES]
    for title, outcome in page["outcomes"].items():
        # What the browser did is what was explained, where it could be.
        assert outcome["script"] in {"allowed", "blocked", "not sent"}, title
        assert outcome["server"] in {outcome["script"], "not known"} or (
            outcome["script"] == "not sent"
        ), title
    for row, shown in zip(ROWS, page["rows"], strict=True):
        is_allowed = isinstance(row.outcome, str)
        assert shown.startswith("allowed" if is_allowed else "blocked"), row.title
        assert ("To allow it: " in shown) is not is_allowed, row.title


@pytest.mark.browser
async def test_what_comes_from_outside_is_text(browsers: Browsers) -> None:
    page = await told(browsers, "chromium", WITH_MARKUP)

    assert page["title"] == "aiohttp_cors: what a page of another origin may do"
    assert page["images"] == 0
    assert MARKUP in page["shown"]
    assert MARKUP in page["problem"]


@pytest.mark.browser
async def test_an_origin_that_the_browser_has_no_page_of_is_only_explained(
    browsers: Browsers,
) -> None:
    page = await told(browsers, "chromium", ELSEWHERE)

    (asked,) = page["asked"]
    assert "/explain?" in asked
    assert (page["script"], page["server"]) == ("not sent", "blocked")
    assert "Nothing was sent." in page["text"]


@pytest.mark.browser
async def test_the_stranger_sends_to_the_page(browsers: Browsers) -> None:
    async with serving() as site:
        text = await asyncio.to_thread(browsers.visit, site.stranger, "chromium", STRANGER)

    assert text == f"This is the stranger. Open {site.page} instead."


@pytest.mark.browser
async def test_a_field_says_what_is_wrong_with_it_until_it_is_right(browsers: Browsers) -> None:
    page = await told(browsers, "chromium", WRONG)

    assert page == {
        "wrong": ["origin", "headers"],
        "before": "origin",  # where the keyboard is
        "isHidden": True,
        "left": 0,
    }


@pytest.mark.browser
async def test_every_field_and_button_has_a_name_and_outcomes_are_announced(
    browsers: Browsers,
) -> None:
    page = await told(browsers, "chromium", NAMES)

    assert page == {"unlabelled": [], "missing": [], "unnamed": 0, "statuses": ["said", "summary"]}


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
async def test_the_page_fits_its_screen(width: int, dark: bool, browsers: Browsers) -> None:
    async with serving() as site:
        await asyncio.to_thread(browsers.show_on, "chromium", width=width, dark=dark)
        laid_out = await asyncio.to_thread(browsers.visit, site.page, "chromium", READY + WIDTH)
        picture = await asyncio.to_thread(browsers.picture, "chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"demo-{width}-{'dark' if dark else 'light'}.png").write_bytes(picture)

    assert laid_out == str(width)
    assert int.from_bytes(picture[16:20], "big") == width  # of its header
