"""Reports by more than a verb of saying: adjectives, verbs with a noun, how far a cue reaches."""

from __future__ import annotations

import pytest

from assistant.attribution import extract
from assistant.datatypes import Document


def told(text: str, language: str = "en") -> list[tuple[str, str, str, str]]:
    found = extract(Document.of(text, language=language))
    return [(a.source, a.cue, a.content, a.stance) for a in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oxfam is critical of the law.", ("Oxfam", "is critical of", "the law", "criticise")),
        ("Oxfam is not convinced that it helps.",
         ("Oxfam", "is not convinced", "that it helps", "deny")),
        ("Oxfam voiced deep concern about the law.",
         ("Oxfam", "voiced deep concern about", "the law", "warn")),
        ("Oxfam issued a statement denying the report.",
         ("Oxfam", "issued a statement denying", "the report", "deny")),
        ("Oxfam expressed no regret over the law.",
         ("Oxfam", "expressed no regret over", "the law", "refuse")),
        ("Oxfam often said in a recent interview that the owl was tired.",
         ("Oxfam", "often said in a recent interview", "that the owl was tired", "assert")),
        ("Oxfam continued to insist that the owl was tired.",
         ("Oxfam", "continued to insist", "that the owl was tired", "assert")),
        ("Oxfam said on Monday that the owl was tired.",
         ("Oxfam", "said", "that the owl was tired", "assert")),
        ("About half of the owls oppose the law.",
         ("About half of the owls", "oppose", "the law", "criticise")),
        ("Ann Lee, who backs Bob Ray, said that it was late.",
         ("Ann Lee", "said", "that it was late", "assert")),
        ("Ann Lee, however, said that it was late.",
         ("Ann Lee", "said", "that it was late", "assert")),
        ("“It is late,” said Ann Lee, 68, who keeps owls.",
         ("Ann Lee", "said", "“It is late,”", "assert")),
        ("The owl seems to be tired.", ("", "seems", "The owl […] to be tired", "assert")),
    ],
)  # fmt: skip
def test_english(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La ministre est opposée à la loi.",
         ("La ministre", "est opposée à", "la loi", "criticise")),
        ("Le maire n’est pas convaincu que la loi soit utile.",
         ("Le maire", "n’est pas convaincu", "que la loi soit utile", "deny")),
        ("Les syndicats sont inquiets de la loi.",
         ("Les syndicats", "sont inquiets de", "la loi", "warn")),
        ("Le maire a apporté son soutien à la loi.",
         ("Le maire", "a apporté son soutien à", "la loi", "praise")),
        ("Le maire a fait part de son inquiétude sur la loi.",
         ("Le maire", "a fait part de son inquiétude sur", "la loi", "warn")),
        ("Le hibou semble avoir dormi.", ("", "semble", "Le hibou […] avoir dormi", "assert")),
    ],
)  # fmt: skip
def test_french(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in told(text, "fr")


@pytest.mark.parametrize(
    "text",
    [
        "The critical owl of the law slept.",
        "Oxfam issued a car with four doors.",
        "The owl appeared on the stage.",
        "The producer was dismissed by his own company.",
        "Le hibou a apporté une souris à la chouette.",
    ],
)
def test_no_report(text: str) -> None:
    assert told(text, "fr" if "hibou" in text else "en") == []


def test_a_quotation_runs_over_french_paragraphs() -> None:
    text = "Le maire a dit : « Il est tard.\n\nIl fait nuit », avant de partir."
    assert ("Le maire", "a dit", "« Il est tard.\n\nIl fait nuit »", "assert") in told(text, "fr")


def test_a_quotation_within_a_quotation_of_the_same_marks() -> None:
    text = '"They say: "How late is it?" Well, it is late," Ann Lee said.'
    assert [(source, content) for source, _, content, _ in told(text)] == [
        ("Ann Lee", '"They say: "How late is it?" Well, it is late,"')
    ]


def test_an_adjective_before_a_name_is_no_article() -> None:
    text = "Il est tard, d’après l’expert en intelligence artificielle Kai-Fu Lee."
    assert [source for source, *_ in told(text, "fr")] == ["Kai-Fu Lee"]


def test_the_lead_describes_whom_the_headline_names() -> None:
    text = "Macron visits Ely\n\nThe President said it was late. Macron added that it rained."
    assert [source for source, *_ in told(text)] == ["Macron", "Macron"]


@pytest.mark.parametrize(
    ("text", "source", "content"),
    [
        ("Citing the law, the police left Ely.", "the police", "the law"),
        ("“It is late,” wrote Ann Lee to her husband.", "Ann Lee", "“It is late,”"),
    ],
)
def test_whose_word_it_is(text: str, source: str, content: str) -> None:
    assert (source, content) in [(who, what) for who, _, what, _ in told(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee se présente pour la mairie.",
        "Ann Lee, une voix critique à l’égard du maire, dort.",
        "Le styliste a présenté sa collection de chapeaux.",
    ],
)
def test_no_french_report(text: str) -> None:
    assert told(text, "fr") == []


@pytest.mark.parametrize(
    ("text", "language", "stance"),
    [
        ("Ann Lee admitted that she would not come.", "en", "refuse"),
        ("Ann Lee confirmed that she would not come.", "en", "confirm"),
        ("Ann Lee said there would be no money until the war ends.", "en", "warn"),
        ("Ann Lee a dit qu’il n’y aurait pas d’argent tant que la guerre dure.", "fr", "warn"),
        ("Ann Lee a dit que c’était horrible.", "fr", "criticise"),
        ("« Ce n’est ni un accord, ni une offre », a réagi Ann Lee.", "fr", "deny"),
        ("« Le hibou n’est pas le problème », a dit Ann Lee.", "fr", "deny"),
        ("Ann Lee said they were not going to pay again.", "en", "refuse"),
        ("Ann Lee insulted the owl.", "en", "criticise"),
        ("Ann Lee is not worried about the law.", "en", "assert"),
        ("Ann Lee did not warn of the law.", "en", "refuse"),
        ("« Doubler les fonds serait un bon début », a dit Ann Lee.", "fr", "ask"),
    ],
)
def test_stances(text: str, language: str, stance: str) -> None:
    assert [how for *_, how in told(text, language)] == [stance]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("« Il est tard », a assuré la directrice générale, Anne Roy, qui partait.", "fr",
         [("Anne Roy", "« Il est tard »")]),
        ("The regulator, which had warned that it was late, said it would help.", "en",
         [("The regulator", "that it was late"), ("The regulator", "it would help")]),
        ("Il a exigé la démission du maire et promis de partir.", "fr",
         [("Il", "la démission du maire"), ("Il", "de partir")]),
        ("Owlcare welcomed the law. It called on Ely to pay.", "en",
         [("Owlcare", "the law"), ("Owlcare", "Ely to pay")]),
    ],
)  # fmt: skip
def test_who_said_what(text: str, language: str, expected: list[tuple[str, str]]) -> None:
    assert [(who, what) for who, _, what, _ in told(text, language)] == expected


