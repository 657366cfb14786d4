"""Lists of names, what ``*`` exposes, and ``Vary``.

Expectations from RFC 9110, section 5.6.1 for lists and 12.5.5 for ``Vary``, and from the contract's
*Preflight* 8 and 9.
"""

from collections.abc import Sequence

import pytest

from aiohttp_cors._protocol.header_values import (
    MAX_HEADER_BYTES,
    MAX_HEADER_NAMES,
    cut,
    exposed,
    merge_vary,
    requested_names,
)

# Access-Control-Request-Headers.


@pytest.mark.parametrize(
    "lines, names",
    [
        pytest.param((), [], id="no line"),
        pytest.param(("",), [], id="empty line"),
        pytest.param((" \t ",), [], id="blank line"),
        pytest.param(("x-a",), ["X-A"], id="one"),
        pytest.param(("content-type,x-a",), ["CONTENT-TYPE", "X-A"], id="as browsers send them"),
        pytest.param(("x-b,x-a",), ["X-B", "X-A"], id="any order, kept"),
        pytest.param(("X-a,x-B",), ["X-A", "X-B"], id="any case"),
        pytest.param(("x-a,x-b,X-A,x-a",), ["X-A", "X-B"], id="duplicates"),
        pytest.param(("x-a, x-b ,  x-c",), ["X-A", "X-B", "X-C"], id="spaces"),
        pytest.param(("\tx-a\t,\t \tx-b \t",), ["X-A", "X-B"], id="tabs"),
        pytest.param((",x-a,,x-b, ,\t,x-c,",), ["X-A", "X-B", "X-C"], id="empty elements"),
        pytest.param((",,,",), [], id="nothing but commas"),
        pytest.param(("x-a", "x-b"), ["X-A", "X-B"], id="several lines"),
        pytest.param(("x-a,", "", ",x-b", "x-A"), ["X-A", "X-B"], id="lines split anywhere"),
        pytest.param(("x a",), ["X A"], id="a space inside is part of the name"),
        pytest.param(("x\ta, b",), ["X\tA", "B"], id="a tab inside, too"),
        pytest.param(("x-a;x-b",), ["X-A;X-B"], id="a semicolon separates nothing"),
        pytest.param(("*",), ["*"], id="a star is a name"),
        pytest.param(("\xdf",), ["\xdf"], id="sharp s does not become a token"),
        pytest.param(("x-\xe9,x-a",), ["X-\xe9", "X-A"], id="not ASCII, as it is"),
        pytest.param(("x-\u0131,\u017f",), ["X-\u0131", "\u017f"], id="dotless i and long s"),
        pytest.param(("\u212a",), ["\u212a"], id="Kelvin sign"),
        pytest.param(("a\udcff,b",), ["A\udcff", "B"], id="a byte that is not UTF-8"),
        pytest.param(("x\x0bb",), ["X\x0bB"], id="other white space is no white space"),
        pytest.param(("\xa0x-a",), ["\xa0X-A"], id="no-break space is no white space"),
        pytest.param(
            ("\x0bx-a\f,\x1cx-b \x1f",),
            ["\x0bX-A\f", "\x1cX-B \x1f"],
            id="other white space around a name is part of it",
        ),
        pytest.param((f",x-a{',' * 300} , x-b,",), ["X-A", "X-B"], id="hundreds of empty elements"),
        pytest.param(("\xe9" * 100,), ["\xe9" * 100], id="not ASCII, as long as a text shows"),
    ],
)
def test_requested_names_are_the_elements_of_the_list_in_upper_case_each_once(
    lines: Sequence[str], names: list[str]
) -> None:
    found = requested_names(lines)
    assert found is not None
    assert list(found) == names


def test_at_most_256_names_and_8_kib_are_looked_at() -> None:
    assert MAX_HEADER_NAMES == 256
    assert MAX_HEADER_BYTES == 8 * 1024


