"""Each attack that enforcement stops, and each request of one's own that it must not stop, in real engines.

Expectations from the contract's *Enforcement*. The same attack is sent to a path where the same policy is
not enforced: it arrives there, or it would be none.
"""

from typing import Final

import pytest

from tests.browser.attacks import ATTACKS, ENFORCED, OPEN, Target, attacking
from tests.browser.browsers import Browsers
from tests.browser.engines import ENGINES
from tests.browser.servers import PAGE_PATH, serving_app

FROM: Final = {
    "the server's own page": "http://localhost:{own}",
    "an allowed page": "http://app.localhost:{pages}",
    "a page of the same site": "http://localhost:{pages}",
    "a page of another site": "http://127.0.0.1:{pages}",
}

PASSES: Final = {
    ("the server's own page", "form"),
    ("the server's own page", "form under no-referrer"),
    ("the server's own page", "fetch without CORS"),
    ("the server's own page", "WebSocket"),
    ("an allowed page", "form"),
    ("an allowed page", "fetch without CORS"),
    ("an allowed page", "WebSocket"),
}
"""All else is refused: a form that hides its origin, too, and whatever is in a sandbox."""


@pytest.mark.browser
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("page", FROM)
def test_an_attack_reaches_no_handler_where_the_policy_is_enforced(
    page: str, attack: str, engine: str, browsers: Browsers
) -> None:
    browsers.engine(engine)
    target = Target(f"http://app.localhost:{browsers.pages}")
    with browsers.serving(serving_app(target.app)) as port:
        origin = FROM[page].format(own=port, pages=browsers.pages)
        urls = [f"http://localhost:{port}{path}" for path in (OPEN, ENFORCED)]
        assert browsers.visit(origin + PAGE_PATH, engine, attacking(attack, urls)) == "sent"
    is_refused = (page, attack) not in PASSES
    assert target.reached == ([OPEN] if is_refused else [OPEN, ENFORCED])
