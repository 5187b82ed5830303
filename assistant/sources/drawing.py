"""A page of a PDF as an image, and where on it the characters of its text stand.

Drawing runs the riskiest parts of a PDF library on a foreign file: `main` is a process of its own,
without network, with bounds on memory; whoever starts it bounds its time.
"""

from __future__ import annotations

import ctypes
import json
import resource
import sys
from io import BytesIO
from typing import Any

__all__ = ["Box", "draw", "main", "place_on_page"]

_MEMORY = 2 * 2**30
_GRID = 100_000  # steps across a page, in which PDFium gives places
_WIDTH = 1000  # pixels: sharp enough in a panel of half a wide screen

Box = tuple[float, float, float, float]
"""Left, top, width, height as shares of a page, or left, bottom, right, top in its own measure."""


def main() -> None:
    """Draw what stdin asks for; nothing comes out where the page is not the one that was read."""
    from assistant.sources.worker import guard

    guard()
    _limit()
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    number, text, start, end = json.loads(head)
    drawn = draw(data, number, text=text, start=start, end=end)
    if drawn is not None:
        boxes, image = drawn
        sys.stdout.buffer.write(json.dumps(boxes).encode() + b"\n" + image)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def draw(
    data: bytes, number: int, *, text: str, start: int, end: int
) -> tuple[list[Box], bytes] | None:
    """Draw page `number` of a PDF and find the characters ``[start, end)`` of its `text` on it."""
    import pypdfium2

    page = pypdfium2.PdfDocument(data)[number - 1]
    textpage = page.get_textpage()
    glyphs = [
        chr(pypdfium2.raw.FPDFText_GetUnicode(textpage, i)) for i in range(textpage.count_chars())
    ]
    on_page = place_on_page(glyphs, text, start, end)
    if on_page is None:
        return None
    width, _ = page.get_size()
    lines = _lines([textpage.get_charbox(i, loose=True) for i in on_page])
    image = BytesIO()
    page.render(scale=_WIDTH / width).to_pil().save(image, "PNG", optimize=False)
    return [_share(page, line) for line in lines], image.getvalue()


def _share(page: Any, box: Box) -> Box:
    """Turn a box in the page's own coordinates, which may be cropped and turned, into shares."""
    from pypdfium2 import raw

    def on_image(x: float, y: float) -> tuple[float, float]:
        right, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, right, down)
        return right.value / _GRID, down.value / _GRID

    (x0, y0), (x1, y1) = on_image(box[0], box[1]), on_image(box[2], box[3])
    return (min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))


def place_on_page(glyphs: list[str], text: str, start: int, end: int) -> list[int] | None:
    r"""Find which glyphs of a page are the characters ``[start, end)`` of its text.

    The text is the glyphs with other spaces and without hyphens at line ends, so its other
    characters are found one after the other, exactly; None where they are not.

    >>> place_on_page(list("Le pont\r\nrou\x02\r\nvre."), "Le pont rouvre.", 8, 14)
    [9, 10, 11, 15, 16, 17]
    """
    found: list[int] = []
    at = 0
    for position, character in enumerate(text):
        if character.isspace():
            continue
        while at < len(glyphs) and (glyphs[at].isspace() or glyphs[at] in "\ufffe\x02\0"):
            at += 1
        if at == len(glyphs) or glyphs[at] != character:
            return None
        if start <= position < end:
            found.append(at)
        at += 1
    return found


def _lines(boxes: list[Box]) -> list[Box]:
    """Join the boxes (left, bottom, right, top) of neighbours on a line."""
    lines: list[Box] = []
    for left, bottom, right, top in boxes:
        if lines:
            l0, b0, r0, t0 = lines[-1]
            overlap = min(top, t0) - max(bottom, b0)
            if overlap > 0.5 * min(top - bottom, t0 - b0) and left >= l0:
                lines[-1] = (l0, min(bottom, b0), max(right, r0), max(top, t0))
                continue
        lines.append((left, bottom, right, top))
    return lines
