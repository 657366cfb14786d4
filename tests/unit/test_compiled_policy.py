"""What an origin is granted: the chains of the classic API, the clauses of the fluent one.

Expectations from the contract's *Matching origins* (exact along the chain, then patterns along the
same chain, then any) and *Preflight* and *Actual responses* for what a grant holds.
"""

import asyncio
from collections.abc import Generator
from typing import Literal

import pytest
from typing_extensions import override

from aiohttp_cors._protocol.compiled_policy import (
    CompiledPolicy,
    OriginTable,
    compile_options,
    compile_policy,
)
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import ParsedOrigin, parse_origin
from aiohttp_cors._values.policy import (
    AnyOrigin,
    Clause,
    OriginSource,
    OriginWhere,
    Policy,
    Predicate,
)

TOLD: list[object] = []
"""What predicates answered that is true and not ``True``."""

LONGEST = f"https://{'a' * 318}"
TOO_LONG = f"https://{'a' * 319}"
UNSERIALIZED = [
    "",
    "https://a example",
    "https://é.example",
    "https://a\udcff.example",
    TOO_LONG,
    f"https://{'a' * 309}.a.example",
]


def options(age: int) -> ResourceOptions:
    """Options that can be told apart by their age."""
    return ResourceOptions(max_age=age)


def chain(*configs: dict[str, int]) -> CompiledPolicy:
    """Configurations that grant an age each, the most specific first."""
    return CompiledPolicy(
        compile_options({key: options(age) for key, age in config.items()}) for config in configs
    )


def age(grant: Grant | None) -> int | None:
    return None if grant is None or grant.max_age is None else int(grant.max_age)


def legal(text: str) -> ParsedOrigin:
    parsed = parse_origin(text)
    assert not isinstance(parsed, Problem)
    return parsed


def fluent(*clauses: tuple[int, list[str | OriginSource]]) -> CompiledPolicy:
    """A fluent policy of clauses that grant an age each."""
    return compile_policy(
        Policy(
            tuple(
                Clause(
                    origins=tuple(legal(o) if isinstance(o, str) else o for o in origins),
                    max_age=number,
                )
                for number, origins in clauses
            )
        )
    )


ROUTE, RESOURCE, DEFAULTS = 1, 2, 3
EXACT, PATTERN, ANY = "https://x.a.example", "https://*.a.example", "*"


CHAINS: list[tuple[list[dict[str, int]], int | None]] = [
    # the same kind of key: the most specific configuration
    ([{EXACT: ROUTE}, {EXACT: RESOURCE}, {EXACT: DEFAULTS}], ROUTE),
    ([{}, {EXACT: RESOURCE}, {EXACT: DEFAULTS}], RESOURCE),
    ([{}, {}, {EXACT: DEFAULTS}], DEFAULTS),
    ([{PATTERN: ROUTE}, {PATTERN: RESOURCE}, {PATTERN: DEFAULTS}], ROUTE),
    ([{ANY: ROUTE}, {ANY: RESOURCE}, {ANY: DEFAULTS}], ROUTE),
    # an exact origin anywhere before a pattern anywhere
    ([{PATTERN: ROUTE}, {}, {EXACT: DEFAULTS}], DEFAULTS),
    ([{PATTERN: ROUTE}, {EXACT: RESOURCE}, {EXACT: DEFAULTS}], RESOURCE),
    ([{PATTERN: 4, EXACT: ROUTE}, {EXACT: RESOURCE}, {}], ROUTE),
    # and before any origin
    ([{ANY: ROUTE}, {ANY: RESOURCE}, {EXACT: DEFAULTS}], DEFAULTS),
    # a pattern anywhere before any origin
    ([{ANY: ROUTE}, {ANY: RESOURCE}, {PATTERN: DEFAULTS}], DEFAULTS),
    ([{ANY: ROUTE}, {PATTERN: RESOURCE}, {PATTERN: DEFAULTS}], RESOURCE),
    # along the chain, whatever is more specific as a pattern
    ([{"https://*.a.example:*": ROUTE}, {PATTERN: RESOURCE}], ROUTE),
    # within one configuration the most specific pattern
    ([{"https://*.a.example:*": 5, PATTERN: ROUTE}], ROUTE),
    ([{"https://x.a.example:*": ROUTE, PATTERN: 5, "https://*.a.example:*": 6}], ROUTE),
    # keys that say nothing about this origin
    ([{"https://y.a.example": 9, "https://*.b.example": 9}, {ANY: RESOURCE}], RESOURCE),
    ([{"https://y.a.example": 9, "https://*.b.example": 9}], None),
    ([{}, {}], None),
    ([], None),
]


