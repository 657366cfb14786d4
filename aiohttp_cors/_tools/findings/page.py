"""`Page`: what there is to say about one kind of finding, once, for the terminal and for the documentation.

Owns: the parts of a page, and how they are laid out.
Leaves to: the ``pages_…`` modules of this folder the texts.
"""

from dataclasses import dataclass
from typing import final

from aiohttp_cors._tools.terminal import wrapped
from aiohttp_cors._values.findings import Kind

_FENCE = "```"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page of one kind.

    - `what`: what is the case, a paragraph;
    - `why`: what comes of it, paragraphs;
    - `example`: a program that has the finding; `instead`: the same one without;
    - `references`: titles and addresses.
    """

    kind: Kind
    what: str
    why: str
    example: str
    instead: str
    references: tuple[tuple[str, str], ...]

    def markdown(self) -> str:
        """The page as the documentation has it, in lines of 80 columns."""
        level = self.kind.level
        lines = [
            f"# {self.kind.id}",
            "",
            *wrapped(f"Level: {level.value} ({level.meaning})."),
            "",
            *_paragraphs(self.what),
            *("## Why", "", *_paragraphs(self.why)),
            *("## Example", "", *_code(self.example)),
            *("## Instead", "", *_code(self.instead)),
        ]
        if self.references:
            lines += ["## References", ""]
            lines += [f"- [{title}]({address})" for title, address in self.references]
        return "\n".join(lines).rstrip() + "\n"

    def plain(self) -> list[str]:
        """The lines of the same text for a terminal: code is indented instead of fenced."""
        lines: list[str] = []
        is_code = False
        for line in self.markdown().splitlines():
            if line.startswith(_FENCE):
                is_code = not is_code
            else:
                lines.append(f"    {line}".rstrip() if is_code else line)
        return lines


def _paragraphs(text: str) -> list[str]:
    return [line for part in text.split("\n\n") for line in (*wrapped(part), "")]


def _code(program: str) -> list[str]:
    return [f"{_FENCE}python", *program.strip("\n").splitlines(), _FENCE, ""]
