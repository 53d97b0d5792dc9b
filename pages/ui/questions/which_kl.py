"""Which divergence does a line of Python compute? It is parsed, and never run.

    explain("loss = F.kl_div(log_q, p)")

    python -m pages.ui.questions.which_kl FILE [--json]

`calls` knows the libraries, `formulas` what is written out; `findings` looks for both.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from pages.ui.questions.finding import Finding
from pages.ui.questions.findings import Findings
from pages.ui.questions.reading import UnreadableError, statements
from pages.ui.questions.scope import Scope

__all__ = ["Finding", "explain", "why_not"]


def explain(source: str) -> list[Finding]:
    """Every divergence that a text computes, in the order of its lines; [] if it cannot be read."""
    try:
        return Findings(Scope(statements(source))).by_line()
    except UnreadableError:
        return []
    except RecursionError:
        return []


def why_not(source: str) -> str:
    """Why a text cannot be read, in a sentence; "" for one that can."""
    try:
        statements(source)
    except UnreadableError as error:
        return str(error)
    return ""


def main(arguments: list[str] | None = None) -> int:
    """The command: explain a file, as text or as JSON."""
    parser = argparse.ArgumentParser(
        "which_kl", description="Which divergence does Python compute?"
    )
    parser.add_argument("file", type=Path, help="a file of Python")
    parser.add_argument("--json", action="store_true", help="a list of findings, for editors")
    told = parser.parse_args(arguments)
    try:
        source = told.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"{told.file} cannot be read: {error}", file=sys.stderr)
        return 1
    if problem := why_not(source):
        print(f"{told.file}: {problem}", file=sys.stderr)
        return 1
    findings = explain(source)
    if told.json:
        print(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    for each in () if told.json else findings:
        print(f"{told.file}:{each.line}: {each.call}", *each.says, sep="\n    ")
    if not findings and not told.json:
        print(f"{told.file}: no divergence that is known here.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
