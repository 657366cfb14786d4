"""`Policy` and `Clause` as values, and what no policy may hold.

Expectations from the contract's *Origin grammar*: given twice is *conflicting*; credentials over
plain http to another machine are *prohibited*.
"""

import copy
import dataclasses
import enum
import functools
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import pytest
from typing_extensions import override

from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._values.errors import CorsConfigError, Problem, Reason
from aiohttp_cors._values.origins import Origin, OriginPattern, ParsedOrigin, parse_origin
from aiohttp_cors._values.policy import AnyOrigin, Clause, OriginSource, OriginWhere, Policy

Refuse: TypeAlias = Callable[[], object]
Row: TypeAlias = tuple[str, str, Reason]


def legal(text: str) -> ParsedOrigin:
    parsed = parse_origin(text)
    assert not isinstance(parsed, Problem)
    return parsed


def is_partner(origin: str) -> bool:
    return origin.endswith(".partner")


class Comparable:
    """A predicate that can be compared, and therefore not hashed."""

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comparable)

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __call__(self, origin: str) -> bool:
        return True


# What is only known, and checked, at run time.
clause_of: Callable[..., Clause] = Clause
policy_of: Callable[..., Policy] = Policy
origin_of: Callable[..., Origin] = Origin
pattern_of: Callable[..., OriginPattern] = OriginPattern
where: Callable[..., OriginWhere] = OriginWhere

A = legal("https://a.example")
B = legal("https://b.example")
WILD = legal("https://*.wild.example")
PLAIN = legal("http://a.example")
LIVE = LiveOrigins(["https://live.example"])


def policy(*clauses: tuple[OriginSource, ...]) -> Policy:
    return Policy(tuple(Clause(origins=origins) for origins in clauses))


def test_a_clause_allows_nothing_beyond_its_origins_unless_it_says_so() -> None:
    clause = Clause(origins=(A,))
    assert clause.allow_credentials is False
    assert clause.expose_headers == frozenset()
    assert clause.allow_headers == frozenset()
    assert clause.allow_methods is None
    assert clause.max_age is None


def test_sources_come_in_the_order_written_with_their_clause() -> None:
    first = Clause(origins=(B, A))
    second = Clause(origins=(AnyOrigin(), WILD), max_age=0)
    assert list(Policy((first, second)).sources()) == [
        (B, first),
        (A, first),
        (AnyOrigin(), second),
        (WILD, second),
    ]


def test_equal_policies_are_equal_and_hash_alike() -> None:
    twins = [
        policy((legal("https://a.example"), LIVE), (OriginWhere(is_partner), AnyOrigin()))
        for _ in range(2)
    ]
    assert twins[0] == twins[1]
    assert len(set(twins)) == 1


@pytest.mark.parametrize(
    "other",
    [
        Clause(origins=(B,)),
        Clause(origins=(A, B)),
        Clause(origins=(A,), allow_credentials=True),
        Clause(origins=(A,), expose_headers="*"),
        Clause(origins=(A,), allow_headers=frozenset({"X-A"})),
        Clause(origins=(A,), allow_methods=frozenset()),
        Clause(origins=(A,), max_age=0),
    ],
    ids=["origins", "more", "credentials", "expose", "headers", "methods", "age"],
)
def test_policies_that_differ_in_one_thing_differ(other: Clause) -> None:
    assert Policy((Clause(origins=(A,)),)) != Policy((other,))


def test_a_policy_of_named_origins_survives_copying_and_pickling() -> None:
    whole = policy((A, WILD), (AnyOrigin(),))
    pickled: object = pickle.loads(pickle.dumps(whole))
    assert pickled == copy.copy(whole) == copy.deepcopy(whole) == whole


@pytest.mark.parametrize(
    "value, field",
    [
        (policy((A,)), "clauses"),
        (Clause(origins=(A,)), "origins"),
        (Clause(origins=(A,)), "allow_credentials"),
        (OriginWhere(is_partner), "predicate"),
    ],
    ids=["clauses", "origins", "allow_credentials", "predicate"],
)
def test_nothing_of_a_policy_can_be_changed(value: object, field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)


def test_a_predicate_that_cannot_be_hashed_is_a_source_like_any_other() -> None:
    whole = policy((OriginWhere(Comparable()), A))
    assert isinstance(hash(whole), int)


