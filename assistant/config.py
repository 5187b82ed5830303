"""Settings: flags first, then `ASSISTANT_*` variables, then `assistant.toml`, then defaults."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.models.encoders import DEFAULT_ENCODER

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", toml_file="assistant.toml", extra="forbid", frozen=True
    )

    library: Path = Field(Path(".assistant"), description="folder of the library")
    encoder: str = Field(DEFAULT_ENCODER, description="encoder by name or folder")
    chroma: str = Field("", description="URL of a Chroma server; empty = embedded in the library")
    top: int = Field(20, ge=1, le=200, description="passages that are read for an answer")
    wait: float = Field(0.0, ge=0, description="seconds to wait for another writer to finish")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources; secrets and dotenv files are not read."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