@pytest.mark.parametrize("configs, granted", CHAINS, ids=[str(row[0]) for row in CHAINS])
def test_an_exact_origin_then_a_pattern_then_any_is_looked_for_along_the_chain(
    configs: list[dict[str, int]], granted: int | None
) -> None:
    assert age(chain(*configs).match("https://x.a.example")) == granted


def test_every_origin_gets_what_its_own_key_grants() -> None:
    policy = chain({"https://a.example": 1, "http://a.example": 2, "https://a.example:8443": 3})
    assert age(policy.match("https://a.example")) == 1
    assert age(policy.match("http://a.example")) == 2
    assert age(policy.match("https://a.example:8443")) == 3
    assert policy.match("https://a.example:8444") is None


@pytest.mark.parametrize(
    "key",
    [
        "https://a.example/",
        "HTTPS://A.EXAMPLE",
        "a.example",
        "null",
        "file://",
        "https://*.com",
        "https://*",
        "https://a.*.example",
        "https://*.a.example/",
        "^https://.*$",
    ],
)
def test_a_classic_key_that_is_no_pattern_of_the_grammar_matches_itself_and_nothing_else(
    key: str,
) -> None:
    policy = chain({key: 1})
    assert age(policy.match(key)) == 1
    for origin in ("https://a.example", "https://x.a.example", "https://x.com", "https://"):
        assert policy.match(origin) is None


def test_null_is_granted_by_its_own_key_and_by_any_origin_but_by_no_pattern() -> None:
    assert age(chain({"null": 1}).match("null")) == 1
    assert age(chain({"*": 1}).match("null")) == 1
    assert chain({"https://*.a.example:*": 1}).match("null") is None
    assert age(fluent((1, ["https://a.example", AnyOrigin()])).match("null")) == 1


@pytest.mark.parametrize("origin", UNSERIALIZED)
@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(chain({"*": 1}), id="any origin of the classic API"),
        pytest.param(chain({"https://*.a.example": 1, "*": 2}), id="pattern"),
        pytest.param(chain(dict.fromkeys(UNSERIALIZED, 1)), id="the very key"),
        pytest.param(fluent((1, ["https://a.example", AnyOrigin()])), id="echo"),
    ],
)
def test_an_origin_beyond_visible_ascii_or_326_bytes_matches_nothing(
    policy: CompiledPolicy, origin: str
) -> None:
    assert policy.match(origin) is None


@pytest.mark.parametrize("origin", UNSERIALIZED)
def test_only_the_constant_star_is_granted_to_whatever_was_sent(origin: str) -> None:
    policy = fluent((1, [AnyOrigin()]))
    assert age(policy.match(origin)) == 1


def test_an_origin_of_326_bytes_still_matches() -> None:
    assert len(LONGEST) == 326
    assert age(chain({LONGEST: 1}).match(LONGEST)) == 1
    assert age(chain({"*": 1}).match(LONGEST)) == 1


@pytest.mark.parametrize(
    "policy, constant",
    [
        pytest.param(fluent((1, [AnyOrigin()])), 1, id="any origin alone"),
        pytest.param(fluent((1, [AnyOrigin(), "https://a.example"])), None, id="beside an origin"),
        pytest.param(
            fluent((1, ["https://a.example"]), (2, [AnyOrigin()])), None, id="after a clause"
        ),
        pytest.param(
            fluent((1, [AnyOrigin()]), (2, [OriginWhere(lambda _: True)])),
            None,
            id="beside a predicate",
        ),
        pytest.param(fluent((1, ["https://*.a.example"])), None, id="a pattern"),
        pytest.param(fluent(), None, id="nothing"),
        pytest.param(chain({"*": 1}), None, id="classic"),
        pytest.param(chain({}, {"*": 1}), None, id="classic defaults"),
        pytest.param(chain(), None, id="classic, nothing"),
    ],
)
def test_the_constant_star_is_sent_for_a_lone_any_origin_of_the_fluent_api(
    policy: CompiledPolicy, constant: int | None
) -> None:
    assert age(policy.constant) == constant
    grant = policy.match("https://a.example") if not policy.asks else None
    if grant is not None:
        assert grant.allow_origin == ("*" if constant else None)