@pytest.mark.parametrize(
    "clauses",
    [
        pytest.param([(A,)], id="one"),
        pytest.param([(A, B), (WILD, AnyOrigin()), (LIVE,)], id="many"),
        pytest.param([(WILD,), (legal("https://*.wild.example:*"),)], id="patterns that overlap"),
        pytest.param([(legal("https://x.wild.example"),), (WILD,)], id="origin and pattern"),
        pytest.param([(LIVE, LiveOrigins(["https://live.example"]))], id="two live sets alike"),
        pytest.param(
            [(legal("https://a.example."), A, legal("http://a.example"))], id="near misses"
        ),
    ],
)
def test_different_origins_do_not_conflict(clauses: list[tuple[OriginSource, ...]]) -> None:
    assert len(list(policy(*clauses).sources())) == sum(map(len, clauses))


@pytest.mark.parametrize(
    "clauses, repeated",
    [
        pytest.param([(A, A)], ["https://a.example"], id="in one clause"),
        pytest.param([(A,), (A,)], ["https://a.example"], id="in two clauses"),
        pytest.param([(A, B), (A, B)], ["https://a.example", "https://b.example"], id="two"),
        pytest.param([(A,), (A,), (A,)], ["https://a.example"] * 2, id="three times"),
        pytest.param([(WILD,), (WILD,)], ["https://*.wild.example"], id="a pattern"),
        pytest.param([(AnyOrigin(),), (AnyOrigin(),)], ["*"], id="any origin"),
    ],
)
def test_an_origin_that_is_written_again_is_conflicting(
    clauses: list[tuple[OriginSource, ...]], repeated: list[str]
) -> None:
    with pytest.raises(CorsConfigError) as caught:
        policy(*clauses)
    problems = caught.value.problems
    assert [problem.value for problem in problems] == repeated
    assert {problem.reason for problem in problems} == {"conflicting"}
    assert {problem.field for problem in problems} == {"origin"}
    assert {problem.hint for problem in problems} == {""}
    assert {problem.because.split(", ")[0] for problem in problems} == {
        "a policy names an origin once"
    }


@pytest.mark.parametrize(
    "source", [LIVE, OriginWhere(is_partner)], ids=["the same set", "the same predicate"]
)
def test_a_source_that_is_written_again_is_conflicting(source: OriginSource) -> None:
    with pytest.raises(CorsConfigError) as caught:
        policy((source,), (source,))
    assert [problem.reason for problem in caught.value.problems] == ["conflicting"]


