"""A turn and what came before it → a query that can be searched for on its own."""

from assistant.conversation.understanding import MAX_QUESTION, understand

__all__ = ["MAX_QUESTION", "understand"]
