"""Options that several commands share."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.datatypes import Filter
from assistant.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.config import Settings
    from assistant.library import Library

__all__ = ["AsJson", "Filters", "Flags", "parse_filters", "taking"]

AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout and nothing else.")]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="NAME=VALUE",
        help="publisher, author, language, document, from, to (ISO dates) or any metadata key. "
        "Given again with the same name: any of the values.",
    ),
]

# One flag for each field of `Settings`, which also holds the defaults.
_FLAGS: dict[str, Any] = {
    "library": Annotated[Path | None, typer.Option(help="Folder of the library.")],
    "encoder": Annotated[str | None, typer.Option(help="Encoder by name or folder.")],
    "reranker": Annotated[
        str | None, typer.Option(help="Cross-encoder that reranks, by name or folder.")
    ],
    "chroma": Annotated[
        str | None, typer.Option(metavar="URL", help="A Chroma server in place of the folder's.")
    ],
    "llm": Annotated[
        str | None,
        typer.Option(
            metavar="PROVIDER:MODEL",
            help="Language model that writes the answers: openai-like:MODEL@URL, ollama:MODEL, "
            "anthropic:MODEL.",
        ),
    ],
    "llm_timeout": Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How long a language model has for an answer."),
    ],
    "support": Annotated[
        str | None,
        typer.Option(
            metavar="strict|mark",
            help="What the sources do not support of its words is dropped, or marked.",
        ),
    ],
    "top": Annotated[int | None, typer.Option(help="Passages that are read for an answer.")],
    "wait": Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Wait for another writer to finish."),
    ],
    "hosts": Annotated[
        str | None,
        typer.Option(metavar="NAME,NAME", help="Names that the page answers to beside localhost."),
    ],
    "examples": Annotated[
        str | None,
        typer.Option(metavar="QUESTION;…", help="Questions that the page offers to begin with."),
    ],
    "auth_file": Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Users of the page: lines from `assistant password`."),
    ],
    "insecure": Annotated[
        bool | None,
        typer.Option("--insecure", help="Serve other machines without passwords."),
    ],
    "read_only": Annotated[
        bool | None,
        typer.Option("--read-only", help="Let nobody add or remove sources on the page."),
    ],
    "upload_mb": Annotated[
        int | None, typer.Option(metavar="MB", help="Largest file that may be uploaded.")
    ],
    "evals": Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Show the evaluation runs in a folder.")
    ],
    "api_rate": Annotated[
        str | None, typer.Option(metavar="N/minute", help="Requests to the API by one caller.")
    ],
    "api_origins": Annotated[
        str | None, typer.Option(metavar="URL,URL", help="Sites whose pages may call the API.")
    ],
    "api_writes": Annotated[
        bool | None, typer.Option("--api-writes", help="Let the API add and remove sources.")
    ],
}
_SEVERAL = ("publisher", "author", "language", "document")
_ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Flags:
    """The settings that were given as flags; the rest come from variables, file and defaults."""

    given: Mapping[str, Any]

    def settings(self) -> Settings:
        """Read all settings; raises InvalidInput."""
        from assistant.config import Settings

        return Settings(**self.given)

    @property
    def may_download(self) -> bool:
        """Whether its encoder may be fetched: it was named on the command line."""
        return "encoder" in self.given

    def open_assistant(self, *, download: bool = False) -> Assistant:
        """Open the assistant, to be closed by the caller."""
        from assistant.assistant import Assistant

        return Assistant.open(settings=self.settings(), download=download)

    def open_library(self, *, write: bool = False) -> Library:
        """Open the library whatever its encoder; raises LibraryError."""
        from assistant.library import Library

        settings = self.settings()
        return Library.open(
            settings.library, write=write, wait=settings.wait, chroma=settings.chroma
        )


def taking(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of these settings; it receives them as `flags`.

    A command's signature is what typer makes its options from, so this writes them into it.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**values: Any) -> None:
            flags = {name: values.pop(name) for name in names}
            given = {name: value for name, value in flags.items() if value is not None}
            command(flags=Flags(given), **values)

        signature = inspect.signature(command, eval_str=True)
        parameters = [p for p in signature.parameters.values() if p.name != "flags"]
        for name in names:
            kind = inspect.Parameter.KEYWORD_ONLY
            flag = inspect.Parameter(name, kind, default=None, annotation=_FLAGS[name])
            parameters.append(flag)
        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # inspect reads it
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate


def parse_filters(given: Sequence[str] | None) -> Filter | None:
    """Read ``name=value`` filters.

    Raises:
        InvalidInput: not of this form, no ISO date, or a name that takes one value given twice.
    """
    if not given:
        return None
    several: dict[str, list[str]] = {name: [] for name in _SEVERAL}
    single: dict[str, str] = {}
    for text in given:
        name, _, value = (part.strip() for part in text.partition("="))
        if not name or not value:
            raise InvalidInput(
                f"--filter: expected name=value, such as publisher=Reuters, found {text!r}"
            )
        if name in several:
            several[name].append(value)
        elif name in single:
            raise InvalidInput(f"--filter: expected {name} once, found it twice")
        else:
            single[name] = value
    return Filter(
        published_from=_date(single.pop("from", "")),
        published_to=_date(single.pop("to", "")),
        metadata=single,
        **{name: tuple(values) for name, values in several.items()},
    )


def _date(text: str) -> str:
    if text and not _ISO_DATE.fullmatch(text):
        raise InvalidInput(
            f"--filter: expected an ISO date such as 2024, 2024-05 or 2024-05-31, found {text!r}"
        )
    return text
