from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.attribution import extract
from assistant.datatypes import Attribution, Document


def found(text: str, language: str = "en", **fields: str) -> list[Attribution]:
    return list(extract(Document.of(text, language=language, **fields)))


def told(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(a.source, a.stance, a.content) for a in found(text, language)]


@pytest.mark.parametrize(
    ("text", "source", "stance", "content"),
    [
        pytest.param(
            "Ann Lee said the owl was tired.", "Ann Lee", "assert", "the owl was tired",
            id="indirect",
        ),
        pytest.param(
            "“The owl is tired,” Ann Lee said.", "Ann Lee", "assert", "“The owl is tired,”",
            id="direct",
        ),
        pytest.param(
            "“The owl is tired,” said Ann Lee, who keeps it.", "Ann Lee", "assert",
            "“The owl is tired,”", id="inverted",
        ),
        pytest.param(
            "“The owl,” she said, “is tired.”", "she", "assert", "“The owl,” […] “is tired.”",
            id="incise",
        ),
        pytest.param(
            "The owl is tired, according to Ann Lee.", "Ann Lee", "assert", "The owl is tired",
            id="according to",
        ),
        pytest.param(
            "The call was denied by Ann Lee.", "Ann Lee", "deny", "The call", id="passive",
        ),
        pytest.param(
            "Ann Lee’s denial of the call came late.", "Ann Lee", "deny", "the call came late",
            id="noun",
        ),
        pytest.param(
            "Ann Lee was adamant: “It is gone.”", "Ann Lee", "assert", "“It is gone.”",
            id="colon",
        ),
        pytest.param(
            "Peter Cook, the press secretary, told reporters on Monday that the owl was tired.",
            "Peter Cook", "assert", "that the owl was tired", id="apposition and addressee",
        ),
        pytest.param(
            "'It is the owls' fault,' Ann Lee said.", "Ann Lee", "assert",
            "'It is the owls' fault,'", id="single marks",
        ),
        pytest.param(
            "“It is late,” Ann Lee, who keeps owls, told CBS News.", "Ann Lee", "assert",
            "“It is late,”", id="told whom",
        ),
        pytest.param(
            "“It is late,” Ann Lee, Ely’s mayor, said.", "Ann Lee", "assert", "“It is late,”",
            id="apposition with a name",
        ),
        pytest.param(
            "But it is late now, the rights group says.", "the rights group", "assert",
            "But it is late now", id="present at the end",
        ),
        pytest.param(
            "If it is late, the club said, owls may sleep.", "the club", "assert",
            "If it is late […] owls may sleep", id="within its sentence",
        ),
        pytest.param(
            "A new poll showed Ann Lee taking a lead.", "A new poll", "assert",
            "Ann Lee taking a lead", id="data",
        ),
        pytest.param(
            "She called local vets “thugs”.", "She", "assert", "local vets “thugs”", id="called",
        ),
        pytest.param(
            "According to a poll conducted by Ann Lee, owls are late.",
            "a poll conducted by Ann Lee", "assert", "owls are late", id="according, at length",
        ),
        pytest.param(
            "The owl has reportedly left.", "", "allege", "The owl has reportedly left",
            id="hearsay",
        ),
    ],
)  # fmt: skip
def test_english_reports(text: str, source: str, stance: str, content: str) -> None:
    assert (source, stance, content) in told(text)


@pytest.mark.parametrize(
    ("text", "source", "stance", "content"),
    [
        pytest.param(
            "Anne Roy a déclaré que le hibou dormait.", "Anne Roy", "assert",
            "que le hibou dormait", id="indirect",
        ),
        pytest.param(
            "« Le hibou dort », a déclaré Anne Roy.", "Anne Roy", "assert", "« Le hibou dort »",
            id="inversion",
        ),
        pytest.param(
            "Anne Roy est là. « Le hibou dort », a-t-elle dit.", "Anne Roy", "assert",
            "« Le hibou dort »", id="pronoun behind its verb",
        ),
        pytest.param(
            "Anne Roy est là. « Le hibou, explique-t-elle, dort mal. »", "Anne Roy", "assert",
            "Le hibou […] dort mal", id="incise within the quotation",
        ),
        pytest.param(
            "Selon Anne Roy, le hibou dort.", "Anne Roy", "assert", "le hibou dort", id="selon",
        ),
        pytest.param(
            "Le hibou dort, d’après Anne Roy.", "Anne Roy", "assert", "Le hibou dort",
            id="d'après",
        ),
        pytest.param(
            "Pour M. Roy, la loi est injuste.", "Roy", "criticise", "la loi est injuste",
            id="pour",
        ),
        pytest.param(
            "L’appel a été démenti par le Kremlin.", "le Kremlin", "deny", "L’appel",
            id="passive",
        ),
        pytest.param(
            "Le hibou aurait mangé une souris.", "", "allege",
            "Le hibou aurait mangé une souris", id="journalistic conditional",
        ),
        pytest.param(
            "Le porte-parole du Kremlin, Dmitri Peskov, avait qualifié de fausses ces rumeurs.",
            "Dmitri Peskov", "deny", "de fausses ces rumeurs", id="called false",
        ),
    ],
)  # fmt: skip
def test_french_reports(text: str, source: str, stance: str, content: str) -> None:
    assert (source, stance, content) in told(text, "fr")


