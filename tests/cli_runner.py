"""Run the command line in this process, as typer's own tests do."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from typer.testing import CliRunner

from assistant.cli import app


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """All of stdout, which must be JSON and nothing else."""
        return json.loads(self.out)


def assistant(*arguments: object, typed: str | bytes | None = None) -> Ran:
    """Run `assistant` with these arguments; a defect of ours raises."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)
