"""What the assistant knows of French and English words: folding, stop words, words that report."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from assistant.datatypes import Stance

__all__ = ["MONTHS", "WEEKDAYS", "asks_who", "content_keys", "counterparts", "fold", "stances"]

MONTHS = {
    name: number
    for number, names in enumerate(
        "january janvier jan|february fevrier feb|march mars mar|april avril apr|may mai"
        "|june juin jun|july juillet jul|august aout aug"
        "|september septembre sept sep|october octobre oct"
        "|november novembre nov|december decembre dec".split("|"),
        start=1,
    )
    for name in names.split()
}
"""Names of months in both languages, folded → 1 to 12."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        "monday lundi|tuesday mardi|wednesday mercredi|thursday jeudi|friday vendredi"
        "|saturday samedi|sunday dimanche".split("|")
    )
    for name in names.split()
}
"""Names of days in both languages → 0 for Monday to 6."""

_STOP_WORDS = frozenset(
    """
    a about after against all also am an and any are as at be because been before being between
    but by can could did do does doing down for from had has have having he her here hers him
    his how i if in into is it its itself just me more most my no nor not now of off on once
    only or other our out over own same she should so some such than that the their them then
    there these they this those through to too under until up very was we were what when where
    which while who whom whose why will with would you your
    ai ainsi alors apres as au aucun aussi autre aux avaient avait avant avec avez avoir avons
    bien c car ce ceci cela celle celles celui ces cet cette ceux chaque ci comme comment d dans
    de depuis des dont du elle elles en encore entre es est et etaient etait etant ete etes etre
    eu eux faire fait furent fut ici il ils j je l la le les leur leurs lors lui m ma mais me
    meme memes mes mon n ne ni nos notre nous on ont ou par parce pas peu peut plus pour
    pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se sera ses si son sont
    sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers vos votre vous y
    """.split()
)

# Stems of verbs and nouns that report, folded. The kind of act, not its truth: "did not deny" is a
# matter for the extraction of attributions, not for this list.
_CUES: dict[Stance, str] = {
    "deny": r"den(?:y|ie[sd]|ying|ials?) refut\w+ dismiss\w* reject\w* contradict\w* disput\w+"
    r" dement\w* nie nier niait nient contest\w+ rejet\w+ infirm\w+"
    # "called the reports false", "qualifié de fausses": denials without a verb of denial
    r" false untrue baseless faux fausses? infonde\w* mensong\w+",
    "confirm": r"confirm\w* acknowledg\w+ admit\w* reconn\w+ admet\w* admis",
    "warn": r"warn\w* caution\w* alert\w* fear\w* worr\w+ averti\w* prev(?:ien|enu)\w* inquiet\w+"
    r" crai(?:n|g)\w+ redout\w+",
    "criticise": r"criti\w+ blast\w* slam\w* condemn\w* denounc\w+ attack\w* blam\w+ fault\w*"
    r" denonc\w+ condamn\w+ fustig\w+ reproch\w+ deplor\w+ complain\w* plaign\w+ plaint\w*",
    "praise": r"prais\w+ hail\w* laud\w* applaud\w* salu\w+ felicit\w+ lou(?:e|er|ait|ent) vant\w+",
    "promise": r"promis\w+ pledg\w+ vow\w* promet\w* engag\w+",
    "allege": r"accus\w+ alleg\w+ claim\w* suspect\w* preten\w+ soupconn\w+",
    "ask": r"ask\w* urg\w+ demand\w* appeal\w* request\w* exhort\w+ reclam\w+"
    r" appel(?:le|lent|lait|lant|ee?s?)",
    "order": r"order\w* ordonn\w+",
    "refuse": r"refus\w+ declin\w+",
    "assert": r"sa(?:y|ys|id|ying) tell\w* told announc\w+ report\w* stat(?:e[ds]?|ing) expla\w+"
    r" declar\w+ not(?:ed?|es) describ\w+ accord\w* add(?:ed|s)? insist\w* think\w* thought"
    r" believ\w+ argu\w+ dit dire disent annonc\w+ affirm\w+ expliqu\w+ indiqu\w+ assur\w+"
    r" precis\w+ soulign\w+ rapport\w+ selon ajout\w+ estim\w+ pens\w+ racont\w+ confi(?:e|er|ait)",
}
# The words that a search adds for an act that the question asks about: in both languages.
_CUE_WORDS: dict[Stance, str] = {
    "deny": "denied denial dismissed rejected false démenti nié rejeté fausses",
    "confirm": "confirmed acknowledged confirmé reconnu",
    "warn": "warned warning fears averti prévenu craint inquiet",
    "criticise": "criticised condemned critiqué dénoncé condamné",
    "praise": "praised hailed salué félicité",
    "promise": "promised pledged promis engagé",
    "allege": "accused claims alleged accusé prétend",
    "ask": "asked urged called demandé appelé",
    "order": "ordered ordonné",
    "refuse": "refused declined refusé",
}

