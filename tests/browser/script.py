"""A row's fetches as a script, what the script reports, and the same fetches by the model.

Both ways end in `tests.truth_table.words.Outcome`, so that they can be compared. Knows nothing of how a script
gets into a page.
"""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final, TypeGuard, final, get_args

from aiohttp import ClientSession
from yarl import URL

from aiohttp_cors.testing import Browser, CorsBlocked, ResponseType
from tests.browser.servers import Servers
from tests.truth_table.words import BLOCKED, EVERY_RESPONSE, Fetch, Outcome, Row, Sees

_SCRIPT: Final = """
const watched = (url, {method, headers, credentials, body}) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open(method, url);
  headers.forEach(([name, value]) => request.setRequestHeader(name, value));
  request.withCredentials = credentials === "include";
  request.upload.addEventListener("progress", () => {});
  request.onerror = () => reject(new TypeError());
  request.onload = () => {
    const lines = request.getAllResponseHeaders().trim().split("\\r\\n").filter(Boolean);
    resolve({
      type: new URL(url).origin === location.origin ? "basic" : "cors",
      status: request.status,
      redirected: request.responseURL !== url,
      headers: lines.map(line => line.split(/: (.*)/s)),
      text: async () => request.responseText,
    });
  };
  request.send(body);
});
const outcomes = [];
for (const {url, options, listens} of %s) {
  try {
    const response = await (listens ? watched : fetch)(url, options);
    const {type, status, redirected} = response;
    const headers = Object.fromEntries(response.headers);
    outcomes.push({type, status, redirected, headers, body: await response.text()});
  } catch (error) {
    outcomes.push({error: error.name});
  }
}
return JSON.stringify(outcomes);
"""

_TYPES: Final[Mapping[object, ResponseType]] = {name: name for name in get_args(ResponseType)}


def script(row: Row, servers: Servers) -> str:
    """The body of an async function that does the fetches of `row`, one after the other."""
    fetches = [
        {
            "url": servers.url(fetch),
            "options": _options(fetch),
            "listens": fetch.upload_listener,
        }
        for fetch in row.fetches
    ]
    return _SCRIPT % json.dumps(fetches)


def outcomes(report: str) -> list[Outcome]:
    """What the script has seen, from what it returned."""
    reported: object = json.loads(report)
    assert _is_list(reported)
    return [_outcome(one) for one in reported]


async def modelled(row: Row, servers: Servers) -> list[Outcome]:
    """What `aiohttp_cors.testing.Browser` says that the script would see."""
    async with page_of(servers) as browser:
        return [await _model(browser, fetch, servers.url(fetch)) for fetch in row.fetches]


@asynccontextmanager
async def page_of(servers: Servers) -> AsyncGenerator[Browser, None]:
    """The model with the row's page open."""
    async with ClientSession() as session:
        yield Browser(_Client(session, servers.world.api), origin=servers.world.page)


async def fetched(browser: Browser, fetch: Fetch, url: str) -> Sees:
    """What the model says that the script would see; raises what rejects its promise."""
    response = await browser.fetch(
        url,
        method=fetch.method,
        headers=fetch.headers,
        credentials=fetch.credentials,
        mode=fetch.mode,
        data=fetch.body,
        redirect=fetch.redirect,
        upload_listener=fetch.upload_listener,
    )
    return Sees(
        status=response.status,
        body=await response.text(),
        headers=_told(response.headers),
        type=response.type,
        redirected=response.redirected,
    )


@final
class _Client:
    """What the model needs of aiohttp's test client."""

    def __init__(self, session: ClientSession, base: str) -> None:
        self.session = session
        self._base = URL(base)

    def make_url(self, path: str, /) -> URL:
        return self._base.join(URL(path))


async def _model(browser: Browser, fetch: Fetch, url: str) -> Outcome:
    try:
        return await fetched(browser, fetch, url)
    except (CorsBlocked, TypeError):
        return BLOCKED


def _options(fetch: Fetch) -> Mapping[str, object]:
    options: dict[str, object] = {
        "method": fetch.method,
        "headers": list(fetch.headers.items()),
        "mode": fetch.mode,
        "credentials": fetch.credentials,
        "redirect": fetch.redirect,
    }
    return options if fetch.body is None else {**options, "body": fetch.body}


def _outcome(reported: object) -> Outcome:
    assert _is_object(reported)
    match reported:
        case {"error": str(name)}:
            return BLOCKED if name == "TypeError" else name
        case {
            "type": kind,
            "status": int(status),
            "redirected": bool(redirected),
            "headers": headers,
            "body": str(body),
        } if kind in _TYPES and _is_object(headers):
            shown = _told({name: str(value) for name, value in headers.items()})
            return Sees(
                status=status, body=body, headers=shown, type=_TYPES[kind], redirected=redirected
            )
        case _:
            return f"no outcome: {reported}"


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that a row mentions."""
    return {n.lower(): v for n, v in headers.items() if n.lower() not in EVERY_RESPONSE}


def _is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)
