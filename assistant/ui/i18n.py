"""The page's words for Gradio, which shows them in the browser's language."""

from __future__ import annotations

import gradio as gr

from assistant.ui.wording import WORDS

__all__ = ["TRANSLATIONS"]

TRANSLATIONS = gr.I18n(**WORDS)
