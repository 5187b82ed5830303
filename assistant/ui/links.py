"""The address of a citation: document, digest and offsets. It opens the source at the place."""

from __future__ import annotations

from urllib.parse import urlencode

from assistant.datatypes import Citation
from assistant.ui.text import shown

__all__ = ["citation_link", "fragment"]


def fragment(citation: Citation) -> str:
    """Give the part after ``#``, which browsers keep to themselves: no server's log gets it."""
    place = {
        "source": citation.document.id,
        "sha256": citation.document.sha256,
        "start": citation.start,
        "end": citation.end,
    }
    return urlencode(place)


def citation_link(citation: Citation) -> str:
    """Give the mark ``[n]`` as a link to the place that is cited."""
    return f'<a class="mark" href="#{shown(fragment(citation))}">&#91;{citation.n}&#93;</a>'
