"""The fluent builder as a value: its states, what each step gives, and that chains never mix.

Expectations from the contract's table of the fluent API. What is refused has a file of its own,
`test_invalid_policies`.
"""

import dataclasses
import enum
import re
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from inspect import currentframe
from typing import NoReturn, TypeAlias

import pytest
from aiohttp import web

from aiohttp_cors import (
    AnyOriginRule,
    BoundPolicy,
    Cors,
    CorsWarning,
    CredentialedRule,
    LiveOrigins,
    OriginRule,
    Policy,
    ResourceOptions,
)
from aiohttp_cors._values.origin_grammar import ParsedOrigin, read_origin
from tests.integration.support import hello

A = "https://a.example"
B = "https://b.example"
NONE: frozenset[str] = frozenset()
NEVER_BOUND = (
    "this rule was never bound by .on(), .everywhere(), .enforce_on() or .enforce_everywhere()"
    " [unbound-rule]"
)

Rule: TypeAlias = OriginRule | CredentialedRule | AnyOriginRule
State: TypeAlias = Rule | Cors | BoundPolicy

SHARED_STEPS: dict[str, Callable[[Rule], Rule]] = {
    "expose": lambda rule: rule.expose("X-A"),
    "expose_all": lambda rule: rule.expose_all(),
    "allow_headers": lambda rule: rule.allow_headers("X-A"),
    "allow_any_header": lambda rule: rule.allow_any_header(),
    "allow_methods": lambda rule: rule.allow_methods("PUT"),
    "allow_any_method": lambda rule: rule.allow_any_method(),
    "max_age": lambda rule: rule.max_age(5),
}
RULES: dict[str, Callable[[Cors], Rule]] = {
    "origin": lambda cors: cors.origin(A),
    "credentials": lambda cors: cors.origin(A).allow_credentials(),
    "any": lambda cors: cors.any_origin(),
}
BEGINNINGS: dict[str, Callable[[Cors | Rule], Rule]] = {
    "origin": lambda state: state.origin(B),
    "origin_where": lambda state: state.origin_where(is_partner),
    "live": lambda state: state.origin(LiveOrigins([B])),
}


def is_partner(origin: str) -> bool:
    return origin.endswith(".partner")


async def is_partner_async(origin: str) -> bool:
    return is_partner(origin)