CLAUSES_REFUSED: list[tuple[str, Refuse, list[Row]]] = [
    (
        "names that are no tokens",
        lambda: Clause(
            origins=(A,),
            expose_headers=frozenset({"X A"}),
            allow_headers=frozenset({""}),
            allow_methods=frozenset({"G:T"}),
        ),
        [
            ("expose_headers", "X A", "invalid"),
            ("allow_headers", "", "invalid"),
            ("allow_methods", "G:T", "invalid"),
        ],
    ),
    (
        "names that Fetch rules out",
        lambda: Clause(
            origins=(A,),
            expose_headers=frozenset({"set-cookie"}),
            allow_headers=frozenset({"Cookie"}),
            allow_methods=frozenset({"TRACE"}),
        ),
        [
            ("expose_headers", "set-cookie", "forbidden"),
            ("allow_headers", "Cookie", "forbidden"),
            ("allow_methods", "TRACE", "forbidden"),
        ],
    ),
    (
        "a star among names",
        lambda: Clause(
            origins=(A,),
            expose_headers=frozenset({"*"}),
            allow_headers=frozenset({"*"}),
            allow_methods=frozenset({"*"}),
        ),
        [
            ("expose_headers", "*", "prohibited"),
            ("allow_headers", "*", "prohibited"),
            ("allow_methods", "*", "prohibited"),
        ],
    ),
    (
        "a negative age",
        lambda: Clause(origins=(A,), max_age=-1),
        [("max_age", "-1", "invalid")],
    ),
    (
        "an age of more than a day",
        lambda: Clause(origins=(A,), max_age=86401),
        [("max_age", "86401", "invalid")],
    ),
    (
        "credentials on any origin",
        lambda: Clause(origins=(A, AnyOrigin()), allow_credentials=True),
        [("allow_credentials", "*", "prohibited")],
    ),
    (
        "several things at once",
        lambda: Clause(
            origins=(AnyOrigin(),),
            allow_credentials=True,
            allow_headers=frozenset({"Cookie", "Host"}),
            max_age=-5,
        ),
        [
            ("allow_headers", "Cookie", "forbidden"),
            ("allow_headers", "Host", "forbidden"),
            ("max_age", "-5", "invalid"),
            ("allow_credentials", "*", "prohibited"),
        ],
    ),
    ("no origin", lambda: Clause(origins=()), [("origin", "", "missing")]),
    ("a list of origins", lambda: clause_of(origins=[A]), [("origins", repr([A]), "invalid")]),
    ("None for origins", lambda: clause_of(origins=None), [("origins", "None", "invalid")]),
    (
        "texts for origins",
        lambda: clause_of(origins=("https://a.example", A, "null", ["x"])),
        [
            ("origins", "'https://a.example'", "invalid"),
            ("origins", "'null'", "invalid"),
            ("origins", "['x']", "invalid"),
        ],
    ),
    (
        "origins that no text can write",
        lambda: clause_of(
            origins=(
                Origin("https", "a.example/", None),
                Origin("https", "*.a.example", None),
                origin_of("https", "a.example", "8443"),
                origin_of("https", "a.example", []),
                Origin("file", "", None),
            )
        ),
        [
            ("origin", "https://a.example/", "invalid"),
            ("origin", repr(Origin("https", "*.a.example", None)), "invalid"),
            ("origin", "Origin(scheme='https', host='a.example', port='8443')", "invalid"),
            ("origin", "https://a.example:[]", "invalid"),
            ("origin", "file://", "prohibited"),
        ],
    ),
    (
        "patterns that no text can write",
        lambda: clause_of(
            origins=(
                OriginPattern("https", "com", None, True),
                OriginPattern("https", "a.example", None, False),
                pattern_of("https", "a.example", "*", "yes"),
            )
        ),
        [
            ("origin", "https://*.com", "prohibited"),
            ("origin", repr(OriginPattern("https", "a.example", None, False)), "invalid"),
            (
                "origin",
                "OriginPattern(scheme='https', host='a.example', port='*', subdomains='yes')",
                "invalid",
            ),
        ],
    ),
    (
        "switches that are no bools",
        lambda: clause_of(origins=(A,), allow_credentials="no", dangerously_over_http=1),
        [("allow_credentials", "'no'", "invalid"), ("dangerously_over_http", "1", "invalid")],
    ),
    (
        "names that are no frozenset",
        lambda: clause_of(
            origins=(A,), expose_headers=["X-A"], allow_headers=None, allow_methods="PATCH"
        ),
        [
            ("expose_headers", "['X-A']", "invalid"),
            ("allow_headers", "None", "invalid"),
            ("allow_methods", "'PATCH'", "invalid"),
        ],
    ),
    (
        "names that are no frozenset, of which there are none",
        lambda: clause_of(origins=(A,), expose_headers="", allow_headers={}, allow_methods=[]),
        [
            ("expose_headers", "''", "invalid"),
            ("allow_headers", "{}", "invalid"),
            ("allow_methods", "[]", "invalid"),
        ],
    ),
    (
        "names that are no texts",
        lambda: clause_of(origins=(A,), allow_headers=frozenset({1, "X-A", None})),
        [("allow_headers", "1", "invalid"), ("allow_headers", "None", "invalid")],
    ),
    (
        "an age that is no number",
        lambda: clause_of(origins=(A,), max_age="60"),
        [("max_age", "'60'", "invalid")],
    ),
    (
        "credentials over http",
        lambda: Clause(origins=(PLAIN, A), allow_credentials=True),
        [("allow_credentials", "http://a.example", "prohibited")],
    ),
    (
        "credentials over http, and a switch that is none",
        lambda: clause_of(origins=(PLAIN,), allow_credentials=True, dangerously_over_http="false"),
        [("dangerously_over_http", "'false'", "invalid")],
    ),
    (
        "a predicate that cannot be called",
        lambda: where("https://a.example"),
        [("origin", "'https://a.example'", "invalid")],
    ),
    ("None for clauses", lambda: policy_of(None), [("clauses", "None", "invalid")]),
    (
        "a list of clauses",
        lambda: policy_of([Clause(origins=(A,))]),
        [("clauses", repr([Clause(origins=(A,))]), "invalid")],
    ),
    (
        "clauses that are none",
        lambda: policy_of((Clause(origins=(A,)), 1)),
        [("clauses", repr((Clause(origins=(A,)), 1)), "invalid")],
    ),
]


