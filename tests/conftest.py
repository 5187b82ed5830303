"""Fixtures that every test may use: one encoder for the whole run, real stores in fresh folders."""

from __future__ import annotations

import pytest

from assistant.models.encoders import Encoder, load_encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder()
