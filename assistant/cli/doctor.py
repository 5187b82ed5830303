"""`assistant doctor`: what is installed and set, and what would not work."""

from __future__ import annotations

import typer

from assistant.cli.options import AsJson, Flags, taking
from assistant.cli.output import one_line, show, write_json

__all__ = ["doctor"]

_STYLES = {"ok": "", "note": "yellow", "problem": "red"}


@taking("library", "encoder", "chroma")
def doctor(flags: Flags, *, as_json: AsJson = False) -> None:
    """Say what is installed, which models and where, what would use the network, what is off."""
    from assistant.doctor import examine

    findings = examine(flags.settings(), given=flags.given)
    problems = [finding for finding in findings if finding.state == "problem"]
    if as_json:
        write_json({"ok": not problems, "findings": [finding._asdict() for finding in findings]})
    else:
        topic = ""
        for finding in findings:
            if finding.topic != topic:
                topic = finding.topic
                show(f"\n{topic}", style="bold")
            mark = "" if finding.state == "ok" else f"{finding.state}: "
            value = one_line(f"{mark}{finding.value}")
            show(f"  {finding.name:<24} {value}", style=_STYLES[finding.state])
            if finding.remedy:
                show(f"  {'':<24} → {one_line(finding.remedy)}")
        show(f"\n{len(problems)} problems" if problems else "\nAll is well.")
    if problems:
        raise typer.Exit(1)
