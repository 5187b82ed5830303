"""Where a model that the user names is: a folder, or what the Hugging Face Hub once gave."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from assistant.errors import InvalidInput

__all__ = ["FoundModel", "find_model"]

_HUB_NAME = re.compile(r"[\w.-]+/[\w.-]+")
# What sentence-transformers reads; not the same weights again in the forms of other programs.
_WANTED = ["*.json", "*/config.json", "*.txt", "*.model", "*model.safetensors"]
_HASHED = {".json", ".safetensors", ".bin"}


class FoundModel(NamedTuple):
    """A model's folder, with the name and revision that a library records."""

    name: str
    revision: str
    folder: Path


def find_model(name: str, *, download: bool) -> FoundModel:
    """Find a model by folder, or by its name on the Hub in the cache of this machine.

    Args:
        download: fetch it from the Hub where it is not on this machine.

    Raises:
        InvalidInput: it is neither, or could not be fetched.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return FoundModel(folder.resolve().name, _digest(folder), folder)
    if not _HUB_NAME.fullmatch(name):
        raise InvalidInput(
            f"No model at {name}: expected a folder, or a name on the Hugging Face Hub such as "
            "intfloat/multilingual-e5-small"
        )
    folder = _of_hub(name, download=download)
    return FoundModel(name, folder.name, folder)  # a snapshot's folder is named by its commit


def _of_hub(name: str, *, download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED, local_files_only=True))
    except HFValidationError as error:
        raise InvalidInput(f"No model {name} on the Hugging Face Hub: {error}") from error
    except LocalEntryNotFoundError as error:
        if not download:
            raise InvalidInput(
                f"The model {name} is not on this machine: `hf download {name}` fetches it; an "
                f"encoder is fetched by `assistant ingest PATH --encoder {name}`, too"
            ) from error
    try:
        return Path(snapshot_download(name, allow_patterns=_WANTED))
    except (HfHubHTTPError, OSError) as error:
        told = str(error).split("\n", 1)[0]
        raise InvalidInput(
            f"The Hugging Face Hub did not give the model {name}: {told}; check name and "
            "connection, or put the model into a folder and name that"
        ) from error


def _digest(folder: Path) -> str:
    """Digest of the configuration and of each weight file's size and first mebibyte."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in _HASHED):
        digest.update(f"{path.relative_to(folder)} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            digest.update(file.read(1 << 20))
    return digest.hexdigest()[:16]
