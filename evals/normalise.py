"""Normalisation of short answers and names, per language, after SQuAD's evaluation script.

SQuAD lower-cases, drops punctuation and English articles, and joins white space [1]. The same is
done here with each language's own articles; a French elision (``l'``, ``d'``) is one of them.

[1] https://rajpurkar.github.io/SQuAD-explorer/ (evaluate-v2.0.py)
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["answer_tokens", "content_words"]

_ARTICLES = {
    "en": frozenset({"a", "an", "the"}),
    # "du", "des", "au", "aux" hold an article that cannot be taken out of them
    "fr": frozenset({"le", "la", "les", "l", "un", "une", "du", "des", "d", "au", "aux"}),
}
_APOSTROPHES = re.compile("['’ʼ`´]")
_CITATION_MARKS = re.compile(r"\s*\[\d+\]")

# Words of a name that do not tell people apart: function words of both languages and forms of
# address. A name is compared without them, since a French text says "M. Adams" for "Mr. Adams".
_NOT_CONTENT = frozenset(
    "a an the of and for in on at to from by s "
    "le la les l un une du des d de et au aux en pour par sur "
    "mr mrs ms miss m mm mme mmes mlle monsieur madame mademoiselle dr me".split()
)


def answer_tokens(text: str, language: str) -> list[str]:
    """Split a short answer into SQuAD's normalised tokens; `language` is a BCP 47 tag.

    Citation marks (``[1]``) are not part of an answer. An answer that is nothing but an article
    (vitamin "A") is kept, since otherwise it would equal any other such answer.

    >>> answer_tokens("The University of Paris.", "en")
    ['university', 'of', 'paris']
    >>> answer_tokens("L’Université d'Aix", "fr")
    ['université', 'aix']
    """
    primary = language.partition("-")[0].lower()
    text = _CITATION_MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()
    if primary == "fr":
        text = _APOSTROPHES.sub(" ", text)
    words = "".join(c for c in text if not _is_punctuation(c)).split()
    articles = _ARTICLES.get(primary, frozenset())
    return [word for word in words if word not in articles] or words


def content_words(name: str) -> frozenset[str]:
    """Give the words that tell a name from another: case and accents folded, no titles.

    >>> sorted(content_words("M. Dmitri Peskov, porte-parole du Kremlin"))
    ['dmitri', 'kremlin', 'parole', 'peskov', 'porte']
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    words = frozenset(re.findall(r"\w+", letters))
    return words - _NOT_CONTENT or words


def _is_punctuation(character: str) -> bool:
    # SQuAD's list holds ASCII symbols too ("$", "+"), which Unicode does not call punctuation.
    return unicodedata.category(character)[0] == "P" or (
        character.isascii() and not character.isalnum() and not character.isspace()
    )
