"""Where an engine does something else than the standard says, and how we know.

The model holds to the standard. A row here is what one engine does instead, as its test measures
it on every run; when the engine comes to agree, that test fails and the row goes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from tests.truth_table.rows import ROWS
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

_DECODED: Final = (
    "what needs no percent sign in a URL is sent without one, and response.url says so, too"
    " (WebKitGTK's network library; the memory of preflights still tells the two apart)"
)
_LATIN_1: Final = (
    "each byte of a Location is a character"
    " (WebKitGTK; the standard is silent: github.com/whatwg/fetch/issues/883)"
)
_NO_DEFAULT: Final = (
    "a cookie without SameSite is kept and sent across sites, in a partition"
    " (Firefox: network.cookie.sameSite.laxByDefault is false)"
)
_NO_THIRD_PARTY: Final = "third-party cookies are blocked, unless they are partitioned"
_NO_SECURE: Final = "a Secure cookie is not taken from http://localhost"
_ANY_NONE: Final = "SameSite=None needs no Secure"
_ANY_PREFIX: Final = "the prefixes of cookies mean nothing"
_ALL_SITES: Final = (
    "a redirect through another site makes a request cross-site"
    " (RFC 6265bis wanted that once: github.com/httpwg/http-extensions/pull/2750)"
)
_NEVER_ABSENT: Final = (
    "absent methods stand for none, whatever the request's use-CORS-preflight flag"
    " (fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.4: methods is null)"
)
_NO_UPLOAD: Final = (
    "a listener on the upload of nothing needs no preflight"
    " (xhr.spec.whatwg.org/#the-send()-method asks for the listener alone)"
)

_NEVER_CHECKED: Final = (
    "what was remembered of a URL serves GET, HEAD and POST whatever methods it lists, also where"
    " their upload is watched (Chromium: PreflightResult::EnsureAllowedCrossOriginMethod;"
    " Firefox: nsPreflightCache::CacheEntry::CheckRequest;"
    " WebKit: CrossOriginPreflightResultCacheItem::allowsCrossOriginMethod)"
)

_WATCHED_405: Final = Deviation(
    [BLOCKED, Sees(), Sees(status=405, body="405: Method Not Allowed")],
    ["OPTIONS /users for POST", "OPTIONS /users for PUT", "PUT /users", "POST /users"],
    (_NEVER_CHECKED,),
)


def _spared(name: str, preflight: str) -> Deviation:
    """The requests of a row without one preflight, because an answer that refused is remembered."""
    (row,) = (row for row in ROWS if row.name == name)
    asks = row.asks.copy()
    asks.remove(preflight)
    return Deviation(row.sees, asks, (_NOT_ENOUGH,))


# By the name of the row: what WebKit does not ask for, because it was told before.
_TOLD_BEFORE: Final[Mapping[str, str]] = {
    "a refused header blocks twice in a row, and after an allowed one": (
        "OPTIONS /users for PUT with x-a"
    ),
    "a refused header blocks a request with cookies": "OPTIONS /users for PUT with x-a",
    "a header is refused where none is allowed": "OPTIONS /users for PUT",
    "a header is refused though any method is allowed": "OPTIONS /users for PUT with x-a",
    "a header is refused to every page where any origin is allowed": (
        "OPTIONS /users for PUT with x-a"
    ),
    "a method that the policy leaves out is refused though every header is allowed": (
        "OPTIONS /users for PUT with x-a"
    ),
    "a method is refused together with a header": "OPTIONS /users for PUT with x-a",
    "patch in lower case is refused twice in a row, and after PATCH": "OPTIONS /users for PATCH",
    "an upload that is watched is refused for a header, and allowed without it": (
        "OPTIONS /users for POST with x-a"
    ),
}

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

_LOGGED_IN: Final[list[Outcome]] = [Sees(body="welcome"), Sees()]
_TAKEN: Final = ["POST /session", "GET /users and cookie ada"]
_NOT_TAKEN: Final = ["POST /session", "GET /users"]
_NO_METHODS: Final = Deviation([BLOCKED], ["OPTIONS /users for PUT"], (_NEVER_ABSENT,))

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
    ("a Location that is not ASCII is UTF-8", "webkit"): Deviation(
        [Sees(body="GET ", redirected=True)],
        ["GET /old", "GET /users?x=%C3%83%C2%A9"],
        (_LATIN_1,),
    ),
    ("a path is sent as the script has spelled it", "webkit"): Deviation(
        [Sees()], ["GET /aA~"], (_DECODED,)
    ),
    (
        "a query is sent as the script has spelled it but for what no URL has",
        "webkit",
    ): Deviation([Sees()] * 2, ["GET /users?x=a%20b+c%27%22", "GET /users?"], (_DECODED,)),
    ("two spellings of a path are two URLs to the memory of preflights", "webkit"): Deviation(
        [Sees()] * 3, [*["OPTIONS /users for PUT", "PUT /users"] * 2, "PUT /users"], (_DECODED,)
    ),
    ("a cookie that says nothing does not go along across sites", "firefox"): Deviation(
        _LOGGED_IN, _TAKEN, (_NO_DEFAULT,)
    ),
    ("a Secure cookie for all sites goes along across sites", "chromium"): Deviation(
        _LOGGED_IN, _NOT_TAKEN, (_NO_THIRD_PARTY,)
    ),
    ("a Secure cookie for all sites goes along across sites", "webkit"): Deviation(
        _LOGGED_IN, _NOT_TAKEN, (_NO_SECURE, _NO_THIRD_PARTY)
    ),
    ("a partitioned cookie goes along across sites", "webkit"): Deviation(
        _LOGGED_IN, _NOT_TAKEN, (_NO_SECURE,)
    ),
    ("a cookie for all sites that is not Secure is not taken", "webkit"): Deviation(
        _LOGGED_IN, _TAKEN, (_ANY_NONE,)
    ),
    ("a Secure cookie is taken from this machine without TLS", "webkit"): Deviation(
        _LOGGED_IN, _NOT_TAKEN, (_NO_SECURE,)
    ),
    ("a cookie whose name says Secure and that is not is not taken", "webkit"): Deviation(
        _LOGGED_IN, _TAKEN, (_ANY_PREFIX,)
    ),
    (
        "a Lax cookie goes along though a redirect has left the site in between",
        "firefox",
    ): Deviation(
        [Sees(body="welcome"), Sees(redirected=True)],
        [
            "POST /session",
            "GET /old and cookie ada",
            "GET /old at other from null",
            "GET /users from null",
        ],
        (_ALL_SITES,),
    ),
    ("no methods in the preflight of a PUT that is watched stand for PUT", "chromium"): _NO_METHODS,
    ("no methods in the preflight of a PUT that is watched stand for PUT", "firefox"): _NO_METHODS,
    ("no methods in the preflight of a PUT that is watched stand for PUT", "webkit"): _NO_METHODS,
    (
        "a listener for uploads makes a preflight of a request that uploads nothing",
        "chromium",
    ): Deviation([Sees()], ["GET /users"], (_NO_UPLOAD,)),
    **{
        (
            "an upload that is watched is refused by a classic program that does not route it",
            engine,
        ): _WATCHED_405
        for engine in ("chromium", "firefox", "webkit")
    },
    **{(name, "webkit"): _spared(name, preflight) for name, preflight in _TOLD_BEFORE.items()},
}
"""By the name of the row and of the engine."""
