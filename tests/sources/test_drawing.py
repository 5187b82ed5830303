from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.sources.drawing import draw, place_on_page
from assistant.sources.pdf import unwrap
from tests.sources.builders import pdf

LINES = ["The owl denied the theft", "of the cheese."]
TEXT = "The owl denied the theft of the cheese."


def test_the_place_is_found_through_line_ends() -> None:
    drawn = draw(pdf([LINES]), 1, text=TEXT, start=8, end=24)
    assert drawn is not None
    boxes, image = drawn
    [(left, top, width, height)] = boxes
    assert image.startswith(b"\x89PNG")
    # The line stands at 40 pt of 595 from the left and 42 pt of 842 from the top.
    assert left == pytest.approx((40 + 41) / 595, abs=0.02)
    assert top == pytest.approx(34 / 842, abs=0.01)
    assert 0.1 < width < 0.2
    assert 0.005 < height < 0.03


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_the_place_is_right_on_a_page_that_is_turned(degrees: int) -> None:
    source = pypdfium2.PdfDocument(pdf([LINES]))
    source[0].set_rotation(degrees)
    turned = BytesIO()
    source.save(turned)
    page = pypdfium2.PdfDocument(turned.getvalue())[0]
    text = unwrap(page.get_textpage().get_text_range())  # PDFium may read the lines otherwise
    start = text.index("The")
    drawn = draw(turned.getvalue(), 1, text=text, start=start, end=start + 3)
    assert drawn is not None
    [(left, top, width, height)] = drawn[0]
    near = {0: (0, 0), 90: (1, 0), 180: (1, 1), 270: (0, 1)}[degrees]
    middle = (left + width / 2, top + height / 2)
    assert all(abs(at - corner) < 0.15 for at, corner in zip(middle, near, strict=True))


def test_another_text_has_no_place() -> None:
    assert draw(pdf([LINES]), 1, text=TEXT.replace("owl", "fox"), start=0, end=3) is None


@given(st.lists(st.text("abéœ ", min_size=1, max_size=12), min_size=1, max_size=6), st.data())
def test_every_slice_of_a_page_is_found_character_for_character(
    lines: list[str], data: st.DataObject
) -> None:
    page = "\r\n".join(lines)
    text = unwrap(page)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = place_on_page(list(page), text, start, end)
    assert found is not None
    assert "".join(page[i] for i in found) == "".join(text[start:end].split())
