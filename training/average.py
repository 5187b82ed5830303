"""Average readers of one line, weight by weight: a little better than the last of them alone.

    python -m training.average OUT READER=SHARE…

Each is a folder that `reader.py` wrote. Those that went on from one another lie close enough for
their mean to be a reader as well ("model soups", Wortsman et al. 2022, arXiv:2203.05482).
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch

from training.reader import ReaderModel

__all__ = ["averaged"]


def averaged(shares: Mapping[Path, float]) -> ReaderModel:
    """Give the reader whose weights are the mean of others', each counted by its share."""
    readers = [(ReaderModel.load(folder), share) for folder, share in shares.items()]
    whole = sum(shares.values())
    found = readers[0][0]
    states = [(reader.state_dict(), share / whole) for reader, share in readers]
    mean = {name: sum(state[name] * share for state, share in states) for name in states[0][0]}
    found.load_state_dict({name: torch.as_tensor(tensor) for name, tensor in mean.items()})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("readers", nargs="+", metavar="READER=SHARE")
    arguments = parser.parse_args()
    pairs = (given.rsplit("=", 1) for given in arguments.readers)
    shares = {Path(folder): float(share) for folder, share in pairs}
    averaged(shares).save(arguments.out)
    shutil.copyfile(next(iter(shares)) / "tokenizer.json", arguments.out / "tokenizer.json")


if __name__ == "__main__":
    main()
