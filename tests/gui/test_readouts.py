"""The live figures in few characters."""

import pytest

from playground.gui.window.readouts import clock, thousands


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.058, "0.06 s"), (9.99, "0:09"), (61, "1:01"), (3661, "1:01:01")],
)
def test_time_is_a_clock(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0, "–"),
        (0.42, "0.42"),
        (942.4, "942"),
        (9_400, "9.4 k"),
        (183_000, "183 k"),
        (1_234_567, "1.2 M"),
    ],
)
def test_a_rate_is_short(rate, text):
    assert thousands(rate) == text
