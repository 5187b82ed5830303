from __future__ import annotations

import threading

from assistant.ui.stopping import Runs


def test_a_run_that_notices_ends_by_itself() -> None:
    runs, begun, ids = Runs(), threading.Event(), []

    def answer() -> None:
        with runs.run("Who?") as run:
            ids.append(run.id)
            begun.set()
            run.stopped.wait(10)

    thread = threading.Thread(target=answer)
    thread.start()
    begun.wait(10)
    assert runs.stop(ids[0]) is None
    thread.join(10)
    assert runs.stop(ids[0]) is None  # gone: nothing to stop


def test_a_run_that_hears_nothing_is_given_back_and_need_not_speak() -> None:
    runs = Runs()
    with runs.run("Who?") as run:
        assert runs.stop(run.id) is run
        assert run.abandoned
        assert run.question == "Who?"
    assert runs.stop("another") is None
