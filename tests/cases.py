"""The truth table: what a page gets of a program, and which requests that takes.

A row is a sentence, a program, and the fetches of a page, each with what the script sees and what
the servers are asked. Every row is run by three real browsers and by `aiohttp_cors.testing.Browser`
against the program on real sockets (`tests.browser`). Expectations are the Fetch standard's for the
browser's side, https://fetch.spec.whatwg.org/#http-cors-protocol, and the contract's for the
server's.
"""

from typing import Final

from aiohttp import web

from aiohttp_cors import LiveOrigins, ResourceOptions
from tests import programs
from tests.case import BLOCKED, STRANGER, Case, Fetch, Sees, by_hand, case, classic, fluent
from tests.model_cases import MODEL_CASES
from tests.programs import answer_with, echo, raising, redirecting, redirecting_classically, stream

# What a request header's value may be, to need no permission, ends at 128 bytes.
_LONGEST: Final = "en," * 42 + "en"
_TOO_LONG: Final = _LONGEST + "a"

_OPAQUE: Final = Sees(status=0, body="", type="opaque")
_REDIRECTED: Final = Sees(body="GET ", redirected=True)

_ORIGINS: Final = (
    case(
        "a page whose origin is named reads the answer",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "a page whose origin is named reads the answer of a classic program",
        classic(lambda w: {w.page: ResourceOptions()}),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "a page whose origin is not named reads nothing, though its request arrives",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "POST"),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        Fetch(method="POST", body="text", sees=BLOCKED, asks=["POST /users"]),
    ),
    case(
        "a page whose origin is not named reads nothing of a classic program",
        classic(lambda w: {STRANGER: ResourceOptions()}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "every page reads what any origin may",
        fluent(lambda cors, w: cors.any_origin()),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "every page reads what * allows in a classic program",
        classic(lambda w: {"*": ResourceOptions()}, "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a pattern for any port allows the page",
        fluent(lambda cors, w: cors.origin("http://localhost:*"), "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a pattern for any port allows the page of a classic program",
        classic(lambda w: {"http://localhost:*": ResourceOptions()}),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "a pattern for any port of another host does not allow the page",
        fluent(lambda cors, w: cors.origin("http://127.0.0.1:*")),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "a pattern for subdomains allows a page of a subdomain",
        fluent(lambda cors, w: cors.origin("http://*.localhost:*"), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        page="subdomain",
    ),
    case(
        "a pattern for subdomains does not allow a page of the bare domain",
        fluent(lambda cors, w: cors.origin("http://*.localhost:*")),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "a predicate allows the page",
        fluent(lambda cors, w: cors.origin_where(lambda origin: origin == w.page)),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "a live set of origins allows the page",
        fluent(lambda cors, w: cors.origin(LiveOrigins([w.page])).allow_credentials()),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    case(
        "the exact origin decides alone, also behind a pattern that allows more",
        fluent(
            lambda cors, w: (
                cors.origin("http://localhost:*").allow_headers("X-A").origin(w.page).max_age(0)
            ),
            "PUT",
        ),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for PUT with x-a"],
        ),
    ),
    case(
        "a page with an opaque origin reads what any origin may",
        fluent(lambda cors, w: cors.any_origin(), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        page="sandbox",
    ),
    case(
        "a page with an opaque origin reads what * allows in a classic program",
        classic(lambda w: {"*": ResourceOptions()}),
        Fetch(asks=["GET /users"]),
        page="sandbox",
    ),
    case(
        "a predicate is not asked about a page with an opaque origin",
        fluent(lambda cors, w: cors.origin_where(lambda origin: True)),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
        page="sandbox",
    ),
    case(
        "a page of the program's own origin needs no permission",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "PUT"),
        Fetch(
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2", "vary": "Origin"}),
            asks=["GET /users without origin"],
        ),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2", "vary": "Origin"}),
            asks=["PUT /users"],
        ),
        page="api",
    ),
)

_EXPOSED: Final = (
    case(
        "an exposed header is readable and no other",
        fluent(lambda cors, w: cors.origin(w.page).expose("X-Custom")),
        Fetch(sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    case(
        "an exposed header of a classic program is readable and no other",
        classic(lambda w: {w.page: ResourceOptions(expose_headers=["X-Custom"])}),
        Fetch(sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    case(
        "all headers are readable with credentials, when all are exposed",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().expose_all()),
        Fetch(
            credentials="include",
            sees=Sees(headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users"],
        ),
    ),
    case(
        "all headers are readable to any origin, when all are exposed",
        fluent(lambda cors, w: cors.any_origin().expose_all()),
        Fetch(
            sees=Sees(
                headers={
                    "access-control-allow-origin": "*",
                    "access-control-expose-headers": "*",
                    "x-custom": "1",
                    "x-other": "2",
                }
            ),
            asks=["GET /users"],
        ),
    ),
    case(
        "all headers of a classic program are readable, when * is exposed",
        classic(
            lambda w: {w.page: ResourceOptions(allow_credentials=True, expose_headers="*")},
        ),
        Fetch(
            credentials="include",
            sees=Sees(headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users"],
        ),
    ),
    case(
        "a cookie is not readable, though all headers are exposed",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_credentials().expose_all(),
            handler=answer_with(Set_Cookie="unread=1; Max-Age=0", X_Custom="1"),
        ),
        Fetch(credentials="include", sees=Sees(headers={"x-custom": "1"}), asks=["GET /users"]),
    ),
    case(
        "safelisted response headers are readable without being exposed",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=answer_with(Content_Language="de", Cache_Control="no-store", ETag='"1"'),
        ),
        Fetch(
            sees=Sees(headers={"cache-control": "no-store", "content-language": "de"}),
            asks=["GET /users"],
        ),
    ),
    case(
        "an answer for named origins says that it varies, beside what it said before",
        fluent(
            lambda cors, w: cors.origin(w.page).expose("Vary"),
            handler=answer_with(Vary="Accept-Encoding"),
        ),
        Fetch(sees=Sees(headers={"vary": "Accept-Encoding, Origin"}), asks=["GET /users"]),
    ),
    case(
        "an answer of a classic program says that it varies",
        classic(lambda w: {w.page: ResourceOptions(expose_headers=["Vary"])}),
        Fetch(sees=Sees(headers={"vary": "Origin"}), asks=["GET /users"]),
    ),
    case(
        "an answer for any origin is the same for all and does not vary",
        fluent(lambda cors, w: cors.any_origin().expose("Vary")),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "what a handler allows by itself is void",
        fluent(
            lambda cors, w: cors.origin(STRANGER),
            handler=answer_with(Access_Control_Allow_Origin="*"),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "what a handler allows by itself is replaced by the policy",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=answer_with(Access_Control_Allow_Origin=STRANGER),
        ),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "what a handler allows by itself is void in a classic program",
        classic(
            lambda w: {STRANGER: ResourceOptions()},
            handler=answer_with(Access_Control_Allow_Origin="*"),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
)

_METHODS: Final = (
    case(
        "PUT, PATCH and DELETE are preflighted and sent",
        fluent(lambda cors, w: cors.origin(w.page).max_age(0), "PUT", "PATCH", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PATCH", asks=["OPTIONS /users for PATCH", "PATCH /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
    ),
    case(
        "PUT, PATCH and DELETE of a classic program are preflighted and sent",
        classic(lambda w: {w.page: ResourceOptions()}, "PUT", "PATCH", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PATCH", asks=["OPTIONS /users for PATCH", "PATCH /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
    ),
    case(
        "a refused origin sends nothing that needs a preflight",
        fluent(lambda cors, w: cors.origin(STRANGER), "PUT"),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a refused origin sends nothing that needs a preflight to a classic program",
        classic(lambda w: {STRANGER: ResourceOptions()}, "PUT"),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a method that is not routed is refused by the preflight",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a method that the policy leaves out is refused by the preflight",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "GET", "PUT"),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a method that the policy names passes the preflight, and its 405 is readable",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET", "PUT")),
        Fetch(
            method="PUT",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    case(
        "a classic resource allows the methods that its configuration names",
        programs.CLASSIC_RESOURCE,
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
    ),
    case(
        "a POST that the policy leaves out is not readable, though it arrives",
        fluent(lambda cors, w: cors.origin(w.page).allow_methods("GET"), "GET", "POST"),
        Fetch(method="POST", body="text", sees=BLOCKED, asks=["POST /users"]),
    ),
    case(
        "what one route of a classic program was added with allows no other route",
        programs.ONE_CLASSIC_ROUTE,
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "a route's policy replaces its resource's, and takes nothing over",
        programs.ROUTE_OF_A_RESOURCE,
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(
            method="DELETE",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for DELETE with x-a"],
        ),
    ),
    case(
        "one covered route covers no other",
        programs.ONE_ROUTE,
        Fetch(asks=["GET /users"]),
        Fetch(method="POST", sees=BLOCKED, asks=["POST /users"]),
    ),
    case(
        "patch in lower case is not PATCH",
        fluent(lambda cors, w: cors.origin(w.page), "PATCH"),
        Fetch(method="patch", sees=BLOCKED, asks=["OPTIONS /users for patch"]),
    ),
    case(
        "patch in lower case is not PATCH to a classic program",
        classic(lambda w: {w.page: ResourceOptions()}, "PATCH"),
        Fetch(method="patch", sees=BLOCKED, asks=["OPTIONS /users for patch"]),
    ),
    case(
        "put in lower case is PUT",
        fluent(lambda cors, w: cors.origin(w.page), "PUT"),
        Fetch(method="put", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a * route takes any method",
        fluent(lambda cors, w: cors.origin(w.page), "*", handler=echo),
        Fetch(
            method="PURGE",
            sees=Sees(body="PURGE "),
            asks=["OPTIONS /users for PURGE", "PURGE /users"],
        ),
    ),
    case(
        "HEAD follows the policy of GET",
        fluent(lambda cors, w: cors.origin(w.page).expose("X-Custom"), "GET", "HEAD"),
        Fetch(method="HEAD", sees=Sees(body="", headers={"x-custom": "1"}), asks=["HEAD /users"]),
    ),
    case(
        "HEAD of a classic program is readable",
        classic(lambda w: {w.page: ResourceOptions()}, "GET", "HEAD"),
        Fetch(method="HEAD", sees=Sees(body=""), asks=["HEAD /users"]),
    ),
    case(
        "a POST of text needs no preflight",
        fluent(lambda cors, w: cors.origin(w.page), "POST", handler=echo),
        Fetch(method="POST", body="text", sees=Sees(body="POST text"), asks=["POST /users"]),
    ),
    case(
        "a script cannot send TRACE",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_method(), "*"),
        Fetch(method="TRACE", sees=BLOCKED),
    ),
    case(
        "an opaque answer shows nothing, and needs no permission",
        fluent(lambda cors, w: cors.origin(STRANGER), "GET", "POST"),
        Fetch(mode="no-cors", sees=_OPAQUE, asks=["GET /users without origin"]),
        Fetch(method="POST", body="text", mode="no-cors", sees=_OPAQUE, asks=["POST /users"]),
    ),
    case(
        "a request that must stay at its origin is not sent to another",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(mode="same-origin", sees=BLOCKED),
    ),
)

_HEADERS: Final = (
    case(
        "request headers are asked for by name, in lower case and sorted",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A", "X-B")),
        Fetch(
            headers={"X-B": "1", "X-A": "2"},
            asks=["OPTIONS /users for GET with x-a,x-b", "GET /users"],
        ),
    ),
    case(
        "request headers of a classic program are asked for by name",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["x-a", "X-B"])}),
        Fetch(
            headers={"X-B": "1", "X-A": "2"},
            asks=["OPTIONS /users for GET with x-a,x-b", "GET /users"],
        ),
    ),
    case(
        "a request header that is not allowed stops the request",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("X-A")),
        Fetch(
            headers={"X-A": "1", "X-B": "2"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with x-a,x-b"],
        ),
    ),
    case(
        "a request header that a classic program does not allow stops the request",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["X-A"])}),
        Fetch(headers={"X-B": "2"}, sees=BLOCKED, asks=["OPTIONS /users for GET with x-b"]),
    ),
    case(
        "where any header is allowed, Authorization is",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_header()),
        Fetch(
            headers={"Authorization": "Bearer a", "X-A": "1"},
            asks=["OPTIONS /users for GET with authorization,x-a", "GET /users, authorized"],
        ),
    ),
    case(
        "where any header is allowed to any origin, Authorization is",
        fluent(lambda cors, w: cors.any_origin().allow_any_header()),
        Fetch(
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for GET with authorization", "GET /users, authorized"],
        ),
    ),
    case(
        "where a classic program allows * with credentials, Authorization is allowed",
        classic(lambda w: {w.page: ResourceOptions(allow_credentials=True, allow_headers="*")}),
        Fetch(
            headers={"Authorization": "Bearer a"},
            credentials="include",
            asks=["OPTIONS /users for GET with authorization", "GET /users, authorized"],
        ),
    ),
    case(
        "JSON is preflighted for its Content-Type",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_headers("Content-Type"),
            "POST",
            handler=echo,
        ),
        Fetch(
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=Sees(body="POST {}"),
            asks=["OPTIONS /users for POST with content-type", "POST /users"],
        ),
    ),
    case(
        "JSON is stopped where its Content-Type is not allowed",
        classic(lambda w: {w.page: ResourceOptions()}, "POST"),
        Fetch(
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=BLOCKED,
            asks=["OPTIONS /users for POST with content-type"],
        ),
    ),
    case(
        "a form is sent without a preflight, whatever the case of its type",
        fluent(lambda cors, w: cors.origin(w.page), "POST", handler=echo),
        Fetch(
            method="POST",
            headers={"Content-Type": "Application/X-WWW-Form-Urlencoded"},
            body="a=1",
            sees=Sees(body="POST a=1"),
            asks=["POST /users"],
        ),
    ),
    case(
        "a safelisted header of 128 bytes needs no permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(headers={"Accept-Language": _LONGEST}, asks=["GET /users"]),
    ),
    case(
        "a safelisted header of 129 bytes needs permission and gets it by name",
        fluent(lambda cors, w: cors.origin(w.page).allow_headers("Accept-Language")),
        Fetch(
            headers={"Accept-Language": _TOO_LONG},
            asks=["OPTIONS /users for GET with accept-language", "GET /users"],
        ),
    ),
    case(
        "a safelisted header of 129 bytes is stopped where nobody allows it",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={"Accept-Language": _TOO_LONG},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with accept-language"],
        ),
    ),
    case(
        "a safelisted header with an unsafe byte needs permission",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["Accept"])}),
        Fetch(
            headers={"Accept": 'text/plain;a="b"'},
            asks=["OPTIONS /users for GET with accept", "GET /users"],
        ),
    ),
    case(
        "a header that was safelisted once needs permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={"Save-Data": "on"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with save-data"],
        ),
    ),
    case(
        "headers that no script can set are dropped without a word",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            headers={
                "Access-Control-Request-Method": "PUT",
                "Cookie": "a=b",
                "Origin": STRANGER,
                "Proxy-Authorization": "a",
                "Sec-Fetch-Site": "none",
            },
            asks=["GET /users"],
        ),
    ),
)

