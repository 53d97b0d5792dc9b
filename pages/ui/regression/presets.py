"""Points worth looking at, each with what to do with them and what to notice. Plain data.

The points were drawn at random around the true line and rounded; outliers were then put in.
"""

from __future__ import annotations

from pages.ui.editing.preset import Preset
from pages.ui.regression.cloud import decode

PRESETS = (
    Preset(
        "gauss",
        "Gaussian noise",
        decode(
            "0.3:-4.2 0.9:-2 1.4:-3 1.7:-1 2.2:-0.9 2.9:-0.9 3.1:-3.6 3.9:-0.8 4.3:0 4.7:0.4 "
            "5.2:-1.3 5.7:0.2 6.2:-0.2 6.7:0.3 7.2:2.8 7.7:0.8 8.4:2.1 8.8:3.4 9.2:1.9 9.8:2.8; "
            "true -3:0.6"
        ),
        "Drag a point on the right far down, and watch which lines follow it.",
        "The noise is what least squares assumes, and all four lines nearly agree.",
    ),
    Preset(
        "one",
        "One outlier",
        decode(
            "0.3:-4.2 0.9:-2 1.4:-3 1.7:-1 2.2:-0.9 2.9:-0.9 3.1:-3.6 3.9:-0.8 4.3:0 4.7:0.4 "
            "5.2:-1.3 5.7:0.2 6.2:-0.2 6.7:0.3 7.2:2.8 7.7:0.8 8.4:2.1 8.8:3.4 9.2:-9.2 9.8:2.8; "
            "true -3:0.6"
        ),
        "Drag the lowest point up to the others and down again.",
        "One point in twenty takes the least squares line away from the other nineteen. Student-t "
        "hardly gives way.",
    ),
    Preset(
        "share",
        "A fifth are outliers",
        decode(
            "0.3:-2.7 0.9:-2.4 1.4:-8.6 1.7:-1.9 2.2:-0.6 2.9:-2.5 3.1:-0.5 3.9:-0.6 4.3:-0.9 "
            "4.7:-7 5.2:0.7 5.7:-0.5 6.2:-8.4 6.7:1.5 7.2:1.2 7.7:1.1 8.4:2 8.8:1.7 9.2:-7.6 "
            "9.8:2.3; true -3:0.6"
        ),
        "Press “Add an outlier” until the Student-t line gives way too.",
        "Four of twenty points do not follow the line, and all of them lie on one side. Student-t "
        "keeps to the others.",
    ),
    Preset(
        "heavy",
        "Heavy tails",
        decode(
            "0.3:-3.1 0.9:-2.9 1.4:-2.5 1.7:2.2 2.2:-1.4 2.9:-0.9 3.1:-1.1 3.9:-0.7 4.3:-0.4 "
            "4.7:0.7 5.2:0 5.7:0.4 6.2:1.1 6.7:0.8 7.2:0.8 7.7:-5.4 8.4:2 8.8:0.2 9.2:2.2 9.8:1.1; "
            "true -3:0.6"
        ),
        "Compare the four values of −log q, then bring the two farthest points to the line.",
        "Most points lie close to the line and a few far off. No Gaussian does that; Student-t "
        "does.",
    ),
    Preset(
        "grows",
        "A spread that grows",
        decode(
            "0.3:-2.9 0.9:-2.7 1.4:-2.2 1.7:-1.9 2.2:-1.3 2.9:-1.2 3.1:-1.4 3.9:-1.1 4.3:0.1 "
            "4.7:1.1 5.2:0.4 5.7:-0.9 6.2:-0.5 6.7:3.3 7.2:1.7 7.7:-1.6 8.4:1.9 8.8:-0.4 9.2:0.9 "
            "9.8:1.5; true -3:0.6"
        ),
        "Spread the points on the left as well, and watch the shaded band become even.",
        "On the left the points keep to the line, on the right they do not. A σ that may grow "
        "trusts the left more.",
    ),
    Preset(
        "lever",
        "One point far to the side",
        decode(
            "0.6:0.5 0.7:0.7 1:1.8 1.1:0.3 1.3:-0.2 1.6:0.3 1.9:0.6 2:-1.3 2.3:-0.9 2.5:-1.4 "
            "2.7:-2.3 2.9:-1 3.2:-1.9 3.3:-1.9 3.5:-2.7 9.6:7.5; true 2:-1.2"
        ),
        "Drag the point on the far right up and down: it is a lever.",
        "Alone at its x, it turns the least squares line around: up, where the fifteen others go "
        "down.",
    ),
)
HOME = PRESETS[0].state
