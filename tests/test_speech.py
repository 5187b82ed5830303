from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.attribution.questions import Wanted, analyse
from assistant.datatypes import PassageReading, SentenceReading
from assistant.models.reader import Reader, load_reader
from assistant.said import Place, Said, same_speaker
from assistant.speech import Speech, answer_from_attributions
from tests.heard import heard, query

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/contrast.jsonl").read_text("utf-8").splitlines()
]


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


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["id"])
def test_nor_does_the_reader_make_one_of_them(pair: dict[str, object], reader: Reader) -> None:
    for case in pair["texts"]:
        for asked in ("denied", "confirmed"):
            question = query(str(pair[f"ask_{asked}"]), str(pair["lang"]))
            wanted = analyse(question)
            assert wanted is not None
            items = heard(case["text"], language=str(pair["lang"]))
            passage = items[0].passage.passage
            passage = replace(passage, sentences=((0, len(passage.text)),))
            (reading,) = reader.read(question.text, [passage])
            found = replace(items[0].passage, passage=passage, reading=reading)
            speech = Speech.of(wanted, [Said(item.attribution, found) for item in items])
            assert speech.nobody == (not case[asked]), f"{question.text} {case['text']}"


def test_there_are_a_hundred_pairs_in_both_languages() -> None:
    assert [pair["lang"] for pair in PAIRS] == ["en"] * 50 + ["fr"] * 50


