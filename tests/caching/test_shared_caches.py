"""Behind a shared cache no origin ever gets an answer that was made for another.

nginx and Varnish keep the answers of one application, while several origins, clients without one
and refused ones ask at random. That the tests can fail is tested, too: with ``Vary`` taken away.
"""

from itertools import chain

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.caching.application import (
    ALLOWED,
    EVIL,
    LANGUAGES,
    ORIGINS,
    RESOURCES,
    SHARED,
    Ask,
    Got,
    expected_cors,
)
from tests.caching.clients import CachedSite, Rounds
from tests.random_examples import examples

pytestmark = pytest.mark.caching

METHODS = ("GET", "GET", "GET", "HEAD", "OPTIONS")
ASKS = st.builds(
    Ask,
    st.sampled_from(RESOURCES),
    st.sampled_from(ORIGINS),
    st.sampled_from(METHODS),
    st.sampled_from(LANGUAGES),
)


def rounds(at_once: int) -> st.SearchStrategy[Rounds]:
    """Enough requests for few resources, so that most come again, from others or the same."""
    return st.lists(st.lists(ASKS, min_size=1, max_size=at_once), min_size=10, max_size=30)


def assert_own(ask: Ask, got: Got) -> None:
    """Whoever asked got what was made for them."""
    assert got.cors == expected_cors(ask), (ask, got)
    if ask.method == "OPTIONS":
        return
    assert got.status == (404 if ask.resource == "missing" else 200), (ask, got)
    if ask.resource not in SHARED:
        assert got.made_for == (ask.origin or "nobody"), (ask, got)
    if ask.resource == "translated":
        assert got.language == ask.language, (ask, got)


def assert_all_own(cached: CachedSite, kind: str, asked: Rounds) -> int:
    """How many of the answers, each of which was the right one, came from the cache."""
    answers = list(chain(*cached.ask(kind, asked)))
    for ask, got in zip(chain(*asked), answers, strict=True):
        assert_own(ask, got)
    numbers = [got.number for got in answers if got.number]
    return len(numbers) - len(set(numbers))


def test_no_origin_gets_an_answer_made_for_another(cached: CachedSite) -> None:
    hits: list[int] = []

    @settings(max_examples=examples(100))
    @given(rounds(at_once=4))
    def ask_at_random(asked: Rounds) -> None:
        hits.append(assert_all_own(cached, "careful", asked))

    ask_at_random()
    assert sum(hits) >= len(hits), "the cache kept nothing, so that this has shown nothing"


def test_without_vary_the_same_test_fails(cached: CachedSite) -> None:
    # One at a time: what is asked for at once may miss the cache together, and be found out later.
    @settings(max_examples=60, phases=[Phase.generate], database=None, report_multiple_bugs=False)
    @given(rounds(at_once=1))
    def ask_at_random(asked: Rounds) -> None:
        assert_all_own(cached, "forgetful", asked)

    with pytest.raises(AssertionError, match="made_for="):
        ask_at_random()


@pytest.mark.parametrize(
    "origin", [None, ALLOWED[0], EVIL], ids=["anonymous", "allowed", "refused"]
)
@pytest.mark.parametrize("resource", RESOURCES)
def test_who_asks_again_is_answered_from_the_cache(
    cached: CachedSite, resource: str, origin: str | None
) -> None:
    ask = Ask(resource, origin, "GET", "en")
    others = [Ask(resource, other, "GET", "en") for other in ORIGINS if other != origin]
    first, *_, again = chain(*cached.ask("careful", [[ask], others, [ask]]))
    assert again == first
    assert_own(ask, again)


@pytest.mark.parametrize("resource", sorted(SHARED))
def test_what_says_the_same_to_everybody_is_made_once(cached: CachedSite, resource: str) -> None:
    asked = [[Ask(resource, origin, "GET", "en")] for origin in ORIGINS]
    answers = list(chain(*cached.ask("careful", asked)))
    assert len({got.number for got in answers}) == 1


def test_each_origin_has_an_answer_of_its_own_in_the_cache(cached: CachedSite) -> None:
    asked = [[Ask("named", origin, "GET", "en")] for origin in ORIGINS]
    answers = list(chain(*cached.ask("careful", [*asked, *asked])))
    once, twice = answers[: len(ORIGINS)], answers[len(ORIGINS) :]
    assert twice == once
    assert len({got.number for got in once}) == len(ORIGINS)


def test_without_vary_the_first_who_asks_decides_for_all(cached: CachedSite) -> None:
    asked = [[Ask("named", origin, "GET", "en")] for origin in (EVIL, *ALLOWED)]
    refused, *others = chain(*cached.ask("forgetful", asked))
    assert not refused.cors
    assert all(other == refused for other in others)