@pytest.mark.parametrize(
    ("text", "language", "stance"),
    [
        ("Ann Lee did not deny the call.", "en", "refuse"),
        ("Ann Lee no longer claims the owl left.", "en", "refuse"),
        ("Ann Lee would not confirm the call.", "en", "refuse"),
        ("Ann Lee refused to comment on the call.", "en", "refuse"),
        ("Ann Lee dismissed the report as false.", "en", "deny"),
        ("Ann Lee confirmed that the reports were false.", "en", "deny"),
        ("Ann Lee denied that the reports were false.", "en", "confirm"),
        ("Ann Lee said the reports were untrue.", "en", "deny"),
        ("Ann Lee denounced the allegations.", "en", "deny"),
        ("Ann Lee does not believe that the owl left.", "en", "deny"),
        ("Ann Lee warned that the owl was hungry.", "en", "warn"),
        ("Ann Lee rejected the request for a pardon.", "en", "refuse"),
        ("Ann Lee ruled out joining the party.", "en", "refuse"),
        ("Ann Lee said she would not come back.", "en", "refuse"),
        ("Ann Lee said they were going to mend the roof.", "en", "promise"),
        ("Ann Lee called the vets “nasty and incompetent”.", "en", "criticise"),
        ("Ann Lee described the bell as a treasure.", "en", "praise"),
        ("Ann Lee said the bell, which should ring at six, was old.", "en", "assert"),
        ("Anne Roy a rejeté la demande de grâce.", "fr", "refuse"),
        ("Anne Roy s’en est prise au vétérinaire.", "fr", "criticise"),
        ("Anne Roy a multiplié ses critiques contre le maire.", "fr", "criticise"),
        ("Les agents ont lancé un appel aux témoins.", "fr", "ask"),
        ("Anne Roy a dit qu’elle ne reviendrait pas.", "fr", "refuse"),
        ("Anne Roy n’a pas confirmé l’appel.", "fr", "refuse"),
        ("Anne Roy a refusé de commenter l’appel.", "fr", "refuse"),
        ("Anne Roy a confirmé que les informations étaient fausses.", "fr", "deny"),
        ("Anne Roy s’est engagée à nourrir le hibou.", "fr", "promise"),
    ],
)
def test_the_stance_is_that_of_the_act_as_a_whole(text: str, language: str, stance: str) -> None:
    assert [a.stance for a in found(text, language)][:1] == [stance]


def test_what_may_be_said_has_not_been_said() -> None:
    assert not found("Ann Lee might deny the call.")


def test_a_quotation_on_its_own_goes_on_with_the_speaker() -> None:
    (said,) = found("“I saw it,” Ann Lee said. “It was grey.”")
    assert said.content == "“I saw it,” […] “It was grey.”"


def test_a_pronoun_and_a_description_are_resolved() -> None:
    text = (
        "The mayor, Ann Lee, opened the park. She said the owl was tired."
        " The mayor denied the rumour."
    )
    assert [(a.source, a.stance) for a in found(text)] == [
        ("Ann Lee", "assert"),
        ("Ann Lee", "deny"),
    ]


@pytest.mark.parametrize(
    ("text", "language", "source"),
    [
        ("Foreign Minister Ali al-Omar spoke. Omar said it was over.", "en", "Ali al-Omar"),
        ("“It is late.” That was all he said.\n\nThen Lee said: “Go.”", "en", "Lee"),
        ("Ann Lee met Bob Ray. On Radio Four, she said the owl was tired.", "en", "Ann Lee"),
        ("Zed Fox plays Hamlet. Fox is 30. The actor said it was hard.", "en", "Zed Fox"),
        ("The expert said it was old. The expert, Ann Lee, left.", "en", "Ann Lee"),
        ("Dozens of vets - many of them grey - left, condemning the law.", "en", "Dozens of vets"),
        ("Anne Roy et le conseil ont dit non.", "fr", "le conseil"),
        ("Le maire, Anne Roy, a encore une fois réclamé un débat.", "fr", "Anne Roy"),
        ("La loi suscite des critiques de la part d’Anne Roy.", "fr", "Anne Roy"),
        ("Le patron de Renault Luc Roy a dit non.", "fr", "Luc Roy"),
        ("It was over, Avon and Somerset Police said.", "en", "Avon and Somerset Police"),
        ("It was late, according to the Ely Mail citing a nurse.", "en", "the Ely Mail"),
        ("Anne Roy s’en est prise au maire et a déclaré qu’il mentait.", "fr", "Anne Roy"),
        ("Au mois de juillet, le conseil annonça qu’il partirait.", "fr", "le conseil"),
    ],
)
def test_who_speaks_is_found(text: str, language: str, source: str) -> None:
    assert source in [a.source for a in found(text, language)]