@pytest.mark.parametrize(
    "lines, count",
    [
        pytest.param([",".join(f"x{n}" for n in range(256))], 256, id="256 names"),
        pytest.param([f"x{n}" for n in range(256)], 256, id="256 lines"),
        pytest.param([",".join(f"x{n}" for n in range(257))], None, id="257 names"),
        pytest.param([f"x{n}" for n in range(257)], None, id="257 lines"),
        pytest.param([",".join(f"x{n}" for n in range(256)) + ",,, ,"], 256, id="empty after"),
        pytest.param([",,, ," + ",".join(f"x{n}" for n in range(256))], 256, id="empty before"),
        pytest.param([", ,\t,".join(f"x{n}" for n in range(256))], 256, id="empty between"),
        pytest.param(["x" * 8192], 1, id="8192 bytes"),
        pytest.param(["x" * 8193], None, id="8193 bytes"),
        pytest.param(["," * 8192], 0, id="8192 commas"),
        pytest.param(["," * 8193], None, id="8193 commas"),
        pytest.param([" " * 8193], None, id="8193 spaces"),
        pytest.param(["x" * 4095, "y" * 4096], 2, id="8192 bytes in two lines"),
        pytest.param(["x" * 4096, "y" * 4096], None, id="8193 bytes in two lines"),
        pytest.param(["x" * 10_000_000], None, id="10 MB"),
        pytest.param(["x," * 5_000_000], None, id="millions of names"),
        pytest.param(["x"] * 100_000, None, id="very many lines"),
    ],
)
def test_more_than_256_names_or_8_kib_are_not_looked_at(
    lines: list[str], count: int | None
) -> None:
    found = requested_names(lines)
    assert (None if found is None else len(found)) == count


@pytest.mark.parametrize("line", ["\xff" * 8192, "x-a," * 2000 + "\xe9", "\udcff," * 4000])
def test_of_a_long_line_beyond_ascii_only_a_beginning_is_looked_at(line: str) -> None:
    names = requested_names([line])
    assert names is not None
    assert [len(name) < 110 for name in names] == [True]
    assert not names[0].isascii()


@pytest.mark.parametrize("length, shown", [(100, 100), (101, 103), (8000, 103)])
def test_a_value_that_a_client_chose_is_shown_cut(length: int, shown: int) -> None:
    assert len(cut("x" * length)) == shown


# Access-Control-Expose-Headers of what a response has.


def test_all_names_that_a_response_has_are_exposed_each_once() -> None:
    value = exposed(["X-A", "Date", "Link", "x-a", "Link"])
    assert sorted(name.lower() for name in value.split(",")) == ["date", "link", "x-a"]


@pytest.mark.parametrize(
    "name",
    [
        "Cache-Control",
        "Content-Language",
        "Content-Length",
        "Content-Type",
        "Expires",
        "Last-Modified",
        "Pragma",
        "Set-Cookie",
        "Set-Cookie2",
        "Connection",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    ],
)
def test_safelisted_forbidden_and_hop_by_hop_names_are_not_exposed(name: str) -> None:
    assert exposed([name]) == ""
    assert exposed([name.upper(), "X-A", name.lower()]) == "X-A"


def test_with_nothing_to_expose_the_value_is_empty() -> None:
    assert exposed([]) == ""


# Vary.


@pytest.mark.parametrize(
    "lines, merged",
    [
        ([], ["Origin"]),
        ([""], ["Origin"]),
        (["Accept"], ["Accept", "Origin"]),
        (["Origin"], ["Origin"]),
        (["origin"], ["origin"]),
        (["ORIGIN, Accept"], ["ORIGIN", "Accept"]),
        (["Accept-Encoding, Cookie"], ["Accept-Encoding", "Cookie", "Origin"]),
        (["Accept", "Cookie"], ["Accept", "Cookie", "Origin"]),
        (["Accept,accept", "ACCEPT"], ["Accept", "Origin"]),
        (["Accept", "Origin"], ["Accept", "Origin"]),
        pytest.param([" , Accept ,,\t, Cookie,"], ["Accept", "Cookie", "Origin"], id="blanks"),
        pytest.param(["Accept\x0c"], ["Accept\x0c", "Origin"], id="a form feed"),
        (["X-Origin"], ["X-Origin", "Origin"]),
        (["*"], ["*"]),
        (["Accept, *"], ["*"]),
        (["Accept", "*"], ["*"]),
        (["*, Origin"], ["*"]),
        ([" * "], ["*"]),
    ],
    ids=repr,
)
def test_vary_is_one_line_of_all_lines_without_repeats_and_a_star_stays_alone(
    lines: list[str], merged: list[str]
) -> None:
    assert [name.strip(" ") for name in merge_vary(lines, "Origin").split(",")] == merged
