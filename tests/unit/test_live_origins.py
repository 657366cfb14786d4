"""`LiveOrigins`: a set of origins that changes while the application serves."""

import copy
import pickle
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeAlias

import pytest

from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._values.errors import CorsConfigError, Problem
from aiohttp_cors._values.origin_index import OriginIndex
from aiohttp_cors._values.origins import ParsedOrigin, parse_origin
from tests.hints import SWITCH

A = "https://a.example"
B = "https://b.example"
WILD = "https://*.wild.example"

Change: TypeAlias = Callable[[LiveOrigins], None]


def reasons(error: CorsConfigError) -> list[tuple[str, str]]:
    return [(problem.value, problem.reason) for problem in error.problems]


def test_a_new_set_is_empty_and_allows_nothing() -> None:
    live = LiveOrigins()
    assert list(live) == []
    assert not live.allows(A)


@pytest.mark.parametrize("given", [list, tuple, set, iter])
def test_members_come_from_any_iterable_of_strings(
    given: Callable[[list[str]], Iterable[str]],
) -> None:
    assert set(LiveOrigins(given([A, WILD]))) == {A, WILD}


def test_an_exact_member_allows_itself_and_a_pattern_what_it_matches() -> None:
    live = LiveOrigins([A, WILD])
    assert live.allows(A)
    assert live.allows("https://x.wild.example")
    assert not live.allows("https://wild.example")
    assert not live.allows(B)
    assert not live.allows("https://x.wild.example:8443")


def test_in_asks_for_a_member_and_not_for_a_match() -> None:
    live = LiveOrigins([A, WILD])
    assert A in live
    assert WILD in live
    assert "https://x.wild.example" not in live
    assert B not in live
    assert None not in live


def test_replace_makes_the_given_origins_the_whole_set() -> None:
    live = LiveOrigins([A])
    live.replace([B, WILD])
    assert set(live) == {B, WILD}
    assert not live.allows(A)
    assert live.allows(B)
    live.replace([])
    assert set(live) == set()
    assert not live.allows(B)


def test_add_and_discard_change_one_member() -> None:
    live = LiveOrigins([A])
    live.add(B)
    live.add(WILD)
    assert set(live) == {A, B, WILD}
    live.discard(A)
    assert set(live) == {B, WILD}
    live.discard(WILD)
    assert set(live) == {B}
    assert not live.allows("https://x.wild.example")


def test_adding_a_member_again_and_discarding_a_stranger_change_nothing() -> None:
    live = LiveOrigins([A, WILD])
    live.add(A)
    live.add(WILD)
    live.discard(B)
    assert set(live) == {A, WILD}


def test_who_looks_at_the_set_sees_it_as_it_was_before_a_change() -> None:
    live = LiveOrigins([A])
    seen = iter(live)
    live.replace([B])
    assert list(seen) == [A]
    assert set(live) == {B}


