"""The examples of docs/python.md run as they stand, one after the other."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from assistant.datatypes.answers import ANSWER_VERSION
from tests.conftest import CORPUS

GUIDE = (Path(__file__).parents[1] / "docs" / "python.md").read_text("utf-8")


@pytest.mark.timeout(300)  # seconds, most of them imports
def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("llama_index.llms.openai_like")
    (tmp_path / "articles").mkdir()
    for name in ("musk-poutine-new-yorker.md", "wsj-musk-kremlin-2024.md"):
        shutil.copy(CORPUS / name, tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL):
        exec(code, names)
    told = capsys.readouterr().out
    assert "Elon Musk a démenti avoir été en contact" in told
    assert "The language model gave no answer" in told
    assert "nothing-there" in told


def test_the_version_of_the_json_form_is_described() -> None:
    major, minor, _ = ANSWER_VERSION.split(".")
    assert f"\n| {major}.{minor} |" in GUIDE
