"""What there is to say of the KL term by hand, in Markdown: numbers, and what they mean."""

from __future__ import annotations

import math

from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.vae import results
from pages.ui.vae.results import Results, Way
from pages.ui.vae.state import Encoded

MOVING = (
    "On the page Loss the first argument of KL is a label. It stays, so KL and cross-entropy have "
    "the same slope. Here the first argument is q itself, **and q is what learns**: "
    "$H(q, p) = H(q) + \\mathrm{KL}(q \\| p)$, and now H(q), the entropy of q, moves too. By σ it "
    "is ½ ln(2πe) + ln σ.\n\n"
    "The slopes say how much each grows when μ, or ln σ, grows by 1: for KL they are μ and "
    "σ² − 1, for cross-entropy μ and σ². In ln σ they differ by 1, the slope of H(q) there."
)
SAYINGS = (
    "A VAE’s KL term compares each picture’s q with the prior. q stands first, and q learns, so "
    "cross-entropy would not do in its place: its q has no width.",
    "Rate is what a code costs under the prior, and never less than what it says of its picture; "
    "distortion is what it leaves unsaid. β is the price of the first in terms of the second, and "
    "no β makes both small.",
    "A decoder knows only the places where it has seen codes. Draws from the prior make pictures "
    "only where the codes fill the prior.",
)


def price(q: Encoded, found: Results) -> str:
    """KL, its two areas and its two reasons."""
    head = f"**KL(q‖p)** = {fmt.quantity(found.kl, 'nats')}"
    if found.kl == 0:
        return f"{head}: **q is the prior**, and nothing is paid."
    shift, width = q.mean**2 / 2, (q.std**2 - 1) / 2 - math.log(q.std)
    return (
        f"{head} = {fmt.number(found.above)} above 0, less {fmt.number(-found.below)} below. "
        f"Of it, {fmt.number(shift)} is for the distance, ½ μ², and {fmt.number(width)} for "
        "the width, ½ (σ² − 1) − ln σ. "
        + ("q is too narrow." if q.std < 1 else "q is too wide." if q.std > 1 else "")
    ).strip()


def descents(q: Encoded, ways: tuple[Way, Way]) -> str:
    """Where both descents end."""
    kl, cross = ways
    steps = len(kl.std) - 1
    return (
        f"**Let both learn**, from μ = {fmt.number(q.mean)} and σ = {fmt.number(q.std)}, in "
        f"{steps} steps of {results.RATE:g} times the slope. Either brings μ to "
        f"{fmt.number(round(kl.mean[-1], 4))}, by the same steps. "
        f"But :blue[**KL**] brings σ to {fmt.number(round(kl.std[-1], 4))} and rests at 1; "
        f":orange[**cross-entropy**] brings it to {fmt.number(round(cross.std[-1], 4))}, and "
        "goes on towards 0: **q would shrink to a point**, as a sure guess at the prior’s "
        "peak is the cheapest to encode."
    )


def question() -> Question:
    """A question whose answer two descents give."""
    kl, cross = results.descents(Encoded(0.0, 1.0))
    ends = [fmt.number(round(way.std[-1], 4)) for way in (kl, cross)]
    right = "it shrinks, without end"
    return Question(
        asks="Every q is the prior already, so KL is 0. Now somebody takes cross-entropy H(q, p) "
        "in place of the KL term. What becomes of σ?",
        answers=("it stays 1, as both are one loss", "it grows, without end", right),
        right=right,
        because="KL’s slope in ln σ is σ² − 1 = 0, cross-entropy’s is σ² = 1. After "
        f"{results.STEPS} steps of {results.RATE:g} times the slope, σ is {ends[0]} by KL and "
        f"{ends[1]} by cross-entropy.",
    )
