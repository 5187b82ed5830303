"""The chat page: what is on it, and what happens when somebody asks."""

from __future__ import annotations

import os
from collections.abc import Iterator

import gradio as gr

from assistant.assistant import Assistant
from assistant.conversation import MAX_QUESTION
from assistant.ui.chat import Exchange, Message, messages, reply

__all__ = ["TRANSLATIONS", "build_page"]

TRANSLATIONS = gr.I18n(
    en={
        "conversation": "Conversation",
        "question": "Question",
        "ask": "Type a question",
        "about": "## Ask your sources\n\n"
        "Answers come from them only, each with the passage that it rests on.",
    },
    fr={
        "conversation": "Conversation",
        "question": "Question",
        "ask": "Posez une question",
        "about": "## Interrogez vos sources\n\n"
        "Les réponses viennent d’elles seules, chacune avec le passage qui la fonde.",
    },
)

Conversation = tuple[Exchange, ...]


def build_page(assistant: Assistant) -> gr.Blocks:
    """Make the page; `serve` mounts it with its style, its translations and its safeguards."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Blocks' own flag does not cover all calls

    def ask(question: str, past: Conversation) -> Iterator[tuple[str, Conversation, list[Message]]]:
        yield "", past, messages([*past, Exchange(question)])
        exchange = reply(assistant, question, past)
        now = (*past, exchange) if exchange.answer else past  # a problem is shown once
        yield "", now, messages([*past, exchange])

    def ask_example(
        past: Conversation, chosen: gr.SelectData
    ) -> Iterator[tuple[str, Conversation, list[Message]]]:
        yield from ask(chosen.value["text"], past)

    def greet() -> gr.Chatbot:
        return gr.Chatbot(examples=[{"text": text} for text in assistant.settings.examples])

    with gr.Blocks(title="source-assistant", analytics_enabled=False, fill_height=True) as page:
        past = gr.State(())
        chat = gr.Chatbot(
            label=TRANSLATIONS("conversation"),
            placeholder=TRANSLATIONS("about"),
            elem_id="chat",
            show_label=False,
            height="calc(100dvh - 7rem)",
            layout="bubble",
            buttons=[],
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            line_breaks=False,
        )
        question = gr.Textbox(
            label=TRANSLATIONS("question"),
            placeholder=TRANSLATIONS("ask"),
            show_label=False,
            submit_btn=True,
            max_length=MAX_QUESTION,
            autofocus=True,
        )
        outputs = [question, past, chat]
        page.load(greet, outputs=chat, api_visibility="private")
        question.submit(ask, [question, past], outputs, api_visibility="private")
        chat.example_select(ask_example, past, outputs, api_visibility="private")
        chat.clear(lambda: ("", (), []), outputs=outputs, api_visibility="private")
    page.queue(default_concurrency_limit=8)  # one visitor's question does not hold up another's
    return page
