"""What a page gives ``fetch`` as a body; expectations from Fetch, *extract a body*, and the engines."""

import io
from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path
from typing import cast

import pytest
from aiohttp import FormData
from multidict import MultiDict

from aiohttp_cors._tools.request_body import BodyInit, extract_body
from aiohttp_cors.browser.body import Body, json_body

TEXT = "text/plain;charset=UTF-8"
FORM = "application/x-www-form-urlencoded;charset=UTF-8"


@pytest.mark.parametrize(
    "data, body",
    [
        ("grüß dich", Body("grüß dich".encode(), TEXT)),
        ("", Body(b"", TEXT)),
        ("\ud800", Body("\ufffd".encode(), TEXT)),
        (b"\0\xff", Body(b"\0\xff", None)),
        (bytearray(b"ab"), Body(b"ab", None)),
        (memoryview(b"abc")[1:], Body(b"bc", None)),
        ({"a": "b c", "ä": "&"}, Body(b"a=b+c&%C3%A4=%26", FORM)),
        ({"a": "~*-._\ud800"}, Body(b"a=%7E*-._%EF%BF%BD", FORM)),
        (MultiDict([("a", "1"), ("a", "2")]), Body(b"a=1&a=2", FORM)),
        ({}, Body(b"", FORM)),
        (io.BytesIO(b"ab"), Body(b"ab", None)),
    ],
    ids=[
        "text",
        "no text",
        "half a pair",
        "bytes",
        "bytearray",
        "memoryview",
        "fields",
        "fields with marks",
        "a field twice",
        "no fields",
        "a blob",
    ],
)
async def test_a_body_has_bytes_and_the_type_of_its_kind(data: BodyInit, body: Body) -> None:
    assert await extract_body(data) == body


@pytest.mark.parametrize(
    "name, content_type",
    [("a.png", "image/png"), ("a.TXT", "text/plain"), ("a.", None), ("a.b-unknown", None)],
)
async def test_the_end_of_a_files_name_says_its_type(
    tmp_path: Path, name: str, content_type: str | None
) -> None:
    (tmp_path / name).write_bytes(b"abc")
    with (tmp_path / name).open("rb") as file:
        file.read(1)
        assert await extract_body(file) == Body(b"bc", content_type)


async def test_a_stream_is_sent_as_a_whole_and_known_for_a_stream() -> None:
    async def stream() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"bc"

    assert await extract_body(stream()) == Body(b"abc", None, is_stream=True)


def parts_of(body: Body) -> list[tuple[object, str | None, object]]:
    """Name, file name and content of each part of a multipart body."""
    assert body.type is not None
    assert body.type.startswith("multipart/form-data; boundary=")
    message = message_from_bytes(f"Content-Type: {body.type}\r\n\r\n".encode() + body.content)
    return [
        (
            part.get_param("name", header="Content-Disposition"),
            part.get_filename(),
            part.get_payload(decode=True),
        )
        for part in message.walk()
        if not part.is_multipart()
    ]


async def test_a_form_with_a_file_is_multipart() -> None:
    form = FormData()
    form.add_field("name", "Ada")
    form.add_field("photo", io.BytesIO(b"png"), filename="a.png", content_type="image/png")
    body = await extract_body(form)
    assert parts_of(body) == [("name", None, b"Ada"), ("photo", "a.png", b"png")]
    assert b"Content-Type: image/png" in body.content


async def test_a_form_of_texts_is_multipart_too() -> None:
    form = FormData([("a", "1 & ü"), ("b", ""), ("a", "2")])
    body = await extract_body(form)
    assert parts_of(body) == [("a", None, "1 & ü".encode()), ("b", None, b""), ("a", None, b"2")]


async def texts() -> AsyncIterator[str]:
    yield "a"


@pytest.mark.parametrize(
    "data, message",
    [
        (1, "^data is nothing that fetch takes for a body: 1$"),
        ([1], r"^data is nothing that fetch takes for a body: \[1\]$"),
        (Path("a.png"), "^data is nothing that fetch takes for a body: .*Path.*"),
        ({"a": 1}, "^the field a is not a str: 1$"),
        ({1: "a"}, "^the name of a field is not a str: 1$"),
        (io.StringIO("a"), "^what a file in data has, .* is not a bytes: 'a'$"),
        (texts(), "^a part of the stream in data is not a bytes: 'a'$"),
    ],
    ids=["a number", "a list", "a path", "a value", "a name", "a file in text mode", "a stream"],
)
async def test_anything_else_is_a_type_error_that_names_it(data: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        await extract_body(cast("BodyInit", data))


def test_json_is_text() -> None:
    assert json_body({"a": "ü"}) == Body(b'{"a": "\\u00fc"}', TEXT)
