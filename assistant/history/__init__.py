"""What was asked and answered before: kept, checked again, handed on."""

from assistant.history.chat import Chat
from assistant.history.conversations import Conversations, TurnProblem

__all__ = ["Chat", "Conversations", "TurnProblem"]