# Names that news writes in two ways, English/French, folded. Those that share their first five
# letters (Ukraine, Zelensky and Zelenski) match without an entry; initials that are also words
# (WHO, US) are left out.
_EXONYMS = dict(
    pair.split("/")
    for pair in """
    africa/afrique algeria/algerie algiers/alger athens/athenes austria/autriche beijing/pekin
    belgium/belgique brazil/bresil britain/bretagne brussels/bruxelles cairo/caire cameroon/cameroun
    chad/tchad chile/chili croatia/croatie cyprus/chypre damascus/damas denmark/danemark
    egypt/egypte england/angleterre geneva/geneve georgia/georgie germany/allemagne greece/grece
    hungary/hongrie imf/fmi india/inde iraq/irak ireland/irlande italy/italie japan/japon
    jordan/jordanie kiev/kyiv korea/coree latvia/lettonie lebanon/liban lisbon/lisbonne
    london/londres mexico/mexique morocco/maroc moscow/moscou nato/otan netherlands/hollande
    norway/norvege poland/pologne pope/pape prigozhin/prigojine putin/poutine romania/roumanie
    russia/russie scotland/ecosse serbia/serbie spain/espagne sudan/soudan sweden/suede
    switzerland/suisse syria/syrie tehran/teheran tunisia/tunisie turkey/turquie venice/venise
    vienna/vienne wales/galles warsaw/varsovie yeltsin/eltsine
    """.split()
)
_TO_ENGLISH = {french: english for english, french in _EXONYMS.items()}

_CUE_PATTERNS = {
    stance: re.compile(rf"\b(?:{'|'.join(stems.split())})\b") for stance, stems in _CUES.items()
}
_WORD = re.compile(r"\w+")
_WHO = re.compile(
    r"^\W*(?:(?:and|et|but|mais)\s)?(?:(?:by |from |to )?(?:who|whom|whose)|(?:a |de |par )?qui)\b"
)

# French and English share long stems ("accus-", "confir-"): five letters match across both, and
# measured no worse than a stemmer per language on the development news.
_KEY_LENGTH = 5


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower the case, drop the accents, make the apostrophe straight. Length may change."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def content_keys(text: str) -> frozenset[str]:
    """Give the keys of the words that carry content, the same for French and English where known.

    Stop words are left out; a name gets the key of its English form, a word for an act ("denied",
    "démenti") that of the act, any other its stem.
    """
    words = (word for word in _WORD.findall(fold(text)) if word not in _STOP_WORDS)
    return frozenset(map(_key, words))


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    if word.isdigit():
        return word
    acts = stances(word) - {"assert"}
    return min(acts) if acts else _TO_ENGLISH.get(word, word)[:_KEY_LENGTH]


def counterparts(question: str) -> str:
    """Give what a lexical search adds to a question: its names and its act in both languages."""
    words = _WORD.findall(fold(question))
    names = [_EXONYMS.get(word) or _TO_ENGLISH.get(word) or "" for word in words]
    cues = [_CUE_WORDS.get(stance, "") for stance in sorted(stances(question))]
    return " ".join(word for word in names + cues if word)


def asks_who(question: str) -> bool:
    """Tell whether a question asks for people or bodies, in French or English."""
    return bool(_WHO.search(fold(question)))


@lru_cache(maxsize=4096)
def stances(text: str) -> frozenset[Stance]:
    """Give the kinds of reporting words that a text holds, in French or English."""
    folded = fold(text)
    return frozenset(s for s, pattern in _CUE_PATTERNS.items() if pattern.search(folded))
