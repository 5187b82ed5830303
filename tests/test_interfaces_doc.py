"""docs/interfaces.md does what it says: its Python and its command, against a real server."""

from __future__ import annotations

import doctest
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, errors
from assistant.config import Settings
from assistant.integrations.api.problems import problem_of
from assistant.models.encoders import Encoder
from tests.conftest import CORPUS
from tests.integrations.serving import serving

DOC = (Path(__file__).parents[1] / "docs" / "interfaces.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    folder = tmp_path_factory.mktemp("interfaces")
    (folder / "articles").mkdir()
    shutil.copy(CORPUS / "musk-poutine-new-yorker.md", folder / "articles")
    with Assistant.open(folder / "library", encoder=encoder) as assistant:
        assistant.add([folder / "articles"])
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, encoder: Encoder) -> Iterator[str]:
    with (
        Assistant.open(folder / "library", encoder=encoder) as assistant,
        serving(assistant) as url,
    ):
        yield url


def test_the_examples_run_as_written(
    folder: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    blocks = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    code = "\n".join(blocks).replace(ADDRESS, address)
    test = doctest.DocTestParser().get_doctest(code, {}, "interfaces.md", None, 0)
    result = doctest.DocTestRunner(optionflags=flags).run(test)
    assert result.attempted > 30
    assert not result.failed


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_command_runs_as_written(address: str) -> None:
    (command,) = re.findall(r"```console\n\$ (.*?)\n```", DOC, re.DOTALL)
    ran = subprocess.run(
        command.replace(ADDRESS, address), shell=True, capture_output=True, text=True, check=True
    )
    assert '"short_answer":' in ran.stdout


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(errors).values() if isinstance(kind, type)], ids=str
)
def test_every_code_is_in_the_table(kind: type[errors.AssistantError]) -> None:
    if kind in {errors.AssistantError, errors.LibraryError}:  # only their kinds are raised
        return
    problem = problem_of(kind("It", "x") if kind is errors.MissingExtra else kind("It"))
    rows = re.findall(r"^\| (\d{3}) \| (.*?) \|", DOC, re.MULTILINE)
    assert any(int(s) == problem.status and f"`{problem.code}`" in codes for s, codes in rows)


def test_every_setting_of_the_api_is_in_the_table() -> None:
    for name in Settings.model_fields:
        if name.startswith("api_"):
            assert f"`ASSISTANT_{name.upper()}`" in DOC
