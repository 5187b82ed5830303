"""What is sent and what comes back, as OpenAPI and MCP describe it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation import MAX_QUESTION
from assistant.datatypes import Document, DocumentRef, Filter, ScoredPassage, Stance, Turn
from assistant.library import Location

__all__ = [
    "AnswerForm",
    "AskForm",
    "CitationForm",
    "ClaimsForm",
    "DocumentForm",
    "EVERYTHING",
    "MAX_TURNS",
    "FilterForm",
    "History",
    "Offset",
    "Page",
    "Question",
    "RankingForm",
    "SearchForm",
    "SourceForm",
    "SourcesForm",
    "TopicForm",
    "TurnForm",
    "history_of",
    "ranking_form",
    "source_form",
]

MAX_TURNS = 50

Question = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_QUESTION,
        pattern=r"\S",
        examples=["Who denied the call?", "Qu'a dit le Kremlin ?"],
    ),
]
Values = Annotated[tuple[Annotated[str, Field(max_length=500)], ...], Field(max_length=100)]
IsoDate = Annotated[
    str, Field(pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$", examples=["2023-08", "2023-08-22"])
]
Page = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0, le=1 << 53)]


class _Form(BaseModel):
    """Nothing that is unknown is taken: a mistyped name must not be left out in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilterForm(_Form):
    """Which documents may answer; every given field must match, any of its values will do."""

    publisher: Values = ()
    author: Values = ()
    language: Values = ()
    document: Values = ()
    published_from: IsoDate = ""
    published_to: IsoDate = ""
    metadata: Annotated[dict[str, str], Field(max_length=20)] = {}

    def to_filter(self) -> Filter:
        """Make the library's filter of it."""
        return Filter(**self.model_dump())


EVERYTHING = FilterForm()


class TurnForm(_Form):
    """An earlier question of the conversation, with what its answer said of it."""

    question: Annotated[str, Field(max_length=MAX_QUESTION)]
    answer: Annotated[str, Field(max_length=20_000, description="The answer's `text`.")] = ""
    short_answer: Annotated[str, Field(max_length=MAX_QUESTION)] = ""
    standalone: Annotated[str, Field(max_length=MAX_QUESTION)] = ""


History = Annotated[tuple[TurnForm, ...], Field(max_length=MAX_TURNS)]


class AskForm(_Form):
    """A question; with `stream`, or `Accept: text/event-stream`, events come back."""

    question: Question
    filters: FilterForm = EVERYTHING
    history: History = ()
    standalone: Annotated[
        Question | None, Field(description="What is meant, where it is known better.")
    ] = None
    stream: bool = False


class SearchForm(_Form):
    """A question whose passages are wanted, not its answer."""

    question: Question
    filters: FilterForm = EVERYTHING
    limit: Page = 20


class TopicForm(_Form):
    """What the table of claims is to be about."""

    topic: Question
    filters: FilterForm = EVERYTHING


class DocumentForm(_Form):
    """Where a text is from. Dates are ISO 8601; what is unknown is empty."""

    id: str
    sha256: str
    title: str
    publisher: str
    author: str
    published: str
    language: str
    uri: str

    @classmethod
    def of(cls, ref: DocumentRef) -> Self:
        """Tell of a document what a citation tells of it."""
        return cls(**{name: getattr(ref, name) for name in cls.model_fields})


class CitationForm(_Form):
    """The exact characters of a source: `text[start:end] == quote`, in Unicode code points."""

    n: int
    start: int
    end: int
    quote: str
    page: int | None
    document: DocumentForm


class StatementForm(_Form):
    """A sentence of the answer with the numbers of its citations."""

    text: str
    citations: list[int]
    supported: bool


class AttributionForm(_Form):
    """Reported speech behind the answer: who said, by which words, what."""

    source: str
    stance: Stance
    cue: str
    content: str
    citation: int


class AnswerForm(_Form):
    """An answer with its citations, or an abstention with the nearest passages."""

    question: str
    standalone: str
    language: str
    abstained: bool
    confidence: float
    text: str
    short_answer: str
    statements: list[StatementForm]
    citations: list[CitationForm]
    attributions: list[AttributionForm]
    nearest: list[CitationForm]
    model: str | None
    timings_ms: dict[str, float]
    notice: str
    choices: list[str]
    version: str


class PassageForm(_Form):
    """A passage in a ranking: `text` is the document's at [start, end)."""

    score: Annotated[float, Field(description="Comparable within one ranking only.")]
    start: int
    end: int
    text: str
    page: int | None
    document: DocumentForm


class RankingForm(_Form):
    """The passages that may answer, best first."""

    passages: list[PassageForm]


class ClaimForm(_Form):
    """One speaker's stance on the topic, with the words of each source."""

    speaker: str
    title: str
    stance: Stance
    contested: Annotated[bool, Field(description="Someone else takes the opposite stance.")]
    date: str
    hedged: bool
    via: list[str]
    citations: list[CitationForm]


class ClaimsForm(_Form):
    """Who says what about a topic; what is contested first."""

    topic: str
    claims: list[ClaimForm]


class SourcesForm(_Form):
    """A page of the documents of the library, in the order they came."""

    total: int
    documents: list[DocumentForm]


class LocationForm(_Form):
    """Where a document was found."""

    source: str
    part: str
    declared_id: str


class SourceForm(DocumentForm):
    """A document with its text, or with the part [start, end) of it that was asked for."""

    media_type: str
    metadata: dict[str, str]
    locations: list[LocationForm]
    characters: Annotated[int, Field(description="Length of the whole text, in code points.")]
    start: int
    end: int
    text: str


def history_of(turns: Sequence[TurnForm]) -> tuple[Turn, ...]:
    """Make the library's turns of what was sent."""
    return tuple(Turn(**turn.model_dump()) for turn in turns)


def ranking_form(ranking: Sequence[ScoredPassage]) -> RankingForm:
    """Write a ranking."""
    return RankingForm(
        passages=[
            PassageForm(
                score=scored.score,
                start=scored.passage.start,
                end=scored.passage.end,
                text=scored.passage.text,
                page=scored.passage.page,
                document=DocumentForm.of(scored.passage.document),
            )
            for scored in ranking
        ]
    )


def source_form(
    document: Document, locations: Sequence[Location], *, start: int = 0, end: int | None = None
) -> SourceForm:
    """Write a document, or the characters [start, end) of it."""
    start, end, _ = slice(start, end).indices(len(document.text))
    known: dict[str, Any] = DocumentForm.of(document.ref).model_dump()
    return SourceForm(
        **known,
        media_type=document.ref.media_type,
        metadata=dict(document.ref.metadata),
        locations=[LocationForm(**asdict(location)) for location in locations],
        characters=len(document.text),
        start=start,
        end=max(start, end),
        text=document.text[start:end],
    )
