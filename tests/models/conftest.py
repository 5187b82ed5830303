from __future__ import annotations

from pathlib import Path

import pytest

from tests.models.tiny import make_encoder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of a tiny encoder, to be damaged at will."""
    return make_encoder(tmp_path / "tiny")
