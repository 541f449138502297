"""``playground generate``: a sheet of made pictures, the same for the same seed."""

import pytest
from PySide6.QtGui import QImage

from playground.cli import main


@pytest.fixture(scope="module")
def makers(tmp_path_factory):
    """Return files with a generator that is asked for digits, and one that is not."""
    folder = tmp_path_factory.mktemp("makers")
    for name in ("digits-gan", "digits-gan-conditional"):
        words = ["train", name, "--epochs", "1", "--out", str(folder / f"{name}.playground")]
        assert main(words) == 0
    return folder


def test_as_many_pictures_as_asked_for_stand_side_by_side(run, makers, tmp_path):
    out = tmp_path / "sheet.png"
    done = run("generate", makers / "digits-gan.playground", "--count", 6, "--out", out)
    assert (done.code, done.out, done.err) == (0, "", "")
    sheet = QImage(str(out))
    assert (sheet.width(), sheet.height()) == (3 * 68 + 4, 2 * 68 + 4)
    assert sheet.pixelColor(0, 0).value() == 255


def test_the_same_seed_makes_the_same_again(run, makers, tmp_path):
    made = []
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        out = tmp_path / f"{name}.png"
        run("generate", makers / "digits-gan.playground", "--seed", seed, "--out", out)
        made.append(out.read_bytes())
    assert made[0] == made[1] != made[2]


def test_a_digit_can_be_asked_for(run, refused, makers, tmp_path):
    out, asked = tmp_path / "7.png", makers / "digits-gan-conditional.playground"
    assert run("generate", asked, "--digit", 7, "--out", out).code == 0
    assert out.is_file()
    assert refused("generate", asked, "--digit", "x", "--out", out).endswith("8 or 9, not 'x'.")
    told = refused("generate", makers / "digits-gan.playground", "--digit", 7, "--out", out)
    assert told.startswith("This network makes what it likes and cannot be asked for a class")


def test_what_makes_nothing_is_told_so(refused, digits_file, makers, tmp_path):
    out = tmp_path / "sheet.png"
    told = refused("generate", digits_file, "--out", out)
    assert told.startswith("This network reads Digits 8×8 and makes nothing: train a generator")
    told = refused("generate", makers / "digits-gan.playground", "--out", tmp_path / "sheet.gif")
    assert told.startswith("A sheet of pictures expects a name that ends in .png;")
    told = refused("generate", makers / "digits-gan.playground", "--count", 0, "--out", out)
    assert "expects a whole number from 1 to 10000, not '0'" in told
    assert not out.exists()
