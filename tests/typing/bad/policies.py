# Ready policies, and fields that nobody may assign.

from aiohttp_cors import BoundPolicy, Cors, CorsConfigError, OriginRule, Policy, Problem, ResourceOptions


def not_a_policy(cors: Cors, rule: OriginRule) -> None:
    cors.use(rule)  # E
    cors.use(None)  # E
    cors.use("https://a.example")  # E
    cors.use(["https://a.example"])  # E
    cors.use(ResourceOptions())  # E
    cors.use({"https://a.example": None})  # E
    cors.use({"https://a.example": "*"})  # E
    cors.use({"https://a.example": [True]})  # E
    cors.use({1: ResourceOptions()})  # E
    cors.use({"https://a.example": ResourceOptions(allow_headers="X-CSRF-Token")})  # E
    cors.use({"https://a.example": ResourceOptions(expose_headers="X-Request-ID")})  # E
    cors.use({"https://a.example": ResourceOptions(allow_methods="GET")})  # E


def ready_is_ready(ready: BoundPolicy) -> None:
    ready.origin("https://a.example")  # E
    ready.any_origin()  # E
    ready.max_age(60)  # E
    ready.allow_methods("GET")  # E
    ready.expose_all()  # E
    ready.use(ready.policy)  # E


def policies_of_rules_only(rule: OriginRule) -> None:
    rule.use(rule.policy)  # E
    Cors.origin("https://a.example")  # E


def frozen(policy: Policy, rule: OriginRule, ready: BoundPolicy, problem: Problem) -> None:
    policy.clauses = ()  # E
    policy.clauses[0].max_age = 60  # E
    policy.clauses[0].allow_credentials = True  # E
    policy.clauses[0].origins = ()  # E
    policy.clauses[0] = policy.clauses[0]  # E
    rule.policy = policy  # E
    ready.policy = policy  # E
    rule.max_age = 60  # E
    rule.credentials = True  # E
    problem.hint = "another"  # E


def another_reason(error: CorsConfigError) -> None:
    Problem("origin", "null", "wrong", "because", "https://a.example")  # E
    Problem("origin", "null", "invalid", "https://a.example")  # E
    CorsConfigError("https://a.example")  # E
    CorsConfigError(error)  # E
    error.problems.clear()  # E
    error.problem  # E
