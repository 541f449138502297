"""Unsaved work on its shelf: two generations, one owner, and nothing of it lost by what is bad."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from playground.errors import FileError
from playground.files.lock import Lock
from playground.storage import recovery
from playground.storage.recovery import About, Shelf, left_in
from playground.training.presets import preset
from playground.training.trainer import Trainer

HOLDS_A_LOCK = """
import sys, time
from pathlib import Path
from playground.files.lock import Lock

lock = Lock(Path(sys.argv[1]))
print(lock.take(), flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def course():
    """Return three moments of one run, and its data."""
    experiment = preset("article-iris").experiment
    prepared = experiment.data.prepared()
    trainer = Trainer(experiment, prepared, run=1)
    moments = [trainer.moment()]
    for _ in zip(range(2), trainer.run(), strict=False):
        moments.append(trainer.moment())
    return moments, prepared


@pytest.fixture
def keep(course):
    def kept(shelf, number=0):
        moments, prepared = course
        about = About.of("mine.playground", None, moments[number], prepared)
        shelf.keep(moments[number], prepared, about, b"a picture")

    return kept


@pytest.fixture
def shelf(tmp_path):
    made = Shelf.new(tmp_path)
    yield made
    made.release()


def test_two_generations_take_turns_and_the_newest_is_read(course, shelf, keep):
    moments, _ = course
    for number in range(3):
        keep(shelf, number)
        os.utime(shelf.generations()[0], (1e9 + number, 1e9 + number))
        assert len(shelf.generations()) == min(number + 1, 2)
    assert shelf.picture() == b"a picture"
    saved, older = shelf.read()
    np.testing.assert_array_equal(saved.parameters, moments[2].parameters)
    assert not older


@pytest.mark.parametrize("damage", [b"", b"[" * 100_000, b"\0" * 4096])
def test_a_damaged_generation_falls_back_to_the_other(course, shelf, keep, damage):
    moments, _ = course
    for number in range(2):
        keep(shelf, number)
    shelf.generations()[0].write_bytes(damage)
    saved, older = shelf.read()
    np.testing.assert_array_equal(saved.parameters, moments[0].parameters)
    assert older


def test_what_is_nowhere_sound_is_told_in_a_sentence(shelf, keep):
    keep(shelf)
    shelf.generations()[0].write_bytes(b"nothing")
    with pytest.raises(FileError, match=r"cannot be opened"):
        shelf.read()
    shelf.generations()[0].unlink()
    with pytest.raises(FileError, match=r"no longer there"):
        shelf.read()


def test_a_write_that_fails_leaves_the_former_and_says_why(shelf, keep, monkeypatch):
    keep(shelf)
    before = shelf.generations()[0].read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for _ in range(3):
        with pytest.raises(FileError, match=r"Autosave does not work: .*No space left"):
            keep(shelf, 1)
    assert shelf.generations()[0].read_bytes() == before
    assert shelf.about().name == "mine.playground"
    assert list(shelf.path.glob(".*")) == []


def test_weights_that_are_no_numbers_are_refused_in_a_sentence(course, shelf):
    moments, prepared = course
    broken = dataclasses.replace(moments[0], parameters=moments[0].parameters * np.nan)
    with pytest.raises(FileError, match=r"Autosave does not work: .*no finite numbers"):
        shelf.keep(broken, prepared, About(), b"")


def test_what_is_told_of_it_is_never_trusted(shelf, keep):
    keep(shelf)
    note = shelf.path / "1.json"
    told = shelf.about()
    assert told.name == "mine.playground"
    assert told.result.startswith("test accuracy ")
    for text in (b"", b"[]", b'{"name": 3}', b'{"who": "x"}', b"[" * 60_000, b"7" * 2**17):
        note.write_bytes(text)
        assert shelf.about() == About()


def test_a_shelf_belongs_to_one_at_a_time(tmp_path, shelf, keep):
    keep(shelf)
    other = Shelf(shelf.path)
    assert not other.claim()
    assert left_in(tmp_path) == []
    shelf.release()
    assert [found.path for found in left_in(tmp_path)] == [shelf.path]
    assert other.claim()
    assert not shelf.claim()
    other.release()


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path):
    path = tmp_path / "lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_LOCK, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "True\n"
    lock = Lock(path)
    assert not lock.take()
    holder.kill()
    holder.communicate()
    assert lock.take()
    lock.release()


def test_looking_removes_what_was_cut_off_and_leaves_what_is_a_strangers(tmp_path, shelf, keep):
    keep(shelf)
    shelf.release()
    cut = shelf.path / ".playground-0a1b2c3d-77-01234567.tmp"
    cut.write_bytes(b"half")
    empty = tmp_path / "work-0123456789abcdef"
    empty.mkdir()
    (empty / "1.json").write_text("{}", encoding="utf-8")
    strange = tmp_path / "photos"
    strange.mkdir()
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    assert [found.path for found in left_in(tmp_path)] == [shelf.path]
    assert not cut.exists()
    assert not empty.exists()
    assert strange.exists()
    assert left_in(tmp_path / "nowhere") == []


def test_removing_leaves_nothing_of_ours_and_all_of_others(shelf, keep):
    keep(shelf)
    shelf.note_opening(begun=True)
    (shelf.path / "mine.txt").write_text("mine", encoding="utf-8")
    shelf.remove()
    assert [path.name for path in shelf.path.iterdir()] == ["mine.txt"]
    (shelf.path / "mine.txt").unlink()
    shelf.remove()
    assert not shelf.path.exists()


def test_opening_is_noted_until_all_went_well(shelf, keep):
    keep(shelf)
    assert not shelf.opening
    shelf.note_opening(begun=True)
    assert Shelf(shelf.path).opening
    shelf.note_opening(begun=False)
    assert not shelf.opening


def test_a_shelf_that_somebody_deleted_is_made_again(course, shelf, keep):
    keep(shelf)
    for path in shelf.path.iterdir():
        path.unlink()
    shelf.path.rmdir()
    keep(shelf, 2)
    assert shelf.read()[0].step == course[0][2].step > 0
    assert not Shelf(shelf.path).claim()


def test_it_lies_in_the_users_state_and_not_among_temporary_files(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert recovery.folder().is_relative_to(tmp_path)
    assert recovery.folder().parts[-2:] == ("playground", "recovery")
