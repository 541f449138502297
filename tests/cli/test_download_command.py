"""``playground download``: what it prints, and what other commands say where data are missing."""

import errno
import hashlib
import json
from pathlib import Path

import pytest

from playground.data import catalogue
from playground.data.published import sources
from playground.data.published.downloads import DownloadError, DownloadProgress
from playground.data.published.sources import Source, SourceFile

DATA = b"0123456789" * 1_000
TINY = Source(
    "tiny",
    "Tiny",
    (SourceFile("tiny.gz", hashlib.sha256(DATA).hexdigest(), len(DATA)),),
    ("http://127.0.0.1/",),
    "CC0",
    "Nobody",
)


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setitem(sources.SOURCES, "tiny", TINY)
    monkeypatch.delenv(sources.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(sources.platformdirs, "user_cache_dir", lambda *a, **k: str(tmp_path))
    return tmp_path / "tiny"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, cache: Path) -> list[str]:
    """Stand in for the mirrors: bring the file, or fail with the sentences in the list."""
    failures: list[str] = []

    def download(source: Source, folder: object = None, progress=None, cancelled=None):
        progress(DownloadProgress(2_000, source.size, "tiny.gz", "example.org", 3.0))
        if failures:
            raise DownloadError(failures.pop())
        cache.mkdir(exist_ok=True)
        (cache / "tiny.gz").write_bytes(DATA)
        return {"tiny.gz": cache / "tiny.gz"}

    monkeypatch.setattr("playground.cli.download.download", download)
    return failures


def test_a_download_says_what_came_and_where_it_is(run, server, cache):
    done = run("download", "tiny")
    assert (done.code, done.out) == (0, f"Tiny: 10.0 kB in {cache}\n")


def test_progress_is_told_on_stderr(run, server, monkeypatch):
    monkeypatch.setattr("playground.cli.progress._PLAIN_EVERY_S", 0.0)
    done = run("download", "tiny")
    assert done.err == "Tiny  2.0 kB of 10.0 kB, about 3 s left  from example.org\n"


def test_json_names_the_files(run, server, cache):
    done = run("download", "tiny", "tiny", "--json")
    assert done.err == ""
    assert json.loads(done.out) == [
        {
            "name": "tiny",
            "title": "Tiny",
            "folder": str(cache),
            "files": ["tiny.gz"],
            "bytes": len(DATA),
        }
    ]


def test_a_failure_is_one_line_with_the_folder_as_a_way_out(refused, server):
    server.append("Tiny could not be downloaded: example.org is in trouble (HTTP 500); wait")
    assert refused("download", "tiny") == (
        "Tiny could not be downloaded: example.org is in trouble (HTTP 500); wait, or set "
        "PLAYGROUND_DATA to a folder that holds its files."
    )


def test_an_unknown_name_lists_the_known_ones_before_anything_is_fetched(refused, cache):
    sentence = refused("download", "tiny", "mnst")
    assert "no data set 'mnst' to download; choose from mnist, fashion-mnist" in sentence
    assert not cache.exists()


def test_a_full_disk_is_one_line(refused, monkeypatch):
    def full(*words: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pooch.utils.tempfile.NamedTemporaryFile", full)
    assert "Tiny could not be kept: the disk that holds" in refused("download", "tiny")


def test_files_that_are_here_are_not_fetched(run, cache):
    cache.mkdir()
    (cache / "tiny.gz").write_bytes(DATA)
    assert run("download", "tiny").out == f"Tiny: 10.0 kB in {cache}\n"


def test_ctrl_c_ends_a_download(run, monkeypatch):
    def interrupted(*words: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("playground.cli.download.download", interrupted)
    assert run("download", "tiny").code == 130


def test_training_on_missing_data_names_the_command_that_fetches_them(refused, monkeypatch):
    catalogue.DATASETS["mnist"].make.cache_clear()
    assert refused("train", "digits", "--set", "data.name=mnist") == (
        "MNIST is not on this computer yet: 'playground download mnist' fetches it (11.6 MB), or "
        "set PLAYGROUND_DATA to the folder that holds its files."
    )
