"""What a decision writes into a response's headers, and what it takes out of them.

Expectations from the contract's *Actual responses*.
"""

import asyncio
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options, compile_policy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._protocol.enforcement import AUTHORIZATION, CERTIFICATE, COOKIE, Facts
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Naming
from aiohttp_cors._server.actual import Receiver
from aiohttp_cors._server.headers import facts_of, remove_foreign
from aiohttp_cors._table.table import Table
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginSource, Policy

A = "https://a.example"


def classic(options: ResourceOptions) -> Grant:
    grant = CompiledPolicy([compile_options({A: options, "*": options})]).match(A)
    assert grant is not None
    return grant


def fluent(source: OriginSource, **clause: object) -> Grant:
    made = Clause(origins=(source,), **clause)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    grant = compile_policy(Policy((made,))).match(A)
    assert grant is not None
    return grant


def written(
    grant: Grant | None,
    *before: tuple[str, str],
    origin: str | None = A,
    vary: bool = True,
) -> list[tuple[str, str]]:
    """The headers, sorted, after the decision was written beside those before."""
    return sorted(prepared(CIMultiDict(before), grant, origin, varies=vary).items())


def prepared(
    headers: CIMultiDict[str], grant: Grant | None, origin: str | None, *, varies: bool
) -> CIMultiDict[str]:
    """The headers of a response after a receiver has seen it that knows what is granted."""
    asked = {} if origin is None else {"Origin": origin}
    request = make_mocked_request("GET", "/", headers=asked)
    decision = Decision(CompiledPolicy(()), "GET", Naming.NEVER)
    decision.varies = varies
    decision.constant = grant
    decision.exact = {} if origin is None or grant is None else {origin: grant}
    table = Table(web.Application(), is_ours=lambda _: False)
    table.routes[request.match_info.route] = decision
    response = web.StreamResponse(headers=headers)
    receive = Receiver(table, lambda: None).receive()

    async def prepare() -> None:
        await receive(request, response)

    asyncio.run(prepare())
    return response.headers


def test_an_allowed_origin_is_echoed_and_nothing_more_is_said_than_granted() -> None:
    assert written(classic(ResourceOptions())) == [
        ("Access-Control-Allow-Origin", A),
        ("Vary", "Origin"),
    ]


def test_credentials_and_exposed_headers_are_said_where_they_are_granted() -> None:
    options = ResourceOptions(
        allow_credentials=True, expose_headers=["X-A"], allow_headers="*", max_age=600
    )
    assert written(classic(options)) == [
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Origin", A),
        ("Access-Control-Expose-Headers", "X-A"),
        ("Vary", "Origin"),
    ]


def test_an_opaque_origin_is_echoed_like_any_other() -> None:
    headers = written(classic(ResourceOptions()), origin="null")
    assert ("Access-Control-Allow-Origin", "null") in headers


@pytest.mark.parametrize("origin", [None, A, "null", "https://é.example"])
def test_the_constant_star_is_the_same_for_everybody_and_needs_no_vary(origin: str | None) -> None:
    grant = fluent(AnyOrigin())
    assert written(grant, origin=origin, vary=False) == [("Access-Control-Allow-Origin", "*")]


@pytest.mark.parametrize("origin", [A, None], ids=["refused", "no CORS request"])
def test_without_a_grant_only_vary_is_written(origin: str | None) -> None:
    assert written(None, origin=origin) == [("Vary", "Origin")]


@pytest.mark.parametrize("origin", [A, None], ids=["refused", "no CORS request"])
def test_without_a_grant_and_with_the_constant_nothing_is_written(origin: str | None) -> None:
    assert written(None, ("X-A", "1"), origin=origin, vary=False) == [("X-A", "1")]


@pytest.mark.parametrize(
    "before, merged",
    [
        ([("Vary", "Accept-Encoding")], ["Accept-Encoding", "Origin"]),
        ([("vary", "Accept"), ("VARY", "Cookie, origin")], ["Accept", "Cookie", "origin"]),
        ([("Vary", "*")], ["*"]),
        ([("Vary", "Accept"), ("Vary", "*")], ["*"]),
        ([("Vary", "")], ["Origin"]),
    ],
    ids=repr,
)
@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "refused"])
def test_all_lines_of_vary_are_merged_into_one(
    before: list[tuple[str, str]], merged: list[str], allowed: bool
) -> None:
    headers = written(classic(ResourceOptions()) if allowed else None, *before)
    lines = [value for name, value in headers if name.lower() == "vary"]
    assert len(lines) == 1
    assert sorted(name.strip() for name in lines[0].split(",")) == merged


