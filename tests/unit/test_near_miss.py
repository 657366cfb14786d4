"""The configured origin that was probably meant by one that is refused.

Expectations from what people mistake: ``localhost`` and ``127.0.0.1``, ``http`` and ``https``, a
port, ``www.``, a dot or a slash at the end.
"""

import pytest

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options
from aiohttp_cors._protocol.near_miss import near_miss
from aiohttp_cors._values.options import ResourceOptions


def policy_about(*origins: str) -> CompiledPolicy:
    """A classic policy, whose keys may be any texts."""
    return CompiledPolicy([compile_options(dict.fromkeys(origins, ResourceOptions()))])


@pytest.mark.parametrize(
    "configured, sent",
    [
        ("https://a.example", "http://a.example"),
        ("https://a.example", "https://a.example:8443"),
        ("https://a.example", "http://a.example:8080"),
        ("https://a.example", "https://www.a.example"),
        ("https://www.a.example", "https://a.example"),
        ("https://a.example", "https://a.example."),
        ("https://a.example.", "https://a.example"),
        ("https://a.example.", "http://www.a.example:8080"),
        ("https://a.example", "HTTPS://A.Example"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example/", "https://a.example"),
        ("http://localhost:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://localhost:3000"),
        ("https://app.localhost", "http://127.0.0.1:3000"),
        ("capacitor://localhost", "http://localhost"),
    ],
)
def test_an_origin_whose_host_is_the_same_or_nearly_so_is_a_near_miss(
    configured: str, sent: str
) -> None:
    assert near_miss(policy_about("https://b.example", configured), sent) == configured


@pytest.mark.parametrize(
    "configured, sent",
    [
        ("https://a.example", "https://a.example.org"),
        ("https://a.example", "https://app.a.example"),
        ("https://a.example", "https://evil.example"),
        ("https://a.example", "http://localhost"),
        ("http://localhost", "http://a.example"),
        ("http://localhost:3000", "https://192.168.0.7:3000"),
        ("https://a.example", "null"),
        ("https://a.example", ""),
        ("https://a.example", "a.example"),
        ("null", "https://a.example"),
        ("https://a.*.example", "https://a.example"),
        ("https://*.a.example", "https://*.a.example"),
        ("https://a.example", "https://*.a.example"),
    ],
)
def test_any_other_origin_is_none(configured: str, sent: str) -> None:
    assert near_miss(policy_about(configured), sent) is None


@pytest.mark.parametrize(
    "meant, other, sent",
    [
        ("https://a.example", "http://a.example", "https://a.example:8443"),
        ("http://a.example:1", "https://a.example", "http://a.example:2"),
        ("https://www.a.example", "http://a.example:8080", "https://a.example"),
        ("http://localhost:1", "http://127.0.0.1:3000", "http://localhost:3000"),
        ("http://127.0.0.1:3000", "https://127.0.0.1:1", "http://localhost:3000"),
        ("https://www.localhost:1", "http://127.0.0.1:3000", "https://localhost:3000"),
    ],
)
def test_the_nearest_of_several_is_the_near_miss_wherever_it_stands(
    meant: str, other: str, sent: str
) -> None:
    for configured in ((meant, other), (other, meant)):
        assert near_miss(policy_about("https://b.example", *configured), sent) == meant


@pytest.mark.parametrize(
    "one, other, sent",
    [
        ("https://a.example:1", "https://a.example:2", "ftps://a.example"),
        ("http://a.example", "https://www.a.example", "https://a.example"),
        ("https://localhost:1", "http://127.0.0.1:3000", "http://localhost:3000"),
    ],
)
def test_of_several_that_are_as_near_the_first_is_named(one: str, other: str, sent: str) -> None:
    for first, second in ((one, other), (other, one)):
        assert near_miss(policy_about(first, second), sent) == first


def test_the_origins_of_all_tables_are_looked_at() -> None:
    policies = [policy_about("https://b.example"), policy_about("https://a.example")]
    policy = CompiledPolicy(table for each in policies for table in each.tables)
    assert near_miss(policy, "http://a.example") == "https://a.example"


@pytest.mark.parametrize("before, is_found", [(999, True), (1000, False)])
def test_no_more_than_a_thousand_origins_are_looked_at(before: int, is_found: bool) -> None:
    others = [f"https://t{number}.example" for number in range(before)]
    policy = policy_about(*others, "https://a.example")
    assert near_miss(policy, "http://a.example") == ("https://a.example" if is_found else None)
