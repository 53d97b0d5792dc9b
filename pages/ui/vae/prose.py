"""What the page says of its numbers, in Markdown, and its charts' alternative texts."""

from __future__ import annotations

from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.vae import results
from pages.ui.vae.results import LEARNING_RATE, STEPS, Gradients, Results
from pages.ui.vae.state import Posterior

# With spaces at which no line breaks.
MEAN_TERM = "½ μ²".replace(" ", "\N{NO-BREAK SPACE}")
STD_TERM = "½ (σ² − 1) − ln σ".replace(" ", "\N{NO-BREAK SPACE}")


def kl(q: Posterior, solved: Results) -> str:
    """KL as the difference of two areas, and as the sum of two terms."""
    head = f"**KL(q‖p)** = {fmt.quantity(solved.kl, 'nats')}"
    if solved.kl == 0:
        return f"{head}: **q equals the prior.**"
    width = "narrower" if q.std < 1 else "wider" if q.std > 1 else ""
    return (
        f"{head} = {fmt.number(solved.above)} (area above 0) − {fmt.number(-solved.below)} (area "
        f"below 0). The mean contributes {MEAN_TERM} = {fmt.number(solved.mean_term)}, and the "
        f"standard deviation {STD_TERM} = {fmt.number(solved.std_term)}. "
        + (f"q is {width} than the prior." if width else "")
    ).strip()


def descents(q: Posterior, solved: Results) -> str:
    """Where gradient descent ends on each loss."""
    kl, cross = solved.descents
    return content.text(
        "vae/descents",
        mean=fmt.number(q.mean),
        std=fmt.number(q.std),
        steps=str(STEPS),
        rate=f"{LEARNING_RATE:g}",
        end=_rounded(kl.mean[-1]),
        kl=_rounded(kl.std[-1]),
        cross=_rounded(cross.std[-1]),
    )


def question() -> content.Question:
    """A question whose answer two descents give."""
    kl, cross = (_rounded(descent.std[-1]) for descent in results.solve(Posterior(0, 1)).descents)
    return content.question(
        "vae/check-yourself", steps=str(STEPS), rate=f"{LEARNING_RATE:g}", kl=kl, cross=cross
    )


def gradients_alt(gradients: Gradients) -> str:
    """The bars of gradients."""
    names = ("KL", "cross-entropy", "entropy")
    bars = "; ".join(
        f"{name}: {fmt.number(mean)} in μ, {fmt.number(log)} in ln σ"
        for name, (mean, log) in zip(names, gradients, strict=True)
    )
    return f"Bar chart of gradients. {bars}."


def descents_alt(q: Posterior, solved: Results) -> str:
    """σ on both descents."""
    kl, cross = (_rounded(descent.std[-1]) for descent in solved.descents)
    return (
        f"Line chart of σ over {STEPS} steps of gradient descent, from {fmt.number(q.std)}: on KL "
        f"it ends at {kl}, on cross-entropy at {cross}."
    )


def _rounded(value: float) -> str:
    return fmt.number(round(value, 4))
