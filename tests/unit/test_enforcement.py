"""The table of enforcement, row by row, and what it makes of everything that engines really send.

Expectations from the contract's *Enforcement*. What Chromium 156, Firefox 153 ESR and WebKitGTK 2.50
send was measured: ``what_engines_send.txt`` has a line for each kind of request, with ``Origin``,
``Sec-Fetch-Site`` and a ``c`` where a cookie went along, an engine after the other; ``ALL`` for alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import pytest

from aiohttp_cors import CorsConfigError, Policy
from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.compiled_policy import compile_policy
from aiohttp_cors._protocol.enforcement import (
    AUTHORIZATION,
    CERTIFICATE,
    COOKIE,
    Facts,
    Judged,
    Why,
    judge_facts,
    judge_origin,
)
from aiohttp_cors._protocol.verdicts import Naming
from aiohttp_cors._values.enforcement import Enforcement, parse_enforcement
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origins import parse_origin
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginSource

HOST: Final = "api.example:8443"
OWN: Final = "https://api.example:8443"
TRUSTED: Final = "https://app.example"
PUBLIC: Final = "https://public.example"
EVIL: Final = "https://evil.example"


def source(text: str) -> OriginSource:
    parsed = parse_origin(text)
    assert not isinstance(parsed, Problem)
    return parsed


POLICY: Final = Policy(
    (
        Clause(origins=(source(TRUSTED),), allow_credentials=True),
        Clause(
            origins=(source(PUBLIC),),
            allow_methods=frozenset({"GET", "POST"}),
            allow_headers=frozenset({"X-Token"}),
        ),
    )
)
WITH_AUTHORIZATION: Final = Policy(
    (Clause(origins=(source(PUBLIC),), allow_headers=frozenset({"authorization"})),)
)
ANY_HEADER: Final = Policy((Clause(origins=(source(PUBLIC),), allow_headers="*"),))
ANY_ORIGIN: Final = Policy((Clause(origins=(AnyOrigin(),)),))

PLAIN: Final = Enforcement()
ISOLATED: Final = Enforcement(isolate=True)
WITH_OWN: Final = Enforcement(own=("https://www.example",))


def judged(facts: Facts, policy: Policy = POLICY, enforced: Enforcement = PLAIN) -> Judged:
    """The decision, from the facts of a request and a policy, as the guard asks for it."""
    compiled = compile_policy(policy)
    any_origin = any(table.any_origin is not None for table in compiled.tables)
    early = judge_facts(facts, enforced, any_origin=any_origin)
    if early is not None:
        return early
    assert facts.origin is not None
    grant = compiled.match(facts.origin)
    verdict = judge_actual(facts.origin, facts.method, grant, Naming.NEVER)
    return judge_origin(facts, enforced, verdict)


def facts(
    method: str = "POST",
    *,
    origin: str | Sequence[str] = (),
    site: str | Sequence[str] = (),
    host: str = HOST,
    mode: str = "",
    dest: str = "",
    credentials: Sequence[str] = (),
    is_preflight: bool = False,
    is_handshake: bool = False,
) -> Facts:
    return Facts(
        method=method,
        origins=[origin] if isinstance(origin, str) else origin,
        sites=[site] if isinstance(site, str) else site,
        host=host,
        mode=mode,
        destination=dest,
        is_preflight=is_preflight,
        is_handshake=is_handshake,
        credentials=credentials,
    )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A request, who sends such a one, and the row of the table that decides about it.

    `refused` is a part of what the client is told; empty for a request that passes.
    """

    name: str
    sent_by: str
    facts: Facts
    row: int
    refused: str = ""
    policy: Policy = POLICY
    enforced: Enforcement = PLAIN


SITE: Final = "cross-site"