def test_a_constant_beside_another_table_is_no_constant() -> None:
    table = fluent((1, [AnyOrigin()])).tables[0]
    other = compile_options({"https://a.example": options(2)})
    assert CompiledPolicy([table, other]).constant is None


def test_a_constant_beside_others_in_one_table_is_no_constant() -> None:
    any_origin = fluent((1, [AnyOrigin()])).constant
    assert any_origin is not None
    named = compile_options({"https://a.example": options(2)}).index
    asked = fluent((3, [OriginWhere(lambda _: True)])).tables[0].asked
    nothing = compile_options({}).index
    assert CompiledPolicy([OriginTable(nothing, (), any_origin)]).constant is any_origin
    assert CompiledPolicy([OriginTable(named, (), any_origin)]).constant is None
    assert CompiledPolicy([OriginTable(nothing, asked, any_origin)]).constant is None


@pytest.mark.parametrize(
    "configs, is_flat",
    [
        ([], True),
        ([{EXACT: 1}], True),
        ([{}, {EXACT: 1, "null": 1}, {}], True),
        ([{EXACT: 1}, {EXACT: 2}], False),
        ([{PATTERN: 1}], False),
        ([{EXACT: 1, PATTERN: 1}], False),
        ([{ANY: 1}], False),
        ([{EXACT: 1, ANY: 1}], False),
    ],
    ids=repr,
)
def test_one_table_of_exact_origins_is_all_that_has_to_be_looked_at(
    configs: list[dict[str, int]], is_flat: bool
) -> None:
    assert (chain(*configs).rest is None) is is_flat


def test_all_that_an_origin_may_get_is_known_each_once() -> None:
    policy = chain({EXACT: 1, "https://b.example": 1, PATTERN: 2}, {ANY: 3})
    assert [age(grant) for grant in policy.grants()] == [1, 2, 3]
    policy = fluent((1, [EXACT, PATTERN]), (2, [OriginWhere(lambda _: True)]), (3, [AnyOrigin()]))
    assert [age(grant) for grant in policy.grants()] == [1, 2, 3]
    assert list(chain({}, {}).grants()) == []


@pytest.mark.parametrize(
    "count, origins",
    [
        (1, "https://0.example"),
        (4, "https://0.example, https://1.example, https://2.example, https://3.example"),
        (5, "https://0.example, https://1.example, https://2.example and 2 more"),
    ],
)
def test_a_policy_is_read_as_its_origins_and_what_they_are_granted(
    count: int, origins: str
) -> None:
    policy = chain({f"https://{number}.example": 60 for number in range(count)}, {ANY: 5})
    assert repr(policy) == f"{origins}, age 60; *, age 5"


def test_a_live_set_is_read_as_its_members() -> None:
    live = LiveOrigins(["https://a.example"])
    assert repr(fluent((1, [live]))) == "LiveOrigins(['https://a.example']), age 1"


def test_a_table_that_grants_nothing_is_left_out() -> None:
    assert chain({}, {}).tables == ()
    assert len(chain({}, {"*": 1}, {}).tables) == 1


@pytest.mark.parametrize(
    "policy, asks",
    [
        (fluent((1, ["https://a.example", "https://*.a.example", AnyOrigin()])), False),
        (fluent((1, [OriginWhere(lambda _: True)])), True),
        (fluent((1, ["https://a.example"]), (2, [LiveOrigins()])), True),
        (chain({"*": 1}), False),
        (chain(), False),
    ],
    ids=["names", "predicate", "live", "classic", "nothing"],
)
def test_a_policy_knows_whether_somebody_has_to_be_asked(
    policy: CompiledPolicy, asks: bool
) -> None:
    assert policy.asks is asks


