"""Passages and citations → nodes of llama-index, at their exact places in the sources."""

from __future__ import annotations

from llama_index.core.schema import NodeRelationship, NodeWithScore, RelatedNodeInfo, TextNode

from assistant.datatypes import Answer, DocumentRef, ScoredPassage, Span

__all__ = ["citation_nodes", "passage_node"]

_FIELDS = ("sha256", "title", "publisher", "author", "published", "language", "uri")
# Of use to whoever checks a citation, noise to a language or an embedding model.
_FOR_MACHINES = ["document_id", "sha256", "uri", "citation"]


def passage_node(scored: ScoredPassage) -> NodeWithScore:
    """Make the node of a passage in a ranking."""
    passage = scored.passage
    node = _node(passage.document, (passage.start, passage.end), passage.text, page=passage.page)
    return NodeWithScore(node=node, score=scored.score)


def citation_nodes(answer: Answer) -> list[NodeWithScore]:
    """Make the nodes of an answer's citations: `metadata["citation"]` is the number in its text.

    They have no score: a citation backs its statement, or it would not be there.
    """
    nodes = []
    for citation in answer.citations:
        place = (citation.start, citation.end)
        node = _node(citation.document, place, citation.quote, page=citation.page)
        node.metadata["citation"] = citation.n
        nodes.append(NodeWithScore(node=node))
    return nodes


def _node(document: DocumentRef, place: Span, text: str, *, page: int | None) -> TextNode:
    metadata = {
        **document.metadata,
        "document_id": document.id,
        **{name: getattr(document, name) for name in _FIELDS},
        **({} if page is None else {"page": page}),
    }
    start, end = place
    return TextNode(
        id_=f"{document.id}:{start}-{end}",
        text=text,
        start_char_idx=start,
        end_char_idx=end,
        metadata=metadata,
        excluded_llm_metadata_keys=_FOR_MACHINES,
        excluded_embed_metadata_keys=_FOR_MACHINES,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=document.id)},
    )
