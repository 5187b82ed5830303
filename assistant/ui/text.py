"""Foreign text as HTML that shows it and does nothing else.

The page's chat takes Markdown. What is made here is one HTML block without a line break, and
`shown` leaves no ASCII character in it that HTML, Markdown, LaTeX or a template could act upon.
"""

from __future__ import annotations

import re

__all__ = ["element", "shown"]

_ACTIVE = re.compile(r"[\t\n\r!-/:-@\[-`{-~]")
# HTML has no way to write these: a browser would drop or replace them as it likes.
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")


def shown(text: str) -> str:
    """Write foreign text so that HTML and Markdown show it, character for character.

    NUL and lone surrogates, which HTML cannot hold, become U+FFFD.

    >>> shown("<b>")
    '&#60;b&#62;'
    """
    writable = _UNWRITABLE.sub("\ufffd", text)
    return _ACTIVE.sub(lambda match: f"&#{ord(match.group())};", writable)


def element(tag: str, kind: str, content: str, language: str = "") -> str:
    """Wrap escaped content; `dir` keeps its writing direction from spilling over its neighbours."""
    lang = f' lang="{shown(language)}"' if language else ""
    return f'<{tag} class="{kind}" dir="auto"{lang}>{content}</{tag}>'
