from __future__ import annotations

import threading
import time

import pytest

from assistant.ui.turnstile import Turnstile


def test_who_waits_goes_in_the_order_of_coming_and_suggestions_last() -> None:
    turnstile, order = Turnstile(1), []
    threads = []

    def pass_through(name: str, later: bool) -> None:
        with turnstile.passing(later=later):
            order.append(name)

    with turnstile.passing():
        for n, (name, later) in enumerate([("hint", True), ("owl", False), ("fox", False)], 1):
            threads.append(threading.Thread(target=pass_through, args=(name, later)))
            threads[-1].start()
            while len(turnstile._waiting) < n:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order == ["owl", "fox", "hint"]


def test_no_more_than_its_width_are_inside() -> None:
    turnstile, inside, most = Turnstile(2), [], []

    def pass_through() -> None:
        with turnstile.passing():
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.002)
            inside.pop()

    threads = [threading.Thread(target=pass_through) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(most) == 12
    assert max(most) == 2


def test_what_fails_inside_lets_the_next_one_in() -> None:
    turnstile = Turnstile(1)
    with pytest.raises(KeyError), turnstile.passing():
        raise KeyError
    with turnstile.passing():
        pass