@pytest.mark.parametrize(
    "make, rows",
    [row[1:] for row in CLAUSES_REFUSED],
    ids=[row[0] for row in CLAUSES_REFUSED],
)
def test_a_clause_that_no_policy_may_hold_cannot_be_made(make: Refuse, rows: list[Row]) -> None:
    with pytest.raises(CorsConfigError) as caught:
        make()
    found = [(problem.field, problem.value, problem.reason) for problem in caught.value.problems]
    assert sorted(found) == sorted(rows)
    assert all(problem.because for problem in caught.value.problems)


def test_the_hint_for_an_origin_that_means_another_is_that_one() -> None:
    with pytest.raises(CorsConfigError) as caught:
        Clause(origins=(Origin("https", "*.a.example", None),))
    (problem,) = caught.value.problems
    assert problem.because == "the fields of an origin are those that its text is read as"
    assert problem.hint == repr(legal("https://*.a.example"))


CHANGES: dict[str, tuple[dict[str, object], Row]] = {
    "origins": ({"origins": ("null",)}, ("origins", "'null'", "invalid")),
    "headers": (
        {"allow_headers": ("Cookie", "*")},
        ("allow_headers", "('Cookie', '*')", "invalid"),
    ),
    "methods": ({"allow_methods": "PATCH"}, ("allow_methods", "'PATCH'", "invalid")),
    "credentials": (
        {"allow_credentials": True},
        ("allow_credentials", "http://a.example", "prohibited"),
    ),
}


@pytest.mark.parametrize("change, row", CHANGES.values(), ids=CHANGES)
def test_nothing_illegal_can_be_made_by_replacing_a_field(
    change: dict[str, object], row: Row
) -> None:
    with pytest.raises(CorsConfigError) as caught:
        dataclasses.replace(Clause(origins=(PLAIN,)), **change)  # type: ignore[arg-type]
    assert [(p.field, p.value, p.reason) for p in caught.value.problems] == [row]


def test_a_clause_keeps_that_its_danger_was_named() -> None:
    clause = Clause(origins=(PLAIN,), allow_credentials=True, dangerously_over_http=True)
    assert dataclasses.replace(clause, max_age=5).dangerously_over_http
    with pytest.raises(CorsConfigError, match="prohibited"):
        dataclasses.replace(clause, dangerously_over_http=False)


def test_a_danger_that_was_named_in_vain_makes_no_other_clause() -> None:
    named = Clause(origins=(A,), allow_credentials=True, dangerously_over_http=True)
    unnamed = Clause(origins=(A,), allow_credentials=True)
    assert named == unnamed
    assert hash(named) == hash(unnamed)


class Age(enum.IntEnum):
    HOUR = 3600


@pytest.mark.parametrize("age", [Age.HOUR, timedelta(hours=1)], ids=["an enum", "a timedelta"])
def test_an_age_is_kept_as_a_plain_number_of_seconds(age: object) -> None:
    kept: object = clause_of(origins=(A,), max_age=age).max_age
    assert kept == 3600
    assert type(kept) is int


def test_methods_are_kept_as_browsers_send_them() -> None:
    clause = Clause(origins=(A,), allow_methods=frozenset({"get", "GET", "PATCH"}))
    assert clause.allow_methods == frozenset({"GET", "PATCH"})


@pytest.mark.parametrize("age", [0, 1, 7200, 86400])
def test_an_age_of_up_to_a_day_may_be_held(age: int) -> None:
    assert Clause(origins=(A,), max_age=age).max_age == age


@pytest.mark.parametrize(
    "source",
    [
        A,
        WILD,
        legal("http://localhost:3000"),
        legal("http://*.localhost:*"),
        legal("http://127.0.0.1:*"),
        legal("http://[::1]"),
        legal("capacitor://localhost"),
        LIVE,
        pytest.param(OriginWhere(is_partner), id="a predicate"),
    ],
    ids=str,
)
def test_credentials_may_be_given_to_https_and_loopback(source: OriginSource) -> None:
    assert Clause(origins=(source,), allow_credentials=True).origins == (source,)


