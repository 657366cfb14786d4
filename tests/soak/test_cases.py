"""The application answers each case as it should in each state, and whatever is wrong is noticed."""

import pytest

from tests.benchmarks.wire import Answer, Connection
from tests.soak.application import STEPS_PER_ROUTE, create
from tests.soak.cases import CASES, LOAD, Case
from tests.soak.expected import Expected
from tests.soak.moving import LATE_ROUTES, MEMBERS, State, live, members

# As many steps as there are states that a case tells apart.
_STEPS = [0, 1, 7, 26, 99, STEPS_PER_ROUTE * LATE_ROUTES]


@pytest.mark.parametrize("steps", _STEPS)
async def test_every_case_is_answered_as_it_says_in_every_state(steps: int) -> None:
    app, moving = create(moves=False)
    for _ in range(steps):
        moving.step()
    connection = await Connection.to(app)
    try:
        for number, case in enumerate(LOAD):
            answer = await connection.ask(case.bytes_of(number))
            assert not case.complaints(answer, number), case.name
    finally:
        await connection.close()


def test_the_members_change_by_one_with_each_step() -> None:
    for changes in range(120):
        before, after = members(State(changes, 0)), members(State(changes + 1, 0))
        assert len(before) == MEMBERS
        assert before - after == {live(changes)}


def test_the_live_set_is_what_its_state_says_after_every_step() -> None:
    _, moving = create(moves=False)
    for _ in range(120):
        moving.step()
        assert frozenset(moving.origins) == members(moving.state)


def _answer(status: int, *headers: tuple[str, str]) -> Answer:
    lines = (f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers))
    return Answer("\r\n".join((*lines, "", "")).encode())


_RIGHT = (
    ("X-Soak-State", "0 0"),
    ("Access-Control-Allow-Origin", "https://app.example.com"),
    ("Access-Control-Allow-Credentials", "true"),
    ("Access-Control-Expose-Headers", "X-Request-ID"),
    ("Vary", "Origin"),
)
_WRONG = {
    "another status": (500, _RIGHT),
    "another origin": (200, (*_RIGHT[:1], (_RIGHT[1][0], "*"), *_RIGHT[2:])),
    "an origin twice": (200, (*_RIGHT, _RIGHT[1])),
    "no credentials": (200, (*_RIGHT[:2], *_RIGHT[3:])),
    "a header too many": (200, (*_RIGHT, ("Access-Control-Allow-Methods", "GET"))),
    "a header of tomorrow": (200, (*_RIGHT, ("Access-Control-Of-Tomorrow", "1"))),
    "no Vary": (200, _RIGHT[:-1]),
    "another Vary": (200, (*_RIGHT[:-1], ("Vary", "Origin, Accept"))),
    "not from the application": (200, _RIGHT[1:]),
}


def _case(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def test_the_right_answer_is_right() -> None:
    assert not _case("GET, exact origin").complaints(_answer(200, *_RIGHT), 0)


@pytest.mark.parametrize("status, headers", _WRONG.values(), ids=_WRONG)
def test_a_wrong_answer_is_noticed(status: int, headers: tuple[tuple[str, str], ...]) -> None:
    assert _case("GET, exact origin").complaints(_answer(status, *headers), 0)


def test_an_allowed_answer_is_wrong_where_the_live_set_has_lost_the_origin() -> None:
    case = _case("GET, live 0")
    headers = (("Access-Control-Allow-Origin", live(0)), ("Vary", "Origin"))
    assert not case.complaints(_answer(200, ("X-Soak-State", "0 0"), *headers), 0)
    assert case.complaints(_answer(200, ("X-Soak-State", "1 0"), *headers), 0)


def test_the_number_of_a_request_is_the_one_of_its_answer() -> None:
    case = _case("GET, pattern")
    origin = "https://n00000007.preview.example.com"
    assert f"Origin: {origin}\r\n".encode() in case.bytes_of(7)
    right = (_RIGHT[0], (_RIGHT[1][0], origin), *_RIGHT[2:])
    assert not case.complaints(_answer(200, *right), 7)
    assert case.complaints(_answer(200, *right), 8)


def test_lists_are_compared_without_regard_to_order_and_case() -> None:
    expected = Expected(status=200, headers={"vary": frozenset({"a", "b"})})
    answer = _answer(200, ("Vary", "B,  a"))
    assert not expected.complaints(answer)