@pytest.mark.parametrize(
    ("question", "language", "kind", "speaker"),
    [
        ("Who denied the Putin call?", "en", "speakers", ""),
        ("Qui a démenti l’appel avec Poutine ?", "fr", "speakers", ""),
        ("According to whom was the owl tired?", "en", "speakers", ""),
        ("Selon qui le hibou dort-il ?", "fr", "speakers", ""),
        ("D’après qui le hibou dort-il ?", "fr", "speakers", ""),
        ("Which witness denied having been in town?", "en", "speakers", ""),
        ("Quel acteur estime que le hibou dort ?", "fr", "speakers", ""),
        ("What did Peskov say about the call?", "en", "content", "Peskov"),
        ("What did Mr. Adams say about owls?", "en", "content", "Adams"),
        ("What did an officer near Ely say?", "en", "content", "an officer near Ely"),
        ("What does the mayor of Ely think of owls?", "en", "content", "the mayor of Ely"),
        ("What reason did Ann Lee give for it?", "en", "content", "Ann Lee"),
        ("What was Ann Lee’s reaction to the call?", "en", "content", "Ann Lee"),
        ("What are the unions asking for?", "en", "content", "the unions"),
        ("Que pense le maire de Lyon du projet ?", "fr", "content", "le maire de Lyon"),
        ("Qu’a dit un policier de Lyon ?", "fr", "content", "un policier"),
        ("Qu’a répondu Anne Roy quand il est parti ?", "fr", "content", "Anne Roy"),
        ("Qu’est-ce que Macron a dit de la loi ?", "fr", "content", "Macron"),
        ("Comment le ministre a-t-il réagi ?", "fr", "content", "le ministre"),
        ("Quelle a été la réaction de Macron ?", "fr", "content", "Macron"),
        ("Has anyone denied the call?", "en", "speakers", ""),
        ("Quelqu’un a-t-il démenti l’appel ?", "fr", "speakers", ""),
        ("By whom was the report denied?", "en", "speakers", ""),
        ("Qu’a dit Peskov de l’appel ?", "fr", "content", "Peskov"),
        ("Did the Kremlin deny the Putin call?", "en", "content", "Kremlin"),
        ("The Kremlin denied the Putin call?", "en", "content", "Kremlin"),
        ("Elon Musk l’a-t-il démenti ?", "fr", "content", "Elon Musk"),
        ("Did Peskov deny it?", "fr", "content", "Peskov"),  # the turn is French
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


@pytest.mark.parametrize(
    "question",
    [
        "When was the Mona Lisa stolen?",
        "Who won the cup?",
        "What did the fire destroy?",
        "What was said about the deal?",
        "Did Musk buy it?",
        "Why did it deny it?",
        "Comment l'a-t-on établi ?",
    ],
)
def test_other_questions_are_left_to_others(question: str) -> None:
    assert analyse(query(question)) is None


def test_who_confirmed_something_else_did_not_confirm_this() -> None:
    told = "Ann Lee wrote to Putin. Bob Ray confirmed the death of the owl."
    assert speakers("Who confirmed the Putin call?", told) == []
    assert speakers("Who confirmed the death?", told) == ["Bob Ray"]


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


def test_a_body_speaks_by_those_who_speak_for_it() -> None:
    told = heard("Kremlin spokesman Dmitry Peskov denied the call. Ann Lee denied the call.")
    wanted = analyse(query("Did the Kremlin deny the call?"))
    assert wanted is not None
    assert [spoken.speaker for spoken in answer_from_attributions(wanted, told)] == [
        "Dmitry Peskov"
    ]


OWL = (
    "Ann Lee denied that the owl was stolen.",
    "Bob Ray confirmed that the owl was stolen.",
)


def test_a_sentence_tells_whether_it_says_what_is_asked() -> None:
    said = heard(*OWL)
    wanted = analyse(query("Who denied that the owl was stolen?"))
    assert wanted is not None
    speech = Speech.of(wanted, said)
    denial, confirmation = (
        Place(item.passage.passage.document.sha256, 0, len(item.passage.passage.text))
        for item in said
    )
    assert (speech.fits(denial), speech.acts(denial), speech.settles(denial)) == (True,) * 3
    assert speech.answers(denial) == 1.0
    assert not speech.fits(confirmation)
    assert not speech.acts(confirmation)
    assert not speech.settles(confirmation)
    assert speech.answers(confirmation) == 0.0


def test_only_a_question_for_sides_is_settled_by_who_takes_one() -> None:
    said = heard(*OWL)
    wanted = analyse(query("Who said that the owl was stolen?"))
    assert wanted is not None
    speech = Speech.of(wanted, said)
    confirmation = Place(said[1].passage.passage.document.sha256, 0, len(OWL[1]))
    assert speech.answers(confirmation) > 0
    assert not speech.settles(confirmation)


def test_who_contradicted_him_contradicted_that() -> None:
    told = "Rubal said the kiss was wanted. Ann Lee contradicted him the same day."
    assert speakers("Who contradicted Rubal on the kiss?", told) == ["Ann Lee"]
    french = "Le club veut Roy. L’information a été démentie par le président, Luc Bel."
    assert speakers("Qui a démenti la venue de Roy au club ?", french, language="fr") == ["Luc Bel"]


def test_who_admits_something_else_does_not_confirm() -> None:
    told = "Ann Lee confirmed the inquiry at Ely. Bob Ray admitted that he had met the builder."
    assert speakers("Who confirmed the inquiry at Ely?", told) == ["Ann Lee"]


def test_the_head_of_a_body_is_not_the_body() -> None:
    told = (
        "NASA said the mission was a success. NASA chief Ann Lee said the mission was a watershed."
    )
    assert speakers("What did the NASA chief say about the mission?", told) == ["Ann Lee"]


def test_who_ruled_it_out_denied_or_refused() -> None:
    told = "Ann Lee ruled out a deal. Bob Ray said he won’t sign a deal. Kate Moor praised a deal."
    assert speakers("Who ruled out a deal?", told) == ["Ann Lee", "Bob Ray"]


def test_who_would_not_confirm_refused() -> None:
    told = "Ann Lee confirmed the inquiry. Bob Ray would not confirm the inquiry."
    assert speakers("Who would not confirm the inquiry?", told) == ["Bob Ray"]
    assert speakers("Who confirmed the inquiry?", told) == ["Ann Lee"]


def test_names_of_one_speaker_meet() -> None:
    assert same_speaker("Musk", "Elon Musk")
    assert same_speaker("Vladimir Poutine", "Putin")
    assert not same_speaker("Ann Lee", "Bob Ray")


@pytest.mark.parametrize(
    ("question", "language", "nobody"),
    [
        ("Who denied that the owl was stolen?", "en", False),
        ("Qui a démenti le vol de la chouette ?", "fr", True),
        ("Who denied that the bank was robbed?", "en", True),
        ("Who said that the bank was robbed?", "en", False),
    ],
)
def test_it_is_known_that_nobody_denied(question: str, language: str, nobody: bool) -> None:
    wanted = analyse(query(question, language))
    assert wanted is not None
    assert Speech.of(wanted, heard(*OWL)).nobody is nobody


def test_who_admits_is_asked_for_by_more_than_the_word() -> None:
    assert speakers("Who admitted stealing the owl?", "Bob Ray said he was stealing the owl.") == [
        "Bob Ray"
    ]


def test_who_accuses_whom_is_asked_of_everyone_who_accuses() -> None:
    assert speakers(
        "Who accuses whom?", "Bob Ray accused Ann Lee of theft.", "Zoe Fox said it was late."
    ) == ["Bob Ray"]


def test_who_denied_something_else_is_not_named_beside_who_denied_it() -> None:
    told = "Ely is far. Bob Ray denied the theft of the owl. Ann Lee denied that mice had died."
    assert speakers("Who denied the theft of the owl at Ely?", told) == ["Bob Ray"]


def read_with(item: Said, *, support: float, span_score: float) -> Said:
    """The same, its passage read as one sentence."""
    passage = item.passage.passage
    sentence = SentenceReading(support, (0, 7), span_score)
    read = replace(
        item.passage,
        passage=replace(passage, sentences=((0, len(passage.text)),)),
        reading=PassageReading(1.0, (sentence,)),
    )
    return Said(item.attribution, read)


def test_where_words_differ_the_reader_tells_who_denied_it() -> None:
    (item,) = heard("Ann Lee denied hiding the letter at Ely.")
    wanted = analyse(query("Who denied withholding a paper at Ely?"))
    assert wanted is not None
    assert answer_from_attributions(wanted, [item]) != ()
    wanted = analyse(query("Qui a démenti avoir dissimulé un courrier ?", "fr"))
    assert wanted is not None
    assert answer_from_attributions(wanted, [item]) == ()
    (spoken,) = answer_from_attributions(wanted, [read_with(item, support=2.0, span_score=1.0)])
    assert spoken.speaker == "Ann Lee"


def test_what_a_denial_is_about_may_be_named_in_another_passage_of_the_document() -> None:
    opening, denial = "Zoe Ray said the Zolbank case was late.", "The chairman denied any request."
    first, second = heard(f"{opening} {denial}")
    assert (first.attribution.source, second.attribution.source) == ("Zoe Ray", "The chairman")

    def within(item: Said, start: int, end: int) -> Said:
        passage = item.passage.passage
        part = replace(passage, start=start, end=end, text=passage.text[start:end])
        return Said(item.attribution, replace(item.passage, passage=part))

    wanted = analyse(query("Who denied a request for pardon in the Zolbank case?"))
    assert wanted is not None
    named = within(first, 0, len(opening))
    alone = within(second, len(opening) + 1, len(opening) + 1 + len(denial))
    assert answer_from_attributions(wanted, [alone]) == ()
    (spoken,) = answer_from_attributions(wanted, [named, alone])
    assert spoken.speaker == "The chairman"


@pytest.mark.parametrize(
    ("told", "nobody"),
    [
        ("Ann Lee said that nothing of the sort had happened.", False),
        ("Ann Lee confirmed the theft.", True),
        ("Ann Lee did not deny the theft.", True),
        ("Ann Lee refused to confirm the theft.", True),
        ("Ann Lee told Zed Quill that nothing had happened to Zed Quill.", True),
    ],
)
def test_a_denial_in_other_words_is_heard_where_the_reader_is_quite_sure(
    told: str, nobody: bool
) -> None:
    items = heard(told)
    wanted = analyse(query("Who denied the theft at Ely?"))
    assert wanted is not None
    sure = [read_with(item, support=3.0, span_score=3.0) for item in items]
    speech = Speech.of(wanted, sure)
    assert speech.spoken == ()
    assert speech.nobody == nobody
    less = [read_with(item, support=1.5, span_score=3.0) for item in items]
    assert Speech.of(wanted, less).nobody


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Ann Lee confirmed the death of Zed.", []),
        ("Ann Lee confirmed it had rung Bob Ray.", ["Ann Lee"]),
    ],
)
def test_however_sure_the_reader_is_who_confirmed_something_of_others_is_not_named(
    told: str, expected: list[str]
) -> None:
    (item,) = heard(f"{told} Bob Ray is far.")
    wanted = analyse(query("Who confirmed the phone call to Bob Ray?"))
    assert wanted is not None
    spoken = answer_from_attributions(wanted, [read_with(item, support=4.0, span_score=4.0)])
    assert [person.speaker for person in spoken] == expected


