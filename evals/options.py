"""Options that several commands share, as dataclasses that a command takes whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

__all__ = ["Gate", "Judge", "Out", "RunOptions", "SuitePath", "System", "spread"]

SuitePath = Annotated[Path, typer.Argument(metavar="SUITE", help="folder of a suite")]
Out = Annotated[Path | None, typer.Option(help="folder for results.json and transcript.jsonl")]
System = Annotated[str, typer.Option(help="name of the system in tables")]

Judge = Annotated[
    str,
    typer.Option(
        metavar="MODEL",
        help="let a language model judge too, apart and not deterministic: "
        "openai-like:MODEL@http://HOST:PORT/v1 or ollama:MODEL",
    ),
]


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What a run is held against."""

    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help="fail if a measure is lower; repeatable"),
    ] = None
    no_worse_than: Annotated[
        Path | None,
        typer.Option(metavar="BASE", help="fail if a measure is significantly lower than BASE's"),
    ] = None
    alpha: Annotated[float, typer.Option(help="p-value below which a loss is significant")] = 0.05
    junit: Annotated[Path | None, typer.Option(help="write JUnit XML here")] = None


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """How the assistant is run."""

    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="a setting of the assistant; repeatable"),
    ] = None
    limit: Annotated[int | None, typer.Option(min=1, help="ask the first questions only")] = None
    workers: Annotated[int, typer.Option(min=1, help="questions asked at a time")] = 1
    fresh: Annotated[bool, typer.Option("--fresh", help="ask again what was answered")] = False
    cache: Annotated[Path | None, typer.Option(help="folder where indexes are kept")] = None
    system: System = "assistant"


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take dataclasses: each of their fields becomes an option of its own."""
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if name not in groups:
            parameters.append(parameter.replace(annotation=hints[name]))
            continue
        annotations = get_type_hints(groups[name], include_extras=True)
        parameters += [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=field.default,
                annotation=annotations[field.name],
            )
            for field in fields(groups[name])
        ]

    @wraps(command)
    def taking_options(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        command(**given)

    order = sorted(parameters, key=lambda parameter: parameter.kind)
    taking_options.__signature__ = inspect.Signature(order)  # type: ignore[attr-defined]  # it is how inspect looks it up
    taking_options.__annotations__ = {p.name: p.annotation for p in order} | {"return": None}
    return taking_options
