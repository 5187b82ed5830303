"""What was written for this project, and questions about it: what the reader learns its task from.

    python -m training.news FILE…      check files; exit 1 where something is wrong

Each line of ``training/news/*.jsonl`` is an invented article with its questions, of
``training/encyclopaedia/*.jsonl`` a passage of an encyclopaedia. ``en`` and ``fr`` are its
sentences, the headline first, the n-th of one the translation of the n-th of the other. A question
has ``type``, ``en``, ``fr``, ``answers``: a list of ``[sentence, words in English, words in
French]``, one for each sentence that must be cited; none where the text leaves it open; and
``also``, sentences that may be cited as well.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["ENCYCLOPAEDIA", "NEWS", "TYPES", "articles", "problems"]

NEWS = Path(__file__).parent / "news"
ENCYCLOPAEDIA = Path(__file__).parent / "encyclopaedia"
TYPES = ("who_said", "said_what", "factoid", "why_how", "multi", "unanswerable")


def articles(folder: Path = NEWS) -> Iterator[dict[str, Any]]:
    """Read every article of a folder, in the order of the files' names."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def problems(article: dict[str, Any]) -> Iterator[str]:
    """Say what is wrong with an article: alignment, numbers out of range, words not there."""
    versions = article["en"], article["fr"]
    if len(versions[0]) != len(versions[1]):
        yield f"{len(versions[0])} English sentences, {len(versions[1])} French ones"
        return
    for question in article["questions"]:
        for problem in _problems_of(question, versions):
            yield f"{question['en']} {problem}"


def _problems_of(question: dict[str, Any], versions: tuple[list[str], list[str]]) -> Iterator[str]:
    count = len(versions[0])
    if question["type"] not in TYPES:
        yield f"type {question['type']!r} is none of {TYPES}"
    if (question["type"] == "unanswerable") != (not question["answers"]):
        yield f"is {question['type']} with {len(question['answers'])} answers"
    for number, *words in question["answers"]:
        if not 0 < number < count:
            yield f"sentence {number} is not between 1 and {count - 1}"
            continue
        for version, answer in zip(versions, words, strict=True):
            if answer not in version[number]:
                yield f"sentence {number} does not hold {answer!r}: {version[number]}"
    for number in question.get("also", []):
        if not 0 <= number < count:
            yield f"sentence {number} is not between 0 and {count - 1}"


def main() -> None:
    wrong, types, count = 0, Counter[str](), 0
    for name in sys.argv[1:]:
        for row, line in enumerate(Path(name).read_text(encoding="utf-8").splitlines(), 1):
            try:
                article = json.loads(line)
                found = list(problems(article))
                types.update(q["type"] for q in article["questions"])
            except (ValueError, KeyError, TypeError) as error:
                found = [f"not an article: {error!r}"]
            count += 1
            wrong += len(found)
            for problem in found:
                print(f"{name}:{row}: {problem}")
    print(f"{count} articles, {dict(types)}, {wrong} problems")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
