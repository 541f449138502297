"""Writing puts the whole file in place, or leaves the old one and says why."""

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from playground import atomic_write
from playground.atomic_write import check_destination, write_atomically
from playground.errors import FileError


def _failing_with(number: int) -> Any:
    def fail(*arguments: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.playground"
    path.write_bytes(b"old and longer")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.playground"]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; free some space or choose another folder."),
        (errno.EACCES, "you have no permission to write in "),
        (errno.EROFS, " can only be read; choose another folder."),
        (errno.EIO, "Input/output error; try another folder."),
    ],
)
@pytest.mark.parametrize("step", ["_write", "replace"])
def test_a_failed_write_leaves_the_old_file(
    number: int, sentence: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.playground"
    path.write_bytes(b"old")
    place = atomic_write if step == "_write" else os
    monkeypatch.setattr(place, step, _failing_with(number))
    with pytest.raises(FileError) as caught:
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert str(caught.value).startswith("a.playground cannot be saved: ")
    assert sentence in str(caught.value)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.playground"]


def test_data_reach_the_disk_before_the_file_takes_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    flush, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda number: (order.append("flush"), flush(number)))
    monkeypatch.setattr(os, "replace", lambda a, b: (order.append("replace"), replace(a, b)))
    write_atomically(tmp_path / "a", b"data")
    assert order[:2] == ["flush", "replace"]


@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
def test_a_missing_folder_is_named(act: Any, tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        act(tmp_path / "gone" / "a.playground")
    assert str(caught.value) == (
        f"a.playground cannot be saved: there is no folder {tmp_path / 'gone'}; create it or "
        "choose another."
    )


@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
def test_a_folder_in_the_files_place_is_refused(act: Any, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="it is a folder; add a file name"):
        act(tmp_path)


@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
def test_a_protected_file_is_left_alone(
    act: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.playground"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *arguments: False)
    with pytest.raises(FileError, match="the file is protected from writing"):
        act(path)
    assert path.read_bytes() == b"old"


def test_checking_a_destination_leaves_nothing_behind(tmp_path: Path) -> None:
    check_destination(tmp_path / "a.playground")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such permissions")
def test_the_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a.playground"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_keeps_pointing_at_its_file(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
