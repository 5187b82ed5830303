from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import docx, epub, odt, zipped

from assistant.datatypes import Document
from assistant.errors import SourceError

CORE = """<dc:title>Le pont</dc:title><dc:creator>Ada</dc:creator>
<dcterms:created>2023-08-22T10:00:00Z</dcterms:created>"""
ReadOne = Callable[[Path], Document]


def test_word(tmp_path: Path, read_one: ReadOne) -> None:
    pytest.importorskip("markitdown")
    (tmp_path / "a.docx").write_bytes(
        docx("Le pont est fermé.", "Le maire l_a *dit* : « Non. »", core=CORE)
    )
    document = read_one(tmp_path / "a.docx")
    assert document.text == "Le pont est fermé.\n\nLe maire l_a *dit* : « Non. »"
    assert (document.ref.title, document.ref.author) == ("Le pont", "Ada")
    assert document.ref.published == "2023-08-22T10:00:00+00:00"


def test_powerpoint_slides_are_pages(tmp_path: Path, read_one: ReadOne) -> None:
    pytest.importorskip("markitdown")
    pptx = pytest.importorskip("pptx")
    show = pptx.Presentation()
    for title, body in (("Le pont", "Il est fermé."), ("La suite", "Au printemps.")):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    show.save(tmp_path / "a.pptx")
    document = read_one(tmp_path / "a.pptx")
    assert document.text == "# Le pont\nIl est fermé.\n\n# La suite\nAu printemps."
    assert document.page_at(document.text.index("printemps")) == 2


def test_excel_sheets_are_tables(tmp_path: Path, read_one: ReadOne) -> None:
    pytest.importorskip("markitdown")
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Ponts"
    for row in (["ville", "état"], ["Metz", None], ["Nancy", "fermé"]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    (tmp_path / "a.xlsx").write_bytes(stream.getvalue())
    text = read_one(tmp_path / "a.xlsx").text
    assert text == "## Ponts\n| ville | état |\n| --- | --- |\n| Metz | |\n| Nancy | fermé |"


def test_epub_chapters_come_in_reading_order(tmp_path: Path, read_one: ReadOne) -> None:
    pytest.importorskip("markitdown")
    meta = "<dc:title>Les ponts</dc:title><dc:creator>Ada</dc:creator><dc:creator>Bo</dc:creator>"
    meta += (
        "<dc:language>fr-FR</dc:language><dc:publisher>Éd.</dc:publisher><dc:date>2020</dc:date>"
    )
    chapters = {
        "a": '<h1>Un</h1><p>Le pont est <a href="b.xhtml">fermé</a>.</p><img src="x.png"/>',
        "b": "<h1>Deux</h1><p>Fin.</p>",
    }
    (tmp_path / "a.epub").write_bytes(epub(chapters, meta=meta))
    document = read_one(tmp_path / "a.epub")
    assert document.text == "# Un\n\nLe pont est fermé.\n\n# Deux\n\nFin."
    ref = document.ref
    assert (ref.title, ref.author, ref.publisher) == ("Les ponts", "Ada, Bo", "Éd.")
    assert (ref.published, ref.language) == ("2020", "fr")


def test_opendocument(tmp_path: Path, read_one: ReadOne) -> None:
    body = (
        '<text:h text:outline-level="2">Le pont</text:h>'
        '<text:p>Il<text:s text:c="2"/>est <text:span>fermé</text:span><text:note><text:note-body>'
        "<text:p>Une note.</text:p></text:note-body></text:note>.<text:line-break/>Encore.</text:p>"
        "<text:list><text:list-item><text:p>un</text:p></text:list-item>"
        "<text:list-item><text:p>deux</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell/></table:table-row></table:table><text:p/>"
    )
    meta = "<dc:title>Les ponts</dc:title><dc:creator>Ada</dc:creator>"
    (tmp_path / "a.odt").write_bytes(odt(body, meta=meta))
    document = read_one(tmp_path / "a.odt")
    assert document.text == "## Le pont\n\nIl  est fermé.\nEncore.\n\n- un\n- deux\n\n| a |  |"
    assert (document.ref.title, document.ref.author) == ("Les ponts", "Ada")


ENTITIES = {
    "bomb": '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    "file": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
}


@pytest.mark.parametrize("prologue", ENTITIES.values(), ids=ENTITIES)
@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_entities_are_refused(
    suffix: str, prologue: str, tmp_path: Path, read_one: ReadOne
) -> None:
    make = {
        "docx": lambda: docx("Voici : &a;", prologue=prologue),
        "odt": lambda: odt("<text:p>&a;</text:p>", prologue=prologue),
    }
    (tmp_path / f"a.{suffix}").write_bytes(make[suffix]())
    with pytest.raises(SourceError, match=r"XML .* is not read"):
        read_one(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("suffix", ["docx", "pptx", "xlsx", "odt", "epub"])
@pytest.mark.parametrize("damage", ["empty", "garbage", "cut", "another archive"])
def test_damaged_files_are_errors(
    suffix: str, damage: str, tmp_path: Path, read_one: ReadOne
) -> None:
    content = {
        "empty": b"",
        "garbage": bytes(range(256)) * 20,
        "cut": docx("Le pont est fermé.")[:-40],
        "another archive": zipped({"a": "b"}),
    }[damage]
    (tmp_path / f"a.{suffix}").write_bytes(content)
    with pytest.raises(SourceError):
        read_one(tmp_path / f"a.{suffix}")
