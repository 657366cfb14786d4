"""What a browser remembers; expectations from Fetch, *CORS-preflight cache*."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aiohttp_cors.browser.preflight_cache import PreflightCache, Requester

PAGE = Requester("https://app.example", "http://127.0.0.1/users", credentials=False)
WITH_CREDENTIALS = replace(PAGE, credentials=True)


def cache_of(
    requester: Requester, *, methods: tuple[str, ...] = (), header_names: tuple[str, ...] = ()
) -> PreflightCache:
    cache = PreflightCache()
    cache.store(requester, max_age=10, methods=methods, header_names=header_names)
    return cache


def test_an_empty_cache_allows_nothing() -> None:
    cache = PreflightCache()
    assert not cache.allows_method(PAGE, "PUT")
    assert not cache.allows_header(PAGE, "x-a")


def test_a_method_is_remembered_byte_for_byte_and_a_header_in_any_case() -> None:
    cache = cache_of(PAGE, methods=("PATCH",), header_names=("X-Aa",))
    assert cache.allows_method(PAGE, "PATCH")
    assert not cache.allows_method(PAGE, "patch")
    assert cache.allows_header(PAGE, "x-aA")


def test_a_method_is_no_header_and_a_header_no_method() -> None:
    cache = cache_of(PAGE, methods=("put",), header_names=("delete",))
    assert not cache.allows_header(PAGE, "put")
    assert not cache.allows_method(PAGE, "delete")


@pytest.mark.parametrize(
    "other",
    [
        replace(PAGE, origin="https://other.example"),
        replace(PAGE, origin="null"),
        replace(PAGE, url="http://127.0.0.1/users?page=2"),
        replace(PAGE, url="http://localhost/users"),
    ],
    ids=["another origin", "an opaque origin", "another query", "another host"],
)
def test_entries_are_for_one_origin_and_one_url(other: Requester) -> None:
    cache = cache_of(PAGE, methods=("PUT",), header_names=("x-a",))
    assert not cache.allows_method(other, "PUT")
    assert not cache.allows_header(other, "x-a")


def test_what_holds_with_credentials_holds_without() -> None:
    cache = cache_of(WITH_CREDENTIALS, methods=("PUT",))
    assert cache.allows_method(PAGE, "PUT")


def test_what_holds_without_credentials_does_not_hold_with_them() -> None:
    cache = cache_of(PAGE, methods=("PUT",), header_names=("x-a",))
    assert not cache.allows_method(WITH_CREDENTIALS, "PUT")
    assert not cache.allows_header(WITH_CREDENTIALS, "x-a")


def test_a_wildcard_covers_every_method() -> None:
    assert cache_of(PAGE, methods=("*",)).allows_method(PAGE, "PUT")


def test_a_wildcard_covers_every_header_but_authorization() -> None:
    cache = cache_of(PAGE, header_names=("*",))
    assert cache.allows_header(PAGE, "X-A")
    assert not cache.allows_header(PAGE, "Authorization")


def test_authorization_is_remembered_by_its_name() -> None:
    assert cache_of(PAGE, header_names=("authorization",)).allows_header(PAGE, "Authorization")


def test_a_wildcard_that_came_with_credentials_is_a_plain_name() -> None:
    cache = cache_of(WITH_CREDENTIALS, methods=("*",), header_names=("*",))
    for requester in (PAGE, WITH_CREDENTIALS):
        assert not cache.allows_method(requester, "PUT")
        assert not cache.allows_header(requester, "x-a")
        assert cache.allows_method(requester, "*")
        assert cache.allows_header(requester, "*")


def test_an_entry_lives_for_its_max_age() -> None:
    cache = cache_of(PAGE, methods=("PUT",), header_names=("x-a",))
    cache.advance(9.9)
    assert cache.allows_method(PAGE, "PUT")
    assert cache.allows_header(PAGE, "x-a")
    cache.advance(0.1)
    assert not cache.allows_method(PAGE, "PUT")
    assert not cache.allows_header(PAGE, "x-a")


def test_a_max_age_of_zero_is_not_remembered() -> None:
    cache = PreflightCache()
    cache.store(PAGE, max_age=0, methods=["PUT"], header_names=["x-a"])
    assert not cache.allows_method(PAGE, "PUT")
    assert not cache.allows_header(PAGE, "x-a")


def test_methods_and_headers_of_several_preflights_add_up() -> None:
    cache = cache_of(PAGE, methods=("PUT",), header_names=("x-a",))
    cache.advance(6)
    cache.store(PAGE, max_age=10, methods=["DELETE"], header_names=["x-b"])
    assert cache.allows_method(PAGE, "PUT")
    assert cache.allows_header(PAGE, "x-b")
    cache.advance(6)
    assert not cache.allows_method(PAGE, "PUT")
    assert cache.allows_method(PAGE, "DELETE")


def test_a_later_preflight_renews_an_entry() -> None:
    cache = cache_of(PAGE, methods=("PUT",))
    cache.advance(6)
    cache.store(PAGE, max_age=10, methods=["PUT"], header_names=[])
    cache.advance(6)
    assert cache.allows_method(PAGE, "PUT")


def test_a_later_preflight_can_shorten_an_entry() -> None:
    cache = cache_of(PAGE, methods=("PUT",))
    cache.store(PAGE, max_age=0, methods=["PUT"], header_names=[])
    assert not cache.allows_method(PAGE, "PUT")


def test_a_preflight_renews_the_wildcard_entry_that_matches_its_method() -> None:
    cache = cache_of(PAGE, methods=("*",))
    cache.advance(6)
    cache.store(PAGE, max_age=10, methods=["PUT"], header_names=[])
    cache.advance(6)
    assert cache.allows_method(PAGE, "DELETE")


def test_clearing_forgets_both_kinds_of_credentials_of_one_origin_and_url() -> None:
    other = replace(PAGE, url="http://127.0.0.1/other")
    cache = PreflightCache()
    for requester in (PAGE, WITH_CREDENTIALS, other):
        cache.store(requester, max_age=10, methods=["PUT"], header_names=["x-a"])
    cache.clear(PAGE.origin, PAGE.url)
    assert not cache.allows_method(PAGE, "PUT")
    assert not cache.allows_header(WITH_CREDENTIALS, "x-a")
    assert cache.allows_method(other, "PUT")


def test_time_may_be_a_timedelta() -> None:
    cache = cache_of(PAGE, methods=("PUT",))
    cache.advance(timedelta(seconds=9.9))
    assert cache.allows_method(PAGE, "PUT")
    cache.advance(timedelta(seconds=0.1))
    assert not cache.allows_method(PAGE, "PUT")


@pytest.mark.parametrize("seconds", [-1, float("nan"), timedelta(seconds=-1)], ids=str)
def test_time_does_not_run_backwards(seconds: float | timedelta) -> None:
    with pytest.raises(ValueError, match="backwards"):
        PreflightCache().advance(seconds)
