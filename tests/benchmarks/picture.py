"""The picture of the table: one SVG, readable on light and on dark, the same for the same figures.

Owns: how bars are drawn.
Leaves to: `tests.benchmarks.report` the figures and the versions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final
from xml.sax.saxutils import escape

SERIES: Final = ("by hand", "floor", "this library", "aiohttp-cors 0.8.1")
_COLOURS: Final = (
    ("#7b8794", "#9aa5b1"),
    ("#b7791f", "#ecc94b"),
    ("#2563eb", "#60a5fa"),
    ("#c2410c", "#fb923c"),
)
_WIDTH: Final = 760
_LEFT: Final = 190
_RIGHT: Final = 70
_BAR: Final = 13
_GAP: Final = 14
_TITLE: Final = 34


@final
@dataclass(frozen=True, slots=True)
class Panel:
    """Cases that are drawn to one scale."""

    title: str
    cases: Mapping[str, Mapping[str, float]]
    """By case, then by series; a series that is not there has no bar."""


def draw(panels: Sequence[Panel], versions: str) -> str:
    """The SVG: a group of bars a case, a scale a panel."""
    body: list[str] = []
    y = 58
    for panel in panels:
        body.append(_text(0, y + 16, panel.title, "title"))
        y += _TITLE
        scale = (_WIDTH - _LEFT - _RIGHT) / max(max(bars.values()) for bars in panel.cases.values())
        for case, bars in panel.cases.items():
            body += _case(case, bars, y, scale)
            y += _BAR * len(bars) + _GAP
        y += _GAP
    body.append(_text(0, y + 8, versions, "small"))
    height = y + 20
    space = 'xmlns="http://www.w3.org/2000/svg"'
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return "\n".join(
        (
            f'<svg {space} {size} role="img" aria-labelledby="what">',
            '<title id="what">Instructions that CORS costs a request</title>',
            _style(),
            _text(0, 18, "Instructions that CORS costs a request; less is better", "head"),
            *_legend(),
            *body,
            "</svg>",
            "",
        )
    )


def _case(case: str, bars: Mapping[str, float], y: int, scale: float) -> Iterator[str]:
    middle = y + _BAR * len(bars) // 2 + 4
    yield _text(_LEFT - 10, middle, case, "case")
    for row, (name, value) in enumerate(bars.items()):
        top = y + row * _BAR
        width = max(value * scale, 1)
        yield (
            f'<rect class="s{SERIES.index(name)}" x="{_LEFT}" y="{top}"'
            f' width="{width:.1f}" height="{_BAR - 2}"/>'
        )
        yield _text(_LEFT + width + 5, top + _BAR - 4, f"{value / 1000:.1f}k", "small")


def _legend() -> Iterator[str]:
    x = 0
    for number, name in enumerate(SERIES):
        yield f'<rect class="s{number}" x="{x}" y="32" width="11" height="11"/>'
        yield _text(x + 16, 42, name, "small")
        x += 36 + 7 * len(name)


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _style() -> str:
    light, dark = (
        " ".join(f".s{number} {{ fill: {pair[which]}; }}" for number, pair in enumerate(_COLOURS))
        for which in (0, 1)
    )
    return (
        "<style>"
        "text { font: 12px system-ui, sans-serif; fill: #1f2933; }"
        " .head { font-size: 15px; font-weight: 600; } .title { font-weight: 600; }"
        " .case { text-anchor: end; } .small { font-size: 10.5px; }"
        f" {light}"
        f" @media (prefers-color-scheme: dark) {{ text {{ fill: #e4e7eb; }} {dark} }}"
        "</style>"
    )
