"""What is installed and set, and what would not work or would use the network, and why."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from importlib import resources
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from assistant.config import Settings, origin, unknown_variables
from assistant.errors import InvalidInput, LibraryError, LibraryNotFound, MissingExtra
from assistant.library import Library
from assistant.llms import load_llm
from assistant.models.encoders import Encoder, load_encoder
from assistant.models.hub import find_model
from assistant.models.reader import load_reader

__all__ = ["Finding", "examine"]

_PACKAGE = "source-assistant"
_LOW_SPACE = 1 << 30

# https://www.sqlite.org/wal.html: two connections that write or checkpoint at the same moment may
# corrupt a database in write-ahead mode.
_WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))


class Finding(NamedTuple):
    """One thing that was looked at."""

    topic: str
    name: str
    value: str
    state: Literal["ok", "note", "problem"] = "ok"
    remedy: str = ""


def examine(settings: Settings, *, given: Collection[str] = ()) -> list[Finding]:
    """Look at everything that answers depend on. Loads no model and uses no network.

    Args:
        given: the settings that were set by flags.
    """
    encoder, model = _encoder(settings.encoder)
    return [
        *_machine(settings.library),
        *_settings(settings, given),
        *_packages(),
        *_extras(),
        model,
        _reader(),
        *_models(settings),
        *_network(settings),
        *_library(settings, encoder),
    ]


def _machine(library: Path) -> Iterator[Finding]:
    yield Finding("machine", "system", f"{platform.system()} {platform.release()}")
    yield Finding("machine", "python", platform.python_version())
    yield Finding("machine", "processors", str(os.cpu_count()))
    existing = next(p for p in (library.absolute(), *library.absolute().parents) if p.exists())
    free = shutil.disk_usage(existing).free
    value = f"{free / (1 << 30):.1f} GiB free at {existing}"
    if free < _LOW_SPACE:
        yield Finding("machine", "disk", value, "note", "an ingest stops when the disk is full")
    else:
        yield Finding("machine", "disk", value)
    yield _sqlite(sqlite3.sqlite_version_info)


def _sqlite(version: tuple[int, ...]) -> Finding:
    told = ".".join(map(str, version))
    first, last = _WAL_RESET_BUG
    if not first <= version <= last:
        return Finding("machine", "sqlite", told)
    why = f"{told} has the WAL-reset bug (3.7.0 to 3.51.2)"
    kept = "nothing to do: a library is written by one connection at a time, which it needs"
    return Finding("machine", "sqlite", why, "note", kept)


def _settings(settings: Settings, given: Collection[str]) -> Iterator[Finding]:
    for name in Settings.model_fields:
        value = str(getattr(settings, name)) or "(none)"
        told = f"{value} ({origin(name, settings, given=given)})"
        yield Finding("settings", name, told)
    for variable in unknown_variables():
        remedy = f"expected ASSISTANT_ and one of {', '.join(Settings.model_fields).upper()}"
        yield Finding("settings", variable, "sets nothing", "note", remedy)
    if settings.auth_file is not None and not settings.auth_file.is_file():
        told = f"{settings.auth_file}: no such file"
        remedy = "write lines of `assistant password USER` into it"
        yield Finding("settings", "passwords", told, "problem", remedy)


def _packages() -> Iterator[Finding]:
    try:
        needed = [Requirement(text) for text in importlib.metadata.requires(_PACKAGE) or ()]
        yield Finding("packages", _PACKAGE, importlib.metadata.version(_PACKAGE))
    except importlib.metadata.PackageNotFoundError:
        remedy = "in a clone of the repository: pip install --editable ."
        yield Finding("packages", _PACKAGE, "runs without being installed", "note", remedy)
        return
    for requirement in needed:
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield _package(requirement)


def _package(requirement: Requirement) -> Finding:
    version = _version(requirement)
    if version and requirement.specifier.contains(version, prereleases=True):
        return Finding("packages", requirement.name, version)
    found = f"{requirement.specifier} is needed, {version or 'none'} is installed"
    remedy = f"pip install '{requirement.name}{requirement.specifier}'"
    return Finding("packages", requirement.name, found, "problem", remedy)


def _extras() -> Iterator[Finding]:
    try:
        metadata = importlib.metadata.metadata(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return
    needed = [Requirement(text) for text in importlib.metadata.requires(_PACKAGE) or ()]
    for extra in metadata.get_all("Provides-Extra") or ():
        of_extra = [r for r in needed if r.marker and r.marker.evaluate({"extra": extra})]
        missing = [r.name for r in of_extra if not _version(r)]
        if missing:
            remedy = f"pip install '{_PACKAGE}[{extra}]'"
            yield Finding("extras", extra, f"not installed ({', '.join(missing)})", "ok", remedy)
        else:
            told = ", ".join(f"{r.name} {_version(r)}" for r in of_extra)
            yield Finding("extras", extra, f"installed ({told})")


def _version(requirement: Requirement) -> str:
    try:
        return importlib.metadata.version(requirement.name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _encoder(name: str) -> tuple[Encoder | None, Finding]:
    try:
        encoder = load_encoder(name)
    except InvalidInput as error:
        return None, Finding("models", "encoder", str(error), "problem")
    identity = encoder.identity
    told = f"{identity.name} {identity.revision}, {identity.dimension} dimensions"
    return encoder, Finding("models", "encoder", f"{told}, from {encoder.folder}")


def _reader() -> Finding:
    try:
        reader = load_reader()
        reader.read("?", [])  # which parses the tokenizer
    except InvalidInput as error:
        return Finding("models", "reader", str(error), "problem")
    return Finding("models", "reader", f"{reader.name} {reader.revision}, from {reader.folder}")


def _models(settings: Settings) -> Iterator[Finding]:
    for file in resources.files("assistant.models").iterdir():
        if file.name.endswith(".json"):
            yield Finding("models", file.name.removesuffix(".json"), str(file))
    yield _reranker(settings.reranker)
    yield _language_model(settings.llm)


def _reranker(name: str) -> Finding:
    if not name:
        return Finding("models", "reranker", "none: the shipped reader ranks")
    try:
        found = find_model(name, download=False)
    except InvalidInput as error:
        return Finding("models", "reranker", str(error), "problem")
    return Finding("models", "reranker", f"{found.name} {found.revision}, from {found.folder}")


def _language_model(spec: str) -> Finding:
    """Look at its name and its package: whether anybody answers is not asked."""
    if not spec:
        none = "none: answers are the sources' own sentences"
        return Finding("models", "language model", none)
    try:
        load_llm(spec)
    except (InvalidInput, MissingExtra) as error:
        return Finding("models", "language model", str(error), "problem")
    return Finding("models", "language model", spec)


def _network(settings: Settings) -> Iterator[Finding]:
    yield Finding("network", "models", "only where a command that writes names one of a hub")
    yield Finding("network", "telemetry", "never: off in Chroma and Gradio")
    yield Finding("network", "ingest", "only the URLs that you name")
    yield Finding("network", "serve", "listens on this machine only, but for --host")
    if settings.llm:
        told = f"questions and passages are sent to {settings.llm}"
        yield Finding("network", "language model", told, "note", "its operator reads them")
    host = urlsplit(settings.chroma).hostname
    if host is None:
        yield Finding("network", "chroma", "never: it is embedded in the library")
        return
    told = f"vectors are sent to and searched on {settings.chroma}"
    local = host in ("localhost", "::1") or host.startswith("127.")
    remedy = "" if local else "vectors tell much of a text: use a server and a network of your own"
    yield Finding("network", "chroma", told, "ok" if local else "note", remedy)


def _library(settings: Settings, encoder: Encoder | None) -> Iterator[Finding]:
    try:
        with Library.open(settings.library, chroma=settings.chroma) as library:
            info = library.info()
    except LibraryNotFound as error:
        yield Finding("library", str(settings.library), "none yet", "note", str(error))
        return
    except LibraryError as error:
        yield Finding("library", str(settings.library), str(error), "problem")
        return
    holds = f"{info.documents} documents, {info.passages} passages, {info.sources} sources"
    yield Finding("library", info.path, f"{holds}, {info.bytes_on_disk / (1 << 20):.1f} MiB")
    languages = ", ".join(f"{name} {number}" for name, number in info.languages.items())
    yield Finding("library", "languages", languages or "(none)")
    made = f"{info.encoder.name} {info.encoder.revision}, {info.encoder.dimension} dimensions"
    if encoder is not None and encoder.identity != info.encoder:
        remedy = "set its encoder, or: assistant library rebuild --reembed"
        yield Finding("library", "made with", f"{made}: not the present one", "problem", remedy)
    else:
        yield Finding("library", "made with", made)
    if info.failed:
        remedy = "see why: assistant sources list"
        yield Finding("library", "failed sources", str(info.failed), "note", remedy)
    if info.dense in ("current", "off"):
        yield Finding("library", "dense index", info.dense)
    else:
        remedy = "nothing to do: an exact scan answers until it has caught up"
        yield Finding("library", "dense index", info.dense, "note", remedy)
