import gc
import threading
import time

import numpy as np
import pytest

from playground.nn import batch_gradient
from playground.nn.arrays import quiet
from playground.nn.batch_gradient import BatchGradient, pieces_of
from playground.nn.layers import BatchNorm, Conv2D, Dense, Dropout, MaxPool
from playground.nn.losses import CategoricalCrossEntropy
from playground.nn.network import Network
from playground.nn.side_by_side import SideBySide


def convolution(*more, dtype=np.float32):
    layers = [Conv2D(4, kernel=3), MaxPool(), *more, Dense(3, "softmax")]
    return Network((1, 12, 12), layers, dtype=dtype)


def examples(count, network):
    rng = np.random.default_rng(3)
    rows = rng.random((count, 144)).astype(network.dtype)
    return rows, np.eye(3, dtype=network.dtype)[rng.integers(0, 3, count)]


def differentiated(network, count, *, seed=5, together=None):
    """Return the loss and a copy of the gradient, in one thread, in two or as is faster."""
    rng = np.random.default_rng(seed)
    differentiate = BatchGradient(network, CategoricalCrossEntropy(), rng)
    if together is not None:
        differentiate.side_by_side = _in_two_threads if together else _in_turn
    with quiet():
        loss = differentiate(*examples(count, network))
    return loss, network.gradient.copy()


def _in_turn(first, second):
    first()
    second()


def _in_two_threads(first, second):
    other = threading.Thread(target=second)
    other.start()
    first()
    other.join()


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr("playground.nn.passes._CACHED", 4 * 144 * 8)


@pytest.mark.parametrize("dear", [False, True])
@pytest.mark.parametrize("count", [8, 9, 33, 64])
def test_pieces_and_halves_add_up_to_the_gradient_of_the_whole_batch(
    monkeypatch, small_pieces, dear, count
):
    network = convolution(dtype=np.float64)
    whole = Network.__new__(Network)
    whole.__setstate__(network.__getstate__())
    monkeypatch.setattr(batch_gradient, "_DEAR", 1 if dear else 10**15)
    loss, gradient = differentiated(network, count)
    monkeypatch.setattr(batch_gradient, "pieces_of", lambda network, batch: (batch, False))
    once, at_once = differentiated(whole, count)
    assert loss == pytest.approx(once, rel=1e-12)
    np.testing.assert_allclose(gradient, at_once, rtol=1e-10, atol=1e-14)


def test_the_bits_do_not_depend_on_the_number_of_threads(monkeypatch, small_pieces):
    monkeypatch.setattr(batch_gradient, "_DEAR", 1)
    results = [
        differentiated(convolution(Dropout(0.5), Dense(6, dropout=0.3)), 50, together=together)
        for together in (False, True, False, True)
    ]
    assert len({loss for loss, _ in results}) == 1
    assert len({gradient.tobytes() for _, gradient in results}) == 1


def test_masks_are_drawn_for_the_whole_batch_however_it_is_cut(monkeypatch, small_pieces):
    pieces = differentiated(convolution(Dropout(0.5), Dense(6, dropout=0.3)), 50)[1]
    monkeypatch.setattr(batch_gradient, "pieces_of", lambda network, batch: (batch, False))
    whole = differentiated(convolution(Dropout(0.5), Dense(6, dropout=0.3)), 50)[1]
    np.testing.assert_allclose(pieces, whole, rtol=1e-4, atol=1e-6)


def test_pieces_follow_from_network_and_batch_alone():
    small = Network((4,), [Dense(8), Dense(3, "softmax")])
    assert pieces_of(small, 1_000) == (1_000, False)
    assert pieces_of(small, 5_000) == (1_667, False)
    wide = Network((784,), [Dense(512), Dense(512), Dense(10, "softmax")])
    assert pieces_of(wide, 8) == (8, False)
    assert pieces_of(wide, 128) == (64, True)
    assert pieces_of(wide, 8_192) == (2_048, True)
    pictures = Network((1, 28, 28), [Conv2D(8, kernel=5), MaxPool(), Dense(10, "softmax")])
    size, _ = pieces_of(pictures, 1_024)
    assert size * pictures.layers[0].output_features <= 2**18
    whole = Network((1, 28, 28), [Conv2D(8, kernel=5), BatchNorm(), Dense(10, "softmax")])
    assert pieces_of(whole, 1_024) == (1_024, False)


def test_the_faster_way_is_found_and_found_again():
    pair = SideBySide()
    pair._alone = False

    def wait():
        time.sleep(0.05)

    for _ in range(6):
        pair(wait, wait)
    assert pair._together

    def wait_longer_beside_another():
        if threading.current_thread() is not threading.main_thread():
            time.sleep(0.1)

    pair._left = 0
    for _ in range(6):
        pair(wait_longer_beside_another, wait_longer_beside_another)
    assert not pair._together


def test_an_error_in_the_other_thread_comes_out(monkeypatch):
    pair = SideBySide()
    pair._alone, pair._together, pair._left = False, True, 5
    with pytest.raises(ZeroDivisionError):
        pair(lambda: None, lambda: 1 // 0)


def test_the_other_thread_goes_when_the_step_goes():
    pair = SideBySide()
    pair._alone, pair._together, pair._left = False, True, 5
    seen = []
    pair(lambda: None, lambda: seen.append(threading.current_thread()))
    del pair
    gc.collect()
    seen[0].join(timeout=10)
    assert not seen[0].is_alive()
