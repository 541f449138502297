import pytest

from playground.nn.schedules import SCHEDULES, Constant, Cosine, StepDecay, WarmUp


@pytest.mark.parametrize(
    ("schedule", "epoch", "factor"),
    [
        (Constant(), 123.4, 1),
        (StepDecay(every=10, drop=0.5), 9.99, 1),
        (StepDecay(every=10, drop=0.5), 10, 0.5),
        (StepDecay(every=10, drop=0.5), 35, 0.125),
        (Cosine(epochs=20, end=0), 0, 1),
        (Cosine(epochs=20, end=0), 5, 0.8535533906),  # ½(1 + cos 45°)
        (Cosine(epochs=20, end=0.2), 10, 0.6),
        (Cosine(epochs=20, end=0.2), 20, 0.2),
        (Cosine(epochs=20, end=0.2), 500, 0.2),
        (WarmUp(epochs=4, start=0.2), 0, 0.2),
        (WarmUp(epochs=4, start=0.2), 2, 0.6),
        (WarmUp(epochs=4, start=0.2), 4, 1),
        (WarmUp(epochs=4, start=0.2), 40, 1),
    ],
)
def test_factor(schedule, epoch, factor):
    assert schedule.factor(epoch) == pytest.approx(factor)


def test_no_schedule_raises_the_rate_above_the_chosen_one():
    for schedule in SCHEDULES:
        assert all(0 <= schedule().factor(epoch / 7) <= 1 for epoch in range(2000))
