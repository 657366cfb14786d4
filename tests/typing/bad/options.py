# ResourceOptions: a bare string where names are expected, other types, unknown keywords, assignments.

from aiohttp_cors import ResourceOptions


def a_bare_string(name: str) -> None:
    ResourceOptions(allow_headers="X-A")  # E
    ResourceOptions(expose_headers="X-A")  # E
    ResourceOptions(allow_methods="GET")  # E
    ResourceOptions(allow_headers="")  # E
    ResourceOptions(allow_headers=name)  # E
    ResourceOptions(allow_headers=b"X-A")  # E
    ResourceOptions(allow_headers="X-A, X-B", max_age=60)  # E
    ResourceOptions(allow_headers=("X-A"))  # E


def another_type(numbers: list[int]) -> None:
    ResourceOptions(allow_headers=None)  # E
    ResourceOptions(expose_headers=None)  # E
    ResourceOptions(allow_headers=1)  # E
    ResourceOptions(allow_headers=[1])  # E
    ResourceOptions(allow_headers=numbers)  # E
    ResourceOptions(allow_methods=True)  # E
    ResourceOptions(allow_methods=[b"GET"])  # E
    ResourceOptions(max_age="3600")  # E
    ResourceOptions(max_age=60.5)  # E
    ResourceOptions(allow_credentials="yes")  # E
    ResourceOptions(allow_credentials=None)  # E


def keywords() -> None:
    ResourceOptions(True)  # E
    ResourceOptions(allow_header=["X-A"])  # E
    ResourceOptions(credentials=True)  # E


def frozen(options: ResourceOptions) -> None:
    options.allow_credentials = True  # E
    options.expose_headers = frozenset({"X-A"})  # E
    options.allow_headers = "*"  # E
    options.allow_methods = None  # E
    options.max_age = 60  # E
    options.origin = "https://a.example"  # E


def unknown_attributes(options: ResourceOptions) -> None:
    options.is_method_allowed()  # E
    options.is_method_allowed(1)  # E
    options.is_header_allowed("X-A")  # E
    options[0]  # E


class MyOptions(ResourceOptions):  # E
    pass
