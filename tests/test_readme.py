"""The README's Python runs as it stands, and the commands that it and pyproject.toml name exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import CORPUS
from tests.sources.builders import pdf

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_five_lines_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "articles").mkdir()
    shutil.copy(CORPUS / "musk-poutine-new-yorker.md", tmp_path / "articles")
    (tmp_path / "report.pdf").write_bytes(pdf([["The harbour froze."]]))
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert "Elon Musk a démenti avoir été en contact" in capsys.readouterr().out


NAMING = README + (ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:`|\$ )make ([a-z-]+)", NAMING))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("target", ["ask", "app", "run"])
def test_what_asks_the_demo_sources_indexes_them_first(target: str) -> None:
    ran = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=True)
    told = ran.stdout.decode()
    ingest = told.index("assistant ingest corpus/articles")
    assert ingest < told.index({"app": "app.py"}.get(target, "assistant ask"))


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
