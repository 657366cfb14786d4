"""Each example does what its first lines say, as a browser sees it."""

import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from aiohttp_cors.testing import Browser, CorsBlocked
from examples import spa

EXAMPLES: Final = Path(spa.__file__).parent
TESTS: Final = Path(__file__).parents[1]
NAMES: Final = sorted(path.stem for path in EXAMPLES.glob("*.py") if path.stem != "__init__")


def module(name: str) -> ModuleType:
    return importlib.import_module(f"examples.{name}")


async def app_of(name: str) -> web.Application:
    made: object = module(name).create_app()
    app: object = await made if inspect.isawaitable(made) else made
    assert isinstance(app, web.Application)
    return app


class Row(NamedTuple):
    """What a page of an origin gets: a status that it can read, or None where it is blocked."""

    example: str
    origin: str
    method: str
    path: str
    status: int | None
    json: object = None
    headers: dict[str, str] | None = None
    reads: str = ""


SPA: Final = "http://localhost:5173"
LIBRARY: Final = "https://library.example.com"
PARTNER: Final = "https://partner.example"
PREVIEW: Final = "https://shop-fix-ourteam.vercel.app"
ROWS: Final = {
    "the development server adds a todo": Row("spa", SPA, "POST", "/todos", 201, {"do": "it"}),
    "it reads how many there are": Row("spa", SPA, "GET", "/todos", 200, reads="X-Total-Count"),
    "a strange page reads no todo": Row("spa", "https://evil.example", "GET", "/todos", None),
    "every page reads the prices": Row(
        "public_and_admin", "https://any.example", "GET", "/prices", 200
    ),
    "an administrator sets a price": Row(
        "public_and_admin", "https://admin.example.com", "PUT", "/admin/prices/apple", 204, 31
    ),
    "a strange page sets no price": Row(
        "public_and_admin", "https://any.example", "PUT", "/admin/prices/apple", None
    ),
    "a preview on a subdomain posts": Row(
        "previews", "https://fix.preview.example.com", "POST", "/status", 200, {}
    ),
    "a preview that matches the expression posts": Row(
        "previews", PREVIEW, "POST", "/status", 200, {}
    ),
    "somebody else's preview does not": Row(
        "previews", "https://shop-fix-ourteam.vercel.app.evil.example", "POST", "/status", None, {}
    ),
    "the editor deletes an article": Row(
        "class_based_views", "https://editor.example.com", "DELETE", "/articles/1", 204
    ),
    "every page reads the feed": Row(
        "class_based_views", "https://reader.example", "GET", "/feed", 200
    ),
    "a reader deletes no article": Row(
        "class_based_views", "https://reader.example", "DELETE", "/articles/1", None
    ),
    "the second version changes an order": Row(
        "versioned", "https://app.example.com", "PATCH", "/v2/orders/1", 204, {}
    ),
    "the partner reads the second version": Row("versioned", PARTNER, "GET", "/v2/orders", 200),
    "the partner does not read the first": Row("versioned", PARTNER, "GET", "/v1/orders", None),
    "the partner changes nothing": Row("versioned", PARTNER, "PATCH", "/v2/orders/1", None, {}),
    "a player resumes a download": Row(
        "downloads",
        "https://player.example.com",
        "GET",
        "/files/spa.py",
        200,  # the file has changed since, so that the whole is sent
        headers={"Range": "bytes=0-99", "If-Range": "Thu, 01 Jan 1970 00:00:00 GMT"},
        reads="Content-Disposition",
    ),
    "a player reads a part": Row(
        "downloads",
        "https://player.example.com",
        "GET",
        "/files/spa.py",
        206,
        headers={"Range": "bytes=0-99"},
        reads="Content-Range",
    ),
    **{
        f"{what}, {name}": Row(name, origin, method, "/books", status, json, reads=reads)
        for name in ("classic", "builder")
        for what, origin, method, status, json, reads in (
            ("the library reads", LIBRARY, "GET", 200, None, "X-Total-Count"),
            ("the library adds a book", LIBRARY, "POST", 201, {"title": "Emma"}, ""),
            ("the partner reads", PARTNER, "GET", 200, None, "X-Total-Count"),
            ("the partner adds no book", PARTNER, "POST", None, {"title": "Emma"}, ""),
        )
    },
}


@pytest.mark.parametrize("name", ROWS)
async def test_a_page_gets(name: str, aiohttp_client: AiohttpClient) -> None:
    row = ROWS[name]
    browser = Browser(await aiohttp_client(await app_of(row.example)), origin=row.origin)
    fetch = browser.fetch(row.path, method=row.method, json=row.json, headers=row.headers)
    if row.status is None:
        with pytest.raises(CorsBlocked):
            await fetch
        return
    response = await fetch
    assert response.status == row.status
    assert not row.reads or row.reads in response.headers


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_short_and_has_rows_or_a_test_of_its_own(name: str) -> None:
    text = (EXAMPLES / f"{name}.py").read_text("utf-8")
    assert 30 <= len(text.splitlines()) <= 80
    assert 'if __name__ == "__main__":\n    web.run_app(' in text
    own = f"examples.{name} import" if name != "behind_nginx" else "examples import behind_nginx"
    tests = [path.read_text("utf-8") for path in TESTS.rglob("test_*.py")]
    assert any(own in text for text in tests) or any(row.example == name for row in ROWS.values())


def test_the_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ORIGINS", "https://app.example.com https://www.example.com")
    assert len(spa.from_environment().on_response_prepare) == 1
    monkeypatch.setenv("APP_ORIGINS", "https://app.example.com/")
    with pytest.raises(ValueError, match=r"hint: https://app\.example\.com"):
        spa.from_environment()
