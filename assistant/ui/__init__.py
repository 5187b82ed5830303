"""The Gradio page."""

from assistant.ui.page import build_page
from assistant.ui.server import serve

__all__ = ["build_page", "serve"]
