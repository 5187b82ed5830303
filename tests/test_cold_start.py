"""What a process must not import before it needs it: each takes a tenth of a second or more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from assistant import Assistant, Settings
from assistant.models.onnx_encoder import OnnxEncoder
from tests.models.tiny import make_encoder

MODELS = ["torch", "transformers", "sentence_transformers", "huggingface_hub"]
ELSEWHERE = ["chromadb", "gradio", "llama_index", "scipy", "sklearn", "trafilatura", "httpx"]
ELSEWHERE += ["fastapi", "limits", "mcp"]
EVERYTHING = [*MODELS, *ELSEWHERE, "onnxruntime", "numpy", "sqlalchemy", "pydantic", "lingua"]

ASK = """
from pathlib import Path
from assistant import Assistant, Settings
from assistant.models.onnx_encoder import OnnxEncoder
settings = Settings(library=Path("library"))
with Assistant.open(settings=settings, encoder=OnnxEncoder(Path("tiny"))) as opened:
    opened.ask("Who denied the harbour?")
"""


def imported_by(code: str, folder: Path) -> set[str]:
    """Run code in a process of its own: the packages that it imported."""
    told = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{code}\n{told}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return set(ran.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import assistant",
        "import assistant.sources.worker",
        "from assistant import Answer, AssistantError, Document, verify",
        "from assistant.cli import app",
    ],
)
def test_what_needs_nothing_imports_nothing(code: str, tmp_path: Path) -> None:
    assert imported_by(code, tmp_path).isdisjoint(EVERYTHING)


def test_a_question_needs_neither_torch_nor_what_other_commands_import(tmp_path: Path) -> None:
    (tmp_path / "harbour.txt").write_text("The harbour froze. Ships waited. Le maire a démenti.")
    encoder = OnnxEncoder(make_encoder(tmp_path / "tiny"))
    settings = Settings(library=tmp_path / "library")
    with Assistant.open(settings=settings, encoder=encoder) as opened:
        opened.add([tmp_path / "harbour.txt"])
    assert imported_by(ASK, tmp_path).isdisjoint([*MODELS, *ELSEWHERE])


def test_every_public_name_is_there_and_no_other() -> None:
    for name in assistant.__all__:
        found = getattr(assistant, name)
        assert getattr(found, "__name__", name) == name  # a union has no name of its own
    assert set(assistant.__all__) <= set(dir(assistant))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        assistant.nothing  # noqa: B018 - asked for, to be refused
