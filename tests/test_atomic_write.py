"""Writing puts the whole file in place, or leaves the old one and says why."""

import errno
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import pytest

from playground import atomic_write
from playground.atomic_write import check_destination, replace_file, write_atomically
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


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("needs the right to make a device")


def _link_to_a_pipe(path: Path) -> None:
    _pipe(path.with_name("real"))
    path.symlink_to("real")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


NO_FILE = "it is a pipe, a socket or a device; choose the name of a file."


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files in folders")
@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_pipe, NO_FILE),
        (_socket, NO_FILE),
        (_device, NO_FILE),
        (_link_to_a_pipe, NO_FILE),
        (_link_to_itself, "it is a link that leads back to itself; choose another name."),
    ],
)
def test_what_is_no_file_is_left_as_it_is(
    act: Any, make: Any, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    make(tmp_path / "a")
    before = {path: path.lstat()[:2] for path in tmp_path.iterdir()}
    with pytest.raises(FileError) as caught:
        act(tmp_path / "a")
    assert str(caught.value) == f"a cannot be saved: {reason}"
    assert {path: path.lstat()[:2] for path in tmp_path.iterdir()} == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes in folders")
def test_what_is_no_file_is_not_taken_for_one_of_the_programs_own(tmp_path: Path) -> None:
    _pipe(tmp_path / "a")
    with pytest.raises(OSError, match="a pipe, a socket or a device"):
        replace_file(tmp_path / "a", b"new")
    assert (tmp_path / "a").is_fifo()


@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
def test_a_name_of_300_bytes_is_refused(act: Any, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"the name is too long for this disk; choose a shorter"):
        act(tmp_path / ("é" * 150))
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(
    os.name == "nt" or not getattr(os, "geteuid", int)(), reason="needs rights that can be missing"
)
@pytest.mark.parametrize("act", [check_destination, lambda path: write_atomically(path, b"new")])
def test_a_folder_that_can_only_be_read_is_named(act: Any, tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a").write_bytes(b"old")
    folder.chmod(0o500)
    try:
        with pytest.raises(FileError) as caught:
            act(folder / "a")
    finally:
        folder.chmod(0o700)
    assert str(caught.value) == (
        f"a cannot be saved: you have no permission to write in {folder}; choose another folder."
    )
    assert (folder / "a").read_bytes() == b"old"


def test_a_disk_that_fills_up_while_it_is_written_to_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", _failing_with(errno.ENOSPC))
    with pytest.raises(FileError, match="a cannot be saved: the disk is full; free some space"):
        write_atomically(tmp_path / "a", b"new", backup=True)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_file_larger_than_is_allowed_keeps_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    code = (
        "import resource, sys\n"
        "from playground.atomic_write import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n"
        "write_atomically(sys.argv[1], bytes(2_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.splitlines()[-1] == (
        "playground.errors.FileError: a cannot be saved: files as large as this are not allowed "
        "there; choose another folder."
    )
    assert (tmp_path / "a").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


# What a process that was killed has left.


def _left(folder: Path, process: int, age_s: float) -> Path:
    """Return a temporary file as a process that writes in the folder makes it."""
    path = atomic_write._temporary(folder / "a")
    path = path.with_name(path.name.replace(f"-{os.getpid()}-", f"-{process}-"))
    path.write_bytes(b"half")
    when = time.time() - age_s
    os.utime(path, (when, when))
    return path


@pytest.fixture
def ended() -> int:
    """Return the number of a process that is no longer there."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(timeout=60)
    return process.pid


def test_what_a_dead_process_left_goes_with_the_next_write(tmp_path: Path, ended: int) -> None:
    _left(tmp_path, ended, age_s=90)
    write_atomically(tmp_path / "b", b"new")
    assert os.listdir(tmp_path) == ["b"]


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be removed there")
def test_what_may_still_be_written_stays(tmp_path: Path, ended: int) -> None:
    fresh = _left(tmp_path, ended, age_s=10)
    alive = _left(tmp_path, os.getpid(), age_s=90)
    write_atomically(tmp_path / "b", b"new")
    assert {*os.listdir(tmp_path)} == {"b", fresh.name, alive.name}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_only_looks_like_a_temporary_file_stays(tmp_path: Path, ended: int) -> None:
    (tmp_path / "real").write_bytes(b"mine")
    link, folder = (_left(tmp_path, ended, age_s=90) for _ in range(2))
    other = _left(tmp_path, ended, age_s=90)
    link.unlink()
    link.symlink_to("real")
    os.utime(link, (0, 0), follow_symlinks=False)
    folder.unlink()
    folder.mkdir()
    os.utime(folder, (0, 0))
    other = other.rename(tmp_path / other.name.replace(atomic_write._MACHINE, "00000000"))
    write_atomically(tmp_path / "b", b"new")
    assert {*os.listdir(tmp_path)} == {"b", "real", link.name, folder.name, other.name}


# The former file.


def test_the_former_file_stays_as_a_backup(tmp_path: Path) -> None:
    path = tmp_path / "a.playground"
    write_atomically(path, b"1", backup=True)
    assert os.listdir(tmp_path) == ["a.playground"]
    for data in (b"2", b"3"):
        write_atomically(path, data, backup=True)
    assert path.read_bytes() == b"3"
    assert (tmp_path / "a.playground~").read_bytes() == b"2"
    assert len(os.listdir(tmp_path)) == 2


def test_a_disk_without_hard_links_keeps_a_backup_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _failing_with(errno.EPERM))
    (tmp_path / "a").write_bytes(b"old")
    write_atomically(tmp_path / "a", b"new", backup=True)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert (tmp_path / "a~").read_bytes() == b"old"
    assert len(os.listdir(tmp_path)) == 2


def test_there_is_a_whole_file_at_every_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a~").write_bytes(b"older")
    seen = []

    def watched(act: Any) -> Any:
        def called(*arguments: Any, **named: Any) -> Any:
            result = act(*arguments, **named)
            seen.append(((tmp_path / "a").read_bytes(), (tmp_path / "a~").read_bytes()))
            return result

        return called

    for name in ("fsync", "link", "replace"):
        monkeypatch.setattr(os, name, watched(getattr(os, name)))
    write_atomically(tmp_path / "a", b"new", backup=True)
    assert seen[:4] == [
        (b"old", b"older"),
        (b"old", b"older"),
        (b"old", b"old"),
        (b"new", b"old"),
    ]


@pytest.mark.parametrize("failing", ["link and copy", "a folder of the backup's name"])
def test_where_no_backup_can_be_kept_the_file_is_saved_all_the_same(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"old")
    if failing == "link and copy":
        monkeypatch.setattr(os, "link", _failing_with(errno.EPERM))
        monkeypatch.setattr(shutil, "copy2", _failing_with(errno.ENOSPC))
    else:
        (tmp_path / "a~").mkdir()
    before = {*os.listdir(tmp_path)}
    write_atomically(tmp_path / "a", b"new", backup=True)
    assert (tmp_path / "a").read_bytes() == b"new"
    assert {*os.listdir(tmp_path)} == before