def test_this_is_what_was_said_just_before() -> None:
    told = (
        "Ann Lee denied that cards at Ely were stolen. How did they come in? By a door, says"
        " Kate Moor. The builder disputes this."
    )
    ends = [i + 1 for i, char in enumerate(told) if char in ".?"]
    starts = [0, *(end + 1 for end in ends[:-1])]
    items = [
        Said(
            item.attribution,
            replace(
                item.passage,
                passage=replace(
                    item.passage.passage, sentences=tuple(zip(starts, ends, strict=True))
                ),
            ),
        )
        for item in heard(told)
    ]
    wanted = analyse(query("Who denied that cards at Ely were stolen?"))
    assert wanted is not None
    assert [one.speaker for one in answer_from_attributions(wanted, items)] == ["Ann Lee"]
    near = analyse(query("Who denied that they came in by a door?"))
    assert near is not None
    assert "The builder" in [one.speaker for one in answer_from_attributions(near, items)]
    french = analyse(query("Qui a démenti le vol à Ely ?", "fr"))
    assert french is not None  # its words are none of the text's: what is meant cannot be told
    assert "The builder" in [one.speaker for one in answer_from_attributions(french, items)]


def test_a_plan_is_nobody_s_act() -> None:
    assert analyse(query("How was Musk’s peace plan received in Kyiv?")) is None
    asked = analyse(query("What does Musk plan to say about owls?"))
    assert asked is not None
    assert asked.speaker == "Musk"
