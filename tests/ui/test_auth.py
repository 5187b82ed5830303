from __future__ import annotations

import base64
from pathlib import Path

import pytest

from assistant.errors import InvalidInput
from assistant.ui.auth import TooManyAttempts, Users, password_line

OWL = password_line("owl", "hoo:hoo é")


def basic(credentials: str) -> str:
    return f"Basic {base64.b64encode(credentials.encode()).decode()}"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(tmp_path: Path, clock: Clock) -> Users:
    file = tmp_path / "users"
    file.write_text(f"# who may enter\n\n{OWL}\n", "utf-8")
    read = Users.from_file(file)
    return Users(read._hashes, clock=clock)


@pytest.mark.parametrize("form", [basic("owl:hoo:hoo é"), "Bearer owl:hoo:hoo é"])
def test_every_form_of_credentials_admits_again_and_again(users: Users, form: str) -> None:
    assert [users.admit(form, client="wood") for _ in range(3)] == ["owl"] * 3


@pytest.mark.parametrize(
    "form",
    [
        "",
        "Basic",
        "Basic !",
        basic("owl"),
        basic("owl:"),
        basic("owl:hoo"),
        basic("fox:hoo:hoo é"),
        basic(":hoo:hoo é"),
        "Basic " + base64.b64encode(b"owl:\xff").decode(),
        f"Digest {base64.b64encode(b'owl:hoo').decode()}",
        basic("owl:" + "x" * 10_000),
    ],
)
def test_anything_else_admits_nobody(users: Users, form: str) -> None:
    assert users.admit(form, client="wood") is None


def test_wrong_passwords_are_slowed_down_for_where_they_come_from(
    users: Users, clock: Clock
) -> None:
    for attempt in range(5):
        assert users.admit(basic(f"owl:{attempt}"), client="wood") is None
    with pytest.raises(TooManyAttempts, match="wait 2 s"):
        users.admit(basic("owl:hoo:hoo é"), client="wood")  # the right one has to wait too
    assert users.admit(basic("owl:hoo:hoo é"), client="field") == "owl"
    clock.now = 2.5
    assert users.admit(basic("owl:6"), client="wood") is None
    with pytest.raises(TooManyAttempts, match="wait 4 s"):
        users.admit(basic("owl:7"), client="wood")
    clock.now = 10.0
    assert users.admit(basic("owl:hoo:hoo é"), client="wood") == "owl"
    assert users.admit(basic("owl:8"), client="wood") is None  # forgotten by the success


def test_who_is_in_is_not_held_up_by_wrong_passwords_from_the_same_address(users: Users) -> None:
    assert users.admit(basic("owl:hoo:hoo é"), client="wood") == "owl"
    for attempt in range(5):
        users.admit(basic(f"owl:{attempt}"), client="wood")
    assert users.admit(basic("owl:hoo:hoo é"), client="wood") == "owl"


@pytest.mark.parametrize("content", ["", "# nobody\n", "owl\n", "owl:hoo\n", f"{OWL}\nfox:hoo\n"])
def test_a_file_without_hashes_is_refused_and_shows_no_password(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "users"
    file.write_text(content, "utf-8")
    with pytest.raises(InvalidInput, match=r"`assistant password`") as refused:
        Users.from_file(file)
    assert "hoo" not in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="readable password file"):
        Users.from_file(tmp_path / "nowhere")


@pytest.mark.parametrize("credentials", ["owl", "owl:", ":hoo", "o w l:hoo"])
def test_plain_credentials_need_a_name_and_a_password(credentials: str) -> None:
    with pytest.raises(InvalidInput, match="Expected"):
        Users.from_plain(credentials)


def test_a_hash_holds_no_password_and_differs_each_time() -> None:
    assert "hoo" not in OWL
    assert password_line("owl", "hoo:hoo é") != OWL
    assert OWL.startswith("owl:$argon2id$")
