"""A GIF that we write is read by Qt frame for frame."""

import numpy as np
import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageReader

from playground.files.gif import gif


def written(frames):
    return gif(frames, 0.1, lambda number: None)


def read(content):
    """Return every frame of a GIF, (height, width, 3), and how long each is shown in ms."""
    held = QByteArray(content)
    buffer = QBuffer(held)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"gif")
    assert reader.loopCount() == -1  # endless
    frames, delays = [], []
    while reader.canRead():
        image = reader.read().convertToFormat(QImage.Format.Format_RGBA8888)
        if image.isNull():
            break
        shape = image.height(), image.width(), 4
        frames.append(np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].copy())
        delays.append(reader.nextImageDelay())
    return frames, delays


def assert_same(frames, delays=None):
    got, shown = read(written(frames))
    assert len(got) == len(frames)
    for one, other in zip(got, frames, strict=True):
        np.testing.assert_array_equal(one, other)
    return shown


COLORS = np.random.default_rng(5).choice(32**3, 200, replace=False)
PALETTE = np.stack([COLORS >> 10, COLORS >> 5 & 31, COLORS & 31], axis=1).astype(np.uint8) * 8


def noise(height, width, seed):
    """Return a picture of up to 200 colours in which nothing repeats."""
    return PALETTE[np.random.default_rng(seed).integers(len(PALETTE), size=(height, width))]


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 3), (40, 61), (200, 300)])
def test_pictures_come_back_pixel_for_pixel(size):
    assert_same([noise(*size, seed) for seed in range(3)])


@pytest.mark.parametrize("length", range(3700, 4400, 13))
def test_every_length_around_the_end_of_the_code_table(length):
    assert_same([noise(1, length, length)])


@pytest.mark.parametrize("length", [*range(250, 262), *range(508, 520), *range(1020, 1030)])
def test_every_length_around_a_growing_code(length):
    assert_same([noise(1, length, length)])


def test_one_colour_and_nothing_that_changes():
    plain = np.full((50, 80, 3), 96, np.uint8)
    shown = assert_same([plain, plain, plain])
    assert shown[:1] == [100]


def test_only_what_changes_is_written():
    ground = noise(100, 100, 1)
    frames = [ground.copy() for _ in range(10)]
    for number, frame in enumerate(frames):
        frame[number : number + 3, 5:9] = 8
    assert_same(frames)
    assert len(written(frames)) < len(written(frames[:1])) + 9 * 200


def test_many_colours_become_the_nearest_of_255():
    rows, columns = np.mgrid[0:128, 0:128]
    smooth = np.stack([rows * 2, columns * 2, 255 - rows], axis=2).astype(np.uint8)
    ((got,), _) = read(written([smooth]))
    assert np.abs(got.astype(int) - smooth).mean() < 12


def test_it_tells_how_far_it_is():
    told = []
    gif([noise(4, 4, seed) for seed in range(3)], 0.1, told.append)
    assert told == [0, 1, 2]
