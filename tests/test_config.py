"""Settings: what goes before what, and what is said when a value is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Settings, origin, unknown_variables
from assistant.errors import InvalidInput


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ASSISTANT_{name.upper()}", raising=False)


def write(text: str) -> None:
    Path("assistant.toml").write_text(text, encoding="utf-8")


def test_defaults_need_nothing():
    assert Settings().library == Path(".assistant")
    assert origin("top", Settings()) == "default"


def test_flag_goes_before_variable_before_file(monkeypatch):
    write("top = 11\nwait = 1.5\nencoder = 'from-file'\n")
    monkeypatch.setenv("ASSISTANT_TOP", "12")
    monkeypatch.setenv("ASSISTANT_WAIT", "2.5")
    settings = Settings(top=13)
    assert (settings.top, settings.wait, settings.encoder) == (13, 2.5, "from-file")
    assert origin("top", settings, given=["top"]) == "argument"
    assert origin("wait", settings) == "ASSISTANT_WAIT"
    assert origin("encoder", settings) == "assistant.toml"


def test_empty_variable_sets_nothing(monkeypatch):
    write("top = 11\n")
    monkeypatch.setenv("ASSISTANT_TOP", "")
    assert Settings().top == 11
    assert origin("top", Settings()) == "assistant.toml"


def test_examples_are_split_at_semicolons(monkeypatch):
    monkeypatch.setenv("ASSISTANT_EXAMPLES", "Who, when?; Qui ?;")
    assert Settings().examples == ("Who, when?", "Qui ?")
    assert Settings(examples=["Who?"]).examples == ("Who?",)


def test_hosts_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("ASSISTANT_HOSTS", "desk.local, news.example")
    assert Settings().hosts == ("desk.local", "news.example")
    assert Settings(hosts=["one.example"]).hosts == ("one.example",)


def test_home_is_expanded(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_LIBRARY", "~/news")
    assert Settings().library == tmp_path / "news"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("top = 0", "assistant.toml, top: expected greater than or equal to 1, found 0"),
        ("top = 'many'", "assistant.toml, top: expected a valid integer"),
        ("chroma = 'ftp://x'", "assistant.toml, chroma: expected a URL such as http://"),
        (
            "tops = 3",
            "assistant.toml, tops: expected one of the settings api_keys, ",
        ),
        ("top = ", "assistant.toml: expected TOML in UTF-8, found: "),
    ],
)
def test_bad_file_is_named_with_field_expected_and_found(text, complaint):
    write(text)
    with pytest.raises(InvalidInput) as raised:
        Settings()
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_bad_encoding_of_the_file_is_told():
    Path("assistant.toml").write_bytes("library = 'sources é'".encode("latin-1"))
    with pytest.raises(InvalidInput, match=r"assistant\.toml: expected TOML in UTF-8"):
        Settings()


def test_bad_variable_and_bad_argument_are_named(monkeypatch):
    monkeypatch.setenv("ASSISTANT_WAIT", "-1")
    with pytest.raises(InvalidInput, match=r"^ASSISTANT_WAIT: expected .* found '-1'$"):
        Settings()
    with pytest.raises(InvalidInput, match=r"^argument, wait: expected .* found -2$"):
        Settings(wait=-2)


def test_all_that_is_wrong_is_told_at_once():
    write("top = 0\nwait = -1\n")
    with pytest.raises(InvalidInput, match=r"top: .*; assistant\.toml, wait: "):
        Settings()


def test_unknown_variables_are_found(monkeypatch):
    monkeypatch.setenv("ASSISTANT_LIBARY", "x")
    monkeypatch.setenv("ASSISTANT_LIBRARY", "y")
    assert unknown_variables() == ["ASSISTANT_LIBARY"]
