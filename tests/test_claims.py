from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.attribution import extract
from assistant.attribution.questions import Wanted, analyse
from assistant.claims import (
    Said,
    answer_from_attributions,
    attributed,
    said_in,
    same_speaker,
    tabulate,
)
from assistant.datatypes import Answer, Citation, Document, Passage, Query, ScoredPassage

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/contrast.jsonl").read_text("utf-8").splitlines()
]


def query(text: str, language: str = "en") -> Query:
    return Query(text=text, standalone=text, language=language)


def heard(*texts: str, language: str = "en", **fields: str) -> list[Said]:
    """What is said in texts, each a document that was found whole, the first as the best."""
    documents = [Document.of(text, language=language, **fields) for text in texts]
    ranking = [
        ScoredPassage(Passage(d.ref, 0, len(d.text), d.text), 1 - n / 10)
        for n, d in enumerate(documents)
    ]
    return said_in(ranking, {d.ref.sha256: extract(d) for d in documents})


def speakers(question: str, *texts: str, language: str = "en") -> list[str]:
    wanted = analyse(query(question, language))
    assert wanted is not None
    found = answer_from_attributions(wanted, heard(*texts, language=language))
    return [spoken.speaker for spoken in found]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_who_denied_never_names_who_confirmed(pair: dict[str, object]) -> None:
    for case in pair["texts"]:
        for asked in ("denied", "confirmed"):
            named = speakers(pair[f"ask_{asked}"], case["text"], language=pair["lang"])
            assert named == case[asked], f"{pair[f'ask_{asked}']} {case['text']}"


def test_there_are_a_hundred_pairs_in_both_languages() -> None:
    assert [pair["lang"] for pair in PAIRS] == ["en"] * 50 + ["fr"] * 50


@pytest.mark.parametrize(
    ("question", "language", "kind", "speaker"),
    [
        ("Who denied the Putin call?", "en", "speakers", ""),
        ("Qui a démenti l’appel avec Poutine ?", "fr", "speakers", ""),
        ("According to whom was the owl tired?", "en", "speakers", ""),
        ("Selon qui le hibou dort-il ?", "fr", "speakers", ""),
        ("Which witness denied having been in town?", "en", "speakers", ""),
        ("Quel acteur estime que le hibou dort ?", "fr", "speakers", ""),
        ("What did Peskov say about the call?", "en", "content", "Peskov"),
        ("Qu’a dit Peskov de l’appel ?", "fr", "content", "Peskov"),
        ("Do the sources agree on the call?", "en", "agreement", ""),
        ("Les sources sont-elles d’accord sur l’appel ?", "fr", "agreement", ""),
    ],
)
def test_a_question_tells_what_it_wants(
    question: str, language: str, kind: str, speaker: str
) -> None:
    wanted = analyse(query(question, language))
    assert wanted is not None
    assert (wanted.kind, wanted.speaker) == (kind, speaker)


@pytest.mark.parametrize("question", ["When was the Mona Lisa stolen?", "Who won the cup?"])
def test_other_questions_are_left_to_others(question: str) -> None:
    assert analyse(query(question)) is None


def test_everyone_who_denied_is_named_across_languages() -> None:
    assert speakers(
        "Who denied the Putin call?",
        "Elon Musk a démenti l’appel avec Poutine.",
        "Kremlin spokesman Dmitry Peskov called the report of a call to Putin false.",
        "Ian Bremmer confirmed the call with Putin.",
        language="",
    ) == ["Dmitry Peskov", "Elon Musk"]


def test_what_someone_said_is_that_one_s_words() -> None:
    wanted = analyse(query("What did Peskov say about the call?"))
    assert wanted == Wanted(
        kind="content",
        stances=frozenset(),
        preferred=frozenset(),
        topic=frozenset({"call"}),
        names=frozenset(),
        speaker="Peskov",
        language="en",
    )
    (spoken,) = answer_from_attributions(
        wanted, heard("Dmitry Peskov said the call was short. Ann Lee said the call was long.")
    )
    assert spoken.said[0].attribution.content == "the call was short"


def answered(question: str, *texts: str, cited: Sequence[int]) -> Answer:
    """An answer that cites the texts of these numbers, and whose words they are."""
    said = heard(*texts)
    passages = {item.passage.passage.text: item.passage.passage for item in said}
    citations = tuple(
        Citation(
            n=n,
            document=passages[texts[i]].document,
            start=0,
            end=len(texts[i]),
            quote=texts[i],
        )
        for n, i in enumerate(cited, start=1)
    )
    wanted = analyse(query(question))
    assert wanted is not None
    made = Answer(
        question=question, standalone=question, language="en", abstained=False, confidence=0.5,
        text="", short_answer="a guess", citations=citations,
    )  # fmt: skip
    return attributed(made, wanted, said)


OWL = (
    "Ann Lee denied that the owl was stolen.",
    "Bob Ray confirmed that the owl was stolen.",
)


def test_a_cited_sentence_says_whose_word_it_is() -> None:
    made = answered("Who denied that the owl was stolen?", *OWL, cited=[1, 0])
    (denial,) = made.attributions
    assert (denial.source, denial.stance, denial.citation) == ("Ann Lee", "deny", 2)
    assert made.short_answer == "Ann Lee"


def test_who_denied_is_nobody_where_the_cited_only_confirmed() -> None:
    made = answered("Who denied that the owl was stolen?", *OWL, cited=[1])
    assert (made.attributions, made.short_answer) == ((), "")


def test_names_of_one_speaker_meet() -> None:
    assert same_speaker("Musk", "Elon Musk")
    assert same_speaker("Vladimir Poutine", "Putin")
    assert not same_speaker("Ann Lee", "Bob Ray")


def test_the_table_puts_contradictions_first_and_quotes_exactly() -> None:
    said = heard(
        "Ann Lee said the owl at the zoo was tired.",
        "Bob Ray denied that the owl at the zoo was stolen.",
        "Nina Patel confirmed that the owl at the zoo was stolen.",
        published="2024-10-30",
    )
    claims = tabulate("owl zoo", said)
    assert [(row.speaker, row.stance) for row in claims.rows][-1:] != [("Bob Ray", "deny")]
    assert {row.speaker for row in claims.rows if row.contested} >= {"Bob Ray", "Nina Patel"}
    assert claims.rows[0].date == "2024-10-30"
    quotes = {row.speaker: row.citations[0].quote for row in claims.rows}
    assert quotes["Bob Ray"] == "Bob Ray denied that the owl at the zoo was stolen."
    assert claims.to_dict()["claims"][0]["citations"][0]["quote"] in quotes.values()
