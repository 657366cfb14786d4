"""Where an engine does something else than the standard says, and how we know.

The model holds to the standard. A row here is what one engine does instead, as its test measures
it on every run; when the engine comes to agree, that test fails and the row goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from tests.truth_table.words import BLOCKED, Outcome, Sees


@final
@dataclass(frozen=True, slots=True)
class Deviation:
    """What a script sees and servers are asked instead, and how else we know."""

    sees: list[Outcome]
    asks: list[str]
    evidence: tuple[str, ...]


_WILDCARD: Final = (
    "Access-Control-Allow-Headers: * covers Authorization"
    " (Firefox: network.cors_preflight.authorization_covered_by_wildcard;"
    " Chromium waits for the others: chromestatus.com/feature/5742041264816128)"
)
_SAVE_DATA: Final = (
    "Save-Data is sent without permission"
    " (Chromium: IsCorsSafelistedHeader names it; fetch.spec.whatwg.org no longer does)"
)
_ONE_RESULT: Final = (
    "one preflight is remembered per origin and URL, and the next one replaces it"
    " (Chromium: PreflightCache::AppendEntry;"
    " WebKit: CrossOriginPreflightResultCache::appendEntry)"
)
_APART: Final = (
    "preflights with and without credentials are remembered apart, neither serves the other"
    " (Firefox: BasePrincipal::GetPrefLightCacheKey)"
)
_NOT_ENOUGH: Final = (
    "a preflight is remembered even if what it allows is not enough"
    " (WebKit: validatePreflightResponse appends before it returns the error)"
)
_PREFLIGHT_AGAIN: Final = (
    "a request that was preflighted is preflighted after a redirect even if it no longer needs it"
    " (Firefox: HttpBaseChannel::SetupReplacementChannel hands the demand on)"
)
_OLD_ORIGIN: Final = (
    "a preflight after a redirect carries the page's origin, though the request's own is opaque"
    " (fetch.spec.whatwg.org/#append-a-request-origin-header)"
)
_OLD_HEADERS: Final = (
    "a preflight after a redirect asks for headers that the redirect took away"
    " (fetch.spec.whatwg.org/#http-redirect-fetch, where they go before the next fetch)"
)

_KEPT: Final = (
    "what was remembered of a URL is kept although the request failed"
    " (Chromium: a developer in github.com/whatwg/fetch/pull/1101 knows no place that clears it)"
)

_AUTHORIZED: Final = Deviation(
    [Sees()],
    ["OPTIONS /users for GET with authorization", "GET /users, authorized"],
    (_WILDCARD,),
)
_ONE_METHOD: Final = Deviation(
    [Sees()] * 3,
    [
        *("OPTIONS /users for PUT", "PUT /users"),
        *("OPTIONS /users for DELETE", "DELETE /users"),
        *("OPTIONS /users for PUT", "PUT /users"),
    ],
    (_ONE_RESULT,),
)
_ONE_HEADER: Final = Deviation(
    [Sees()] * 3,
    [
        *("OPTIONS /users for GET with x-a", "GET /users"),
        *("OPTIONS /users for GET with x-b", "GET /users"),
        *("OPTIONS /users for GET with x-a", "GET /users"),
    ],
    (_ONE_RESULT,),
)
_GET_PREFLIGHTED: Final = Deviation(
    [Sees(body="GET ", redirected=True)],
    ["OPTIONS /old for PUT", "PUT /old", "OPTIONS /users for GET", "GET /users"],
    (_PREFLIGHT_AGAIN,),
)
_FAILED_ONCE: Final = Deviation(
    [BLOCKED] * 2, ["OPTIONS /users for PUT", "PUT /users", "PUT /users"], (_KEPT,)
)

DEVIATIONS: Final[Mapping[tuple[str, str], Deviation]] = {
    ("* does not cover Authorization", "chromium"): _AUTHORIZED,
    ("* does not cover Authorization", "firefox"): _AUTHORIZED,
    ("* does not cover Authorization", "webkit"): _AUTHORIZED,
    ("a header that was safelisted once needs permission", "chromium"): Deviation(
        [Sees()], ["GET /users"], (_SAVE_DATA,)
    ),
    ("a preflight of a classic program serves its own method only", "chromium"): _ONE_METHOD,
    ("a preflight of a classic program serves its own method only", "webkit"): _ONE_METHOD,
    ("a preflight of a classic program serves its own headers only", "chromium"): _ONE_HEADER,
    ("a preflight of a classic program serves its own headers only", "webkit"): _ONE_HEADER,
    ("a preflight with credentials serves a request without them", "firefox"): Deviation(
        [Sees()] * 2,
        ["OPTIONS /users for PUT", "PUT /users"] * 2,
        (_APART,),
    ),
    ("a failed request takes back what was remembered of its URL", "chromium"): _FAILED_ONCE,
    ("a failed request takes back what was remembered of its URL", "webkit"): _FAILED_ONCE,
    ("a preflight that did not suffice is not remembered", "webkit"): Deviation(
        [BLOCKED, Sees()],
        ["OPTIONS /users for PUT", "PUT /users"],
        (_NOT_ENOUGH,),
    ),
    ("303 turns PUT into GET, which needs no preflight", "firefox"): _GET_PREFLIGHTED,
    ("303 turns PUT into GET, which needs no preflight", "webkit"): _GET_PREFLIGHTED,
    ("302 turns POST into GET and takes the Content-Type away", "firefox"): Deviation(
        [Sees(body="GET ", redirected=True)],
        [
            *("OPTIONS /old for POST with content-type", "POST /old"),
            *("OPTIONS /users for GET", "GET /users"),
        ],
        (_PREFLIGHT_AGAIN,),
    ),
    ("302 turns POST into GET and takes the Content-Type away", "webkit"): Deviation(
        [Sees(body="GET ", redirected=True)],
        [
            *("OPTIONS /old for POST with content-type", "POST /old"),
            *("OPTIONS /users for GET with content-type", "GET /users"),
        ],
        (_OLD_HEADERS,),
    ),
    ("a redirect to another origin takes Authorization away", "firefox"): Deviation(
        [Sees(redirected=True)],
        [
            *("OPTIONS /old for GET with authorization", "GET /old, authorized"),
            *("OPTIONS /users at other for GET", "GET /users at other from null"),
        ],
        (_PREFLIGHT_AGAIN, _OLD_ORIGIN),
    ),
    ("a redirect to another origin takes Authorization away", "webkit"): Deviation(
        [BLOCKED],
        [
            *("OPTIONS /old for GET with authorization", "GET /old, authorized"),
            "OPTIONS /users at other for GET with authorization from null",
        ],
        (_OLD_HEADERS,),
    ),
    (
        "a preflighted request is preflighted again where it is redirected to",
        "firefox",
    ): Deviation(
        [Sees(redirected=True)],
        [
            *("OPTIONS /old for PUT", "PUT /old"),
            *("OPTIONS /users at other for PUT", "PUT /users at other from null"),
        ],
        (_OLD_ORIGIN,),
    ),
    ("a preflighted request stops where its redirect leads to a refusal", "firefox"): Deviation(
        [BLOCKED],
        [
            *("OPTIONS /old for PUT", "PUT /old"),
            *("OPTIONS /users at other for PUT", "PUT /users at other from null"),
        ],
        (_OLD_ORIGIN,),
    ),
}
"""By the name of the row and of the engine."""
