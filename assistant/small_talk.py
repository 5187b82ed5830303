"""Replies that need no search: courtesies, what this is, which sources there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from assistant.datatypes import Answer, DocumentRef, Query
from assistant.language import own_language
from assistant.library import Library

__all__ = ["ask_back", "reply"]

_SHOWN = 5  # publishers, and titles, of a list

_COURTESY = {
    "greeting": {
        "en": "Hello! Ask me about the sources: I answer from them, and show where it stands.",
        "fr": "Bonjour ! Posez-moi une question sur les sources : j'y réponds en montrant où c'est"
        " écrit.",
    },
    "thanks": {
        "en": "You are welcome. Is there anything else you would like to know?",
        "fr": "Je vous en prie. Souhaitez-vous savoir autre chose ?",
    },
    "abilities": {
        "en": "I answer questions from the sources that I was given, and from nothing else: who "
        "said what, what happened, when, where, why. Each statement cites the exact passage. You "
        "may ask on (“And when?”, “What did she say about it?”), in English or in French, whatever "
        "the language of the sources. Where they do not answer, I say so.",
        "fr": "Je réponds à des questions d'après les sources qui m'ont été données, et rien "
        "d'autre : qui a dit quoi, ce qui s'est passé, quand, où, pourquoi. Chaque phrase cite le "
        "passage exact. Vous pouvez enchaîner (« Et quand ? », « Qu'en a-t-elle dit ? »), en "
        "français ou en anglais, quelle que soit la langue des sources. Quand elles ne répondent "
        "pas, je le dis.",
    },
}
_LANGUAGES = {
    "en": {"en": "English", "fr": "French", "de": "German", "es": "Spanish", "it": "Italian",
           "pt": "Portuguese", "nl": "Dutch"},
    "fr": {"en": "anglais", "fr": "français", "de": "allemand", "es": "espagnol", "it": "italien",
           "pt": "portugais", "nl": "néerlandais"},
}  # fmt: skip
_WORDS = {
    "en": {
        "none": "There are no sources yet.",
        "one": "I answer from 1 document",
        "many": "I answer from {} documents",
        "dates": ", dated {} to {}",
        "by": "Published by: {}.",
        "others": "{} others",
        "titles": "Among them: {}.",
        "title": "“{}”",
    },
    "fr": {
        "none": "Il n'y a pas encore de sources.",
        "one": "Je réponds d'après 1 document",
        "many": "Je réponds d'après {} documents",
        "dates": ", du {} au {}",
        "by": "Publiés par : {}.",
        "others": "{} autres",
        "titles": "Parmi eux : {}.",
        "title": "« {} »",
    },
}
_WHICH = {"en": "Which of these do you mean?", "fr": "Laquelle de ces questions posez-vous ?"}


def reply(query: Query, library: Library) -> Answer | None:
    """Answer what no source has to be searched for; None where the sources are to answer."""
    if query.choices:
        return ask_back(query, query.choices)
    if query.intent == "search":
        return None
    language = own_language(query.language)
    if query.intent == "sources":
        return _said(query, _sources(library.documents(query.filter), language))
    return _said(query, _COURTESY[query.intent][language])


def ask_back(query: Query, choices: tuple[str, ...]) -> Answer:
    """Ask which of several questions is meant."""
    return _said(query, _WHICH[own_language(query.language)], choices)


def _said(query: Query, text: str, choices: tuple[str, ...] = ()) -> Answer:
    return Answer(
        question=query.text,
        standalone=query.text if choices else query.standalone,  # one of them is yet to be chosen
        language=query.language,
        abstained=False,
        confidence=1.0,
        text=text,
        choices=choices,
    )


def _sources(documents: Iterable[DocumentRef], language: str) -> str:
    refs = list(documents)
    words = _WORDS[language]
    if not refs:
        return words["none"]
    count = words["one"] if len(refs) == 1 else words["many"].format(len(refs))
    languages = Counter(ref.language for ref in refs if ref.language)
    named = (f"{_LANGUAGES[language].get(code, code)} ({n})" for code, n in languages.most_common())
    dates = sorted(ref.published[:10] for ref in refs if ref.published)
    dated = words["dates"].format(dates[0], dates[-1]) if dates else ""
    sentences = [f"{count}{': ' * bool(languages)}{', '.join(named)}{dated}."]
    publishers = Counter(ref.publisher for ref in refs if ref.publisher)
    if publishers:
        shown = [f"{name} ({n})" for name, n in publishers.most_common(_SHOWN)]
        if len(publishers) > _SHOWN:
            shown.append(words["others"].format(len(publishers) - _SHOWN))
        sentences.append(words["by"].format(", ".join(shown)))
    titles = [words["title"].format(ref.title) for ref in refs if ref.title]
    if titles:
        sentences.append(words["titles"].format(", ".join(titles[:_SHOWN])))
    return " ".join(sentences)
