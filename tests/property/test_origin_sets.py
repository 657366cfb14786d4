"""The origins of a set are those that the policy gives its grants, one by one.

Random chains of configurations decide about random origins; the patterns overlap in every way. The
sets that a lock states are held to what `CompiledPolicy.match` says about each origin.
"""

from itertools import product
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from aiohttp_cors import ResourceOptions
from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options
from aiohttp_cors._tools.locking.difference import compare
from aiohttp_cors._tools.locking.facts import NO_ROUTE, USUAL_METHODS, Fact, Reach
from aiohttp_cors._tools.locking.granted import Granted
from aiohttp_cors._tools.locking.lock_file import read_lock, write_lock
from aiohttp_cors._tools.locking.origin_sets import Classes, Members, Named, OriginSet
from aiohttp_cors._tools.locking.rights import Rights
from aiohttp_cors._values.origins import OriginPattern
from tests.random_examples import examples

HOSTS: Final = ("b.example", "a.b.example", "x.a.b.example", "x1.a.b.example", "c.example")
PORTS: Final = ("", ":8443", ":8444", ":1")
KEYS: Final = (
    *(f"https://{host}{port}" for host, port in product(HOSTS[:4], PORTS[:2])),
    *(f"https://*.{host}{port}" for host, port in product(HOSTS[:3], ("", ":8443", ":*"))),
    *(f"https://{host}:*" for host in HOSTS[:3]),
    "http://*.b.example:*",
    "null",
    "https://a.b.example/",
    "*",
)
ORIGINS: Final = (
    *(f"https://{host}{port}" for host, port in product((*HOSTS, "y.x.a.b.example"), PORTS)),
    "http://a.b.example",
    "http://b.example",
    "null",
    "https://a.b.example/",
    "https://elsewhere.example",
)
OPTIONS: Final = st.sampled_from(
    [ResourceOptions(), ResourceOptions(max_age=1), ResourceOptions(allow_credentials=True)]
)
CONFIGS: Final = st.dictionaries(st.sampled_from(KEYS), OPTIONS, max_size=6)
CHAINS: Final = st.lists(CONFIGS, min_size=1, max_size=3)


@settings(max_examples=examples(500))
@given(CHAINS, st.sets(st.integers(0, 8)))
def test_a_set_has_the_origins_that_the_policy_gives_its_grants(
    chain: list[dict[str, ResourceOptions]], chosen: set[int]
) -> None:
    policy = CompiledPolicy(map(compile_options, chain))
    granted = Granted(policy)
    numbers = frozenset(number for number in chosen if number < len(granted.grants))
    grants = {granted.grants[number] for number in numbers}
    members = Members(granted.origins(numbers))
    for origin in ORIGINS:
        assert members.holds(origin) is (policy.match(origin) in grants), origin


@settings(max_examples=examples(300))
@given(CHAINS)
def test_every_grant_that_an_origin_gets_is_known(
    chain: list[dict[str, ResourceOptions]],
) -> None:
    policy = CompiledPolicy(map(compile_options, chain))
    granted = Granted(policy)
    assert {policy.match(origin) for origin in ORIGINS} - {None} <= set(granted.grants)


named = st.sampled_from(
    [
        *(f"https://{host}" for host in HOSTS),
        "null",
        "https://a.b.example/",
        *(OriginPattern("https", host, port, True) for host in HOSTS for port in (None, 8443)),
        *(OriginPattern("https", host, "*", star) for host in HOSTS for star in (True, False)),
    ]
)
words = st.text(min_size=1, max_size=8)
asked = st.lists(
    st.tuples(st.builds("{}:{}".format, st.sampled_from(("where", "live")), words), st.booleans()),
    max_size=3,
    unique_by=lambda pair: pair[0],
)
names = st.none() | st.frozensets(st.sampled_from(("-", "x-a", "none", "x-b!#$%&'*+.^_`|~")))
sets = st.builds(
    OriginSet, st.frozensets(named), st.frozensets(named), asked.map(tuple), st.booleans()
)
rights = st.builds(
    Rights,
    st.booleans(),
    names,
    names,
    st.booleans(),
    st.none() | st.sampled_from(("0", "9223372036854775807")),
    st.sampled_from(("fluent", "constant", "classic")),
)
methods = st.frozensets(
    st.sampled_from(("GET", "PUT", "*", f"{NO_ROUTE}GET", f"{NO_ROUTE}*", "M-SEARCH")), min_size=1
)
facts = st.lists(
    st.builds(Fact, words, methods, sets, rights)
    | st.builds(Fact, words, methods, st.just(OriginSet(rest=True)), words),
    max_size=5,
    unique_by=lambda fact: fact.path,
)


def has_members(origins: OriginSet) -> bool:
    return bool(origins.inside or origins.rest or any(is_in for _, is_in in origins.asked))


@settings(max_examples=examples(500))
@given(facts)
def test_a_lock_is_read_exactly_as_it_was_written(found: list[Fact]) -> None:
    reach = Reach(USUAL_METHODS, tuple(fact for fact in found if has_members(fact.origins)))
    text = write_lock(reach)
    assert text.isascii()
    again = read_lock(text)
    assert again.methods == reach.methods
    assert set(again.facts) == set(reach.facts)
    assert write_lock(again) == text
    assert compare(reach, again).changes == ()


@settings(max_examples=examples(300))
@given(st.sets(named), st.sets(st.sampled_from(range(20))))
def test_each_class_has_an_origin_that_is_in_no_other(
    members: set[Named], chosen: set[int]
) -> None:
    classes = Classes(members)
    witnesses = [*classes.witnesses.values(), classes.elsewhere]
    assert len(set(witnesses)) == len(witnesses)
    inside = {each for n, each in enumerate(classes.witnesses) if n in chosen}
    found = Members(classes.set_of(frozenset(inside), [], rest=False))
    for each, witness in classes.witnesses.items():
        assert found.holds(witness) is (each in inside)
