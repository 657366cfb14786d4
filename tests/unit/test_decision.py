"""What is decided once for all actual requests with one method.

Expectations from the contract's *Actual responses*: what an origin is granted, whether the method is
checked, and whether a response varies.
"""

from typing import Final

import pytest

from aiohttp_cors._protocol.compiled_policy import CompiledPolicy, compile_options, compile_policy
from aiohttp_cors._protocol.decision import Decision
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Naming
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import Origin, OriginPattern
from aiohttp_cors._values.policy import AnyOrigin, Clause, Policy

A: Final = "https://a.example"
B: Final = "https://b.example"


def fluent(*clauses: Clause) -> CompiledPolicy:
    return compile_policy(Policy(clauses))


def about(*hosts: str, **rights: object) -> Clause:
    origins = tuple(Origin("https", host, None) for host in hosts)
    return Clause(origins=origins, **rights)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def classic(**methods: list[str] | None) -> CompiledPolicy:
    """Options for the origins `a` and `b` that name these methods."""
    keys = {"a": A, "b": B}
    return CompiledPolicy(
        [compile_options({keys[k]: ResourceOptions(allow_methods=m) for k, m in methods.items()})]
    )


def grant_of(policy: CompiledPolicy, origin: str) -> Grant:
    grant = policy.match(origin)
    assert grant is not None
    return grant


def test_the_constant_star_varies_with_nothing() -> None:
    policy = fluent(Clause(origins=(AnyOrigin(),)))
    decision = Decision(policy, "GET", Naming.NEVER)
    assert decision.policy is policy
    assert decision.constant is policy.constant is not None
    assert decision.varies is False


def test_every_other_policy_varies_with_the_origin() -> None:
    for policy in (fluent(about("a.example")), classic(a=None), CompiledPolicy([])):
        decision = Decision(policy, "GET", Naming.NEVER)
        assert decision.constant is None
        assert decision.varies is True


def test_origins_are_looked_up_as_in_the_policy() -> None:
    pattern = OriginPattern("https", "b.example", None, subdomains=True)
    policy = fluent(Clause(origins=(Origin("https", "a.example", None), pattern)))
    decision = Decision(policy, "GET", Naming.NEVER)
    assert decision.exact[A] is grant_of(policy, A)
    assert decision.rest is not None
    assert decision.rest("https://x.b.example") is grant_of(policy, A)
    assert decision.rest("https://b.example") is None
    assert Decision(fluent(about("a.example")), "GET", Naming.NEVER).rest is None


@pytest.mark.parametrize(
    "method, refused",
    [("GET", [B]), ("PUT", []), ("POST", [B]), ("put", [B])],
)
def test_a_method_is_refused_under_the_grants_that_name_others(
    method: str, refused: list[str]
) -> None:
    policy = fluent(about("a.example"), about("b.example", allow_methods=frozenset({"PUT"})))
    decision = Decision(policy, method, Naming.NEVER)
    assert decision.refuses == {grant_of(policy, origin) for origin in refused}


@pytest.mark.parametrize(
    "naming, refused",
    [(Naming.NEVER, []), (Naming.PREFLIGHT, []), (Naming.ALWAYS, [B])],
    ids=["never", "preflight", "always"],
)
def test_a_classic_grant_refuses_a_method_where_it_always_has_to_be_named(
    naming: Naming, refused: list[str]
) -> None:
    policy = classic(a=["PUT"], b=None)
    decision = Decision(policy, "PUT", naming)
    assert decision.refuses == {grant_of(policy, origin) for origin in refused}


def test_a_decision_about_one_request_knows_what_its_origin_was_granted_and_no_more() -> None:
    policy = classic(a=["PUT"], b=None)
    grant = grant_of(policy, A)
    decision = Decision.about(policy, "PUT", Naming.ALWAYS, A, grant)
    assert decision.policy is policy
    assert decision.exact == {A: grant}
    assert decision.rest is None
    assert decision.varies is True
    assert decision.refuses == {grant_of(policy, B)}


def test_a_decision_about_a_request_that_is_granted_nothing_grants_nobody() -> None:
    policy = classic(a=None)
    for origin, grant in ((B, None), (None, None), (None, grant_of(policy, A))):
        decision = Decision.about(policy, "GET", Naming.NEVER, origin, grant)
        assert decision.exact == {}
        assert decision.rest is None