def test_what_someone_does_is_no_title() -> None:
    (found,) = extract(Document.of("Mayor Ann Lee, 68, who keeps owls, said it was late."))
    assert (found.source, found.title) == ("Ann Lee", "Mayor")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The mayor’s spokesman, asked whether it was late, said: “Not yet.”", "en",
         ("The mayor’s spokesman", "said", "“Not yet.”", "assert")),
        ("Ann Lee was quoted by the Globe as saying the owl was tired.", "en",
         ("Ann Lee", "saying", "the owl was tired", "assert")),
        ("Bob Ray vowed to vote against it, and Ann Lee says she will do the same.", "en",
         ("Bob Ray", "vowed", "to vote against it", "promise")),
        ("Neither the mayor nor the club responded to the request.", "en",
         ("the club", "responded to", "the request", "refuse")),
        ("Le maire n’a pas répondu.", "fr", ("Le maire", "n’a pas répondu", "répondu", "refuse")),
        ("“It is late,” Ann Lee told a news conference.", "en",
         ("Ann Lee", "told", "“It is late,”", "assert")),
        ("Ann Lee refused, arguing that it was late.", "en",
         ("Ann Lee", "refused", "refused", "refuse")),
        ("Ann Lee would neither confirm nor deny that it was late.", "en",
         ("Ann Lee", "would neither confirm", "that it was late", "refuse")),
        ("Le parquet n’a ni confirmé ni démenti l’enquête.", "fr",
         ("Le parquet", "n’a ni confirmé", "l’enquête", "refuse")),
        ("« Il est tard », a réagi la sénatrice Anne Roy, qui demande une loi.", "fr",
         ("Anne Roy", "demande", "une loi", "ask")),
        ("Ann Lee said: “We do not comment on rumours.”", "en",
         ("Ann Lee", "said", "“We do not comment on rumours.”", "refuse")),
        ("“There is no immediate risk,” Ann Lee said.", "en",
         ("Ann Lee", "said", "“There is no immediate risk,”", "deny")),
        ("In the view of Ann Lee, it was late.", "en",
         ("Ann Lee", "In the view of", "it was late", "assert")),
        ("Aux yeux de Mme Roy, il était tard.", "fr",
         ("Roy", "Aux yeux de", "il était tard", "assert")),
        ("À en croire le Globe, il était tard.", "fr",
         ("le Globe", "À en croire", "il était tard", "assert")),
    ],
)  # fmt: skip
def test_ways_to_report(text: str, language: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in told(text, language)


def test_the_writer_speaks_as_i() -> None:
    (found,) = extract(Document.of("I believe that it is late.", author="Ann Lee"))
    assert (found.source, found.content) == ("Ann Lee", "that it is late")


def test_an_economist_is_no_spokesman() -> None:
    text = "Economist Paul Renner said it was late. The mayor’s spokesman denied it."
    assert [source for source, *_ in told(text)] == ["Paul Renner", "The mayor’s spokesman"]


def test_what_a_headline_is_about_says_nothing() -> None:
    assert told("Opinion: The owl is late") == []
    assert told("Barrage de Silverlake : l’exploitant au pied du mur", "fr") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Ann Lee met Bob Ray. Kate Moor said he was late and she had told him that it ends.", "en",
         ["Kate Moor", "Kate Moor"]),
        ("« Il est tard », a dit la cheffe du groupe OWL, Anne Roy.", "fr", ["Anne Roy"]),
        ("Ses blessures ne menacent pas sa vie et la police a lancé un appel aux témoins.", "fr",
         ["la police"]),
    ],
)  # fmt: skip
def test_whom_the_words_mean(text: str, language: str, expected: list[str]) -> None:
    said = [who for who, cue, *_ in told(text, language) if not cue.startswith("ne ")]
    assert said == expected


def test_who_was_not_there_denies_it() -> None:
    assert told("Ann Lee testified that she wasn’t in Ely.")[0][3] == "deny"
    assert told("Ann Lee a dit qu’elle n’était pas là.", "fr")[0][3] == "deny"


def test_who_is_not_what_one_is_charged_with_denies_it() -> None:
    assert told("Ann Lee said she was not racist.")[0][3] == "deny"
    assert told("Ann Lee a assuré qu’ils n’étaient pas racistes.", "fr")[0][3] == "deny"


def test_how_one_does_not_feel_is_no_denial() -> None:
    assert told("Ann Lee said that she was not surprised.")[0][3] == "assert"
    assert told("Ann Lee a déclaré qu’elle n’était pas surprise.", "fr")[0][3] == "assert"
    assert told("Ann Lee a dit : « Je ne suis pas inquiète. »", "fr")[0][3] == "assert"