def test_exposing_everything_names_what_the_response_has_before_ours() -> None:
    before = [
        ("Content-Type", "text/plain"),
        ("Content-Length", "0"),
        ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("Connection", "keep-alive"),
        ("Transfer-Encoding", "chunked"),
        ("X-Request-ID", "1"),
        ("X-Request-ID", "2"),
    ]
    headers = dict(written(classic(ResourceOptions(expose_headers="*")), *before))
    names = headers["Access-Control-Expose-Headers"].split(",")
    assert sorted(name.strip() for name in names) == ["Date", "X-Request-ID"]


def test_exposing_everything_of_a_response_that_has_nothing_writes_no_header() -> None:
    grant = classic(ResourceOptions(expose_headers="*"))
    assert written(grant, ("Content-Type", "text/plain")) == [
        ("Access-Control-Allow-Origin", A),
        ("Content-Type", "text/plain"),
        ("Vary", "Origin"),
    ]


def test_everything_is_exposed_by_a_star_beside_the_constant_star() -> None:
    grant = fluent(AnyOrigin(), expose_headers="*")
    assert written(grant, ("X-A", "1"), vary=False) == [
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "*"),
        ("X-A", "1"),
    ]


def test_everything_is_exposed_by_name_to_a_named_origin() -> None:
    source = parse_origin(A)
    assert not isinstance(source, Problem)
    grant = fluent(source, expose_headers="*")
    assert ("Access-Control-Expose-Headers", "X-A") in written(grant, ("X-A", "1"))


def test_every_header_is_written_once_whatever_was_there() -> None:
    options = ResourceOptions(allow_credentials=True, expose_headers=["X-A"])
    headers: CIMultiDict[str] = CIMultiDict(
        [
            ("access-control-allow-origin", "*"),
            ("Access-Control-Allow-Origin", "https://evil.example"),
            ("Access-Control-Allow-Credentials", "false"),
            ("Access-Control-Expose-Headers", "X-Secret"),
        ]
    )
    assert sorted(prepared(headers, classic(options), A, varies=True).items()) == [
        ("Access-Control-Allow-Credentials", "true"),
        ("Access-Control-Allow-Origin", A),
        ("Access-Control-Expose-Headers", "X-A"),
        ("Vary", "Origin"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers",
        "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers",
        "Access-Control-Max-Age",
        "Access-Control-Allow-Private-Network",
        "Access-Control-Whatever-Comes-Next",
        "access-control-allow-origin",
        "ACCESS-CONTROL-ALLOW-ORIGIN",
    ],
)
def test_a_cors_header_that_somebody_else_set_is_taken_out(name: str) -> None:
    headers: CIMultiDict[str] = CIMultiDict([("X-A", "1"), (name, "*"), ("Vary", "Accept")])
    assert remove_foreign(headers) == [name]
    assert list(headers.items()) == [("X-A", "1"), ("Vary", "Accept")]


def test_all_cors_headers_are_taken_out_with_all_their_lines() -> None:
    headers: CIMultiDict[str] = CIMultiDict(
        [
            ("Access-Control-Allow-Origin", "https://b.example"),
            ("X-A", "1"),
            ("access-control-allow-origin", "*"),
            ("Access-Control-Max-Age", "600"),
            ("Access-Control-Whatever", "x"),
        ]
    )
    names = {name.lower() for name in remove_foreign(headers)}
    assert names == {
        "access-control-allow-origin",
        "access-control-max-age",
        "access-control-whatever",
    }
    assert list(headers.items()) == [("X-A", "1")]


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_a_cors_header_is_taken_out_also_from_the_thousandth_response(rounds: int) -> None:
    for _ in range(rounds):
        headers: CIMultiDict[str] = CIMultiDict([("X-A", "1"), ("Server", "x")])
        assert remove_foreign(headers) == []
        headers.add("ACCESS-CONTROL-MAX-AGE", "5")
        assert remove_foreign(headers) == ["ACCESS-CONTROL-MAX-AGE"]
        assert list(headers) == ["X-A", "Server"]