# Asking: predicates and live sets.


class Recorder:
    """A predicate that remembers what it was asked."""

    def __init__(
        self, answer: object = True, *, name: str = "", log: list[str] | None = None
    ) -> None:
        self.answer = answer
        self.name = name
        self.log = [] if log is None else log

    def __call__(self, origin: str) -> bool:
        self.log.append(self.name or origin)
        return self.answer  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


async def allow(origin: str) -> bool:
    await asyncio.sleep(0)
    return origin == "https://a.example"


class Answer:
    """An awaitable that is no coroutine."""

    def __init__(self, answer: bool) -> None:
        self.answer = answer

    def __await__(self) -> Generator[None, None, bool]:
        yield
        return self.answer


PREDICATES: dict[str, Predicate] = {
    "sync": lambda origin: origin == "https://a.example",
    "async": allow,
    "returns an awaitable object": lambda origin: Answer(origin == "https://a.example"),
    "returns a future": lambda origin: asyncio.ensure_future(allow(origin)),
}


@pytest.mark.parametrize("predicate", PREDICATES.values(), ids=PREDICATES)
async def test_a_predicate_may_answer_at_once_or_be_awaited(
    predicate: Predicate,
) -> None:
    policy = fluent((1, [OriginWhere(predicate)]))
    assert age(await policy.ask("https://a.example", TOLD.append)) == 1
    assert await policy.ask("https://b.example", TOLD.append) is None


@pytest.mark.parametrize(
    "answer", [False, None, 1, "yes", "True", ["https://a.example"], object, 1.0], ids=repr
)
@pytest.mark.parametrize("way", ["sync", "async"])
async def test_only_true_allows(answer: object, way: Literal["sync", "async"]) -> None:
    sync = Recorder(answer)

    async def later(origin: str) -> bool:
        return sync(origin)

    policy = fluent((1, [OriginWhere(sync if way == "sync" else later)]))
    told: list[object] = []
    assert await policy.ask("https://a.example", told.append) is None
    assert told == ([answer] if answer else [])


async def test_of_true_nothing_is_told_but_the_grant() -> None:
    told: list[object] = []
    policy = fluent((1, [OriginWhere(Recorder(True))]))
    assert age(await policy.ask("https://a.example", told.append)) == 1
    assert told == []


@pytest.mark.parametrize("origin", ["null", *UNSERIALIZED])
async def test_nobody_is_asked_about_an_opaque_origin_or_one_that_can_match_nothing(
    origin: str,
) -> None:
    predicate = Recorder()
    policy = fluent((1, [OriginWhere(predicate)]), (2, [LiveOrigins(["https://a.example"])]))
    assert await policy.ask(origin, TOLD.append) is None
    assert predicate.log == []


async def test_an_opaque_origin_is_still_any_origin() -> None:
    predicate = Recorder()
    policy = fluent((1, [OriginWhere(predicate)]), (2, [AnyOrigin()]))
    assert age(await policy.ask("null", TOLD.append)) == 2
    assert predicate.log == []


@pytest.mark.parametrize("origin", ["https://a.example", "https://x.b.example"])
async def test_nobody_is_asked_about_an_origin_that_is_named(origin: str) -> None:
    predicate = Recorder()
    names: list[str | OriginSource] = ["https://a.example", "https://*.b.example"]
    policy = fluent((1, [OriginWhere(predicate)]), (2, names))
    assert age(await policy.ask(origin, TOLD.append)) == 2
    assert predicate.log == []


async def test_predicates_and_live_sets_are_asked_in_the_order_written_and_each_once() -> None:
    log: list[str] = []
    first = Recorder(False, name="first", log=log)
    second = Recorder(True, name="second", log=log)
    third = Recorder(True, name="third", log=log)
    live = LiveOrigins(["https://live.example"])
    policy = fluent(
        (1, [OriginWhere(first)]),
        (2, [live]),
        (3, [OriginWhere(second), OriginWhere(third)]),
        (4, [AnyOrigin()]),
    )
    assert age(await policy.ask("https://a.example", TOLD.append)) == 3
    assert log == ["first", "second"]
    log.clear()
    assert age(await policy.ask("https://live.example", TOLD.append)) == 2
    assert log == ["first"]


