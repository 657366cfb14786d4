"""One target in a process of its own, which libFuzzer ends: ``once TARGET FOLDER... OPTION...``."""

import logging
import sys

import atheris

with atheris.instrument_imports(include=["aiohttp_cors"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until libFuzzer has had enough."""
    name, *rest = sys.argv[1:]
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)
    atheris.Setup([sys.argv[0], *rest], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
