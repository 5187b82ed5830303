"""The written news that is kept out of training, as suites in the form that `evals/` reads.

python -m training.news_suite OUT      writes OUT/written-en and OUT/written-fr
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from training.news import articles
from training.news_examples import LANGUAGES, for_measuring, kept_out

__all__ = ["write_suites"]

SENTENCES_A_PARAGRAPH = 2

Json = dict[str, Any]


def write_suites(out: Path, *, measuring: bool) -> list[Path]:
    """Write a suite for each language of article; questions are asked in both.

    Args:
        measuring: of the articles that nothing is fitted to; else, of those kept out of training
            that the small models are fitted to.
    """
    kept = [a for a in articles() if kept_out(a) and for_measuring(a) == measuring]
    folders = []
    for language in LANGUAGES:
        folder = out / f"written-{language}"
        folder.mkdir(parents=True, exist_ok=True)
        documents = [_document(i, article[language], language) for i, article in enumerate(kept)]
        _write(folder / "corpus.jsonl.gz", documents)
        asked = (q for i, a in enumerate(kept) for q in _questions(documents[i], a, language))
        _write(folder / "questions.jsonl.gz", asked)
        folders.append(folder)
    return folders


def _document(number: int, sentences: list[str], language: str) -> Json:
    headline, *body = sentences
    starts = range(0, len(body), SENTENCES_A_PARAGRAPH)
    paragraphs = [" ".join(body[i : i + SENTENCES_A_PARAGRAPH]) for i in starts]
    text = "\n\n".join([headline, *paragraphs])
    return {"doc_id": f"{number:03}", "title": headline, "text": text, "lang": language, "meta": {}}


def _questions(document: Json, article: Json, language: str) -> Iterator[Json]:
    for number, question in enumerate(article["questions"]):
        answers = [words[LANGUAGES.index(language)] for _, *words in question["answers"]]
        gold = [_span(document, article[language][n]) for n, *_ in question["answers"]]
        also = [_span(document, article[language][n]) for n in question.get("also", [])]
        for asked in LANGUAGES:
            yield {
                "qid": f"{document['doc_id']}-{number}#{asked}",
                "question": question[asked],
                "lang": asked,
                "type": question["type"],
                "answerable": bool(gold),
                "answers": answers,
                "gold": gold,
                "also_ok": also,
                "history": [],
            }


def _span(document: Json, sentence: str) -> Json:
    start = document["text"].index(sentence)
    end = start + len(sentence)
    return {"doc_id": document["doc_id"], "start": start, "end": end, "text": sentence}


def _write(path: Path, rows: Iterable[Json]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    for suite in write_suites(Path(sys.argv[1]), measuring=True):
        print(suite)
