"""The recorded simulation of true noises and noise models: its record and findings, in Markdown.

Every number is computed from the record. The alternative texts of its charts come last.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from models.noise import study as record
from models.noise.study import Cell, Scored, Study
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression.prose import true_noise, two_decimals
from pages.ui.regression.state import SHORT, TRUE_NOISES


def recorded() -> Study | None:
    """The recorded simulation; None if there is none that can be read."""
    try:
        return _read(record.SAVED, record.SAVED.stat().st_mtime)
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _read(path: Path, changed: float) -> Study:
    return record.load(path)


def method(study: Study) -> str:
    """What was simulated."""
    fractions = [f"{100 * fraction:g}" for fraction in sorted({c.share for c in study.cells})]
    return content.text(
        "regression/study-detail",
        truths=str(len({cell.truth for cell in study.cells})),
        shares=f"{fmt.join(fractions)}\N{NO-BREAK SPACE}%",
        cells=str(len(study.cells)),
        repeats=f"{study.repeats:,}",
        n=str(study.n),
        level="95\N{NO-BREAK SPACE}%",
    )


def answer(study: Study) -> str:
    """In how many cases some model is more accurate than least squares."""
    unclear = [cell for cell in study.cells if not any(map(_better, cell.models))]
    clear = len(study.cells) - len(unclear)
    said = content.text(
        "regression/study-answer",
        clear=str(clear),
        cells=str(len(study.cells)),
        repeats=f"{study.repeats:,}",
        n=str(study.n),
    )
    return f"{said} The exception: {fmt.join([_named(c) for c in unclear])}." if unclear else said


def examples(study: Study) -> str:
    """By how much each model's error differs from that of least squares, in some of the cases."""
    cells = {(cell.truth, cell.share): cell for cell in study.cells}
    most = max(cell.share for cell in study.cells)
    some = ("normal", 0.0), ("normal", most), ("student_t", 0.0), ("heteroscedastic", 0.0)
    return "\n".join(_against_least_squares(cells[c]) for c in some if c in cells)


def _better(model: Scored) -> bool:
    return model.noise != "normal" and model.ratio_interval[1] < 1


def _named(cell: Cell) -> str:
    name = true_noise(cell.truth, cell.share)
    return name if cell.share else f"{name} without outliers"


def _against_least_squares(cell: Cell) -> str:
    outliers = f" and {100 * cell.share:g}\N{NO-BREAK SPACE}% outliers" if cell.share else ""
    others = "; ".join(_changed(model) for model in cell.models if model.noise != "normal")
    noise = TRUE_NOISES[cell.truth]
    return f"- With **{noise}** noise{outliers}, compared with least squares: {others}."


def _changed(model: Scored) -> str:
    """The difference from the error of least squares, with its interval."""
    sign, which = (1, "more") if model.ratio > 1 else (-1, "less")
    low, high = sorted(sign * (end - 1) for end in model.ratio_interval)
    size = fmt.percent(abs(model.ratio - 1))
    return f"{SHORT[model.noise]} {size} {which} error [{_percent(low)} to {_percent(high)}]"


def _percent(fraction: float) -> str:
    return fmt.percent(fraction).replace("-", "−")


def ranks(study: Study) -> str:
    """How well KL ranks the models by their error."""
    low, high = map(two_decimals, study.rank_interval)
    mean = two_decimals(study.rank_correlation)
    return content.text("regression/study-ranks", mean=mean, low=low, high=high)


def agreement(study: Study) -> str:
    """In how many cases the model with the lowest KL is the most accurate one."""
    first, last = map(fmt.percent, study.agreement_interval)
    said = content.text(
        "regression/study-agreement",
        agreement=fmt.percent(study.agreement),
        first=first,
        last=last,
    )
    if not (others := [_named(cell) for cell in study.cells if not cell.agrees]):
        return said
    return (
        f"{said} {'The exception is' if len(others) == 1 else 'The exceptions are'} "
        f"{fmt.join(others)}: a model with a lower KL describes the "
        "noise better, but its line need not be more accurate."
    )


def failures(study: Study) -> str:
    """How many fits failed."""
    failed = sum(model.failed for cell in study.cells for model in cell.models)
    return "No fit failed." if not failed else f"{failed:,} fits failed."


def alt_errors(study: Study, truth: str) -> str:
    """Of a chart of errors under one true noise."""
    cells = [cell for cell in study.cells if cell.truth == truth]
    first, last = cells[0], cells[-1]
    then = {model.noise: model.error for model in last.models}
    ends = "; ".join(
        f"{SHORT[model.noise]} from {fmt.number(model.error)} to {fmt.number(then[model.noise])}"
        for model in first.models
    )
    return (
        f"Line chart of the mean error under {TRUE_NOISES[truth]} noise from "
        f"{100 * first.share:g} to {100 * last.share:g} % outliers: {ends}."
    )


def alt_against(study: Study) -> str:
    """Of the chart of errors against KL."""
    count = sum(len(cell.models) for cell in study.cells)
    return (
        f"Scatter plot of {count} models, four in each case: KL from the true noise, and error "
        "divided by the error of least squares. Mean rank correlation in a case: "
        f"{fmt.number(study.rank_correlation)}."
    )
