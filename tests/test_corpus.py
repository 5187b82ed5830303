"""The demo corpus: complete, marked for what it is, and holding the story that the README asks."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from assistant.datatypes import Document
from assistant.sources.finding import find
from assistant.sources.items import Part, SourceFailure
from assistant.sources.reader import SourceReader

CORPUS = Path(__file__).parents[1] / "corpus"
MANIFEST = tomllib.loads((CORPUS / "MANIFEST.toml").read_text("utf-8"))["document"]
FLAGSHIP = "musk-poutine-new-yorker"
FACTS = {
    "the article": "New Yorker a publié un article de Ronan Farrow",
    "the official": "haut responsable du Pentagone rapporte",
    "the call": "excellent appel avec Vladimir Poutine",
    "the worry": "inquiété le Pentagone",
    "the other source": "autre source citée par Farrow",
    "the Kremlin": "en contact constant avec le Kremlin",
    "the tweets": "En octobre 2022, Musk avait publié sur Twitter",
    "the plan": "plan de paix que certains ont jugé favorable à la Russie",
    "Crimea": "Crimée",
    "neutrality": "resterait neutre",
    "NATO": "OTAN",
    "the suspension": "annoncé la suspension de Starlink pour l’Ukraine",
    "its reversal": "revenir sur sa décision à la suite de discussions avec le Pentagone",
    "Colin Kahl": "Colin Kahl (parfois écrit «\xa0Call\xa0»), du département de la Défense",
    "the financing": "financement de Starlink en Ukraine",
    "the agreement": "accord en juin 2023",
    "Musk's denial": "Elon Musk a démenti avoir été en contact avec Vladimir Poutine",
    "Peskov's denial": "Dmitri Peskov, avait qualifié de fausses",
    "the last contact": "remontait à environ un an et demi",
}


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    """Read the articles as `assistant ingest` does."""
    found: dict[str, Document] = {}
    with SourceReader() as reader:
        for item in find([str(CORPUS / "articles")]):
            assert not isinstance(item, SourceFailure), item
            for part in reader.read(item):
                assert isinstance(part, Part), part
                found[part.declared_id or PurePosixPath(item.uri).stem] = part.document
    return found


def test_the_manifest_lists_every_document_once(documents: dict[str, Document]) -> None:
    assert Counter(entry["id"] for entry in MANIFEST) == Counter(documents.keys())


def test_the_manifest_lists_every_file() -> None:
    files = {path.name for path in (CORPUS / "articles").iterdir()}
    sidecars = {name for name in files if name.endswith(".meta.yaml")}
    assert {entry["file"] for entry in MANIFEST} == files - sidecars


def test_the_manifest_says_what_the_files_say(documents: dict[str, Document]) -> None:
    for entry in MANIFEST:
        ref = documents[entry["id"]].ref
        fictional = ref.metadata.get("fictional") == "true"
        assert ref.title.split() == entry["title"].split()  # HTML's no-break spaces become plain
        assert (ref.language, fictional) == (entry["language"], entry["fictional"]), entry["id"]


def test_both_languages_are_well_represented(documents: dict[str, Document]) -> None:
    count = Counter(document.ref.language for document in documents.values())
    assert set(count) == {"en", "fr"}
    assert count.total() >= 36
    assert min(count.values()) >= 12


def test_every_document_says_where_it_is_from(documents: dict[str, Document]) -> None:
    for name, document in documents.items():
        ref = document.ref
        assert ref.publisher and ref.author == "Source Assistant contributors", name
        assert date.fromisoformat(ref.published).isoformat() == ref.published, name


def test_fiction_says_so_in_its_last_line_and_facts_name_what_they_rest_on(
    documents: dict[str, Document],
) -> None:
    for entry in MANIFEST:
        document = documents[entry["id"]]
        last = document.text.rstrip().rpartition("\n")[2]
        says_fiction = last.startswith(("Cet article est une fiction", "This article is fictional"))
        assert says_fiction == entry["fictional"], entry["id"]
        assert bool(entry.get("facts")) != entry["fictional"], entry["id"]
        ours = document.ref.publisher == "Source Assistant demo corpus"
        assert ours != entry["fictional"], f"{entry['id']}: no real publisher wrote it"


def test_articles_are_short(documents: dict[str, Document]) -> None:
    words = {name: len(document.text.split()) for name, document in documents.items()}
    assert {name: n for name, n in words.items() if not 150 <= n <= 450} == {}


def test_no_sentence_is_in_two_articles(documents: dict[str, Document]) -> None:
    sentences = Counter(
        sentence
        for document in documents.values()
        for sentence in set(re.split(r"(?<=[.!?»”])\s+", document.text))
        if len(sentence) >= 50 and "fiction" not in sentence
    )
    assert [sentence for sentence, n in sentences.items() if n > 1] == []


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS.keys())
def test_the_flagship_story_tells(fact: str, documents: dict[str, Document]) -> None:
    assert fact in documents[FLAGSHIP].text


def test_the_licence_gives_the_articles_away() -> None:
    assert "CC0-1.0" in (CORPUS / "LICENSE").read_text("utf-8")