def test_every_http_origin_of_another_machine_may_not_have_credentials() -> None:
    sources: tuple[OriginSource, ...] = (
        legal("http://a.example"),
        A,
        legal("http://*.example.com:*"),
        legal("http://localhost"),
    )
    with pytest.raises(CorsConfigError) as caught:
        Clause(origins=sources, allow_credentials=True)
    assert [(problem.value, problem.reason) for problem in caught.value.problems] == [
        ("http://a.example", "prohibited"),
        ("http://*.example.com:*", "prohibited"),
    ]
    assert {problem.field for problem in caught.value.problems} == {"allow_credentials"}


OVER_HTTP = LiveOrigins(["http://live.example"], dangerously_over_http=True)


def test_a_live_set_that_may_hold_http_has_credentials_only_where_the_clause_says_so_too() -> None:
    refusals: list[Callable[[], Clause]] = [
        lambda: Clause(origins=(A, OVER_HTTP), allow_credentials=True),
        lambda: dataclasses.replace(Clause(origins=(OVER_HTTP,)), allow_credentials=True),
    ]
    for refused in refusals:
        with pytest.raises(CorsConfigError) as caught:
            refused()
        (problem,) = caught.value.problems
        assert (problem.field, problem.reason) == ("allow_credentials", "prohibited")
        assert problem.value == repr(OVER_HTTP)
        assert problem.hint == "dangerously_over_http=True"
    said = Clause(origins=(OVER_HTTP,), allow_credentials=True, dangerously_over_http=True)
    assert said.origins == (OVER_HTTP,)
    assert Clause(origins=(OVER_HTTP,)).origins == (OVER_HTTP,)


def test_a_policy_with_live_origins_can_be_copied_pickled_and_made_a_dict() -> None:
    live = LiveOrigins(["https://live.example"])
    whole = policy((A, live), (OriginWhere(is_partner),))
    for twin in (copy.deepcopy(whole), pickle.loads(pickle.dumps(whole))):
        assert isinstance(twin, Policy)
        copied = twin.clauses[0].origins[1]
        assert isinstance(copied, LiveOrigins)
        assert copied is not live
        assert list(copied) == ["https://live.example"]
    assert copy.copy(whole) == whole
    fields = dataclasses.asdict(whole)
    first, second = fields["clauses"]
    assert first["origins"][0] == {"scheme": "https", "host": "a.example", "port": None}
    assert list(first["origins"][1]) == ["https://live.example"]
    assert second["origins"] == ({"predicate": is_partner},)


CHAINS: dict[str, OriginSource | Clause] = {
    '.origin("https://a.example")': A,
    '.origin("https://*.wild.example")': WILD,
    ".any_origin()": AnyOrigin(),
    ".origin_where(is_partner)": OriginWhere(is_partner),
    ".origin(LiveOrigins(['https://live.example']))": LIVE,
    '.origin("https://a.example", LiveOrigins([\'https://live.example\']), "*")': Clause(
        origins=(A, LIVE, AnyOrigin())
    ),
    '.origin("https://a.example", OriginWhere(is_partner))': Clause(
        origins=(A, OriginWhere(is_partner))
    ),
    '.origin("https://a.example").allow_credentials()': Clause(
        origins=(A,), allow_credentials=True
    ),
    '.origin("http://a.example").allow_credentials(dangerously_over_http=True)': Clause(
        origins=(PLAIN,), allow_credentials=True, dangerously_over_http=True
    ),
    '.origin("https://a.example").expose("a", "B").allow_headers("X-A").allow_methods("GET")': Clause(
        origins=(A,),
        expose_headers=frozenset({"B", "a"}),
        allow_headers=frozenset({"X-A"}),
        allow_methods=frozenset({"GET"}),
    ),
    ".any_origin().expose_all().allow_any_header().allow_any_method().max_age(0)": Clause(
        origins=(AnyOrigin(),),
        expose_headers="*",
        allow_headers="*",
        allow_methods="*",
        max_age=0,
    ),
    '.origin("https://a.example").allow_methods()': Clause(origins=(A,), allow_methods=frozenset()),
}


