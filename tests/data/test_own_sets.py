"""Own data sets come back as they were kept, and a damaged one says so."""

import dataclasses

import numpy as np
import pytest

from playground.data import catalogue
from playground.data.dataset import Dataset
from playground.data.kinds import Pictures, TableRows
from playground.data.own import sets as own_sets
from playground.data.published.mnist import DRAWING
from playground.data.rows import ByteRows
from playground.data.tasks import Classification
from playground.errors import DataError
from playground.training.experiment import DataSettings


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path / "data")
    catalogue.find_own_sets()
    yield tmp_path / "data"
    for name in own_sets.names():
        catalogue.forget(name)


def pictures(name="own-shapes"):
    rng = np.random.default_rng(0)
    return Dataset(
        name=name,
        title="Shapes",
        kind=Pictures(),
        task=Classification(),
        inputs=ByteRows(rng.integers(0, 256, (6, 4), np.uint8)),
        targets=np.array([0, 1, 0, 1, 0, 1]),
        input_shape=(1, 2, 2),
        class_names=("round", "square"),
        feature_names=("a", "b", "c", "d"),
        value_range=(0.0, 1.0),
        source="drawn",
        licence="own",
        description="Two shapes.",
        drawing=DRAWING,
        test_part=np.array([4, 5]),
    )


def same(one, other):
    for field in dataclasses.fields(Dataset):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray | ByteRows):
            np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
        else:
            assert mine == theirs, field.name


def test_a_kept_set_comes_back_whole_with_what_was_beside_it():
    catalogue.keep(pictures(), {"strokes": np.arange(3.0)})
    catalogue.find_own_sets()
    same(catalogue.load("own-shapes"), pictures())
    _, extra = own_sets.read_file(own_sets.path_of("own-shapes"), "own-shapes")
    np.testing.assert_array_equal(extra["strokes"], np.arange(3.0))


def test_tables_of_floats_come_back_too():
    table = dataclasses.replace(
        pictures(),
        kind=TableRows(),
        inputs=np.ones((6, 4), np.float32) / 3,
        input_shape=(4,),
        drawing=None,
        test_part=None,
    )
    catalogue.keep(table)
    same(catalogue.load("own-shapes"), table)


def test_the_table_of_data_sets_follows():
    with pytest.raises(DataError, match=r"no data set"):
        catalogue.load("own-shapes")
    catalogue.keep(pictures())
    assert catalogue.titles()["own-shapes"] == "Shapes"
    assert DataSettings(name="own-shapes").load().title == "Shapes"
    catalogue.keep(dataclasses.replace(pictures(), title="Forms"))
    assert catalogue.load("own-shapes").title == "Forms"
    catalogue.forget("own-shapes")
    assert "own-shapes" not in catalogue.titles()


def test_names_are_made_from_titles_and_never_twice():
    assert own_sets.new_name("My Cats & Dogs!") == "own-my-cats-dogs"
    catalogue.keep(pictures("own-cats"))
    assert own_sets.new_name("Cats") == "own-cats-2"
    assert own_sets.new_name("猫") == "own-data"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[:-5],
        lambda data: data.replace(b"playground_data", b"playground_date", 1)[:-1],
        lambda data: data.replace(b"class_names", b"class_nanes", 1),
        lambda data: data.replace(b'\\"round\\"', b'\\"round\\n', 1),
        lambda data: b"\xff" * 100,
    ],
)
def test_a_damaged_file_is_told_in_one_sentence(damage):
    catalogue.keep(pictures())
    path = own_sets.path_of("own-shapes")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="damaged"):
        own_sets.read("own-shapes")
    assert own_sets.title_of("own-shapes")
