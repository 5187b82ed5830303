"""Tiny files of each format, made from nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OOXML = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DC = "http://purl.org/dc/elements/1.1/"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def pdf(pages: Sequence[Sequence[str]], *, info: str = "", times: int = 1) -> bytes:
    """Write a PDF with a line of Helvetica for each string, and all its pages so many times."""
    kids = " ".join([f"{5 + 2 * n} 0 R" for n in range(len(pages))] * times)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages) * times}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<<{info}>>".encode("latin-1"),
    ]
    for n, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj T* " for line in lines)
        content = f"BT /F1 11 Tf 13 TL 40 800 Td {shown}ET".encode("cp1252")
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {6 + 2 * n} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>".encode(),
            b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        ]
    out, offsets = b"%PDF-1.4\n", []
    for n, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
        + b"trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(out))
    )


def docx(*paragraphs: str, prologue: str = "", core: str = "") -> bytes:
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in paragraphs
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{OOXML}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{OOXML}/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{prologue}<w:document xmlns:w="{W}"><w:body>{body}</w:body>'
            "</w:document>",
            "docProps/core.xml": f'<core xmlns:dc="{DC}" xmlns:dcterms="http://purl.org/dc/terms/">'
            f"{core}</core>",
        }
    )


def odt(body: str, *, meta: str = "", prologue: str = "") -> bytes:
    names = f'xmlns:office="{OFFICE}" xmlns:text="{TEXT}" xmlns:table="{TABLE}" xmlns:dc="{DC}"'
    return zipped(
        {
            "content.xml": f"{prologue}<office:document-content {names}><office:body>"
            f"<office:text>{body}</office:text></office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {names}><office:meta>{meta}</office:meta>"
            "</office:document-meta>",
        }
    )


def epub(chapters: Mapping[str, str], *, meta: str = "") -> bytes:
    """Write a book whose chapters stand in the manifest in the wrong order."""
    items = "".join(f'<item id="{n}" href="text/{n}.xhtml"/>' for n in sorted(chapters)[::-1])
    spine = "".join(f'<itemref idref="{n}"/>' for n in chapters)
    files = {
        "META-INF/container.xml": f'<container xmlns="{CONTAINER}"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": f'<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="{DC}">{meta}</metadata><manifest>{items}</manifest><spine>{spine}</spine>'
        "</package>",
    }
    for name, body in chapters.items():
        files[f"OEBPS/text/{name}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
            f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        )
    return zipped(files)