def test_an_office_without_a_name_speaks_on() -> None:
    text = "The President spoke of Bob Ray. “All is well,” he said."
    assert [a.source for a in found(text)] == ["The President", "The President"]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee found herself surrounded by owls.",
        "Ann Lee pressed the button that opened the cage.",
        "Pour Noël, Anne Roy vend des livres.",
        "Anne Roy vend des livres, qui comprendront des titres tels que Le Hibou.",
    ],
)
def test_what_reports_nothing_is_left_out(text: str) -> None:
    assert not found(text, "fr" if "vend" in text else "en")


def test_a_subject_holds_no_earlier_report() -> None:
    outer, inner = found("The Globe reports the Democrat spoke about the owl.")
    assert (outer.source, inner.source) == ("The Globe", "the Democrat")
    assert inner.via == ("The Globe",)


def test_a_quotation_behind_a_colon_goes_on_with_what_was_said() -> None:
    (said,) = found("Ann Lee said it hurt, but they get by: “We must.”")
    assert said.content == "it hurt […] “We must.”"


def test_a_slip_for_an_apostrophe_opens_no_quotation() -> None:
    text = 'The boys" school is shut. Ann Lee said it was late.\n\n"Go," she said.'
    assert [a.content for a in found(text)] == ["it was late", '"Go,"']


def test_titles_are_kept_apart_from_names() -> None:
    (said,) = found("Kremlin spokesman Dmitry Peskov denied the call.")
    assert (said.source, said.title) == ("Dmitry Peskov", "Kremlin spokesman")


def test_each_of_several_speakers_has_an_attribution() -> None:
    assert [a.source for a in found("Ann Lee and Bob Ray denied the call.")] == [
        "Ann Lee",
        "Bob Ray",
    ]


def test_an_anonymous_source_stays_as_described() -> None:
    (said,) = found("Un haut responsable du Pentagone a démenti l’appel.", "fr")
    assert said.source == "Un haut responsable du Pentagone"


def test_who_reports_whom_is_kept() -> None:
    outer, inner = found("Ian Bremmer said that Elon Musk had denied the call.")
    assert (outer.via, inner.via) == ((), ("Ian Bremmer",))
    assert inner.source == "Elon Musk"


def test_the_conditional_is_hedged_and_a_date_is_told() -> None:
    text = "Le 24 octobre, Anne Roy a dit que le hibou aurait fui."
    (said,) = found(text, "fr", published="2024-10-30")
    assert said.hedged
    assert said.date == "2024-10-24"


def test_the_language_is_guessed_where_it_is_not_told() -> None:
    assert [a.stance for a in found("Le maire a démenti et la ville est calme.", "")] == ["deny"]


_WORDS = st.sampled_from(
    [
        *"“ ” \" « » ' . , : ; ( ) — said denied Ann Lee he that to by according selon".split(),
        *"a-t-il dit a été démenti par le Kremlin aurait affirmé not ne pas and the owl".split(),
        *("d’après", "1", "Mr.", "who", "qui", "que", "\n\n", "says", "call", "for", "s’est"),
    ]
)


@settings(deadline=None)  # the first loads the words
@given(st.lists(_WORDS, max_size=40).map(" ".join), st.sampled_from(["en", "fr"]))
def test_every_span_is_a_slice_of_the_text(text: str, language: str) -> None:
    for said in found(text, language):
        assert 0 <= said.span[0] < said.span[1] <= len(text)
        assert said.cue == " ".join(text[a:b] for a, b in said.cue_spans)
        assert said.content == " […] ".join(text[a:b] for a, b in said.content_spans)
        assert all(a < b for a, b in (*said.cue_spans, *said.content_spans))


@settings(deadline=None)  # the first loads the words
@given(st.text(max_size=80))
def test_no_text_is_refused(text: str) -> None:
    found(text, "")
