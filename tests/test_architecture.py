"""The data flows left to right: a module imports only from those on its left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Each row may import from itself and from the rows above. A name ending in "." is a package.
LEFT_TO_RIGHT = [
    ["errors"],
    ["datatypes."],
    ["events", "asynchronous"],
    ["words", "language"],
    ["models.", "llms"],
    ["config"],
    ["sources."],
    ["sentences"],
    ["attribution."],
    ["passages"],
    ["library."],
    ["reextraction"],
    ["ingest", "retitling", "verify"],
    ["conversation."],
    ["small_talk", "namesakes"],
    ["retrieval"],
    ["said"],
    ["speech"],
    ["claims", "naming"],
    ["reading"],
    ["answer"],
    ["attributing", "agreement"],
    ["writing."],
    ["history."],
    ["answering"],
    ["assistant"],
    [""],  # the package itself: the public names
    ["integrations.", "ui.", "doctor"],
    ["cli", "cli.", "__main__"],
]


def rank(module: str) -> int:
    """The row of a module of the package, named without `assistant.`."""
    for row, names in enumerate(LEFT_TO_RIGHT):
        for name in names:
            if module == name.removesuffix(".") or (name.endswith(".") and module.startswith(name)):
                return row
    raise AssertionError(f"assistant.{module} has no place in LEFT_TO_RIGHT: give it one")


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        parts = path.relative_to(ROOT / "assistant").with_suffix("").parts
        yield ".".join(part for part in parts if part != "__init__"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            if module == "assistant":  # `from assistant import errors` imports a module
                yield from (f"assistant.{alias.name}" for alias in node.names)
            else:
                yield module


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=str)
def test_a_module_imports_only_from_its_left(module: str, path: Path) -> None:
    for name in imported(path):
        assert not name.startswith("evals"), f"{path} imports {name}"
        if name == "assistant" or name.startswith("assistant."):
            other = name.removeprefix("assistant").lstrip(".")
            assert rank(other) <= rank(module), f"{path} imports {name}, which is on its right"


def test_a_file_stays_short_enough_to_be_read_at_once() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("assistant", "evals", "training")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }
    assert not long
