"""What the command line prints: text that a document cannot make anything else of, or JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

__all__ = ["clean", "console", "one_line", "show", "tell", "write_json"]

# Controls but tab and newline; C1 controls; what turns the direction of writing; lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str) -> str:
    r"""Make every control character of foreign text visible, so that a terminal obeys none.

    >>> clean("\x1b[2Jgone?\r\n")
    '␛[2Jgone?\n'
    """
    return _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Clean a text and put it on one line."""
    return " ".join(clean(text).split())


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line, which ends with its own exit code."""
        raise BrokenPipeError


def console(*, stderr: bool = False) -> Console:
    """Make a console that takes text as text: no markup, no emoji codes, no highlighting."""
    return _Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def show(text: str | Text = "", *, style: str = "") -> None:
    """Print on stdout. Lines are wrapped on a terminal only, and never cut."""
    _print(console(), text, style)


def tell(text: str, *, style: str = "") -> None:
    """Print a message beside the output, on stderr."""
    _print(console(stderr=True), text, style)


def write_json(value: Any) -> None:
    """Print JSON on stdout: on one line, indented on a terminal."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    indent = 2 if sys.stdout.isatty() else None
    text = json.dumps(value, ensure_ascii=not utf8, indent=indent)
    # A terminal must not obey what a document holds either; a lone surrogate has no UTF-8 form.
    sys.stdout.write(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
    sys.stdout.flush()


def _print(console: Console, text: str | Text, style: str) -> None:
    safe = Text(clean(text), style=style) if isinstance(text, str) else text
    console.print(safe, soft_wrap=not console.is_terminal)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)  # the picture of the control: ESC gives ␛
    return "␡" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
