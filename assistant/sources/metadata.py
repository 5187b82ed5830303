"""What a file says about itself: front matter, sidecars and rows → Fields."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date

from assistant.errors import SourceError
from assistant.sources.items import Fields

__all__ = [
    "SIDECAR_SUFFIXES",
    "fields_of",
    "parse_sidecar",
    "parse_toml",
    "parse_yaml",
    "sidecar_owner",
    "text_of",
]

SIDECAR_SUFFIXES = (".meta.yaml", ".meta.json", ".meta.toml")
"""``article.txt.meta.yaml`` describes ``article.txt``; the first of these that exists counts."""

_MAX_BYTES = 16_000
_MAX_VALUE = 10_000
_NAMES = {
    "id": ("id", "doc_id"),
    "title": ("title", "headline"),
    "author": ("author", "authors", "creator", "byline"),
    "publisher": ("publisher", "sitename", "site_name", "site"),
    "date": ("date", "published", "published_at", "publication_date"),
    "language": ("language", "lang"),
    "url": ("url", "link", "canonical_url"),
}


def sidecar_owner(name: str) -> str:
    """Name the file that the sidecar `name` describes; empty where `name` is no sidecar.

    >>> sidecar_owner("article.txt.meta.yaml")
    'article.txt'
    """
    return next((name.removesuffix(s) for s in SIDECAR_SUFFIXES if name.endswith(s)), "")


def parse_sidecar(name: str, data: bytes) -> Fields:
    """Read a sidecar.

    Raises:
        SourceError: it is not UTF-8, not well formed, too long, or not a mapping.
    """
    if len(data) > _MAX_BYTES:
        raise SourceError(f"{name}: expected at most {_MAX_BYTES} bytes, found {len(data)}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: expected UTF-8: {error}") from error
    parse = {".yaml": parse_yaml, ".json": _parse_json, ".toml": parse_toml}
    content = parse[name[-5:]](text, name)
    if not isinstance(content, dict):
        raise SourceError(f"{name}: expected a mapping such as 'title: …', found another value")
    return fields_of(content)


def parse_yaml(text: str, name: str) -> object:
    """Parse YAML safely; raises SourceError."""
    import yaml
    from frontmatter import YAMLHandler

    try:  # not the C loader: it overflows the stack on deep nesting, and the process dies
        return YAMLHandler().load(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(f"{name}: not well-formed YAML: {_line(error)}") from error


def parse_toml(text: str, name: str) -> object:
    """Parse TOML; raises SourceError."""
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name}: not well-formed TOML: {_line(error)}") from error


def _parse_json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{name}: not well-formed JSON: {_line(error)}") from error


def fields_of(content: Mapping[object, object]) -> Fields:
    """Sort a mapping's values into the known fields; the others become metadata.

    >>> fields_of({"title": "Le pont", "authors": ["Ada", "Bo"], "section": "Villes"}).author
    'Ada, Bo'
    """
    rest = {str(key): value for key, value in content.items()}
    known: dict[str, str] = {}
    for field, names in _NAMES.items():
        for name in names:
            if field not in known and (value := text_of(rest.get(name))):
                known[field] = value
                del rest[name]
    metadata = {key: text for key, value in rest.items() if (text := text_of(value))}
    return Fields(**known, metadata=metadata)


def text_of(value: object) -> str:
    """Write a value of YAML, TOML or JSON as one line; nested ones as JSON, null as nothing."""
    if isinstance(value, str | None):
        return re.sub(r"\s*[\r\n]\s*", " ", value or "").strip()[:_MAX_VALUE]
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, date):  # and datetime, which is one
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(v, str | int | float) for v in value):
        return ", ".join(text_of(v) for v in value)[:_MAX_VALUE]
    return _nested(value)


def _nested(value: object) -> str:
    """Write JSON until it is too long: aliases make a short YAML endless."""
    text = ""
    try:
        for chunk in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
            text += chunk
            if len(text) > _MAX_VALUE:
                return ""
    except (ValueError, TypeError, RecursionError):  # a value that holds itself, an odd key
        return ""
    return text


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