async def test_any_origin_comes_after_everybody_who_is_asked() -> None:
    predicate = Recorder(False)
    policy = fluent((1, [AnyOrigin()]), (2, [OriginWhere(predicate)]))
    assert age(await policy.ask("https://a.example", TOLD.append)) == 1
    assert predicate.log == ["https://a.example"]


async def test_who_is_refused_by_all_is_granted_nothing() -> None:
    policy = fluent((1, [OriginWhere(Recorder(False)), LiveOrigins(), "https://b.example"]))
    assert await policy.ask("https://a.example", TOLD.append) is None


async def test_what_a_predicate_raises_reaches_the_caller() -> None:
    def fail(origin: str) -> bool:
        raise LookupError(origin)

    policy = fluent((1, [OriginWhere(fail)]), (2, [AnyOrigin()]))
    with pytest.raises(LookupError, match=r"a\.example"):
        await policy.ask("https://a.example", TOLD.append)


async def test_a_live_set_is_looked_at_as_it_is_now() -> None:
    live = LiveOrigins(["https://a.example"])
    policy = fluent((1, [live]))
    assert age(await policy.ask("https://a.example", TOLD.append)) == 1
    live.replace(["https://*.b.example"])
    assert await policy.ask("https://a.example", TOLD.append) is None
    assert age(await policy.ask("https://x.b.example", TOLD.append)) == 1
    assert await policy.ask("https://b.example", TOLD.append) is None


async def test_asking_finds_exact_then_pattern_along_the_chain_like_matching() -> None:
    asking = fluent((4, [OriginWhere(Recorder(False))])).tables
    policy = CompiledPolicy([*chain({PATTERN: 1}, {EXACT: 2}, {ANY: 3}).tables, *asking])
    assert age(await policy.ask("https://x.a.example", TOLD.append)) == 2
    assert age(await policy.ask("https://y.a.example", TOLD.append)) == 1
    assert age(await policy.ask("https://z.example", TOLD.append)) == 3


async def test_the_constant_is_also_granted_when_asked() -> None:
    policy = fluent((1, [AnyOrigin()]))
    assert age(await policy.ask("https://a.example", TOLD.append)) == 1
    assert age(await policy.ask("https://é.example", TOLD.append)) == 1


# What a grant holds.


def only_grant(clause: Clause) -> Grant:
    compiled = compile_policy(Policy((clause,)))
    grant = compiled.match("https://a.example")
    assert grant is not None
    return grant


def members(value: str | None) -> set[str]:
    assert value is not None
    return {name.strip() for name in value.split(",")}


def test_a_classic_grant_holds_what_the_options_say() -> None:
    config = {
        "https://a.example": ResourceOptions(
            allow_credentials=True,
            expose_headers=["X-B", "X-A"],
            allow_headers=["x-c"],
            max_age=0,
            allow_methods=["put"],
        )
    }
    grant = CompiledPolicy([compile_options(config)]).match("https://a.example")
    assert grant is not None
    assert grant.allow_origin is None
    assert grant.allow_credentials
    assert members(grant.expose) == {"X-A", "X-B"}
    assert not grant.expose_all
    assert grant.allow_headers == frozenset({"X-C"})
    assert grant.allow_headers_value is None
    assert grant.allow_methods == frozenset({"PUT"})
    assert not grant.any_method
    assert not grant.checks_method
    assert grant.max_age == "0"


def test_a_classic_grant_of_everything_names_nothing() -> None:
    config = {
        "*": ResourceOptions(
            allow_credentials=True, expose_headers="*", allow_headers="*", allow_methods="*"
        )
    }
    grant = CompiledPolicy([compile_options(config)]).match("https://a.example")
    assert grant is not None
    assert grant.allow_origin is None
    assert (grant.expose, grant.expose_all) == ("*", True)
    assert grant.allow_headers is None
    assert grant.allow_headers_value is None
    assert grant.allow_methods is None
    assert grant.any_method
    assert grant.checks_method is False
    assert grant.max_age is None


