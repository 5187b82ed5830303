"""The pages of PDFs that citations stand on, each drawn by a process that ends with it."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from assistant.datatypes import Document
from assistant.sources.drawing import Box

__all__ = ["DrawnPage", "PageRenderer"]

_SECONDS = 20.0
_LARGEST = 200 * 2**20
_KEPT = 16

_CHILD = """
import sys
sys.path[:] = sys.argv[1:]
from assistant.sources.drawing import main
main()
"""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """An image of a page, and the cited characters on it."""

    page: int
    """From 1."""
    image: str
    """PNG, as a ``data:`` URL."""
    boxes: tuple[Box, ...]
    """Left, top, width, height of each line, as shares of the page."""


class PageRenderer:
    """Draws pages and keeps the last few. Safe to share between threads; one page at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: OrderedDict[tuple[str, int, int], DrawnPage | None] = OrderedDict()

    def render(self, document: Document, start: int, end: int, *, file: Path) -> DrawnPage | None:
        """Draw the page on which a citation begins.

        None where the file is no longer the one that was read, or cannot be drawn: better no
        picture than one with the wrong place marked.
        """
        key = (document.ref.sha256, start, end)
        with self._guard:
            if key not in self._kept:
                self._kept[key] = _in_child(document, start, end, file)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            return self._kept[key]


def _in_child(document: Document, start: int, end: int, file: Path) -> DrawnPage | None:
    number = document.page_at(start)
    if number is None or file.stat().st_size > _LARGEST:
        return None
    bounds = (*document.page_starts, len(document.text))
    first, last = bounds[number - 1], bounds[number]
    place = (start - first, min(end, last) - first)
    order = json.dumps([number, document.text[first:last], *place]).encode()
    path = [entry for entry in sys.path if entry]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-c", _CHILD, *path],
            input=order + b"\n" + file.read_bytes(),
            capture_output=True,
            timeout=_SECONDS,
            env={},
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        return None
    head, _, image = done.stdout.partition(b"\n")
    if not image:
        return None
    boxes = tuple((box[0], box[1], box[2], box[3]) for box in json.loads(head))
    url = f"data:image/png;base64,{base64.b64encode(image).decode()}"
    return DrawnPage(page=number, image=url, boxes=boxes)
