"""The command line as a whole: help, usage, errors, exit codes, what it loads."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from assistant import errors
from assistant.cli import app
from assistant.library.locks import FileLock
from tests.bag_of_words import BagOfWords
from tests.cli_runner import assistant

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "cli.md").read_text("utf-8")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command with its options."""
    pending = [("assistant", typer.main.get_command(app))]
    while pending:
        name, command = pending.pop()
        inner = getattr(command, "commands", {})
        pending += [(f"{name} {word}", sub) for word, sub in inner.items()]
        yield name, [o for p in command.params for o in p.opts if o.startswith("--")]


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSISTANT_LIBRARY", raising=False)
    monkeypatch.setenv("ASSISTANT_CHROMA", "off")  # a second less for each command


@pytest.fixture
def library(tmp_path: Path) -> Path:
    from assistant import Assistant

    (tmp_path / "harbour.txt").write_text("The harbour froze in March. Ships waited for a thaw.")
    with Assistant.open(tmp_path / "library", encoder=BagOfWords()) as opened:
        opened.add([tmp_path / "harbour.txt"])
    return tmp_path / "library"


@pytest.mark.parametrize(("name", "options"), list(commands()), ids=str)
def test_reference_names_every_command_and_option(name: str, options: list[str]) -> None:
    _, heading, rest = REFERENCE.partition(f"## `{name}`\n")
    assert heading, f"docs/cli.md has no section for {name}"
    section = re.split(r"^## ", rest, flags=re.MULTILINE)[0]
    common = {"--help", "--json", "--library", "--encoder", "--reranker", "--chroma"}
    general = REFERENCE.partition("\n## ")[0]
    for option in options:
        place = general if option in common else section
        assert f"`{option}" in place, f"{option} of {name} is not in its section of docs/cli.md"


def test_reference_names_every_exit_code() -> None:
    known = {getattr(errors, name).exit_code: name for name in errors.__all__}
    for code in [0, 130, 141, *known]:
        assert re.search(rf"^\| {code} \|", REFERENCE, re.MULTILINE), f"{code} is missing"


def test_reference_names_every_setting() -> None:
    from assistant.config import Settings

    for name in Settings.model_fields:
        assert f"`ASSISTANT_{name.upper()}`" in REFERENCE


def test_every_setting_has_its_flag() -> None:
    from assistant.config import Settings

    given = (option for _, options in commands() for option in options)
    flags = {option.removeprefix("--").replace("-", "_") for option in given}
    secret = {"api_keys"}  # others can read a command line
    assert set(Settings.model_fields) - secret <= flags


def test_no_arguments_show_what_there_is() -> None:
    ran = assistant()
    assert ran.code == 0
    for command in ("ingest", "ask", "chat", "sources", "library", "verify", "doctor", "serve"):
        assert command in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing-of-the-kind"],
        ["--nothing-of-the-kind"],
        ["ask", "--nothing-of-the-kind"],
        ["ask"],
        ["ask", "Why?", "--input", "questions.jsonl"],
        ["ask", "--input", "questions.jsonl"],
        ["ask", "Why?", "--top", "0"],
        ["ask", "Why?", "--top", "many"],
        ["ask", "Why?", "--filter", "publisher"],
        ["ask", "Why?", "--filter", "from=yesterday"],
        ["ingest"],
        ["ingest", "x", "--field", "body=text"],
        ["sources"],
        ["verify"],
    ],
)
def test_wrong_usage_is_one_line_and_exits_with_2(arguments: list[str]) -> None:
    ran = assistant(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")
    assert ran.err.count("\n") == 1


def test_wrong_setting_names_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_TOP", "many")
    ran = assistant("ask", "Why?")
    assert ran.code == 2
    assert ran.err.startswith("Error: ASSISTANT_TOP: expected a valid integer")
    assert ran.err.count("\n") == 1


def test_missing_library_says_how_to_make_one(tmp_path: Path) -> None:
    ran = assistant("library", "info", "--library", tmp_path / "none")
    assert ran.code == errors.LibraryNotFound.exit_code == 4
    assert "assistant ingest PATH" in ran.err


def test_library_is_the_flag_then_the_variable_then_the_file(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("assistant.toml").write_text("library = 'from-file'\n")
    assert "from-file" in assistant("library", "info").err
    monkeypatch.setenv("ASSISTANT_LIBRARY", "from-variable")
    assert "from-variable" in assistant("library", "info").err
    assert assistant("library", "info", "--library", library, "--json").json["documents"] == 1


def test_second_writer_is_told_of_the_first(library: Path) -> None:
    lock = FileLock(library / "write.lock")
    lock.acquire()
    try:
        ran = assistant("sources", "remove", "harbour.txt", "--library", library)
    finally:
        lock.release()
    assert ran.code == errors.LibraryLocked.exit_code == 5
    assert f"process {os.getpid()}" in ran.err
    assert "--wait SECONDS" in ran.err


def test_other_encoder_is_refused_with_the_remedy(library: Path) -> None:
    ran = assistant("ask", "What froze?", "--library", library)
    assert ran.code == errors.LibraryIncompatible.exit_code == 6
    assert "bag-of-words" in ran.err
    assert "assistant library rebuild --reembed" in ran.err


@pytest.mark.parametrize("place", [0, 2, 4])
def test_debug_adds_the_traceback_wherever_it_stands(tmp_path: Path, place: int) -> None:
    arguments = ["library", "info", "--library", str(tmp_path / "none")]
    ran = assistant(*arguments[:place], "--debug", *arguments[place:])
    assert ran.code == 4
    assert "Traceback" in ran.err
    assert ran.err.splitlines()[-1].startswith("Error: No library at")


def test_version_is_told() -> None:
    assert re.fullmatch(r"source-assistant \d+\.\d+\S*\n", assistant("--version").out)


# --- true processes


def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "assistant", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, **{**pipes, **options})


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom assistant.cli import main\nsys.argv = ['assistant', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    print(*sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(told.stdout.split())
    assert "assistant.cli.app" in loaded
    heavy = {"gradio", "llama_index", "torch", "sentence_transformers", "transformers", "chromadb"}
    assert not heavy & loaded


def test_error_of_a_process_is_one_line_and_its_code_that_of_the_error(tmp_path: Path) -> None:
    process = start("library", "info", "--library", tmp_path / "none")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert err.startswith("Error: No library at ")
    assert err.count("\n") == 1


def test_interrupt_is_calm(tmp_path: Path) -> None:
    process = start("chat", "--library", tmp_path / "none", stdin=subprocess.PIPE)
    process.stdin.write("why? " * 1000 + "\n")
    process.stdin.flush()
    assert "A question of at most" in process.stderr.readline()  # it runs, and goes on
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "Interrupted\n")


def test_broken_pipe_is_quiet(library: Path) -> None:
    process = start("library", "info", "--library", library)
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141
    process.stderr.close()
