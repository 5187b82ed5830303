"""The parts of training that need torch: alignment, targets, and a run that was cut off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow  # imports torch


def test_alignment_finds_what_translates_what() -> None:
    from training.vocabulary import translations

    # 0 the, 1 house, 2 flower; 0 la, 1 maison, 2 fleur
    pairs = [([0, 1], [0, 1]), ([0, 2], [0, 2]), ([1], [1])]
    french, english, probability = translations(pairs, english_size=3)
    table = {(f, e): p for f, e, p in zip(french, english, probability, strict=True)}
    assert table[1, 1] > 0.9
    assert table[2, 2] > 0.7
    assert table[0, 0] > 0.9
    assert np.isclose(sum(p for (f, _), p in table.items() if f == 0), 1, atol=1e-5)


def test_a_run_that_was_cut_off_ends_where_a_whole_one_does(tmp_path: Path) -> None:
    import torch

    from training.loop import train

    def run(plan: list[float], stop_after: int | None, checkpoint: Path) -> list[float]:
        torch.manual_seed(0)
        model = torch.nn.Linear(1, 1)
        steps = 0

        def losses_of(x: float) -> dict[str, torch.Tensor]:
            nonlocal steps
            steps += 1
            if stop_after is not None and steps > stop_after:
                raise KeyboardInterrupt
            return {"square": (model(torch.tensor([[x]])) - 3 * x).square().mean()}

        groups = [{"params": list(model.parameters()), "lr": 0.1}]
        train(model, groups, plan, losses_of, checkpoint=checkpoint, checkpoint_every_s=0)
        return [p.item() for p in model.parameters()]

    plan = [0.5, 1.0, -1.0, 2.0] * 5
    whole = run(plan, None, tmp_path / "whole.pt")
    with pytest.raises(KeyboardInterrupt):
        run(plan, 7, tmp_path / "cut.pt")
    assert run(plan, None, tmp_path / "cut.pt") == pytest.approx(whole)


def test_the_curve_of_a_resumed_run_is_of_its_own_steps(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import torch

    from training.loop import train

    model = torch.nn.Linear(1, 1)

    def losses_of(last: bool) -> dict[str, torch.Tensor]:
        if last and not resumed:
            raise KeyboardInterrupt
        return {"one": model(torch.zeros(1, 1)).sum() * 0 + 1}

    def run() -> None:
        groups = [{"params": list(model.parameters()), "lr": 0.1}]
        train(model, groups, plan, losses_of, checkpoint=tmp_path / "a.pt", checkpoint_every_s=0)

    plan = [False] * 13 + [True] * 7
    resumed = False
    with pytest.raises(KeyboardInterrupt):
        run()
    resumed = True
    with caplog.at_level("INFO", logger="training"):
        run()
    assert "step 20 of 20" in caplog.text
    assert "one 1.0000" in caplog.text


def test_targets_point_at_the_answer_and_the_sentence(tmp_path: Path) -> None:
    from tests.models.tiny import make_encoder
    from training.questions import Example
    from training.reader import batch_of, reader_tokenizer

    tokenizer = reader_tokenizer(make_encoder(tmp_path / "tiny") / "tokenizer.json")
    passage = "ships waited. The harbour froze."
    answer = (passage.index("harbour"), passage.index("harbour") + len("harbour"))
    sentences = ((0, 13), (14, len(passage)))
    example = Example("what froze ?", passage, (answer,), sentences, (0.0, 1.0), True)
    nothing = Example("who ?", passage, (), sentences, (0.0, 0.0), False)
    batch = batch_of([example, nothing], tokenizer)
    encoding = tokenizer.encode("what froze ?", passage)
    start, end = int(batch.start[0]), int(batch.end[0])
    assert passage[encoding.offsets[start][0] : encoding.offsets[end][1]] == "harbour"
    assert (batch.start[1], batch.end[1], bool(batch.has_span[1])) == (0, 0, True)
    assert batch.of_sentence.sum(-1).tolist() == [pytest.approx([1, 1])] * 2
    assert batch.of_sentence[0, 1, start] > 0
    assert batch.support.tolist() == [[0.0, 1.0], [0.0, 0.0]]
