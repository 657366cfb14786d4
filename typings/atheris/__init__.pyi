# atheris 2.3 to 3.1, the three names that tests/fuzz uses. It ships no types.
# Delete this when it has a py.typed.
from collections.abc import Callable
from contextlib import AbstractContextManager

def instrument_imports(include: list[str]) -> AbstractContextManager[None]: ...
def Setup(args: list[str], test_one_input: Callable[[bytes], None]) -> list[str]: ...  # noqa: N802
def Fuzz() -> None: ...  # noqa: N802
