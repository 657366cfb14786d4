"""What a lock calls a predicate or a live set: its qualified name, the same in every run.

Owns: the names of what is asked about origins at run time.
Leaves to: `aiohttp_cors._tools.reach` what follows from the answers.

What a predicate answers and what a live set holds is not known before a request comes.
"""

import sys
from collections.abc import Iterable

from aiohttp_cors._values.sources import LiveSource, OriginWhere


def names_of(sources: Iterable[LiveSource | OriginWhere]) -> list[str]:
    """A name for each source: ``where:app.is_partner``, ``live:app.PARTNERS``.

    Of two that have the same name the second one is called ``where:app.is_partner#2``.
    """
    names: list[str] = []
    for source in sources:
        name = f"where:{_qualified(source.predicate)}" if isinstance(source, OriginWhere) else ""
        name = name or f"live:{_variable(source) or _qualified(source)}"
        times = sum(name == known.partition("#")[0] for known in names)
        names.append(f"{name}#{times + 1}" if times else name)
    return names


def _qualified(value: object) -> str:
    """Where a function or a class was defined; of another object, where its class was."""
    # functools.partial, and what asks another function in its place.
    value = getattr(value, "func", value)
    named = value if isinstance(getattr(value, "__qualname__", None), str) else type(value)
    return f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', '')}"


def _variable(value: object) -> str:
    """The variable of a module that holds `value`; empty where there is none."""
    for name, module in sorted(sys.modules.items()):
        for variable, held in sorted(vars(module).items()) if hasattr(module, "__dict__") else ():
            if held is value:
                return f"{name}.{variable}"
    return ""
