"""What a lock calls a predicate or a live set: its qualified name, the same in every run.

Owns: the names of what is asked about origins at run time.
Leaves to: `aiohttp_cors._tools.locking.reach` what follows from the answers.

What a predicate answers and what a live set holds is not known before a request comes.
"""

from collections.abc import Iterable

from aiohttp_cors._values.sources import LiveSource, OriginWhere


def names_of(sources: Iterable[LiveSource | OriginWhere]) -> list[str]:
    """A name for each source of one policy: ``where:app.is_partner``, ``live:LiveOrigins``.

    Of two that have the same name the second one is called ``live:LiveOrigins#2``. A live set is
    named by its class alone: it does not know the variables that hold it, and these differ between
    programs that import it.
    """
    names: list[str] = []
    for source in sources:
        if isinstance(source, OriginWhere):
            name = f"where:{_qualified(source.predicate)}"
        else:
            name = f"live:{type(source).__qualname__}"
        times = sum(name == known.partition("#")[0] for known in names)
        names.append(f"{name}#{times + 1}" if times else name)
    return names


def _qualified(predicate: object) -> str:
    """Where a function was defined; of another object that can be called, where its class was."""
    function: object = getattr(predicate, "func", predicate)  # functools.partial
    kind: object = type(function)
    named = function if hasattr(function, "__qualname__") else kind
    return f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', '')}"
