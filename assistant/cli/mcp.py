"""`assistant mcp`: the library as tools of the Model Context Protocol."""

from __future__ import annotations

from threading import Thread

from assistant.cli.options import Flags, taking
from assistant.errors import MissingExtra

__all__ = ["mcp"]


@taking("library", "encoder", "reranker", "chroma", "llm", "llm_timeout", "support", "top")
def mcp(flags: Flags) -> None:
    """Serve the library to one program over stdin and stdout: ask, search, claims, get_source."""
    try:
        from assistant.integrations.mcp import build_mcp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise MissingExtra("`assistant mcp`", "mcp") from error
    with flags.open_assistant() as assistant:
        Thread(target=assistant.warm_up, name="warm-up", daemon=True).start()
        build_mcp(assistant).run("stdio")
