"""The loop of a training run: warm-up and half a cosine, the curve logged, resumed after a kill."""

from __future__ import annotations

import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import torch

__all__ = ["train"]

log = logging.getLogger("training")

WARM_UP = 0.04
LOGGED_EVERY = 20

T = TypeVar("T")


def train(
    model: torch.nn.Module,
    groups: list[dict[str, Any]],
    plan: Sequence[T],
    losses_of: Callable[[T], Mapping[str, torch.Tensor]],
    *,
    checkpoint: Path,
    checkpoint_every_s: float = 240,
) -> None:
    """Take one step for each batch of the plan.

    Args:
        groups: parameters and learning rates, as an optimiser takes them.
        losses_of: computes the named losses of a batch; their sum is what is lowered.
        checkpoint: where the state is kept, every few minutes and at the end. Where one is there,
            the run goes on from it: the plan must be the same.
        checkpoint_every_s: seconds between two checkpoints.
    """
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / len(plan)))
    done = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        done = state["step"]
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        log.info("resumed at step %d", done)
    started = saved = time.monotonic()
    curve: Counter[str] = Counter()
    for step, batch in enumerate(plan[done:], start=done + 1):
        losses = losses_of(batch)
        optimiser.zero_grad(set_to_none=True)
        torch.stack(list(losses.values())).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        curve.update({name: loss.item() for name, loss in losses.items()})
        if step % LOGGED_EVERY == 0:
            rate = (step - done) / (time.monotonic() - started)
            steps = min(LOGGED_EVERY, step - done)  # fewer at first, where the run was resumed
            means = " ".join(f"{name} {total / steps:.4f}" for name, total in curve.items())
            log.info("step %d of %d, %.2f a second: %s", step, len(plan), rate, means)
            curve.clear()
        if step == len(plan) or time.monotonic() - saved > checkpoint_every_s:
            parts = {"model": model, "optimiser": optimiser, "schedule": schedule}
            _save({"step": step} | {n: p.state_dict() for n, p in parts.items()}, checkpoint)
            saved = time.monotonic()


def _rate(progress: float) -> float:
    return min(progress / WARM_UP, 1) * (0.02 + 0.49 * (1 + math.cos(math.pi * min(progress, 1))))


def _save(state: dict[str, Any], path: Path) -> None:
    """Replace the file whole: a kill while writing leaves the one before."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)
