"""Enforcement behind a proxy that terminates TLS: what it does to ``Host`` decides what is one's own.

Expectations from the contract's *Enforcement*, row 10, and from what engines send. Only Chromium sends no
``Sec-Fetch-Site`` with a WebSocket handshake, so that only there ``Host`` is compared. A proxy that changes
``Host`` or drops the port shuts out the server's own page, until ``own`` names its public origin. No page
of another origin is let in by any of that, whatever ``X-Forwarded-Host`` says.
"""

import os
from typing import Final

import pytest
from aiohttp import web

from tests.browser.attacks import ATTACKS, ENFORCED, OPEN, Target, attacking
from tests.browser.browsers import Browsers
from tests.browser.engines import ENGINES
from tests.browser.proxies import MissingProxyError, behind_nginx
from tests.browser.servers import PAGE_PATH

HOSTS: Final = {
    "as it came": "$http_host",
    "without the port": "$host",
    "rewritten": "backend:8080",
}
TRIED: Final = [name for name in ATTACKS if "sandbox" not in name]


def passes_of(
    browsers: Browsers, engine: str, host: str, *, is_own: bool, says_own: bool
) -> list[str]:
    """Which of the requests of a page reach the handler."""
    browsers.engine(engine)
    made: list[Target] = []

    def make(port: int) -> web.Application:
        origin = f"https://localhost:{port}"
        made.append(Target("https://app.example", own=[origin] if says_own else None))
        return made[0].app

    passed: list[str] = []
    try:
        with browsers.serving(behind_nginx(HOSTS[host], make)) as port:
            server = f"https://localhost:{port}"
            page = server if is_own else f"http://127.0.0.1:{browsers.pages}"
            for attack in TRIED:
                script = attacking(attack, [server + OPEN, server + ENFORCED])
                assert browsers.visit(page + PAGE_PATH, engine, script) == "sent"
                # Where nothing is enforced it arrives, or it would be no attack.
                assert made[0].reached in ([OPEN], [OPEN, ENFORCED]), attack
                passed += [attack] if ENFORCED in made[0].reached else []
                made[0].reached.clear()
    except MissingProxyError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    return passed


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("says_own", [True, False], ids=["own", "no own"])
@pytest.mark.parametrize("host", HOSTS)
def test_the_servers_own_page_passes_unless_only_a_changed_host_could_tell(
    host: str, says_own: bool, engine: str, browsers: Browsers
) -> None:
    passed = passes_of(browsers, engine, host, is_own=True, says_own=says_own)
    is_told = engine != "chromium" or says_own or host == "as it came"
    assert passed == [name for name in TRIED if is_told or name != "WebSocket"]


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("host", HOSTS)
def test_a_page_of_another_site_never_passes(host: str, engine: str, browsers: Browsers) -> None:
    assert passes_of(browsers, engine, host, is_own=False, says_own=False) == []
