"""`assistant mcp`, started by the real client as any program would start it."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from mcp import Client, StdioServerParameters

from assistant import Answer, Assistant, verify


def test_a_program_asks_over_stdin_and_stdout(demo: Assistant) -> None:
    folder = str(demo.settings.library)
    arguments = ["-m", "assistant", "mcp", "--library", folder, "--chroma", "off"]

    async def ask() -> Any:
        async with Client(StdioServerParameters(command=sys.executable, args=arguments)) as client:
            return await client.call_tool("ask", {"question": "Who denied the Putin call?"})

    answer = Answer.from_dict(asyncio.run(ask()).structured_content)
    assert not answer.abstained
    assert verify(answer, demo.library) == []
