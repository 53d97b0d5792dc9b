"""Example data sets, each with what to notice and what to do. Plain data.

The points were drawn at random around the true line and rounded; outliers were then put in.
"""

from __future__ import annotations

from pages.ui import content
from pages.ui.regression.state import decode

PRESETS = (
    content.preset(
        "regression/preset-one",
        decode(
            "0.3:-4.2 0.9:-2 1.4:-3 1.7:-1 2.2:-0.9 2.9:-0.9 3.1:-3.6 3.9:-0.8 4.3:0 4.7:0.4 "
            "5.2:-1.3 5.7:0.2 6.2:-0.2 6.7:0.3 7.2:2.8 7.7:0.8 8.4:2.1 8.8:3.4 9.2:-9.2 9.8:2.8; "
            "true -3:0.6"
        ),
    ),
    content.preset(
        "regression/preset-gauss",
        decode(
            "0.3:-4.2 0.9:-2 1.4:-3 1.7:-1 2.2:-0.9 2.9:-0.9 3.1:-3.6 3.9:-0.8 4.3:0 4.7:0.4 "
            "5.2:-1.3 5.7:0.2 6.2:-0.2 6.7:0.3 7.2:2.8 7.7:0.8 8.4:2.1 8.8:3.4 9.2:1.9 9.8:2.8; "
            "true -3:0.6"
        ),
    ),
    content.preset(
        "regression/preset-share",
        decode(
            "0.3:-2.7 0.9:-2.4 1.4:-8.6 1.7:-1.9 2.2:-0.6 2.9:-2.5 3.1:-0.5 3.9:-0.6 4.3:-0.9 "
            "4.7:-7 5.2:0.7 5.7:-0.5 6.2:-8.4 6.7:1.5 7.2:1.2 7.7:1.1 8.4:2 8.8:1.7 9.2:-7.6 "
            "9.8:2.3; true -3:0.6"
        ),
    ),
    content.preset(
        "regression/preset-heavy",
        decode(
            "0.3:-3.1 0.9:-2.9 1.4:-2.5 1.7:2.2 2.2:-1.4 2.9:-0.9 3.1:-1.1 3.9:-0.7 4.3:-0.4 "
            "4.7:0.7 5.2:0 5.7:0.4 6.2:1.1 6.7:0.8 7.2:0.8 7.7:-5.4 8.4:2 8.8:0.2 9.2:2.2 9.8:1.1; "
            "true -3:0.6"
        ),
    ),
    content.preset(
        "regression/preset-grows",
        decode(
            "0.3:-2.9 0.9:-2.7 1.4:-2.2 1.7:-1.9 2.2:-1.3 2.9:-1.2 3.1:-1.4 3.9:-1.1 4.3:0.1 "
            "4.7:1.1 5.2:0.4 5.7:-0.9 6.2:-0.5 6.7:3.3 7.2:1.7 7.7:-1.6 8.4:1.9 8.8:-0.4 9.2:0.9 "
            "9.8:1.5; true -3:0.6"
        ),
    ),
    content.preset(
        "regression/preset-lever",
        decode(
            "0.6:0.5 0.7:0.7 1:1.8 1.1:0.3 1.3:-0.2 1.6:0.3 1.9:0.6 2:-1.3 2.3:-0.9 2.5:-1.4 "
            "2.7:-2.3 2.9:-1 3.2:-1.9 3.3:-1.9 3.5:-2.7 9.6:7.5; true 2:-1.2"
        ),
    ),
)
HOME = PRESETS[0].state
