"""Who may enter: names with hashed passwords, checked in constant time, guessing slowed down."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import AssistantError, InvalidInput

__all__ = ["TooManyAttempts", "Users", "password_line"]

_NAME = re.compile(r"[\w.@-]{1,64}")
_FREE_ATTEMPTS = 5
_LONGEST_WAIT = 300.0
_REMEMBERED = 1000
_LONGEST_HEADER = 2000


class TooManyAttempts(AssistantError):
    """Wrong passwords came too often; `seconds` says how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Too many wrong passwords: wait {seconds:.0f} s and try again")
        self.seconds = seconds


def password_line(name: str, password: str) -> str:
    """Make a line of a password file; raises InvalidInput for a name or password that is none."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"Expected a user name of letters, digits, '.', '_', '@' and '-', found {name!r}"
        )
    if not password:
        raise InvalidInput("Expected a password, found none")
    return f"{name}:{PasswordHasher().hash(password)}"


class Users:
    """Names with the hashes of their passwords. Safe to share between threads.

    A hash takes tens of milliseconds to check, on purpose: what held is remembered as a keyed
    digest, so that the many requests of one page pay once.
    """

    def __init__(
        self, hashes: Mapping[str, str], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hashes = dict(hashes)
        self._clock = clock
        self._hasher = PasswordHasher()
        # Checked where there is no such user, so that the time tells nothing about names.
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._key = secrets.token_bytes()
        self._guard = threading.Lock()
        self._admitted: OrderedDict[bytes, str] = OrderedDict()
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    @classmethod
    def from_plain(cls, credentials: str) -> Self:
        """Take one ``user:password``; raises InvalidInput."""
        name, colon, password = credentials.partition(":")
        if not colon:
            raise InvalidInput("Expected user:password, found no colon")
        return cls(dict([_parsed(password_line(name, password), "--auth")]))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a file of ``user:hash`` lines; blank ones and those that begin with # are skipped.

        Raises:
            InvalidInput: it cannot be read, is empty, or a line is no name and hash.
        """
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeError) as error:
            raise InvalidInput(f"Expected a readable password file, found: {error}") from error
        hashes: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.startswith("#"):
                name, hashed = _parsed(line.strip(), f"{path}, line {number}")
                hashes[name] = hashed
        if not hashes:
            raise InvalidInput(f"{path}: expected a line from `assistant password`, found none")
        return cls(hashes)

    def admit(self, authorization: str, *, client: str) -> str | None:
        """Give the user that an ``Authorization`` header proves, None where it proves nobody.

        Args:
            authorization: ``Basic`` as browsers send it, or ``Bearer user:password``.
            client: the address it came from; wrong passwords from there slow it down.

        Raises:
            TooManyAttempts: too many wrong ones came from there lately.
        """
        digest = hmac.digest(self._key, authorization.encode(), hashlib.sha256)
        with self._guard:
            if digest in self._admitted:
                self._admitted.move_to_end(digest)
                return self._admitted[digest]
            wait = self._waits(client)
        if wait > 0:
            raise TooManyAttempts(wait)
        credentials = _credentials(authorization)
        if credentials is None:
            return None
        name, password = credentials
        right = self._is_right(name, password)
        with self._guard:
            if right:
                self._admitted[digest] = name
                self._failures.pop(client, None)
                _trim(self._admitted)
            else:
                self._failures[client] = (self._failed(client) + 1, self._clock())
                self._failures.move_to_end(client)
                _trim(self._failures)
        return name if right else None

    def _is_right(self, name: str, password: str) -> bool:
        hashed = self._hashes.get(name)
        try:
            held = self._hasher.verify(hashed or self._nobody, password)
        except VerificationError:
            return False
        return held and hashed is not None

    def _failed(self, client: str) -> int:
        return self._failures.get(client, (0, 0.0))[0]

    def _waits(self, client: str) -> float:
        """Seconds until this address may try again: doubled by each failure after the first few."""
        failures, since = self._failures.get(client, (0, 0.0))
        if failures < _FREE_ATTEMPTS:
            return 0.0
        wait = min(_LONGEST_WAIT, 2.0 ** min(failures - _FREE_ATTEMPTS + 1, 16))
        return wait - (self._clock() - since)


def _parsed(line: str, where: str) -> tuple[str, str]:
    name, _, hashed = line.partition(":")
    try:
        PasswordHasher().check_needs_rehash(hashed)
    except InvalidHashError:
        raise InvalidInput(
            f"{where}: expected a user name, a colon and a hash made by `assistant password`, "
            "found something else"  # which may be a password: it is not shown
        ) from None
    return name, hashed


def _credentials(authorization: str) -> tuple[str, str] | None:
    scheme, _, given = authorization.partition(" ")
    if len(authorization) > _LONGEST_HEADER:
        return None
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeError):
            return None
    elif scheme.lower() != "bearer":
        return None
    name, colon, password = given.strip().partition(":")
    return (name, password) if colon else None


def _trim(remembered: OrderedDict[str, tuple[int, float]] | OrderedDict[bytes, str]) -> None:
    while len(remembered) > _REMEMBERED:
        remembered.popitem(last=False)