@pytest.mark.parametrize("chain, given", CHAINS.items(), ids=CHAINS)
def test_a_clause_is_shown_as_the_chain_that_makes_it(
    chain: str, given: OriginSource | Clause
) -> None:
    clause = given if isinstance(given, Clause) else Clause(origins=(given,))
    assert repr(clause) == f"Clause({chain})"
    assert repr(Policy((clause,))) == f"Policy({chain})"


def test_a_policy_is_shown_as_one_chain() -> None:
    whole = Policy((Clause(origins=(A,), max_age=600), Clause(origins=(AnyOrigin(),))))
    assert repr(whole) == 'Policy(.origin("https://a.example").max_age(600).any_origin())'
    assert repr(Policy(())) == "Policy()"


def test_of_many_origins_some_are_shown_and_the_rest_is_counted() -> None:
    many = tuple(legal(f"https://{number}.example") for number in range(100))
    text = repr(Clause(origins=many))
    assert text.endswith('"https://7.example", … 92 more))')
    assert text.count("https://") == 8
    assert repr(Clause(origins=many[:9])).count("https://") == 9
    assert repr(Clause(origins=many[:10])).endswith('"https://7.example", … 2 more))')


def test_names_are_shown_in_alphabetical_order_whatever_their_case() -> None:
    names = frozenset({"X-b", "x-A", "X_a", "XAB"})
    chain = '.any_origin().expose("x-A", "X-b", "X_a", "XAB")'
    assert repr(Clause(origins=(AnyOrigin(),), expose_headers=names)) == f"Clause({chain})"


@pytest.mark.parametrize(
    "given, hint",
    [
        ("https://a.example", "Origin(scheme='https', host='a.example', port=None)"),
        ("https://a.example/", ""),
        (3, ""),
    ],
)
def test_the_hint_for_a_text_among_sources_is_the_origin_that_it_is(
    given: object, hint: str
) -> None:
    with pytest.raises(CorsConfigError) as caught:
        Clause(origins=(given,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (problem,) = caught.value.problems
    assert (problem.field, problem.value, problem.hint) == ("origins", repr(given), hint)


@pytest.mark.parametrize(
    "field, because",
    [
        ("origins", "the origins of a clause are a tuple"),
        ("allow_headers", "names are a frozenset of str, or '*' for any"),
    ],
)
def test_what_is_of_another_type_is_told_which_it_has_to_be(field: str, because: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        clause_of(**{"origins": (A,), field: ["X-A"]})
    assert caught.value.problems == (Problem(field, "['X-A']", "invalid", because, ""),)


def test_a_policy_is_told_where_its_clauses_come_from() -> None:
    with pytest.raises(CorsConfigError) as caught:
        Policy((1,))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    because = "a policy is a tuple of clauses, as the .policy of a rule has them"
    assert caught.value.problems == (Problem("clauses", "(1,)", "invalid", because, ""),)


@pytest.mark.parametrize("given, hint", [(3, ""), ("*", ""), ("https://a.example/", "a.example")])
def test_a_predicate_is_what_can_be_called(given: object, hint: str) -> None:
    with pytest.raises(CorsConfigError) as caught:
        OriginWhere(given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    (problem,) = caught.value.problems
    assert problem.because == "a predicate is a function of an origin"
    assert problem.hint == (hint and f".origin('https://{hint}')")


def test_the_switch_for_http_opens_nothing_for_any_origin_beside_others() -> None:
    origins = (OVER_HTTP, AnyOrigin())
    with pytest.raises(CorsConfigError) as caught:
        Clause(origins=origins, allow_credentials=True, dangerously_over_http=True)
    assert [(each.value, each.reason) for each in caught.value.problems] == [("*", "prohibited")]


def test_a_predicate_without_a_name_is_shown_as_it_shows_itself() -> None:
    predicate = functools.partial(is_partner)
    assert (
        repr(Clause(origins=(OriginWhere(predicate),))) == f"Clause(.origin_where({predicate!r}))"
    )


def test_origins_and_patterns_are_told_apart_by_their_class() -> None:
    assert isinstance(A, Origin)
    assert isinstance(WILD, OriginPattern)