REFUSED: dict[str, Change] = {
    "replace": lambda live: live.replace([B, f"{B}/", "null"]),
    "add": lambda live: live.add("null"),
    "discard": lambda live: live.discard(f"{A}/"),
    "discard, no origin": lambda live: live.discard("a.example"),
    "discard, no string": lambda live: live.discard([A]),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "add, no string": lambda live: live.add([B]),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    "replace, no strings": lambda live: live.replace(None),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_a_refused_change_changes_nothing(change: Change) -> None:
    live = LiveOrigins([A, WILD])
    with pytest.raises(CorsConfigError):
        change(live)
    assert set(live) == {A, WILD}
    assert live.allows(A)
    assert not live.allows(B)


def test_all_problems_of_a_call_are_reported_at_once() -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins([A, "https://a.example/", "null", "http://a.example", "https://*.com"])
    assert reasons(caught.value) == [
        ("https://a.example/", "invalid"),
        ("null", "prohibited"),
        ("http://a.example", "prohibited"),
        ("https://*.com", "prohibited"),
    ]


@pytest.mark.parametrize(
    "origins, hint",
    [
        ("https://a.example", "['https://a.example']"),
        ("https://a.example/", "['https://a.example']"),
        ("", ""),
        ("*", ""),
    ],
)
def test_a_bare_string_is_no_collection_of_origins(origins: str, hint: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins(origins)
    assert reasons(caught.value) == [(origins, "invalid")]
    assert caught.value.problems[0].hint == hint


@pytest.mark.parametrize(
    "given, question", [("", "; is the setting empty?"), (None, "; is the setting empty?"), (A, "")]
)
def test_what_is_no_collection_is_said_to_be_none(given: object, question: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        LiveOrigins(given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    because = f"the members of a live set are a collection of str{question}"
    assert caught.value.problems[0].because == because


@pytest.mark.parametrize("origin", ["*", "", "https://*", "a.example"])
def test_members_are_validated_like_any_configured_origin(origin: str) -> None:
    live = LiveOrigins()
    with pytest.raises(CorsConfigError) as caught:
        live.add(origin)
    assert reasons(caught.value) == [(origin, "invalid")]


@pytest.mark.parametrize(
    "origin, hint",
    [
        ("http://a.example", f"https://a.example, or {SWITCH}"),
        ("http://a.example:8080", f"https://a.example:8080, or {SWITCH}"),
        ("http://*.example.com:*", f"https://*.example.com:*, or {SWITCH}"),
        ("http://192.168.0.7:3000", SWITCH),
    ],
)
def test_http_to_another_machine_is_prohibited_since_the_rule_may_allow_credentials(
    origin: str, hint: str
) -> None:
    changes: list[Callable[[], object]] = [
        lambda: LiveOrigins([origin]),
        lambda: LiveOrigins().add(origin),
        lambda: LiveOrigins().replace([origin]),
        lambda: LiveOrigins().discard(origin),
    ]
    for change in changes:
        with pytest.raises(CorsConfigError) as caught:
            change()
        (problem,) = caught.value.problems
        assert (problem.field, problem.value, problem.reason, problem.hint) == (
            "origin",
            origin,
            "prohibited",
            hint,
        )


@pytest.mark.parametrize("origin", ["http://a.example", "http://*.example.com:*"])
def test_http_is_accepted_where_the_danger_is_named(origin: str) -> None:
    live = LiveOrigins([origin], dangerously_over_http=True)
    live.add("http://b.example")
    live.replace([origin, "http://c.example"])
    assert set(live) == {origin, "http://c.example"}


@pytest.mark.parametrize("origin", ["null", "https://a.example/", "https://*.com"])
def test_the_switch_for_http_opens_nothing_else(origin: str) -> None:
    with pytest.raises(CorsConfigError):
        LiveOrigins([origin], dangerously_over_http=True)


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://*.localhost", "http://[::1]"])
def test_loopback_over_http_needs_no_switch(origin: str) -> None:
    assert set(LiveOrigins([origin])) == {origin}


def test_no_change_is_lost_when_threads_change_the_set_together() -> None:
    live = LiveOrigins()
    together = Barrier(4)

    def add(thread: int) -> None:
        together.wait()
        for number in range(200):
            live.add(f"https://t{thread}-{number}.example")
            live.discard(f"https://t{thread}-{number - 1}.example")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # as many chances to lose one as there can be
    try:
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(add, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert set(live) == {f"https://t{thread}-199.example" for thread in range(4)}


def test_a_request_never_sees_two_changes_of_which_one_alone_would_refuse_it() -> None:
    """An origin that moves from a pattern to its exact spelling and back is allowed throughout."""
    origin, pattern = "https://x.wild.example", WILD
    live = LiveOrigins([pattern])
    stop = Event()
    refused: list[str] = []

    def move() -> None:
        while not stop.is_set():
            live.add(origin)
            live.discard(pattern)
            live.add(pattern)
            live.discard(origin)

    def ask() -> None:
        refused.extend(origin for _ in range(20_000) if not live.allows(origin))
        stop.set()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # as many changes in the middle of a lookup as there can be
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            for done in (pool.submit(move), pool.submit(ask)):
                done.result()
    finally:
        stop.set()
        sys.setswitchinterval(interval)
    assert refused == []


@pytest.mark.parametrize("later", [[], [A]], ids=["two changes", "three changes"])
def test_a_lookup_that_several_changes_fall_into_is_done_again(
    monkeypatch: pytest.MonkeyPatch, later: list[str]
) -> None:
    live = LiveOrigins([WILD])
    live.add(B)
    look_up = OriginIndex[str].match_pattern

    def change_first(index: OriginIndex[str], origin: str) -> str | None:
        # The exact origins were asked already.
        live.add("https://x.wild.example")
        live.discard(WILD)
        for added in later:
            live.add(added)
        return look_up(index, origin)

    monkeypatch.setattr(OriginIndex, "match_pattern", change_first)
    assert live.allows("https://x.wild.example")
    assert set(live) == {"https://x.wild.example", B, *later}


def test_the_number_of_members_is_known() -> None:
    live = LiveOrigins([A, WILD, A])
    assert len(live) == 2
    live.add(B)
    assert len(live) == 3
    live.discard(WILD)
    assert len(live) == 2
    live.replace([])
    assert len(live) == 0
    assert not live


def test_no_change_of_one_member_looks_at_the_others() -> None:
    """What a change costs is counted in origins that are parsed, and in keys that are compared."""
    live = LiveOrigins(f"https://t{number}.example" for number in range(1000))
    index = live._index  # pyright: ignore[reportPrivateUsage]
    with pytest.MonkeyPatch.context() as patch:
        parsed: list[object] = []

        def noted(text: object) -> ParsedOrigin | Problem:
            parsed.append(text)
            return parse_origin(text)

        patch.setattr("aiohttp_cors._server.live_origins.parse_origin", noted)
        live.add(A)
        live.discard("https://t1.example")
        assert "https://t2.example" in live
    assert parsed == [A, "https://t1.example"]
    assert live._index is index  # pyright: ignore[reportPrivateUsage]
    assert len(live) == 1000


def pickled(live: LiveOrigins) -> LiveOrigins:
    twin: LiveOrigins = pickle.loads(pickle.dumps(live))
    return twin


COPIES: dict[str, Callable[[LiveOrigins], LiveOrigins]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickled,
}


@pytest.mark.parametrize("over_http", [False, True], ids=["https", "over http"])
@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
def test_a_copy_is_a_set_of_its_own(
    copied: Callable[[LiveOrigins], LiveOrigins], over_http: bool
) -> None:
    live = LiveOrigins([A, WILD], dangerously_over_http=over_http)
    twin = copied(live)
    assert type(twin) is LiveOrigins
    assert set(twin) == {A, WILD}
    assert twin.dangerously_over_http is over_http
    twin.add(B)
    live.discard(A)
    assert set(twin) == {A, B, WILD}
    assert set(live) == {WILD}


def test_a_set_says_whether_it_may_hold_http() -> None:
    assert LiveOrigins(["http://a.example"], dangerously_over_http=True).dangerously_over_http
    assert not LiveOrigins([A]).dangerously_over_http


def test_the_repr_can_be_pasted() -> None:
    assert repr(LiveOrigins()) == "LiveOrigins([])"
    assert repr(LiveOrigins([B, A])) == f"LiveOrigins(['{A}', '{B}'])"
    switched = LiveOrigins([A], dangerously_over_http=True)
    assert repr(switched) == f"LiveOrigins(['{A}'], dangerously_over_http=True)"


def test_of_a_large_set_the_repr_says_how_many_there_are() -> None:
    many = [f"https://t{number}.example" for number in range(17)]
    assert repr(LiveOrigins(many)) == "<LiveOrigins of 17 origins>"
    over_http = LiveOrigins(many, dangerously_over_http=True)
    assert repr(over_http) == "<LiveOrigins of 17 origins, dangerously_over_http=True>"
    assert repr(LiveOrigins(many[:16])).count("https://") == 16


def test_sets_are_compared_and_hashed_by_identity_since_they_change() -> None:
    first, second = LiveOrigins([A]), LiveOrigins([A])
    assert first != second
    assert len({first, second}) == 2
    before = hash(first)
    first.add(B)
    assert hash(first) == before