CASES: Final = [
    Case(
        name="a preflight",
        sent_by="all, before a PUT of another origin",
        facts=facts("OPTIONS", origin=EVIL, site=SITE, is_preflight=True),
        row=0,
    ),
    Case(
        name="a preflight with two origins",
        sent_by="none: CORS answers it",
        facts=facts("OPTIONS", origin=[EVIL, TRUSTED], is_preflight=True),
        row=0,
    ),
    Case(
        name="two origins",
        sent_by="none",
        facts=facts(origin=[TRUSTED, EVIL], site=SITE),
        row=1,
        refused="Origin is there 2 times",
    ),
    Case(
        name="the same origin twice",
        sent_by="none",
        facts=facts(origin=[TRUSTED, TRUSTED]),
        row=1,
        refused="Origin is there 2 times",
    ),
    Case(
        name="two sites",
        sent_by="none",
        facts=facts(origin=TRUSTED, site=["same-origin", "cross-site"]),
        row=1,
        refused="Sec-Fetch-Site is there 2 times",
    ),
    Case(
        name="the server's own page",
        sent_by="all: fetch, form, sendBeacon",
        facts=facts(origin=OWN, site="same-origin", credentials=[COOKIE]),
        row=2,
    ),
    Case(
        name="an own form under no-referrer",
        sent_by="all",
        facts=facts(origin="null", site="same-origin", credentials=[COOKIE]),
        row=2,
    ),
    Case(
        name="an own page behind a proxy that changes Host",
        sent_by="all, over TLS and loopback",
        facts=facts(origin="https://www.example", site="same-origin", host="backend:8080"),
        row=2,
    ),
    Case(
        name="an own WebSocket",
        sent_by="firefox, webkit",
        facts=facts("GET", origin=OWN, site="same-origin", is_handshake=True),
        row=2,
    ),
    Case(
        name="what the user types",
        sent_by="all: the address bar, a bookmark",
        facts=facts("GET", site="none", mode="navigate", dest="document"),
        row=3,
    ),
    Case(
        name="a client that is no browser",
        sent_by="no engine: curl, a webhook",
        facts=facts(credentials=[AUTHORIZATION]),
        row=4,
    ),
    Case(
        name="an image over plain http",
        sent_by="all, from http to an address of the network",
        facts=facts("GET", credentials=[COOKIE]),
        row=4,
    ),
    Case(
        name="a handshake without an origin",
        sent_by="no engine",
        facts=facts("GET", is_handshake=True),
        row=4,
    ),
    Case(
        name="a link",
        sent_by="all",
        facts=facts("GET", site=SITE, mode="navigate", dest="document"),
        row=5,
    ),
    Case(
        name="a frame, isolated",
        sent_by="all: iframe GET",
        facts=facts("GET", site=SITE, mode="navigate", dest="iframe"),
        row=5,
        enforced=ISOLATED,
    ),
    Case(
        name="an object",
        sent_by="all",
        facts=facts("GET", site=SITE, mode="navigate", dest="object"),
        row=6,
    ),
    Case(
        name="an object, isolated",
        sent_by="all",
        facts=facts("GET", site=SITE, mode="navigate", dest="object"),
        row=6,
        refused="other sites may not embed this (Sec-Fetch-Site: 'cross-site')",
        enforced=ISOLATED,
    ),
    Case(
        name="an embed, isolated",
        sent_by="all",
        facts=facts("GET", site="same-site", mode="navigate", dest="embed"),
        row=6,
        refused="Sec-Fetch-Site: 'same-site'",
        enforced=ISOLATED,
    ),
    Case(
        name="an image",
        sent_by="all: img, script, no-cors GET",
        facts=facts("GET", site=SITE, mode="no-cors", dest="image"),
        row=6,
    ),
    Case(
        name="an image, isolated",
        sent_by="all: img, script, no-cors GET",
        facts=facts("HEAD", site=SITE, mode="no-cors", dest="image"),
        row=6,
        refused="other sites may not embed this",
        enforced=ISOLATED,
    ),
    Case(
        name="an image of what is for everybody, isolated",
        sent_by="all: img, script, no-cors GET",
        facts=facts("GET", site=SITE, mode="no-cors", dest="image"),
        row=6,
        policy=ANY_ORIGIN,
        enforced=ISOLATED,
    ),
    Case(
        name="a POST of another site without an origin",
        sent_by="none",
        facts=facts(site=SITE, mode="navigate"),
        row=7,
        refused="'POST' comes without an origin (Sec-Fetch-Site: 'cross-site')",
    ),
    Case(
        name="a handshake of another site without an origin",
        sent_by="none",
        facts=facts("GET", site=SITE, mode="websocket", is_handshake=True),
        row=7,
        refused="a WebSocket handshake comes without an origin",
    ),
    Case(
        name="an unknown site and no origin",
        sent_by="none",
        facts=facts(site="elsewhere"),
        row=7,
        refused="Sec-Fetch-Site: 'elsewhere'",
    ),
    Case(
        name="a sandboxed frame",
        sent_by="all: sandbox form POST, sandbox fetch POST",
        facts=facts(origin="null", site=SITE),
        row=8,
        refused="origin 'null' is nobody's (Sec-Fetch-Site: 'cross-site')",
    ),
    Case(
        name="a sandboxed frame, and any origin is allowed",
        sent_by="all: sandbox fetch POST",
        facts=facts(origin="null", site=SITE),
        row=8,
        refused="origin 'null' is nobody's",
        policy=ANY_ORIGIN,
    ),
    Case(
        name="a sandboxed WebSocket",
        sent_by="chromium",
        facts=facts("GET", origin="null", is_handshake=True),
        row=8,
        refused="origin 'null' is nobody's",
    ),
    Case(
        name="a POST that an own page sent and another server redirected",
        sent_by="chromium: POST via 307",
        facts=facts(origin="null", site="same-site", credentials=[COOKIE]),
        row=8,
        refused="origin 'null' is nobody's (Sec-Fetch-Site: 'same-site')",
    ),
    *(
        Case(
            name=f"the origin {name}",
            sent_by="none",
            facts=facts(origin=text, site=SITE),
            row=9,
            refused=f"origin {text!r} is none" if len(text) < 100 else "is none",
            policy=ANY_ORIGIN,
        )
        for name, text in [
            ("that is empty", ""),
            ("with a path", f"{TRUSTED}/"),
            ("with userinfo", "https://user@app.example"),
            ("with the userinfo of an allowed host", f"{TRUSTED}@evil.example"),
            ("in upper case", TRUSTED.upper()),
            ("without a scheme", "app.example"),
            ("that is a pattern", "https://*.example"),
            ("of a WebSocket", "wss://app.example"),
            ("with its default port", f"{TRUSTED}:443"),
            ("with a port beyond all ports", f"{TRUSTED}:99999"),
            ("and another", f"{TRUSTED} {EVIL}"),
            ("and another, with a comma", f"{TRUSTED}, {EVIL}"),
            ("of a local file", "file://"),
            ("NULL", "NULL"),
            ("beyond ASCII", "https://\xfc.example"),
            ("beyond UTF-8", "https://\udcff.example"),
            ("of 327 bytes", f"https://{'a.' * 159}a"),
        ]
    ),
    Case(
        name="an own form, whose browser says nothing of sites",
        sent_by="all, from http to an address of the network",
        facts=facts(origin=OWN, credentials=[COOKIE]),
        row=10,
    ),
    Case(
        name="an own WebSocket that says nothing of sites",
        sent_by="chromium",
        facts=facts("GET", origin=OWN, is_handshake=True),
        row=10,
    ),
    Case(
        name="an own page whose server does not see the TLS",
        sent_by="chromium: WebSocket behind a proxy",
        facts=facts("GET", origin="https://www.example", host="www.example", is_handshake=True),
        row=10,
    ),
    Case(
        name="a Host in upper case",
        sent_by="none: a proxy",
        facts=facts(origin=OWN, host=HOST.upper()),
        row=10,
    ),
    Case(
        name="a Host with the default port of the origin's scheme",
        sent_by="none: a proxy",
        facts=facts(origin="https://www.example", host="www.example:443"),
        row=10,
    ),
    Case(
        name="a Host with the default port of another scheme",
        sent_by="none",
        facts=facts(origin="https://www.example", host="www.example:80"),
        row=13,
        refused="neither allowed nor this host 'www.example:80'; does a proxy change Host?",
    ),
    Case(
        name="a Host with another port",
        sent_by="chromium: a WebSocket behind a proxy that drops the port",
        facts=facts("GET", origin=OWN, host="api.example", is_handshake=True),
        row=13,
        refused=f"origin {OWN!r} is neither allowed nor this host 'api.example'; does a proxy",
    ),
    Case(
        name="an app scheme, whose host is the Host",
        sent_by="Capacitor: a WebSocket",
        facts=facts("GET", origin="capacitor://localhost", host="localhost", is_handshake=True),
        row=10,
    ),
    Case(
        name="no Host",
        sent_by="none",
        facts=facts(origin=OWN, host=""),
        row=13,
        refused="nor this host ''",
    ),
    Case(
        name="the Host of an own page, and the browser says that it is not",
        sent_by="a page of another scheme: http to https",
        facts=facts(origin=OWN, site=SITE),
        row=13,
        refused=f"origin {OWN!r} is not allowed (Sec-Fetch-Site: 'cross-site')",
    ),
    Case(
        name="one of the server's own origins",
        sent_by="chromium: WebSocket",
        facts=facts("GET", origin="https://www.example", is_handshake=True),
        row=10,
        enforced=WITH_OWN,
    ),
    Case(
        name="the Host, and it is not one of the server's own origins",
        sent_by="all, from a name that was rebound",
        facts=facts(origin=OWN),
        row=13,
        refused=f"origin {OWN!r} is neither allowed nor this server's own 'https://www.example'",
        enforced=WITH_OWN,
    ),
    Case(
        name="one of the server's own origins, and the browser says that it is not",
        sent_by="none",
        facts=facts(origin="https://www.example", site=SITE),
        row=13,
        refused="(Sec-Fetch-Site: 'cross-site')",
        enforced=WITH_OWN,
    ),
    Case(
        name="a page that is allowed with credentials",
        sent_by="all: fetch POST, form POST",
        facts=facts(origin=TRUSTED, site=SITE, credentials=[COOKIE, CERTIFICATE]),
        row=11,
    ),
    Case(
        name="a WebSocket of a page that is allowed with credentials",
        sent_by="chromium",
        facts=facts("GET", origin=TRUSTED, is_handshake=True, credentials=[COOKIE]),
        row=11,
    ),
    Case(
        name="a page that is allowed without credentials",
        sent_by="all: no-cors POST",
        facts=facts(origin=PUBLIC, site=SITE),
        row=12,
    ),
    Case(
        name="any page, where any origin is allowed",
        sent_by="all: no-cors POST",
        facts=facts(origin=EVIL, site=SITE),
        row=12,
        policy=ANY_ORIGIN,
    ),
    Case(
        name="a cookie of a page that is allowed without credentials",
        sent_by="webkit: form POST",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[COOKIE]),
        row=12,
        refused=f"origin {PUBLIC!r} is allowed without credentials, and Cookie is sent",
    ),
    Case(
        name="a cookie of any page",
        sent_by="webkit: form POST",
        facts=facts(origin=EVIL, site=SITE, credentials=[COOKIE]),
        row=12,
        refused="and Cookie is sent",
        policy=ANY_ORIGIN,
    ),
    Case(
        name="a certificate of a page that is allowed without credentials",
        sent_by="all: form POST",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[CERTIFICATE]),
        row=12,
        refused="and a client certificate is sent",
    ),
    Case(
        name="a password of a page that is allowed without credentials",
        sent_by="all: form POST to a host with HTTP authentication",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[AUTHORIZATION]),
        row=12,
        refused="and Authorization is sent",
    ),
    Case(
        name="several credentials",
        sent_by="webkit: form POST",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[COOKIE, AUTHORIZATION]),
        row=12,
        refused="and Cookie is sent",
        policy=WITH_AUTHORIZATION,
    ),
    Case(
        name="a token that the clause allows as a header",
        sent_by="all: fetch",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[AUTHORIZATION]),
        row=12,
        policy=WITH_AUTHORIZATION,
    ),
    Case(
        name="a token where the clause allows any header",
        sent_by="all: fetch",
        facts=facts(origin=PUBLIC, site=SITE, credentials=[AUTHORIZATION]),
        row=12,
        policy=ANY_HEADER,
    ),
    Case(
        name="a method that the clause does not allow",
        sent_by="none: the preflight is refused",
        facts=facts("DELETE", origin=PUBLIC, site=SITE),
        row=13,
        refused=f"method 'DELETE' is not allowed for origin {PUBLIC!r}",
    ),
    Case(
        name="HEAD, where the clause allows GET",
        sent_by="all: fetch",
        facts=facts("HEAD", origin=PUBLIC, site=SITE),
        row=12,
    ),
    Case(
        name="a forged form",
        sent_by="all: form POST",
        facts=facts(origin=EVIL, site=SITE, credentials=[COOKIE]),
        row=13,
        refused=f"origin {EVIL!r} is not allowed (Sec-Fetch-Site: 'cross-site')",
    ),
    Case(
        name="a forged form of a neighbour",
        sent_by="all: form POST",
        facts=facts(origin="https://other.api.example", site="same-site"),
        row=13,
        refused="(Sec-Fetch-Site: 'same-site')",
    ),
    Case(
        name="a forged form over plain http",
        sent_by="all: form POST",
        facts=facts(origin=EVIL, credentials=[COOKIE]),
        row=13,
        refused=f"origin {EVIL!r} is neither allowed nor this host {HOST!r}; does a proxy",
    ),
    Case(
        name="a WebSocket of another site",
        sent_by="chromium",
        facts=facts("GET", origin=EVIL, is_handshake=True, credentials=[COOKIE]),
        row=13,
        refused="does a proxy change Host?",
    ),
    Case(
        name="a GET that names a foreign origin",
        sent_by="all: fetch GET, EventSource",
        facts=facts("GET", origin=EVIL, site=SITE),
        row=13,
        refused="(Sec-Fetch-Site: 'cross-site')",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_first_row_that_fits_decides(case: Case) -> None:
    decided = judged(case.facts, case.policy, case.enforced)
    assert decided.why is Why(case.row)
    assert (decided.refusal is None) == (case.refused == "")
    assert case.refused in (decided.refusal or "")


def test_every_row_has_a_case_for_each_of_its_decisions() -> None:
    decisions = {(case.row, bool(case.refused)) for case in CASES}
    passes = {(row, False) for row in (0, 2, 3, 4, 5, 6, 10, 11, 12)}
    assert decisions == passes | {(row, True) for row in (1, 6, 7, 8, 9, 12, 13)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_only_is_reported_is_decided_alike(case: Case) -> None:
    reported = case.enforced._replace(report_only=True)
    one, other = (judged(case.facts, case.policy, each) for each in (reported, case.enforced))
    assert (one.why, one.refusal) == (other.why, other.refusal)


def test_values_that_a_client_chose_are_cut() -> None:
    long = "x" * 8000
    for sent in (
        facts(origin=long, host=long),
        facts(origin=EVIL, host=long),
        facts(origin=EVIL, site=long),
        facts(long, site=long),
    ):
        assert len(judged(sent).refusal or "") < 400


# What engines send

ENGINES: Final = ["chromium", "firefox", "webkit"]
MEASURED: Final = Path(__file__).with_name("what_engines_send.txt")


@final
@dataclass(frozen=True, slots=True)
class Sent:
    """One request of one engine, as it was measured."""

    page: str
    kind: str
    engine: str
    origin: str
    site: str
    has_cookie: bool

    @property
    def name(self) -> str:
        return f"{self.engine}, {self.page}: {self.kind}"

    @property
    def facts(self) -> Facts:
        host = "localhost:8000" if "loopback" in self.page else "10.0.0.1:8000"
        named = {"SELF": f"http://{host}", "-": ()}
        parts = self.kind.rpartition("/")[2].split()
        method = next((part for part in parts if part in {"GET", "POST", "PUT"}), "GET")
        return facts(
            "OPTIONS" if "preflight" in self.kind else method,
            origin=named.get(self.origin, self.origin if self.origin == "null" else EVIL),
            site=() if self.site == "-" else self.site,
            host=host,
            mode="navigate" if "iframe" in self.kind else "no-cors",
            dest="iframe" if "iframe" in self.kind else "empty",
            credentials=[COOKIE] if self.has_cookie else [],
            is_preflight="preflight" in self.kind,
            is_handshake="WebSocket" in self.kind,
        )


def sent_by_engines() -> Iterator[Sent]:
    page = ""
    for line in MEASURED.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            page = line.removeprefix("## ")
        elif page and line:
            kind, _, cells = re.sub(r"\s{2,}", "\t", line, count=1).partition("\t")
            alike = cells.startswith("ALL: ")
            each = [cells[5:]] * 3 if alike else re.split(r"\s*//\s*", cells)
            for engine, cell in zip(ENGINES, each, strict=True):
                if cell.strip() != "·":  # not measured
                    origin, _, rest = cell.partition(" | ")
                    site, _, cookie = rest.partition(" ")
                    origin = origin.replace("(ip)", "").strip()
                    yield Sent(page, kind, engine, origin, site, "c" in cookie)


SENT: Final = list(sent_by_engines())
WRITES: Final = ("POST", "PUT", "sendBeacon", "WebSocket")


def is_write(sent: Sent) -> bool:
    return any(word in sent.kind for word in WRITES) and "preflight" not in sent.kind


def test_every_engine_was_measured_on_every_page() -> None:
    assert len({(sent.page, sent.engine) for sent in SENT}) == 18
    assert len(SENT) > 300


@pytest.mark.parametrize(
    "sent",
    [sent for sent in SENT if sent.page.startswith("same-origin")],
    ids=lambda sent: sent.name,
)
def test_what_an_own_page_sends_passes_unless_its_origin_is_hidden(sent: Sent) -> None:
    # A sandbox and a redirect hide it. So does an own form under no-referrer: a browser says
    # nevertheless that the form is the server's own, except over plain http.
    is_hidden = sent.origin == "null" and sent.site != "same-origin"
    assert (judged(sent.facts).refusal is None) == (not is_hidden)
    hides = ["sandbox", "307", *(["meta no-referrer"] if "plain" in sent.page else ())]
    assert is_hidden == any(word in sent.kind for word in hides)


@pytest.mark.parametrize(
    "sent",
    [sent for sent in SENT if not sent.page.startswith("same-origin")],
    ids=lambda sent: sent.name,
)
def test_whatever_writes_is_refused_to_a_page_that_is_not_allowed(sent: Sent) -> None:
    reads_unnamed = sent.origin == "-" or "preflight" in sent.kind
    assert is_write(sent) <= (not reads_unnamed)
    assert (judged(sent.facts).refusal is None) == reads_unnamed


@pytest.mark.parametrize(
    "sent",
    [sent for sent in SENT if not sent.page.startswith("same-origin") and sent.origin != "-"],
    ids=lambda sent: sent.name,
)
def test_what_an_allowed_page_sends_passes_unless_its_origin_is_hidden(sent: Sent) -> None:
    allowed = Policy((Clause(origins=(source(EVIL),), allow_credentials=True),))
    assert (judged(sent.facts, allowed).refusal is None) == (sent.origin != "null")


# The options


def problems(own: object = (), isolate: object = False, report_only: object = False) -> set[str]:
    with pytest.raises(CorsConfigError) as caught:
        parse_enforcement(own, isolate, report_only)
    return {f"{problem.field} {problem.reason}" for problem in caught.value.problems}


@pytest.mark.parametrize(
    "own",
    [["https://a.example"], ("https://a.example",), {"https://a.example"}],
    ids=["list", "tuple", "set"],
)
def test_own_origins_come_in_any_collection(own: object) -> None:
    assert parse_enforcement(own, False, False) == Enforcement(own=("https://a.example",))


def test_own_origins_are_sorted_and_each_is_there_once() -> None:
    own = ["https://b.example", "http://localhost:8080", "https://b.example"]
    assert parse_enforcement(own, True, True) == Enforcement(
        ("http://localhost:8080", "https://b.example"), isolate=True, report_only=True
    )


INVALID: Final[dict[str, tuple[object, str]]] = {
    "a text": ("https://a.example", "own invalid"),
    "a mapping": ({"https://a.example": 1}, "own invalid"),
    "no collection": (7, "own invalid"),
    "a path": (["https://a.example/"], "own invalid"),
    "a pattern": (["https://*.a.example"], "own invalid"),
    "any port": (["http://localhost:*"], "own invalid"),
    "any origin": (["*"], "own invalid"),
    "null": (["null"], "own prohibited"),
    "no text": ([7], "own invalid"),
    "a host": (["a.example"], "own invalid"),
}


@pytest.mark.parametrize("own, problem", INVALID.values(), ids=INVALID)
def test_what_is_no_exact_origin_is_none_of_the_servers_own(own: object, problem: str) -> None:
    assert problems(own) == {problem}


def test_a_text_is_told_how_a_list_is_written() -> None:
    with pytest.raises(CorsConfigError) as caught:
        parse_enforcement("https://a.example", False, False)
    assert [problem.hint for problem in caught.value.problems] == ["['https://a.example']"]


def test_switches_are_bools() -> None:
    assert problems((), "false", 0) == {"isolate invalid", "report_only invalid"}


def test_all_problems_of_a_call_are_told_at_once() -> None:
    assert problems(["null", "https://A.example"], "no") == {
        "own prohibited",
        "own invalid",
        "isolate invalid",
    }


def test_the_options_are_told_in_words() -> None:
    assert PLAIN.words == "enforced"
    every = Enforcement(("https://a.example", "https://b.example"), True, True)
    assert every.words == "enforced, report only, isolated, own https://a.example https://b.example"
    assert eval(repr(every)) == every
