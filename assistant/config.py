"""Settings: flags first, then `ASSISTANT_*` variables, then `assistant.toml`, then defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import InvalidInput
from assistant.models.encoders import DEFAULT_ENCODER

__all__ = ["Settings", "origin", "unknown_variables"]

_FILE = "assistant.toml"
_PREFIX = "ASSISTANT_"
_NOT_SETTINGS = {
    "ASSISTANT_FAILPOINT",  # arms the crash tests of the library
    "ASSISTANT_LLM_KEY",  # a key is not to stand in a file, nor to be shown
    "ASSISTANT_AUTH",  # user:password of the page: no setting, so that nothing ever shows it
}


class Settings(BaseSettings):
    """Everything that can be set, with its default.

    Raises:
        InvalidInput: a value is not what its setting expects, a key is unknown, or
            `assistant.toml` cannot be read; the message says where it was found.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_ignore_empty=True,
        toml_file=_FILE,
        extra="forbid",
        frozen=True,
    )

    library: Path = Field(Path(".assistant"), description="folder of the library")
    encoder: str = Field(DEFAULT_ENCODER, description="encoder by name or folder")
    reranker: str = Field("", description="cross-encoder by name or folder; empty = none")
    chroma: str = Field(
        "", description="URL of a Chroma server, or off; empty = embedded in the library"
    )
    llm: str = Field(
        "", description="language model that writes answers, PROVIDER:MODEL[@URL]; empty = none"
    )
    llm_timeout: float = Field(
        120.0, gt=0, description="seconds that a language model has for an answer"
    )
    support: Literal["strict", "mark"] = Field(
        "strict", description="what the sources do not support of its words: dropped, or marked"
    )
    top: int = Field(20, ge=1, le=200, description="passages that are read for an answer")
    wait: float = Field(0.0, ge=0, description="seconds to wait for another writer to finish")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="names that the page answers to beside those of this machine"
    )
    examples: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="questions that the page offers to begin with"
    )
    auth_file: Path | None = Field(
        None, description="file of the page's users, with lines from `assistant password`"
    )
    insecure: bool = Field(False, description="serve other machines without passwords")
    read_only: bool = Field(False, description="sources cannot be added or removed on the page")
    upload_mb: int = Field(100, ge=0, description="megabytes that one uploaded file may have")
    evals: Path | None = Field(
        None, description="folder of evaluation runs that the page shows to developers"
    )
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="keys that the API asks for; needed where other machines are served"
    )
    api_rate: str = Field("60/minute", description="requests to the API by one key or address")
    api_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="other sites whose pages may call the API, such as https://news.example"
    )
    api_writes: bool = Field(False, description="sources can be added and removed by the API")

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            raise InvalidInput("; ".join(_complaints(error, given))) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidInput(f"{_FILE}: expected TOML in UTF-8, found: {error}") from error
        except OSError as error:
            raise InvalidInput(
                f"{_FILE}: expected a readable file: {error.strerror}; change its permissions"
            ) from error

    @field_validator("library", "auth_file", "evals")
    @classmethod
    def _expand_home(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()

    @field_validator("chroma")
    @classmethod
    def _is_url(cls, chroma: str) -> str:
        if chroma not in ("", "off") and not chroma.startswith(("http://", "https://")):
            raise ValueError("a URL such as http://127.0.0.1:8000, or off")
        return chroma

    @field_validator("hosts", "api_keys", "api_origins", mode="before")
    @classmethod
    def _split_at_commas(cls, names: Any) -> Any:
        if not isinstance(names, str):
            return names
        return tuple(name.strip() for name in names.split(",") if name.strip())

    @field_validator("examples", mode="before")
    @classmethod
    def _split_at_semicolons(cls, examples: Any) -> Any:
        if not isinstance(examples, str):
            return examples
        return tuple(question.strip() for question in examples.split(";") if question.strip())

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


def origin(name: str, settings: Settings, *, given: Collection[str] = ()) -> str:
    """Say where the value of a setting is from, `given` being those set by flags."""
    return _found_in(name, given) if name in settings.model_fields_set else "default"


def unknown_variables() -> list[str]:
    """List `ASSISTANT_*` variables that set nothing: mistyped, or another program's."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields} | _NOT_SETTINGS
    ours = (name for name in os.environ if name.upper().startswith(_PREFIX))
    return sorted(name for name in ours if name.upper() not in known)


def _found_in(name: str, given: Collection[str]) -> str:
    if name in given:
        return "argument"
    variable = _PREFIX + name.upper()
    return next((v for v in os.environ if v.upper() == variable and os.environ[v]), _FILE)


def _complaints(error: ValidationError, given: Collection[str]) -> Iterator[str]:
    """Put each of pydantic's complaints as: where, expected, found."""
    for wrong in error.errors():
        name = str(wrong["loc"][0])
        where = _found_in(name, given)
        where = where if where.startswith(_PREFIX) else f"{where}, {name}"
        if wrong["type"] == "extra_forbidden":
            known = ", ".join(sorted(Settings.model_fields))
            yield f"{where}: expected one of the settings {known}, found {name!r}"
        else:
            expected = wrong["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
            yield f"{where}: expected {expected}, found {wrong['input']!r}"