def test_a_classic_grant_of_nothing_allows_nothing() -> None:
    grant = chain({"*": 7}).match("https://a.example")
    assert grant is not None
    assert not grant.allow_credentials
    assert grant.expose is None
    assert not grant.expose_all
    assert grant.allow_headers == frozenset()
    assert grant.allow_methods is None
    assert not grant.any_method


def test_a_fluent_grant_holds_what_the_clause_says() -> None:
    grant = only_grant(
        Clause(
            origins=(legal("https://a.example"),),
            allow_credentials=True,
            expose_headers=frozenset({"X-A", "X-B"}),
            allow_headers=frozenset({"X-C", "Content-Type"}),
            allow_methods=frozenset({"PUT", "PATCH"}),
            max_age=3600,
        )
    )
    assert grant.allow_origin is None
    assert grant.allow_credentials
    assert members(grant.expose) == {"X-A", "X-B"}
    assert not grant.expose_all
    assert grant.allow_headers == frozenset({"X-C", "CONTENT-TYPE"})
    assert members(grant.allow_headers_value) == {"X-C", "Content-Type"}
    assert grant.allow_methods == frozenset({"PUT", "PATCH"})
    assert not grant.any_method
    assert grant.checks_method
    assert grant.max_age == "3600"


def test_a_fluent_grant_without_methods_checks_none_on_actual_requests() -> None:
    grant = only_grant(Clause(origins=(legal("https://a.example"),)))
    assert grant.allow_methods is None
    assert not grant.any_method
    assert not grant.checks_method


def test_a_fluent_grant_of_any_method_and_header_names_none() -> None:
    grant = only_grant(
        Clause(origins=(legal("https://a.example"),), allow_methods="*", allow_headers="*")
    )
    assert grant.any_method
    assert not grant.checks_method
    assert grant.allow_headers is None
    assert grant.allow_headers_value is None


@pytest.mark.parametrize(
    "origins, expose, expose_all",
    [
        pytest.param((AnyOrigin(),), "*", False, id="constant"),
        pytest.param((legal("https://a.example"),), "*", True, id="origin"),
        pytest.param((AnyOrigin(), legal("https://b.example")), "*", True, id="echo"),
    ],
)
def test_everything_is_exposed_by_a_star_only_beside_the_constant_star(
    origins: tuple[OriginSource, ...], expose: str | None, expose_all: bool
) -> None:
    grant = only_grant(Clause(origins=origins, expose_headers="*"))
    assert (grant.expose, grant.expose_all) == (expose, expose_all)


def test_one_grant_serves_all_origins_of_a_clause() -> None:
    policy = fluent((1, ["https://a.example", "https://b.example", "https://*.c.example"]))
    grants = {
        id(policy.match(origin))
        for origin in ("https://a.example", "https://b.example", "https://x.c.example")
    }
    assert len(grants) == 1


def test_a_predicate_that_cannot_be_hashed_compiles() -> None:
    class Comparable:
        @override
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Comparable)

        __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

        def __call__(self, origin: str) -> bool:
            return True

    assert fluent((1, [OriginWhere(Comparable())])).asks


def test_only_the_fluent_api_answers_with_a_constant_star() -> None:
    classic = chain({"*": 1})
    assert classic.constant is None
    assert classic.match(TOO_LONG) is None


def test_any_method_is_not_a_set_of_methods() -> None:
    clause = Clause(origins=(AnyOrigin(),), allow_methods="*")
    grant = compile_policy(Policy((clause,))).match("https://a.example")
    assert grant is not None
    assert (grant.any_method, grant.allow_methods, grant.checks_method) == (True, None, False)


def test_header_names_are_in_alphabetical_order_whatever_their_case() -> None:
    names = frozenset({"x-c", "X-B", "x-a", "X-D"})
    clause = Clause(origins=(AnyOrigin(),), allow_headers=names, expose_headers=names)
    grant = compile_policy(Policy((clause,))).match("https://a.example")
    assert grant is not None
    assert grant.allow_headers_value == grant.expose == "x-a,X-B,x-c,X-D"
