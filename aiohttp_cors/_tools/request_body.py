"""What `aiohttp_cors.testing.Browser` takes as ``data``, made into bytes and a ``Content-Type``.

Owns: which kinds of body there are, and the two that take some waiting: a ``FormData``, a stream.
Leaves to: `aiohttp_cors.browser.body` the others.

Implements Fetch, *extract a body*: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
"""

from collections.abc import AsyncIterable, Mapping
from typing import TypeAlias, final
from urllib.parse import parse_qsl

from aiohttp import FormData, Payload
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict
from typing_extensions import override

from aiohttp_cors.browser.body import BinaryFile, Body, file_body, form_body, text_body
from aiohttp_cors.browser.request import require

BodyInit: TypeAlias = (
    str
    | bytes
    | bytearray
    | memoryview
    | Mapping[str, str]
    | FormData
    | BinaryFile
    | AsyncIterable[bytes]
)
"""What a page gives ``fetch`` as its ``body``.

A string; a ``BufferSource``; a ``URLSearchParams``; a ``FormData``; a ``File`` or ``Blob``; a
``ReadableStream``.
"""


async def extract_body(data: BodyInit) -> Body:
    """The bytes, and the type that this kind of body has; `TypeError` for anything else."""
    match data:
        case str():
            return text_body(data)
        case bytes() | bytearray() | memoryview():
            return Body(bytes(data), None)
        case Mapping():
            return form_body(data)
        case FormData():
            return await _multipart_body(data)
        case AsyncIterable():
            content = bytearray()
            async for chunk in data:
                require("a part of the stream in data", chunk, bytes)
                content += chunk
            return Body(bytes(content), None, is_stream=True)
        case BinaryFile():
            return file_body(data)
        case _:
            raise TypeError(f"data is nothing that fetch takes for a body: {data!r}")


async def _multipart_body(form: FormData) -> Body:
    payload = form()
    content = await _content(payload)
    if not payload.content_type.startswith("multipart/"):
        # aiohttp sends a form that is all text as a URLSearchParams; a page's FormData is multipart
        # whatever is in it. aiohttp's becomes so by a type for a field.
        form = FormData()
        for name, value in parse_qsl(content.decode(), keep_blank_values=True):
            form.add_field(name, value, content_type="text/plain; charset=utf-8")
        payload = form()
        content = await _content(payload)
    return Body(content, payload.content_type)


async def _content(payload: Payload) -> bytes:
    written = _Written()
    await payload.write(written)
    return bytes(written.content)


@final
class _Written(AbstractStreamWriter):
    """A stream that keeps what is written, and nothing else: a payload asks for no more."""

    def __init__(self) -> None:
        self.content = bytearray()

    @override
    async def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self.content += chunk

    @override
    async def write_eof(self, chunk: bytes = b"") -> None: ...

    @override
    async def drain(self) -> None: ...

    @override
    def enable_compression(
        self, encoding: str = "deflate", strategy: int | None = None
    ) -> None: ...

    @override
    def enable_chunking(self) -> None: ...

    @override
    async def write_headers(self, status_line: str, headers: "CIMultiDict[str]") -> None: ...
