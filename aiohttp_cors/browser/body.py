"""What a page gives ``fetch`` as a body, made into bytes and a ``Content-Type``.

Owns: the kinds of body that take no waiting: text, bytes, a form's fields, a file.
Leaves to: `aiohttp_cors.testing` a ``FormData`` and a stream, which take some.

Implements:

- Fetch, *extract a body*: https://fetch.spec.whatwg.org/#concept-bodyinit-extract
- URL, *URLSearchParams*: https://url.spec.whatwg.org/#interface-urlsearchparams
- File API, a file's *type*: https://w3c.github.io/FileAPI/#dfn-type
"""

import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, final, runtime_checkable

from aiohttp_cors.browser.extra import extra_needed
from aiohttp_cors.browser.request import require
from aiohttp_cors.browser.url import scalar_values

_TEXT: Final = "text/plain;charset=UTF-8"
_FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"


@runtime_checkable
class BinaryFile(Protocol):
    """A file that is open in binary mode, or an `io.BytesIO`: a page's ``File`` or ``Blob``."""

    def read(self) -> bytes:
        """The rest of it."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, and what `PageRequest` is told about it.

    - `type`: the ``Content-Type`` that this kind of body brings; None: it brings none;
    - `is_stream`: a ``ReadableStream``, which nobody can send twice.
    """

    content: bytes
    type: str | None
    is_stream: bool = False


def text_body(text: str) -> Body:
    """A string, as UTF-8."""
    return Body(scalar_values(text).encode(), _TEXT)


def json_body(value: object) -> Body:
    """What ``JSON.stringify`` makes of `value`: text, and no ``application/json`` by itself."""
    return text_body(json.dumps(value))


def form_body(fields: Mapping[str, str]) -> Body:
    """A ``URLSearchParams``; a ``MultiDict`` may have a name more than once.

    >>> form_body({"a": "b c"}).content
    b'a=b+c'
    """
    with extra_needed():
        from ada_url import URLSearchParams  # noqa: PLC0415 -- see extra_needed
    form = URLSearchParams("")
    for name, value in fields.items():
        require("the name of a field", name, str)
        require(f"the field {name}", value, str)
        form.append(scalar_values(name), scalar_values(value))
    return Body(str(form).encode(), _FORM)


def file_body(file: BinaryFile) -> Body:
    """The rest of an open file; the end of its name says its type, as where a user chose it."""
    content = file.read()
    require("what a file in data has, if it is open in binary mode,", content, bytes)
    name: object = getattr(file, "name", None)
    # Not what this machine knows of types: the same on all.
    known = mimetypes.MimeTypes(filenames=())
    return Body(content, known.guess_type(name)[0] if isinstance(name, str) else None)
