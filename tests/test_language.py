from __future__ import annotations

import threading

import pytest

from assistant.language import detect, question_language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The mayor said on Tuesday that the bridge would stay closed until the spring."),
        ("fr", "Le maire a déclaré mardi que le pont resterait fermé jusqu'au printemps."),
        ("de", "Der Bürgermeister sagte am Dienstag, die Brücke bleibe bis zum Frühjahr gesperrt."),
        ("es", "El alcalde dijo el martes que el puente permanecería cerrado hasta la primavera."),
        ("it", "Il sindaco ha detto martedì che il ponte resterà chiuso fino alla primavera."),
        ("pt", "O prefeito disse na terça-feira que a ponte ficará fechada até a primavera."),
        ("nl", "De burgemeester zei dinsdag dat de brug tot het voorjaar gesloten blijft."),
    ],
)
def test_detects_the_seven_languages(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "   \n", "12 345,67", "OK", "Привет, мост закрыт до весны"])
def test_says_nothing_of_what_it_cannot_tell(text: str) -> None:
    assert detect(text) == ""


def test_reads_only_the_beginning_of_a_long_text() -> None:
    assert detect("The bridge is closed and nobody knows why. " * 50 + "Le pont est fermé. " * 500)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "Who denied the Putin call?"),
        ("fr", "Qui a démenti l'appel à Poutine ?"),
        ("en", "And France?"),
        ("fr", "Et les États-Unis ?"),
        ("fr", "Qu’a dit Tom Daley de Dustin Lance Black ?"),
        ("en", "What's Thomas Piketty's job?"),
        ("en", "Where did Marine Le Pen speak?"),
        ("fr", "Où Kit Harington s'est-il marié ?"),
        ("en", "Building a 617 m tall?"),
        ("en", ""),
    ],
)
def test_tells_the_language_of_a_short_question(language: str, question: str) -> None:
    assert question_language(question) == language


def test_many_threads_may_ask_at_once() -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(detect("Le pont est fermé depuis mardi.")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["fr"] * 8
