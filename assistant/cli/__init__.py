"""The command line: arguments → the facade → readable lines or JSON."""

from assistant.cli.app import app, main

__all__ = ["app", "main"]