def test_what_is_remembered_of_header_names_cannot_be_made_to_grow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    remembered: set[str] = set()
    monkeypatch.setattr("aiohttp_cors._server.headers._harmless", remembered)
    sizes: list[int] = []
    for number in range(3000):
        headers: CIMultiDict[str] = CIMultiDict([(f"X-{number}", ""), ("X-Last", "")])
        assert remove_foreign(headers) == []
        sizes.append(len(remembered))
    assert sizes[-1] == sizes[-1000] < 2000
    headers = CIMultiDict([("X-New", ""), ("Access-Control-Allow-Origin", "*")])
    assert remove_foreign(headers) == ["Access-Control-Allow-Origin"]
    assert list(headers) == ["X-New"]


def test_what_only_looks_like_a_cors_header_stays() -> None:
    before = [("X-Access-Control-Allow-Origin", "*"), ("Access-Controls", "x"), ("Origin", A)]
    headers: CIMultiDict[str] = CIMultiDict(before)
    assert remove_foreign(headers) == []
    assert list(headers.items()) == before


# The facts of a request, for enforcement


def facts(
    *lines: tuple[str, str], method: str = "POST", certificate: dict[str, object] | None = None
) -> Facts:
    transport = Mock()
    transport.get_extra_info.side_effect = {"peercert": certificate}.get
    request = make_mocked_request(method, "/", transport=transport)
    return facts_of(request.clone(headers=CIMultiDict(lines)))


def test_facts_are_read_line_by_line() -> None:
    read = facts(
        ("Origin", A),
        ("origin", "null"),
        ("Sec-Fetch-Site", "same-origin"),
        ("SEC-FETCH-SITE", "none, same-origin"),
        ("Host", "A.example:8443"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "object"),
    )
    assert (read.method, read.host) == ("POST", "A.example:8443")
    assert (read.origins, read.origin) == ([A, "null"], A)
    assert (read.sites, read.site) == (["same-origin", "none, same-origin"], "same-origin")
    assert (read.mode, read.destination) == ("navigate", "object")
    assert not read.credentials


def test_nothing_is_known_of_a_request_without_headers() -> None:
    read = facts()
    assert (read.origin, read.site, read.host, read.mode, read.destination) == (
        None,
        None,
        *[""] * 3,
    )
    assert not any([read.is_preflight, read.is_handshake, read.is_safe, *read.credentials])


def test_two_hosts_are_none() -> None:
    assert facts(("Host", "a.example"), ("Host", "a.example")).host == ""


@pytest.mark.parametrize(
    "line, is_handshake",
    [
        ("websocket", True),
        ("WebSocket", True),
        ("h2c, websocket", True),
        ("h2c", False),
        ("", False),
    ],
)
def test_a_handshake_asks_for_an_upgrade(line: str, is_handshake: bool) -> None:
    assert facts(("Upgrade", line), method="GET").is_handshake == is_handshake


@pytest.mark.parametrize("method, is_one", [("OPTIONS", True), ("POST", False)])
def test_a_preflight_is_an_options_request_that_asks(method: str, is_one: bool) -> None:
    asking = [("Origin", A), ("Access-Control-Request-Method", "PUT")]
    assert facts(*asking, method=method).is_preflight == is_one
    assert not facts(asking[0], method=method).is_preflight


@pytest.mark.parametrize(
    "certificate, carried", [({"subject": ()}, True), ({}, False), (None, False)]
)
def test_a_client_certificate_is_a_credential(
    certificate: dict[str, object] | None, carried: bool
) -> None:
    assert (CERTIFICATE in facts(certificate=certificate).credentials) == carried


def test_credentials_are_known_by_their_names() -> None:
    read = facts(("cookie", ""), ("AUTHORIZATION", "Basic eA=="), ("Proxy-Authorization", "x"))
    assert read.credentials == [COOKIE, AUTHORIZATION]
