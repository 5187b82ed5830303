from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.datatypes import Document
from assistant.errors import SourceError

ARTICLE = """<!doctype html><html lang="fr-FR"><head><title>Le pont est fermé - Le Journal</title>
<meta name="author" content="Jeanne Martin"><meta property="og:site_name" content="Le Journal">
<meta property="article:published_time" content="2023-08-22T10:11:12+02:00">
<link rel="canonical" href="https://example.org/pont"></head><body>
<nav><a href="/">Accueil</a> <a href="/sport">Sport</a></nav>
<article><h1>Le pont est fermé</h1>
<p>Le maire a annoncé mardi que le pont resterait fermé jusqu’au printemps prochain.</p>
<p>«&nbsp;Personne n’est en danger&nbsp;», a-t-il <b>assuré</b>, le 3 mai 2021 déjà.</p></article>
<footer>Mentions légales</footer><script>var bad = 1;</script></body></html>"""


def test_the_article_is_read_with_its_metadata(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    (tmp_path / "a.html").write_text(ARTICLE, encoding="utf-8")
    document = read_one(tmp_path / "a.html")
    ref = document.ref
    assert ref.title == "Le pont est fermé"
    assert (ref.author, ref.publisher, ref.language) == ("Jeanne Martin", "Le Journal", "fr")
    assert (ref.published, ref.uri) == ("2023-08-22", "https://example.org/pont")
    assert "n’est en danger », a-t-il assuré" in document.text
    assert not [word for word in ("Accueil", "Mentions", "bad") if word in document.text]


def test_a_date_in_the_text_is_no_date_of_publication(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    page = (
        "<html><body><h1>Été</h1><p>Il était à Paris le 12 octobre 2022, dit-il.</p></body></html>"
    )
    (tmp_path / "a.htm").write_text(page, encoding="utf-8")
    assert read_one(tmp_path / "a.htm").ref.published == ""


def test_declared_encodings_are_heeded(
    tmp_path: Path, read_one: Callable[[Path], Document]
) -> None:
    page = ARTICLE.replace("<head>", '<head><meta charset="iso-8859-1">').replace("’", "'")
    (tmp_path / "a.html").write_bytes(page.encode("latin-1"))
    assert "resterait fermé jusqu'au" in read_one(tmp_path / "a.html").text


@pytest.mark.parametrize("page", ["<html></html>", "<" * 1000, "{}"])
def test_a_page_without_text_is_an_error(page: str, tmp_path: Path, read_one: Callable) -> None:
    (tmp_path / "a.html").write_text(page)
    with pytest.raises(SourceError):
        read_one(tmp_path / "a.html")
