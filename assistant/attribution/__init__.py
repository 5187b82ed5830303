"""Document → attributions: who says what, in French and English, by exact offsets."""

from assistant.attribution.extraction import EXTRACTOR_VERSION, extract

__all__ = ["EXTRACTOR_VERSION", "extract"]
