"""What was drawn once is kept, and drawn again where it no longer holds."""

import numpy as np
import pytest

from playground.data.drawing.drawing_cache import kept

PICTURES = {"pictures": np.arange(12, dtype=np.uint8).reshape(3, 4), "labels": np.array([1, 2, 3])}


class Artist:
    def __init__(self):
        self.drawn = 0

    def __call__(self):
        self.drawn += 1
        return PICTURES


def test_the_second_time_nothing_is_drawn(tmp_path):
    artist, path = Artist(), tmp_path / "new" / "drawn.safetensors"
    for _ in range(2):
        tensors = kept(path, ("round pen", 2.5), artist)
        assert {name: tensor.tolist() for name, tensor in tensors.items()} == {
            name: tensor.tolist() for name, tensor in PICTURES.items()
        }
    assert artist.drawn == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_other_settings_are_drawn_anew(tmp_path):
    artist, path = Artist(), tmp_path / "drawn.safetensors"
    for settings, drawn in ((2.5, 1), (2.6, 2), (2.6, 2), (2.5, 3)):
        kept(path, settings, artist)
        assert artist.drawn == drawn


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "text"])
def test_a_damaged_file_is_drawn_anew(tmp_path, damage):
    artist, path = Artist(), tmp_path / "drawn.safetensors"
    kept(path, 1, artist)
    data = path.read_bytes()
    flipped = data[:-1] + bytes([data[-1] ^ 1])
    path.write_bytes(
        {"cut": data[:-3], "changed": flipped, "empty": b"", "text": b"no" * 99}[damage]
    )
    assert kept(path, 1, artist)["labels"].tolist() == [1, 2, 3]
    assert artist.drawn == 2
    kept(path, 1, artist)
    assert artist.drawn == 2


def test_a_disk_that_takes_nothing_is_no_error(tmp_path):
    artist = Artist()
    (tmp_path / "file").write_text("in the way")
    for _ in range(2):
        assert kept(tmp_path / "file" / "drawn.safetensors", 1, artist) is PICTURES
    assert artist.drawn == 2