@contextmanager
def parsed() -> Generator[list[str]]:
    """The origins that are parsed meanwhile."""
    texts: list[str] = []

    def noted(text: str) -> ParsedOrigin | None:
        texts.append(text)
        return read_origin(text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aiohttp_cors._values.origins.read_origin", noted)
        yield texts


@pytest.fixture
def cors() -> Cors:
    return Cors.for_app(web.Application())


def line() -> int:
    """The line of the caller."""
    frame = currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


async def started(app: web.Application) -> None:
    """Start `app`, and stop it."""
    runner = web.AppRunner(app)
    try:
        await runner.setup()
    finally:
        await runner.cleanup()


async def unused_at_startup(app: web.Application) -> list[str]:
    """File and line of the `CorsWarning`s that starting `app` gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        await started(app)
    assert {warning.category for warning in caught} <= {CorsWarning}
    assert {str(warning.message) for warning in caught} <= {NEVER_BOUND}
    return [f"{warning.filename}:{warning.lineno}" for warning in caught]


def test_a_chain_begins_with_cors(cors: Cors) -> None:
    assert type(cors) is Cors


@pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
def test_naming_origins_gives_an_origin_rule_from_every_state(
    cors: Cors, begin: Callable[[Cors | Rule], Rule]
) -> None:
    states: list[Cors | Rule] = [cors]
    states += [make(Cors.for_app(web.Application())) for make in RULES.values()]
    assert {type(begin(state)) for state in states} == {OriginRule}


def test_any_origin_gives_an_any_origin_rule_in_both_spellings(cors: Cors) -> None:
    assert type(cors.any_origin()) is AnyOriginRule
    assert type(cors.origin("*")) is AnyOriginRule
    assert cors.origin("*").policy == cors.any_origin().policy
    for named in (cors.origin(A), cors.origin(A).allow_credentials()):
        assert type(named.any_origin()) is AnyOriginRule
        assert type(named.origin("*")) is AnyOriginRule


def test_credentials_give_a_credentialed_rule(cors: Cors) -> None:
    assert type(cors.origin(A).allow_credentials()) is CredentialedRule
    assert type(cors.any_origin().origin_where(is_partner).allow_credentials()) is CredentialedRule


@pytest.mark.parametrize("make", RULES.values(), ids=RULES)
@pytest.mark.parametrize("step", SHARED_STEPS.values(), ids=SHARED_STEPS)
def test_every_other_step_keeps_the_state(
    cors: Cors, make: Callable[[Cors], Rule], step: Callable[[Rule], Rule]
) -> None:
    rule = make(cors)
    assert type(step(rule)) is type(rule)


def test_use_gives_a_policy_that_can_only_be_bound(cors: Cors) -> None:
    bound = cors.use({A: ResourceOptions()})
    assert type(bound) is BoundPolicy
    steps = {name for name in dir(bound) if not name.startswith("_")}
    assert steps == {"on", "enforce_on", "everywhere", "enforce_everywhere", "policy"}


@pytest.mark.parametrize(
    "make, name",
    [
        (RULES["credentials"], "allow_credentials"),
        (RULES["origin"], "use"),
        (RULES["origin"], "for_app"),
        (RULES["any"], "use"),
    ],
    ids=[
        "credentials twice",
        "use in a chain",
        "for_app in a chain",
        "use after any",
    ],
)
def test_a_step_that_makes_no_sense_does_not_exist(
    cors: Cors, make: Callable[[Cors], Rule], name: str
) -> None:
    rule = make(cors)
    assert not hasattr(rule, name)
    with pytest.raises(AttributeError, match=name):
        getattr(rule, name)


# What a state says of a step that checkers report as one that does not exist: test_invalid_policies.
@pytest.mark.parametrize("name", ["policy", "allow_methods", "expose", "max_age"])
def test_nothing_can_be_bound_or_allowed_before_an_origin_is_named(cors: Cors, name: str) -> None:
    assert not hasattr(cors, name)


def test_binding_gives_cors_so_that_the_chain_goes_on(cors: Cors) -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    first, second = app.router.add_resource("/1"), app.router.add_resource("/2")
    after = cors.origin(A).on(first)
    assert type(after) is Cors
    assert after == cors
    assert type(after.use({B: ResourceOptions()}).on(second)) is Cors
    assert type(after.any_origin().everywhere()) is Cors


def states() -> Iterator[tuple[str, State]]:
    cors = Cors.for_app(web.Application())
    yield "Cors", cors
    for name, make in RULES.items():
        yield name, make(cors)
    yield "BoundPolicy", cors.use({A: ResourceOptions()})


@pytest.mark.parametrize("state", [pytest.param(state, id=name) for name, state in states()])
def test_every_state_is_frozen(state: State) -> None:
    for field in dataclasses.fields(state):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(state, field.name, None)
    # dataclasses(slots=True) answers TypeError for what is no field, before Python 3.12.
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError, TypeError)):
        setattr(state, "another", None)  # noqa: B010 -- no checker would let it pass


@pytest.mark.parametrize("state", [pytest.param(state, id=name) for name, state in states()])
def test_every_state_can_be_hashed_and_read(state: State) -> None:
    assert len({state, state}) == 1
    chain = "" if isinstance(state, Cors) else repr(state.policy)[len("Policy(") : -1]
    assert repr(state) == f"{type(state).__name__}({chain})"


def test_a_state_is_shown_as_the_chain_so_far(cors: Cors) -> None:
    assert repr(cors) == "Cors()"
    rule = cors.origin(A)
    assert repr(rule) == 'OriginRule(.origin("https://a.example"))'
    assert repr(rule.allow_credentials().max_age(5)) == (
        'CredentialedRule(.origin("https://a.example").allow_credentials().max_age(5))'
    )
    assert repr(rule.any_origin()) == 'AnyOriginRule(.origin("https://a.example").any_origin())'
    assert repr(cors.use(rule.policy)) == 'BoundPolicy(.origin("https://a.example"))'


def test_no_step_looks_at_all_origins_again(cors: Cors) -> None:
    """Parsing is what costs: no step but the first does that, whatever the number of origins."""
    origins = [f"https://tenant-{number}.example" for number in range(1000)]
    with parsed() as texts:
        rule = cors.origin(*origins)
    assert texts == origins
    with parsed() as texts:
        wide = rule.allow_credentials().expose("X-A").allow_headers("X-B").allow_methods("GET")
        wide = wide.max_age(5)
        assert len(wide.policy.clauses[0].origins) == 1000
        wide.on(web.Application().router.add_resource("/"))
    assert texts == []


def test_a_clause_that_a_step_made_is_one_that_could_have_been_made_by_hand(cors: Cors) -> None:
    rule = cors.origin(A).allow_credentials().expose("X-A").allow_any_header().allow_methods("GET")
    (clause,) = rule.max_age(5).origin_where(is_partner).policy.clauses[:1]
    assert clause == dataclasses.replace(clause)
    assert Policy(rule.policy.clauses) == rule.policy
    assert hash(Policy(rule.policy.clauses)) == hash(rule.policy)


@pytest.mark.parametrize("make", RULES.values(), ids=RULES)
@pytest.mark.parametrize("step", SHARED_STEPS.values(), ids=SHARED_STEPS)
def test_a_step_leaves_the_rule_that_it_was_called_on_alone(
    cors: Cors, make: Callable[[Cors], Rule], step: Callable[[Rule], Rule]
) -> None:
    rule = make(cors)
    before = rule.policy
    after = step(rule)
    assert rule.policy == before
    assert after.policy != before


def test_forking_a_chain_and_continuing_both_ways_never_mixes(cors: Cors) -> None:
    trunk = cors.origin(A).expose("X-Shared")
    left = trunk.allow_headers("X-Left").max_age(1).origin(B).allow_credentials()
    right = trunk.allow_methods("PUT").any_origin().expose_all()
    again = trunk.allow_headers("X-Again")
    (shared,) = trunk.policy.clauses
    assert shared.expose_headers == frozenset({"X-Shared"})
    assert (shared.allow_headers, shared.allow_methods, shared.max_age) == (NONE, None, None)
    first, second = left.policy.clauses
    assert (first.expose_headers, first.allow_headers) == (
        frozenset({"X-Shared"}),
        frozenset({"X-Left"}),
    )
    assert (first.allow_methods, first.max_age, first.allow_credentials) == (None, 1, False)
    assert (second.allow_credentials, second.allow_headers) == (True, NONE)
    third, fourth = right.policy.clauses
    assert (third.allow_methods, third.allow_headers, third.max_age) == (
        frozenset({"PUT"}),
        NONE,
        None,
    )
    assert fourth.expose_headers == "*"
    assert again.policy.clauses[0].allow_headers == frozenset({"X-Again"})


def test_a_rule_that_was_bound_can_be_continued_and_bound_elsewhere() -> None:
    app = web.Application()
    first, second = app.router.add_resource("/1"), app.router.add_resource("/2")
    rule = Cors.for_app(app).origin(A)
    rule.on(first)
    wider = rule.allow_headers("X-A")
    wider.on(second)
    assert rule.policy.clauses[0].allow_headers == NONE


def test_chains_that_say_the_same_give_equal_policies_that_hash_alike(cors: Cors) -> None:
    elsewhere = Cors.for_app(web.Application())
    one = cors.origin(A, "https://*.x.example").allow_credentials().expose("X-1", "X-2").max_age(60)
    two = (
        elsewhere.origin(A, "https://*.x.example")
        .max_age(timedelta(minutes=1))
        .expose("X-2")
        .allow_credentials()
        .expose("X-1")
    )
    assert one.policy == two.policy
    assert hash(one.policy) == hash(two.policy)


@pytest.mark.parametrize("step", SHARED_STEPS.values(), ids=SHARED_STEPS)
def test_policies_that_differ_are_unequal(cors: Cors, step: Callable[[Rule], Rule]) -> None:
    assert step(cors.origin(A)).policy != cors.origin(A).policy


def test_rules_are_equal_by_what_they_allow_and_where() -> None:
    cors, elsewhere = Cors.for_app(web.Application()), Cors.for_app(web.Application())
    assert Cors.for_app(web.Application()) != cors
    assert elsewhere.origin(A) != cors.origin(A)
    assert cors.origin(A) != cors.origin(B)
    rules: list[object] = [cors.origin(A), cors.origin(A).allow_credentials()]
    assert rules[0] != rules[1]


def test_for_app_is_the_same_however_often_it_is_called() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    assert Cors.for_app(app) == cors
    assert len(app.on_response_prepare) == 1


def test_a_policy_is_readable(cors: Cors) -> None:
    policy = (
        cors.origin(A, "https://*.preview.example:*")
        .allow_credentials()
        .expose("X-Request-ID")
        .allow_headers("X-CSRF-Token")
        .allow_methods("PUT")
        .max_age(3600)
        .policy
    )
    assert repr(policy) == (
        'Policy(.origin("https://a.example", "https://*.preview.example:*").allow_credentials()'
        '.expose("X-Request-ID").allow_headers("X-CSRF-Token").allow_methods("PUT").max_age(3600))'
    )


def test_a_policy_cannot_be_changed(cors: Cors) -> None:
    policy = cors.origin(A).policy
    with pytest.raises(dataclasses.FrozenInstanceError):
        policy.clauses = ()  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_each_step_ends_up_in_the_clause_that_it_follows(cors: Cors) -> None:
    policy = (
        cors.origin(A)
        .allow_credentials()
        .allow_any_header()
        .max_age(0)
        .origin_where(is_partner_async)
        .allow_any_method()
        .expose("X-A", "X-B")
        .any_origin()
        .allow_methods("get", "PATCH")
        .expose_all()
        .policy
    )
    first, second, third = policy.clauses
    assert (first.allow_credentials, first.allow_headers, first.max_age) == (True, "*", 0)
    assert (first.allow_methods, first.expose_headers) == (None, NONE)
    assert (second.allow_credentials, second.allow_methods) == (False, "*")
    assert (second.expose_headers, second.max_age) == (frozenset({"X-A", "X-B"}), None)
    assert (third.allow_methods, third.expose_headers) == (frozenset({"GET", "PATCH"}), "*")


def test_names_of_several_calls_add_up(cors: Cors) -> None:
    rule = cors.origin(A).expose("X-1").expose("X-2", "X-3").allow_headers("X-4")
    rule = rule.allow_headers("X-5").allow_methods("PUT").allow_methods("GET", "PUT")
    (clause,) = rule.policy.clauses
    assert clause.expose_headers == frozenset({"X-1", "X-2", "X-3"})
    assert clause.allow_headers == frozenset({"X-4", "X-5"})
    assert clause.allow_methods == frozenset({"GET", "PUT"})


def test_a_header_name_in_another_case_is_the_same_name(cors: Cors) -> None:
    (clause,) = (
        cors.origin(A).allow_headers("X-A", "x-a").expose("ETag").expose("etag").policy.clauses
    )
    assert len(clause.allow_headers) == len(clause.expose_headers) == 1


def test_the_methods_that_fetch_normalizes_may_be_written_in_any_case(cors: Cors) -> None:
    (clause,) = cors.origin(A).allow_methods("get", "GET", "Post", "PATCH").policy.clauses
    assert clause.allow_methods == frozenset({"GET", "POST", "PATCH"})


def test_any_may_be_said_twice(cors: Cors) -> None:
    rule = cors.origin(A).expose_all().expose_all().allow_any_header().allow_any_header()
    (clause,) = rule.allow_any_method().allow_any_method().policy.clauses
    assert (clause.expose_headers, clause.allow_headers, clause.allow_methods) == ("*", "*", "*")


def test_a_mapping_means_the_same_as_the_chain(cors: Cors) -> None:
    options = ResourceOptions(
        allow_credentials=True,
        expose_headers=["X-A"],
        allow_headers="*",
        allow_methods=["PUT"],
        max_age=60,
    )
    used = cors.use({A: options, "*": ResourceOptions(expose_headers="*")}).policy
    chain = cors.origin(A).allow_credentials().expose("X-A").allow_any_header()
    chain = chain.allow_methods("PUT").max_age(60)
    assert used == chain.any_origin().expose_all().policy


def test_a_mapping_of_plain_options_means_the_same_as_the_chain(cors: Cors) -> None:
    settings: dict[str, dict[str, object]] = {
        A: {
            "allow_credentials": True,
            "expose_headers": ("X-A",),
            "allow_headers": "*",
            "allow_methods": {"put", "PATCH"},
            "max_age": timedelta(minutes=1),
        },
        B: {"allow_headers": ["x-a"], "expose_headers": [], "allow_methods": None, "max_age": None},
        "*": {"expose_headers": "*", "allow_methods": "*"},
    }
    chain = cors.origin(A).allow_credentials().expose("X-A").allow_any_header()
    chain = chain.allow_methods("PUT", "PATCH").max_age(60)
    public = chain.origin(B).allow_headers("x-a").any_origin().expose_all().allow_any_method()
    assert cors.use(settings).policy == public.policy


def test_plain_options_and_resource_options_may_stand_in_one_mapping(cors: Cors) -> None:
    used = cors.use({A: ResourceOptions(max_age=5), B: {"max_age": 5}, "*": {}}).policy
    assert used == cors.origin(A).max_age(5).origin(B).max_age(5).any_origin().policy


class Age(int, enum.Enum):
    HOUR = 3600


def test_an_age_that_is_a_kind_of_int_is_kept_as_a_plain_one(cors: Cors) -> None:
    age: object = cors.origin(A).max_age(Age.HOUR).policy.clauses[0].max_age
    assert age == 3600
    assert type(age) is int


def test_a_policy_of_one_application_can_be_used_in_another(cors: Cors) -> None:
    policy = cors.origin(A).allow_credentials().policy
    assert Cors.for_app(web.Application()).use(policy).policy == policy


def test_a_policy_made_by_hand_can_be_used(cors: Cors) -> None:
    made = Policy(cors.origin(A).policy.clauses)
    assert cors.use(made).policy == made


async def test_a_rule_that_is_never_bound_is_a_warning_with_file_and_line() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    cors.origin(A).allow_credentials()
    first = line() - 1
    cors.any_origin()
    second = line() - 1
    cors.origin_where(is_partner)
    third = line() - 1
    cors.use({B: ResourceOptions()})
    fourth = line() - 1
    places = await unused_at_startup(app)
    assert len(places) == 4
    for place, number in zip(places, [first, second, third, fourth], strict=True):
        assert place == f"{__file__}:{number}"


async def test_the_warning_of_a_rule_is_shown_with_its_line() -> None:
    app = web.Application()
    Cors.for_app(app).origin(A).allow_credentials()
    begun = line() - 1
    with pytest.warns(CorsWarning) as caught:
        await started(app)
    (warning,) = caught
    shown = warnings.formatwarning(
        NEVER_BOUND, warning.category, warning.filename, warning.lineno, warning.line
    )
    assert shown == (
        f"{__file__}:{begun}: CorsWarning: {NEVER_BOUND}\n"
        "  Cors.for_app(app).origin(A).allow_credentials()\n"
    )


async def test_a_filter_by_module_means_the_module_of_the_rule() -> None:
    for module, shown in ((__name__, 0), ("aiohttp_cors", 1)):
        app = web.Application()
        Cors.for_app(app).origin(A)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.filterwarnings("ignore", module=re.escape(module))
            await started(app)
        assert len(caught) == shown


async def test_a_rule_of_several_applications_is_named_once_where_warnings_are_shown_once() -> None:
    apps = [web.Application(), web.Application()]
    for app in apps:
        Cors.for_app(app).origin(A)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for app in apps:
            await started(app)
    assert len(caught) == 1


async def test_where_warnings_are_errors_the_error_says_file_and_line() -> None:
    app = web.Application()
    Cors.for_app(app).origin(A)
    begun = line() - 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(CorsWarning) as caught:
            await started(app)
    assert str(caught.value) == f"{__file__}:{begun}: {NEVER_BOUND}"


async def test_a_rule_in_code_without_a_module_is_named_by_what_it_was_compiled_as() -> None:
    app = web.Application()
    exec(
        compile("\ncors.origin('https://a.example')", "settings", "exec"),
        {"cors": Cors.for_app(app)},
    )
    assert await unused_at_startup(app) == ["settings:2"]


async def test_a_rule_that_no_file_began_is_named_as_python_names_such_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def getframe(_: int) -> NoReturn:
        raise ValueError("call stack is not deep enough")

    app = web.Application()
    monkeypatch.setattr("aiohttp_cors._server.call_site.getframe", getframe)
    Cors.for_app(app).origin(A)
    assert await unused_at_startup(app) == ["sys:1"]


async def test_a_chain_over_several_lines_is_named_by_the_step_that_began_the_clause() -> None:
    app = web.Application()
    begun = line() + 4
    (
        Cors.for_app(app)
        # The first clause begins with the next line.
        .origin(A)
        .allow_credentials()
        .any_origin()
        .expose_all()
    )
    first, second = await unused_at_startup(app)
    assert first == f"{__file__}:{begun}"
    assert second == f"{__file__}:{begun + 2}"


async def test_each_clause_is_named_by_the_line_where_it_began() -> None:
    app = web.Application()
    rule = Cors.for_app(app).origin(A)
    begun = line() - 1
    rule = rule.allow_headers("X-A")
    wider = rule.origin(B)
    second = line() - 1
    wider.expose_all()
    places = await unused_at_startup(app)
    assert len(places) == 2
    for place, number in zip(places, [begun, second], strict=True):
        assert place == f"{__file__}:{number}"


async def test_a_rule_of_which_any_continuation_was_bound_is_used() -> None:
    app = web.Application()
    resource = app.router.add_resource("/1")
    rule = Cors.for_app(app).origin(A)
    rule.expose("X-Dropped")
    rule.allow_credentials().max_age(5).on(resource)
    assert await unused_at_startup(app) == []


async def test_a_clause_added_to_a_bound_rule_and_dropped_is_named() -> None:
    app = web.Application()
    resource = app.router.add_resource("/1")
    rule = Cors.for_app(app).origin(A)
    rule.on(resource)
    rule.origin(B)
    dropped = line() - 1
    (place,) = await unused_at_startup(app)
    assert place == f"{__file__}:{dropped}"


async def test_a_rule_whose_policy_was_read_is_used() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    policy = cors.origin(A).allow_credentials().origin(B).policy
    assert cors.use(policy).policy == policy
    assert await unused_at_startup(app) == []


async def test_a_rule_that_is_bound_everywhere_is_used() -> None:
    app = web.Application()
    Cors.for_app(app).origin(A).origin(B).everywhere()
    assert await unused_at_startup(app) == []


async def test_a_rule_whose_binding_was_refused_is_not_used() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    resource = app.router.add_resource("/1")
    cors.origin(A).on(resource)
    rule = cors.origin(B)
    begun = line() - 1
    with pytest.raises(ValueError, match="conflicting"):
        rule.on(resource)
    (place,) = await unused_at_startup(app)
    assert place == f"{__file__}:{begun}"


async def test_a_rule_in_a_helper_function_is_named_where_the_helper_says_it() -> None:
    def rule_of(cors: Cors) -> OriginRule:
        return cors.origin(A)

    app = web.Application()
    rule_of(Cors.for_app(app))
    (place,) = await unused_at_startup(app)
    assert place == f"{__file__}:{rule_of.__code__.co_firstlineno + 1}"


async def test_a_refused_step_begins_nothing() -> None:
    app = web.Application()
    cors = Cors.for_app(app)
    rule = cors.origin(A)
    with pytest.raises(ValueError, match="conflicting"):
        rule.origin(A)
    with pytest.raises(ValueError, match="invalid"):
        cors.origin(f"{A}/")
    rule.on(app.router.add_get("/", hello))
    assert await unused_at_startup(app) == []


def test_an_application_that_was_mounted_cannot_be_set_up_any_more() -> None:
    app, sub = web.Application(), web.Application()
    app.add_subapp("/sub/", sub)
    with pytest.raises(RuntimeError, match=r"add_subapp"):
        Cors.for_app(sub)


async def test_an_application_that_has_started_cannot_be_set_up_any_more() -> None:
    app = web.Application()
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        with pytest.raises(RuntimeError, match=r"start"):
            Cors.for_app(app)
    finally:
        await runner.cleanup()