_CACHE: Final = (
    case(
        "a preflight is remembered for as long as the policy says",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    case(
        "a preflight of a classic program is remembered",
        classic(lambda w: {w.page: ResourceOptions(max_age=600)}, "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    case(
        "nothing is remembered with max-age 0",
        fluent(lambda cors, w: cors.origin(w.page).max_age(0), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "nothing of a classic program is remembered with max-age 0",
        classic(lambda w: {w.page: ResourceOptions(max_age=0)}, "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "one preflight serves all methods and headers of a policy",
        fluent(
            lambda cors, w: cors.origin(w.page).allow_headers("X-A", "X-B").max_age(600),
            "PUT",
            "DELETE",
        ),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", headers={"X-A": "1", "X-B": "2"}, asks=["DELETE /users"]),
    ),
    case(
        "a preflight of a classic program serves its own method only",
        classic(lambda w: {w.page: ResourceOptions(max_age=600)}, "PUT", "DELETE"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    case(
        "a preflight of a classic program serves its own headers only",
        classic(lambda w: {w.page: ResourceOptions(allow_headers=["X-A", "X-B"], max_age=600)}),
        Fetch(headers={"X-A": "1"}, asks=["OPTIONS /users for GET with x-a", "GET /users"]),
        Fetch(headers={"X-B": "1"}, asks=["OPTIONS /users for GET with x-b", "GET /users"]),
        Fetch(headers={"X-A": "1"}, asks=["GET /users"]),
    ),
    case(
        "where any header is allowed, a preflight serves those that it named",
        fluent(lambda cors, w: cors.origin(w.page).allow_any_header().max_age(600)),
        Fetch(headers={"X-A": "1"}, asks=["OPTIONS /users for GET with x-a", "GET /users"]),
        Fetch(headers={"X-B": "1"}, asks=["OPTIONS /users for GET with x-b", "GET /users"]),
    ),
    case(
        "a preflight is remembered for its URL only",
        fluent(lambda cors, w: cors.origin(w.page).max_age(600), "PUT", path="/users/{id}"),
        Fetch("/users/1", method="PUT", asks=["OPTIONS /users/1 for PUT", "PUT /users/1"]),
        Fetch("/users/2", method="PUT", asks=["OPTIONS /users/2 for PUT", "PUT /users/2"]),
        Fetch("/users/1?a", method="PUT", asks=["OPTIONS /users/1?a for PUT", "PUT /users/1?a"]),
        Fetch("/users/1", method="PUT", asks=["PUT /users/1"]),
    ),
    case(
        "a preflight without credentials does not serve a request with them",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().max_age(600), "PUT"),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
    ),
    case(
        "a preflight with credentials serves a request without them",
        fluent(lambda cors, w: cors.origin(w.page).allow_credentials().max_age(600), "PUT"),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users"],
        ),
        Fetch(method="PUT", asks=["PUT /users"]),
    ),
    case(
        "a preflight of one policy does not combine with another's on the same path",
        programs.TWO_POLICIES,
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
        Fetch(
            method="DELETE",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for DELETE with x-a"],
        ),
    ),
    case(
        "a preflight of a route's policy does not combine with that of everywhere",
        programs.TWO_POLICIES_BELOW_EVERYWHERE,
        Fetch(method="DELETE", asks=["OPTIONS /users for DELETE", "DELETE /users"]),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(
            method="DELETE",
            headers={"X-A": "1"},
            sees=BLOCKED,
            asks=["OPTIONS /users for DELETE with x-a"],
        ),
    ),
)

_CREDENTIALS: Final = (
    case(
        "a cookie is kept and sent where the page includes credentials",
        programs.FLUENT_LOGIN,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session"],
        ),
        Fetch(credentials="include", asks=["GET /users and cookie ada"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users and cookie ada"],
        ),
        Fetch(asks=["GET /users"]),
        Fetch(credentials="omit", asks=["GET /users"]),
    ),
    case(
        "a cookie of a classic program is kept and sent",
        programs.CLASSIC_LOGIN,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session"],
        ),
        Fetch(credentials="include", asks=["GET /users and cookie ada"]),
        Fetch(
            method="PUT",
            credentials="include",
            asks=["OPTIONS /users for PUT", "PUT /users and cookie ada"],
        ),
    ),
    case(
        "a cookie is not kept where the page does not include credentials",
        programs.FLUENT_LOGIN,
        Fetch("/session", method="POST", sees=Sees(body="welcome"), asks=["POST /session"]),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    case(
        "an answer to a cookie is not readable where the policy allows no credentials",
        programs.LOGIN_WITHOUT_CREDENTIALS,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=BLOCKED,
            asks=["POST /session"],
        ),
        # The browser has kept the cookie of an answer that it did not show.
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users and cookie ada"]),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "an answer to a cookie is not readable where any origin is allowed",
        programs.LOGIN_FOR_ANYBODY,
        Fetch(
            "/session",
            method="POST",
            credentials="include",
            sees=BLOCKED,
            asks=["POST /session"],
        ),
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users and cookie ada"]),
        Fetch(credentials="omit", asks=["GET /users"]),
    ),
    case(
        "a classic program that allows * with credentials shows a page its cookies' answers",
        classic(lambda w: {"*": ResourceOptions(allow_credentials=True)}, "PUT"),
        Fetch(method="PUT", credentials="include", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
)

_REDIRECTS: Final = (
    case(
        "a redirect within the program is followed",
        redirecting(lambda w: "/users"),
        Fetch("/old", sees=_REDIRECTED, asks=["GET /old", "GET /users"]),
    ),
    case(
        "a redirect within a classic program is followed",
        redirecting_classically(lambda w: "/users", 307),
        Fetch(
            "/old",
            method="PUT",
            headers={"X-A": "1"},
            body="text",
            sees=Sees(body="PUT text", redirected=True),
            asks=[
                "OPTIONS /old for PUT with x-a",
                "PUT /old",
                "OPTIONS /users for PUT with x-a",
                "PUT /users",
            ],
        ),
    ),
    case(
        "a redirect that nobody covers is not followed",
        redirecting(lambda w: "/users", covered=False),
        Fetch("/old", sees=BLOCKED, asks=["GET /old"]),
    ),
    case(
        "a redirect to what nobody covers is followed and not readable",
        redirecting(lambda w: "/nothing"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old", "GET /nothing"]),
    ),
    case(
        "a redirect to another origin makes the page's origin opaque, and any origin reads",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old", "GET /users at other from null"],
        ),
        other=fluent(lambda cors, w: cors.any_origin()),
    ),
    case(
        "a redirect between classic programs that allow * is readable with an opaque origin",
        redirecting_classically(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old", "GET /users at other from null"],
        ),
        other=classic(lambda w: {"*": ResourceOptions()}),
    ),
    case(
        "a redirect to another origin that names the page is not readable",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch("/old", sees=BLOCKED, asks=["GET /old", "GET /users at other from null"]),
        other=fluent(lambda cors, w: cors.origin(w.page)),
    ),
    case(
        "a cookie follows a redirect to another origin, and its answer is not readable",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/session",
            at="other",
            method="POST",
            credentials="include",
            sees=Sees(body="welcome"),
            asks=["POST /session at other"],
        ),
        Fetch(
            "/old",
            credentials="include",
            sees=BLOCKED,
            asks=["GET /old and cookie ada", "GET /users at other from null and cookie ada"],
        ),
        other=programs.FLUENT_LOGIN,
    ),
    case(
        "a redirect from the page's own origin to another keeps the page's origin",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            sees=Sees(redirected=True),
            asks=["GET /old without origin", "GET /users at other"],
        ),
        other=fluent(lambda cors, w: cors.origin(w.page)),
        page="api",
    ),
    case(
        "a redirect from another origin to the page's own is not readable without permission",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch("/old", at="other", sees=BLOCKED, asks=["GET /old at other", "GET /users from null"]),
        other=redirecting_classically(lambda w: f"{w.api}/users"),
        page="api",
    ),
    case(
        "a redirect from another origin to the page's own is readable to any origin",
        fluent(lambda cors, w: cors.any_origin()),
        Fetch(
            "/old",
            at="other",
            sees=Sees(redirected=True),
            asks=["GET /old at other", "GET /users from null"],
        ),
        other=redirecting_classically(lambda w: f"{w.api}/users"),
        page="api",
    ),
    case(
        "a preflighted request is preflighted again where it is redirected to",
        redirecting(lambda w: f"{w.other}/users", 307),
        Fetch(
            "/old",
            method="PUT",
            sees=Sees(redirected=True),
            asks=[
                "OPTIONS /old for PUT",
                "PUT /old",
                "OPTIONS /users at other for PUT from null",
                "PUT /users at other from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.any_origin(), "PUT"),
    ),
    case(
        "a preflighted request stops where its redirect leads to a refusal",
        redirecting(lambda w: f"{w.other}/users", 308),
        Fetch(
            "/old",
            method="PUT",
            sees=BLOCKED,
            asks=[
                "OPTIONS /old for PUT",
                "PUT /old",
                "OPTIONS /users at other for PUT from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.origin(w.page), "PUT"),
    ),
    case(
        "303 turns PUT into GET, which needs no preflight",
        redirecting(lambda w: "/users", 303),
        Fetch(
            "/old",
            method="PUT",
            body="text",
            sees=_REDIRECTED,
            asks=["OPTIONS /old for PUT", "PUT /old", "GET /users"],
        ),
    ),
    case(
        "302 turns POST into GET and takes the Content-Type away",
        redirecting(lambda w: "/users", 302),
        Fetch(
            "/old",
            method="POST",
            headers={"Content-Type": "application/json"},
            body="{}",
            sees=_REDIRECTED,
            asks=["OPTIONS /old for POST with content-type", "POST /old", "GET /users"],
        ),
    ),
    case(
        "a redirect to another origin takes Authorization away",
        redirecting(lambda w: f"{w.other}/users"),
        Fetch(
            "/old",
            headers={"Authorization": "Bearer a"},
            sees=Sees(redirected=True),
            asks=[
                "OPTIONS /old for GET with authorization",
                "GET /old, authorized",
                "GET /users at other from null",
            ],
        ),
        other=fluent(lambda cors, w: cors.any_origin()),
    ),
    case(
        "a page that follows redirects by hand sees nothing of them",
        redirecting(lambda w: "/users"),
        Fetch(
            "/old",
            redirect="manual",
            sees=Sees(status=0, body="", type="opaqueredirect"),
            asks=["GET /old"],
        ),
        Fetch("/old", redirect="error", sees=BLOCKED, asks=["GET /old"]),
    ),
)

_ERRORS: Final = (
    case(
        "a page reads that it has to log in",
        fluent(
            lambda cors, w: cors.origin(w.page),
            handler=raising(lambda: web.HTTPUnauthorized(text="log in first")),
        ),
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
    ),
    case(
        "a page of a refused origin does not learn that it has to log in",
        fluent(
            lambda cors, w: cors.origin(STRANGER),
            handler=raising(lambda: web.HTTPUnauthorized(text="log in first")),
        ),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "a page reads that what it asked a classic program for is not there",
        classic(
            lambda w: {w.page: ResourceOptions()},
            handler=raising(lambda: web.HTTPNotFound(text="no such user")),
        ),
        Fetch(sees=Sees(status=404, body="no such user"), asks=["GET /users"]),
    ),
    case(
        "a page reads that the program has failed",
        fluent(lambda cors, w: cors.origin(w.page), handler=raising(RuntimeError)),
        Fetch(
            sees=Sees(
                status=500,
                body="500 Internal Server Error\n\nServer got itself in trouble",
            ),
            asks=["GET /users"],
        ),
    ),
    case(
        "a page reads that a classic program has failed",
        classic(lambda w: {w.page: ResourceOptions()}, handler=raising(RuntimeError)),
        Fetch(
            sees=Sees(
                status=500,
                body="500 Internal Server Error\n\nServer got itself in trouble",
            ),
            asks=["GET /users"],
        ),
    ),
    case(
        "a page reads that a method is not routed",
        fluent(lambda cors, w: cors.origin(w.page)),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    case(
        "a page reads that a method of a classic program is not routed",
        classic(lambda w: {w.page: ResourceOptions()}),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    case(
        "a middleware that wants a login lets preflights pass, and a page reads its 401",
        programs.AUTHENTICATED,
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
        Fetch(
            method="PUT",
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for PUT with authorization", "PUT /users, authorized"],
        ),
    ),
    case(
        "a middleware of a classic program that wants a login lets preflights pass",
        programs.CLASSIC_AUTHENTICATED,
        Fetch(sees=Sees(status=401, body="log in first"), asks=["GET /users"]),
        Fetch(
            method="PUT",
            headers={"Authorization": "Bearer a"},
            asks=["OPTIONS /users for PUT with authorization", "PUT /users, authorized"],
        ),
    ),
)

_TARGETS: Final = (
    case(
        "a stream is readable",
        fluent(lambda cors, w: cors.origin(w.page), "GET", "PUT", handler=stream),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a stream of a classic program is readable",
        classic(lambda w: {w.page: ResourceOptions()}, handler=stream),
        Fetch(asks=["GET /users"]),
    ),
    case(
        "a view is covered for the methods that it defines",
        programs.PLAIN_VIEW,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    case(
        "a classic view has a configuration for itself and one for a method",
        programs.MIXIN_VIEW,
        Fetch(asks=["GET /users"]),
        Fetch(headers={"X-A": "1"}, sees=BLOCKED, asks=["OPTIONS /users for GET with x-a"]),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
    ),
    case(
        "static files are readable, also a part of one",
        programs.STATIC_FILES,
        Fetch("/files/hello.txt", asks=["GET /files/hello.txt"]),
        Fetch(
            "/files/hello.txt?part",
            headers={"Range": "bytes=0-1"},
            sees=Sees(status=206, body="he"),
            asks=["GET /files/hello.txt?part"],
        ),
        Fetch(
            "/files/",
            sees=Sees(status=403, body="403: Forbidden"),
            asks=["GET /files/"],
        ),
    ),
    case(
        "static files of a classic program are readable",
        programs.CLASSIC_STATIC_FILES,
        Fetch("/files/hello.txt", asks=["GET /files/hello.txt"]),
        Fetch(
            "/files/hello.txt",
            method="PUT",
            sees=BLOCKED,
            asks=["OPTIONS /files/hello.txt for PUT"],
        ),
    ),
    case(
        "a sub-application is covered as a whole, but for what has a policy of its own",
        programs.SUB_APPLICATION,
        Fetch("/api/users", asks=["GET /api/users"]),
        Fetch("/api/users", method="PUT", asks=["OPTIONS /api/users for PUT", "PUT /api/users"]),
        Fetch("/api/private", sees=BLOCKED, asks=["GET /api/private"]),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "a classic sub-application covers itself and not its parent",
        programs.CLASSIC_SUB_APPLICATION,
        Fetch("/api/users", method="PUT", asks=["OPTIONS /api/users for PUT", "PUT /api/users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "everywhere covers what is routed, what is not, and nothing that is excluded",
        programs.EVERYWHERE,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            "/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /nothing"],
        ),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
        Fetch("/nothing", method="PUT", sees=BLOCKED, asks=["OPTIONS /nothing for PUT"]),
        Fetch("/private", sees=BLOCKED, asks=["GET /private"]),
        Fetch("/private", method="PUT", sees=BLOCKED, asks=["OPTIONS /private for PUT"]),
    ),
    case(
        "a path that is split over two resources is covered by both",
        programs.SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a path of a classic program that is split over two resources is covered by both",
        programs.CLASSIC_SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "one resource of a split path allows nothing that the other serves",
        programs.HALF_COVERED_SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a private route is not opened by a pattern that matches its path",
        programs.PRIVATE_ME,
        Fetch("/users/1", method="DELETE", asks=["OPTIONS /users/1 for DELETE", "DELETE /users/1"]),
        Fetch("/users/me", asks=["GET /users/me"]),
        Fetch("/users/me", method="DELETE", sees=BLOCKED, asks=["OPTIONS /users/me for DELETE"]),
    ),
    case(
        "a private route of a classic program is not opened by a pattern that matches its path",
        programs.CLASSIC_PRIVATE_ME,
        Fetch("/users/1", method="DELETE", asks=["OPTIONS /users/1 for DELETE", "DELETE /users/1"]),
        Fetch("/users/me", asks=["GET /users/me"]),
        Fetch("/users/me", method="DELETE", sees=BLOCKED, asks=["OPTIONS /users/me for DELETE"]),
    ),
)

_ALLOW_PAGE: Final = {"Access-Control-Allow-Origin": "PAGE"}
_ALLOW_ANY: Final = {"Access-Control-Allow-Origin": "*"}
_ANYTHING: Final = {
    **_ALLOW_ANY,
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Allow-Headers": "*",
}
_WITH_CREDENTIALS: Final = {**_ALLOW_PAGE, "Access-Control-Allow-Credentials": "true"}

# What other servers say and this library does not: here only the model is held against engines.
_BY_HAND: Final = (
    case(
        "* allows every method and header without credentials",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
    ),
    case(
        "* is no method that a page can ask for",
        classic(lambda w: {w.page: ResourceOptions(allow_methods="*", max_age=600)}),
        Fetch(method="*", sees=BLOCKED, asks=["OPTIONS /users for *"]),
    ),
    case(
        "* is no method where credentials are included",
        by_hand(
            preflight={**_WITH_CREDENTIALS, "Access-Control-Allow-Methods": "*"},
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "a failed request takes back what was remembered of its URL",
        by_hand(
            preflight={
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Max-Age": "600",
            },
            actual={},
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "a preflight that did not suffice is not remembered",
        by_hand(
            preflight={
                **_WITH_CREDENTIALS,
                "Access-Control-Allow-Methods": "*",
                "Access-Control-Max-Age": "600",
            },
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(method="PUT", credentials="include", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    case(
        "* is no header where credentials are included",
        by_hand(
            preflight={**_WITH_CREDENTIALS, "Access-Control-Allow-Headers": "*"},
            actual=_WITH_CREDENTIALS,
        ),
        Fetch(
            headers={"X-A": "1"},
            credentials="include",
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with x-a"],
        ),
    ),
    case(
        "* exposes no header where credentials are included",
        by_hand(
            preflight={},
            actual={**_WITH_CREDENTIALS, "Access-Control-Expose-Headers": "*"},
        ),
        Fetch(credentials="include", asks=["GET /users"]),
    ),
    case(
        "* does not cover Authorization",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY),
        Fetch(
            headers={"Authorization": "Bearer a"},
            sees=BLOCKED,
            asks=["OPTIONS /users for GET with authorization"],
        ),
    ),
    case(
        "a preflight passes with 204 and not with 404",
        by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY, preflight_status=204),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(at="other", method="PUT", sees=BLOCKED, asks=["OPTIONS /users at other for PUT"]),
        other=by_hand(preflight=_ANYTHING, actual=_ALLOW_ANY, preflight_status=404),
    ),
    case(
        "a preflight is not redirected",
        by_hand(
            preflight={**_ANYTHING, "Location": "/users"},
            actual=_ALLOW_ANY,
            preflight_status=307,
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "two allowed origins in one header are none",
        by_hand(preflight={}, actual={"Access-Control-Allow-Origin": f"PAGE, {STRANGER}"}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "an allowed origin with a slash at its end is another",
        by_hand(preflight={}, actual={"Access-Control-Allow-Origin": "PAGE/"}),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "credentials are allowed by true and not by True",
        by_hand(preflight={}, actual={**_ALLOW_PAGE, "Access-Control-Allow-Credentials": "True"}),
        Fetch(credentials="include", sees=BLOCKED, asks=["GET /users"]),
    ),
    case(
        "methods that are no tokens spoil a preflight",
        by_hand(
            preflight={**_ALLOW_ANY, "Access-Control-Allow-Methods": "PUT, DEL ETE"},
            actual=_ALLOW_ANY,
        ),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    case(
        "GET, HEAD and POST pass, whatever methods a preflight allows",
        by_hand(
            preflight={
                **_ALLOW_ANY,
                "Access-Control-Allow-Methods": "PUT",
                "Access-Control-Allow-Headers": "X-A",
            },
            actual=_ALLOW_ANY,
        ),
        Fetch(
            method="POST",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for POST with x-a", "POST /users"],
        ),
    ),
    case(
        "cookies of the page's own origin are kept and sent, unless the page omits credentials",
        programs.UNCOVERED_LOGIN,
        Fetch(
            "/session",
            method="POST",
            sees=Sees(body="welcome", type="basic"),
            asks=["POST /session"],
        ),
        Fetch(
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users without origin and cookie ada"],
        ),
        Fetch(
            credentials="omit",
            sees=Sees(type="basic", headers={"x-custom": "1", "x-other": "2"}),
            asks=["GET /users without origin"],
        ),
        page="api",
    ),
)

CASES: Final[tuple[Case, ...]] = (
    *_ORIGINS,
    *_EXPOSED,
    *_METHODS,
    *_HEADERS,
    *_CACHE,
    *_CREDENTIALS,
    *_REDIRECTS,
    *_ERRORS,
    *_TARGETS,
    *_BY_HAND,
    *MODEL_CASES,
)
"""All rows."""
