from __future__ import annotations

from pathlib import Path

from assistant.errors import LibraryCorrupt, LibraryLocked, LibraryNotFound
from assistant.ui.problems import problem_html, sayable
from assistant.ui.wording import WORDS

LIBRARY = Path("/home/owl/library")


def test_no_error_tells_where_the_library_lies() -> None:
    told = str(sayable(LibraryCorrupt(f"{LIBRARY}/catalog.sqlite is damaged"), LIBRARY))
    assert told == "library/catalog.sqlite is damaged"


def test_what_visitors_meet_every_day_is_told_in_their_language_with_a_way_on() -> None:
    nothing = sayable(LibraryNotFound(f"No library at {LIBRARY}"), LIBRARY)
    for language, begins in (("en", "There are no sources"), ("fr", "Il n’y a pas encore")):
        told = problem_html(nothing, WORDS[language])
        assert begins in told
        assert 'name="sources"' in told
        assert "owl" not in told
    locked = sayable(LibraryLocked(f"{LIBRARY} is locked by 17"), LIBRARY)
    assert "Another program is writing" in problem_html(locked, WORDS["en"])
