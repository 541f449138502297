"""Downloads against a server on this computer that misbehaves in every way a server can."""

import contextlib
import errno
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import pytest
import requests

from playground.data.published import adopted_files, downloads, sources, transfer
from playground.data.published.adopted_files import adopt_folder
from playground.data.published.downloads import (
    DownloadProgress,
    download,
    size_words,
)
from playground.data.published.sources import SOURCES, Source, SourceFile
from playground.data.published.transfer import Transfer, TransferError
from playground.errors import Cancelled, DataError

FILES = {"pictures.gz": bytes(range(256)) * 400, "labels.gz": b"0123456789" * 30}
PUBLISHED = tuple(
    SourceFile(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in FILES.items()
)
TOTAL = sum(map(len, FILES.values()))


class Misbehaviour(BaseHTTPRequestHandler):
    """The first part of an address says what to do with the file that the second part names."""

    def do_GET(self) -> None:
        how, _, name = self.path.strip("/").partition("/")
        self.server.asked.append(self.path)
        with contextlib.suppress(OSError):
            getattr(self, how)(FILES[name])

    def start(self, size: int | None, code: int = 200, kind: str = "application/gzip") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        if size is not None:
            self.send_header("Content-Length", str(size))
        self.end_headers()

    def rest(self) -> None:
        """Send nothing more until the test is over."""
        self.wfile.flush()
        self.server.over.wait(10)

    def good(self, data: bytes) -> None:
        self.start(len(data))
        self.wfile.write(data)

    def slow(self, data: bytes) -> None:
        self.start(len(data))
        for at in range(0, len(data), 20_000):
            self.wfile.write(data[at : at + 20_000])
            self.wfile.flush()
            sleep(0.06)

    def stall(self, data: bytes) -> None:
        self.start(len(data))
        self.wfile.write(data[:10_000])
        self.rest()

    def mute(self, data: bytes) -> None:
        self.rest()

    def drop(self, data: bytes) -> None:
        self.start(len(data))
        self.wfile.write(data[: len(data) // 2])

    def drop_unannounced(self, data: bytes) -> None:
        self.start(None)
        self.wfile.write(data[: len(data) // 2])

    def hang_up(self, data: bytes) -> None:
        self.close_connection = True

    def wrong(self, data: bytes) -> None:
        self.good(bytes(len(data)))

    def more(self, data: bytes) -> None:
        self.start(None)
        for _ in range(200):
            self.wfile.write(data)
            self.server.sent += len(data)

    def announced_more(self, data: bytes) -> None:
        self.start(10**12)
        self.rest()

    def smaller(self, data: bytes) -> None:
        self.good(data[:100])

    def page(self, data: bytes) -> None:
        self.start(20, kind="text/html; charset=utf-8")
        self.wfile.write(b"<p>Please sign in</p"[:20])

    def packed(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(data)

    def missing(self, data: bytes) -> None:
        self.send_error(404)

    def forbidden(self, data: bytes) -> None:
        self.send_error(403)

    def broken(self, data: bytes) -> None:
        self.send_error(500)

    def teapot(self, data: bytes) -> None:
        self.send_error(418)

    def circle(self, data: bytes) -> None:
        self.send_response(302)
        self.send_header("Location", self.path)
        self.end_headers()

    def nonsense(self, data: bytes) -> None:
        self.wfile.write(b"hello\r\n\r\n")

    def only_first(self, data: bytes) -> None:
        (self.good if len(data) > 1_000 else self.missing)(data)

    def log_message(self, *words: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Misbehaviour)
        self.asked: list[str] = []
        self.sent = 0
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        pass

    def at(self, how: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{how}/"


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join(5)
    server.server_close()
    assert not thread.is_alive()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Keep away from the proxy, the user's folders and ten-second waits; leave no transfer."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv(sources.FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr(sources.platformdirs, "user_cache_dir", lambda *a, **k: str(tmp_path))
    monkeypatch.setattr(transfer, "LONGEST_SILENCE_S", 4.0)
    yield
    until = monotonic() + 60
    while any(thread.name == "transfer" for thread in threading.enumerate()):
        assert monotonic() < until, "a transfer goes on"
        sleep(0.01)


@pytest.fixture
def source(server: Server) -> Callable[..., Source]:
    def published(*hows: str) -> Source:
        return Source("tiny", "Tiny", PUBLISHED, tuple(map(server.at, hows)), "CC0", "Nobody")

    return published


def refusal(source: Source, folder: Path) -> str:
    with pytest.raises(DataError) as refused:
        download(source, folder)
    sentence = str(refused.value)
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")
    assert sentence.startswith("Tiny could not be ")
    return sentence


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def test_a_download_brings_every_file_whole(source, tmp_path):
    heard = []
    paths = download(source("good"), tmp_path / "new", heard.append)
    assert contents(tmp_path / "new") == FILES
    assert paths == {name: tmp_path / "new" / name for name in FILES}
    assert heard[-1].done == heard[-1].total == TOTAL
    assert heard[-1].host == "127.0.0.1"


def test_without_a_folder_the_cache_is_filled_and_found(source, server, tmp_path):
    paths = download(source("good"))
    assert paths["labels.gz"] == tmp_path / "tiny" / "labels.gz"
    assert sources.files_of(source("good")) == paths
    asked = len(server.asked)
    assert download(source("good")) == paths
    assert len(server.asked) == asked


def test_files_in_the_users_own_folder_are_not_fetched(source, server, tmp_path, monkeypatch):
    monkeypatch.setenv(sources.FOLDER_VARIABLE, str(tmp_path / "own"))
    (tmp_path / "own").mkdir()
    for name, data in FILES.items():
        (tmp_path / "own" / name).write_bytes(data)
    assert download(source("good"))["labels.gz"] == tmp_path / "own" / "labels.gz"
    assert server.asked == []


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("mute", "127.0.0.1 has sent nothing for 0 seconds; try again later"),
        ("stall", "127.0.0.1 has sent nothing for 0 seconds; try again later"),
        ("drop", "127.0.0.1 dropped the line after 51,200 of 102,400 bytes of pictures.gz; check"),
        ("drop_unannounced", "127.0.0.1 dropped the line after 51,200 of 102,400 bytes"),
        ("hang_up", "127.0.0.1 dropped the line before it sent anything; check the connection"),
        ("missing", "127.0.0.1 does not hold pictures.gz any more (HTTP 404)"),
        ("forbidden", "127.0.0.1 does not hand out pictures.gz (HTTP 403)"),
        ("broken", "127.0.0.1 is in trouble (HTTP 500)"),
        ("teapot", "127.0.0.1 answered with HTTP 418 in place of pictures.gz"),
        ("wrong", "sent other bytes than the published pictures.gz (its SHA-256 is another)"),
        ("more", "sends more than the published 102,400 bytes of pictures.gz"),
        ("announced_more", "sends more than the published 102,400 bytes of pictures.gz"),
        ("smaller", "has 100 bytes in place of the published 102,400 of pictures.gz"),
        ("page", "a web page came from 127.0.0.1 in place of pictures.gz; sign in to this network"),
        ("circle", "127.0.0.1 sends every request on to another address"),
        ("nonsense", "127.0.0.1 dropped the line before it sent anything"),
    ],
)
def test_a_failure_is_one_sentence_and_leaves_nothing(source, tmp_path, how, words, monkeypatch):
    if how in {"mute", "stall"}:
        monkeypatch.setattr(transfer, "LONGEST_SILENCE_S", 0.3)
    sentence = refusal(source(how), tmp_path / "new")
    assert words in sentence
    assert sentence.endswith(", or choose a folder that holds its files.")
    assert contents(tmp_path / "new") == {}


def test_too_many_bytes_end_the_download_at_once(source, server, tmp_path):
    refusal(source("more"), tmp_path)
    assert server.sent < 100 * len(FILES["pictures.gz"])


def test_a_server_that_calls_the_file_packed_is_taken_at_its_bytes(source, tmp_path):
    download(source("packed"), tmp_path)
    assert contents(tmp_path) == FILES


def test_nobody_listening_is_told_as_refused(source, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        sentence = refusal(replace(source("good"), mirrors=(address,)), tmp_path)
    assert "127.0.0.1 refused the connection; try again later" in sentence


def test_a_name_that_nobody_knows_is_told_as_offline(source, tmp_path, monkeypatch):
    def unknown(*words: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    mirrors = ("https://one.invalid/", "https://two.invalid/")
    sentence = refusal(replace(source("good"), mirrors=mirrors), tmp_path)
    assert "two.invalid was not found from this computer (2 mirrors were tried); check the" in (
        sentence
    )


def test_no_way_to_the_server_is_told_as_offline(source, tmp_path, monkeypatch):
    def unreachable(*words: object, **options: object) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr("urllib3.util.connection.create_connection", unreachable)
    assert "127.0.0.1 was not found from this computer" in refusal(source("good"), tmp_path)


def test_a_server_without_a_certificate_is_told_as_such(source, server, tmp_path):
    address = server.at("good").replace("http:", "https:")
    sentence = refusal(replace(source("good"), mirrors=(address,)), tmp_path)
    assert "127.0.0.1 could not prove its identity (TLS); check this computer's date" in sentence


def test_a_proxy_that_is_away_is_told_as_such(source, tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed.getsockname()[1]}")
        monkeypatch.setenv("no_proxy", "")
        sentence = refusal(replace(source("good"), mirrors=("http://one.invalid/",)), tmp_path)
    assert "the proxy on the way to one.invalid does not answer; check this computer's proxy" in (
        sentence
    )


def test_the_second_mirror_is_asked_for_what_the_first_does_not_have(source, server, tmp_path):
    download(source("only_first", "good"), tmp_path)
    assert contents(tmp_path) == FILES
    assert server.asked == [
        "/only_first/pictures.gz",
        "/only_first/labels.gz",
        "/good/labels.gz",
    ]


def test_when_every_mirror_fails_the_last_reason_and_their_number_are_told(source, tmp_path):
    sentence = refusal(source("broken", "wrong", "missing"), tmp_path)
    assert sentence == (
        "Tiny could not be downloaded: 127.0.0.1 does not hold pictures.gz any more (HTTP 404) (3 "
        "mirrors were tried); try again later, or choose a folder that holds its files."
    )


def test_a_source_that_nobody_publishes_says_so(source, tmp_path):
    assert "nobody publishes it" in refusal(source(), tmp_path)


@pytest.mark.parametrize("how", ["stall", "drop", "wrong", "more", "missing"])
def test_a_failure_leaves_the_older_files_as_they_were(source, tmp_path, how, monkeypatch):
    if how == "stall":
        monkeypatch.setattr(transfer, "LONGEST_SILENCE_S", 0.3)
    for name in FILES:
        (tmp_path / name).write_bytes(b"older " + name.encode())
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    refusal(source(how), tmp_path)
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    assert after == before


def test_a_retry_fetches_only_what_is_missing(source, server, tmp_path):
    refusal(source("only_first"), tmp_path)
    assert list(contents(tmp_path)) == ["pictures.gz"]
    first = (tmp_path / "pictures.gz").stat().st_mtime_ns
    server.asked.clear()
    heard: list[DownloadProgress] = []
    download(source("good"), tmp_path, heard.append)
    assert contents(tmp_path) == FILES
    assert server.asked == ["/good/labels.gz"]
    assert (tmp_path / "pictures.gz").stat().st_mtime_ns == first
    assert heard[0].done >= len(FILES["pictures.gz"])


def test_progress_counts_all_files_together_and_knows_the_time_left(source, tmp_path):
    heard: list[DownloadProgress] = []
    download(source("slow", "slow"), tmp_path, heard.append)
    done = [progress.done for progress in heard]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert {progress.total for progress in heard} == {TOTAL}
    assert [progress.file for progress in heard][-1] == "labels.gz"
    assert heard[-1].seconds_left in (None, 0.0)


def test_the_time_left_follows_the_speed(monkeypatch):
    clock = iter([0.0, *(0.1 * step for step in range(1, 200))])
    monkeypatch.setattr(downloads, "monotonic", lambda: next(clock))
    heard: list[DownloadProgress] = []
    pace = downloads._Pace(100_000, 0, heard.append)
    for step in range(1, 100):
        pace.tell(step * 1_000, "a", "b")
    assert heard[2].seconds_left is None
    assert heard[49].seconds_left == pytest.approx(5.0, rel=0.01)
    assert heard[98].seconds_left == pytest.approx(0.1, rel=0.05)
    for _ in range(25):
        pace.tell(99_000, "a", "b")
    assert heard[-1].seconds_left is None


def cancel_after(server: Server, seconds: float) -> Callable[[], bool]:
    """Return whether it is that long ago that the server was first asked."""
    asked: list[float] = []

    def cancelled() -> bool:
        if server.asked and not asked:
            asked.append(monotonic())
        return bool(asked) and monotonic() > asked[0] + seconds

    return cancelled


@pytest.mark.parametrize("how", ["slow", "stall", "mute"])
def test_cancelling_is_quick_and_leaves_nothing(source, server, tmp_path, how):
    began = monotonic()
    with pytest.raises(Cancelled):
        download(source(how), tmp_path, cancelled=cancel_after(server, 0.1))
    assert monotonic() - began < 1
    assert contents(tmp_path) == {}


def test_cancelling_while_a_name_is_looked_up_is_quick(source, tmp_path, monkeypatch):
    over = threading.Event()

    def endless(*words: object, **options: object) -> None:
        over.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", endless)
    began = monotonic()
    with pytest.raises(Cancelled):
        download(
            replace(source("good"), mirrors=("http://one.invalid/",)),
            tmp_path,
            cancelled=lambda: monotonic() > began + 0.1,
        )
    assert monotonic() - began < 1
    assert contents(tmp_path) == {}
    over.set()


def test_after_cancelling_it_can_be_downloaded_anew(source, server, tmp_path):
    with pytest.raises(Cancelled):
        download(source("stall"), tmp_path, cancelled=cancel_after(server, 0.1))
    download(source("good"), tmp_path)
    assert contents(tmp_path) == FILES


def test_two_downloads_at_once_do_not_disturb_each_other(source, tmp_path):
    heard: dict[str, list[DownloadProgress]] = {"one": [], "two": []}
    threads = [
        threading.Thread(target=download, args=(source("slow"), tmp_path, heard[name].append))
        for name in heard
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contents(tmp_path) == FILES
    for reports in heard.values():
        done = [progress.done for progress in reports]
        assert done == sorted(done)
        assert done[-1] == TOTAL


def test_a_full_disk_says_how_much_room_is_needed(source, server, tmp_path, monkeypatch):
    class FullDisk:
        def __init__(self, file: object) -> None:
            self.file = file

        def __enter__(self) -> "FullDisk":
            return self

        def __exit__(self, *error: object) -> None:
            self.file.close()

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    opened = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *how: FullDisk(opened(path, *how)))
    sentence = refusal(source("good", "good"), tmp_path / "new")
    monkeypatch.undo()
    assert sentence == (
        f"Tiny could not be kept: the disk that holds {tmp_path / 'new'} is full; make room for "
        "102.7 kB, and try again."
    ).replace("102.7 kB", size_words(TOTAL))
    assert server.asked == ["/good/pictures.gz"]
    assert contents(tmp_path / "new") == {}


def test_a_folder_that_must_not_be_written_to_is_named(source, tmp_path, monkeypatch):
    def denied(*words: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pooch.utils.tempfile.NamedTemporaryFile", denied)
    sentence = refusal(source("good"), tmp_path)
    assert f"{tmp_path} cannot be written to; let it be written to, and try again." in sentence


def test_a_file_where_the_folder_should_be_is_told(source, tmp_path):
    (tmp_path / "tiny").write_bytes(b"")
    assert "a file is in its way; move that file" in refusal(source("good"), tmp_path / "tiny")


def fill(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, data in FILES.items():
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("below", ["", "tiny"])
def test_a_folder_that_holds_the_files_is_copied_into_the_cache(source, tmp_path, below):
    fill(tmp_path / "given" / below)
    paths = adopt_folder(source(), tmp_path / "given")
    assert contents(tmp_path / "tiny") == FILES
    assert sources.files_of(source()) == paths


def test_the_cache_itself_can_be_chosen(source, tmp_path):
    fill(tmp_path / "tiny")
    assert adopt_folder(source(), tmp_path / "tiny") == sources.files_of(source())


def test_a_missing_file_is_named_and_nothing_is_copied(source, tmp_path):
    fill(tmp_path / "given")
    (tmp_path / "given" / "labels.gz").unlink()
    with pytest.raises(DataError, match=r"labels.gz is missing in .*; choose the folder that hold"):
        adopt_folder(source(), tmp_path / "given")
    assert contents(tmp_path / "tiny") == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"0" * 300, r"labels.gz is not the published file \(its SHA-256 is another\); get it"),
        (b"0" * 301, r"labels.gz is not the published file \(it has 301 bytes in place of 300\)"),
    ],
)
def test_a_changed_file_is_named_and_nothing_is_copied(source, tmp_path, data, words):
    fill(tmp_path / "given")
    (tmp_path / "given" / "labels.gz").write_bytes(data)
    with pytest.raises(DataError, match=words):
        adopt_folder(source(), tmp_path / "given")
    assert contents(tmp_path / "tiny") == {}


def test_taking_a_folder_over_can_be_cancelled(source, tmp_path):
    fill(tmp_path / "given")
    with pytest.raises(Cancelled):
        adopt_folder(source(), tmp_path / "given", lambda: True)
    assert contents(tmp_path / "tiny") == {}


def test_a_full_disk_is_told_when_a_folder_is_taken_over(source, tmp_path, monkeypatch):
    def full(*words: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fill(tmp_path / "given")
    monkeypatch.setattr(adopted_files, "replace_file", full)
    with pytest.raises(DataError, match="is full; make room for"):
        adopt_folder(source(), tmp_path / "given")
    assert contents(tmp_path / "tiny") == {}


@pytest.mark.parametrize(
    ("size", "words"), [(512, "512 bytes"), (28_881, "28.9 kB"), (11_594_722, "11.6 MB")]
)
def test_sizes_are_told_in_words(size, words):
    assert size_words(size) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (None, "512 bytes of 11.6 MB"),
        (0.0, "512 bytes of 11.6 MB, about 1 s left"),
        (59.4, "512 bytes of 11.6 MB, about 59 s left"),
        (59.6, "512 bytes of 11.6 MB, about 1 min 0 s left"),
        (4_210.0, "512 bytes of 11.6 MB, about 1 h 10 min left"),
    ],
)
def test_progress_is_told_in_words(left, words):
    assert DownloadProgress(512, 11_594_722, "a", "b", left).words == words


def test_every_published_file_comes_over_an_encrypted_line() -> None:
    mirrors = [mirror for source in SOURCES.values() for mirror in source.mirrors]
    assert all(mirror.startswith("https://") for mirror in mirrors)


@pytest.mark.parametrize("last", ["https://other.invalid/x", "http://other.invalid/x"])
def test_an_encrypted_address_does_not_lead_to_a_plain_one(tmp_path: Path, last: str) -> None:
    file = SourceFile("x", "0" * 64, 3)
    response = requests.Response()
    response.status_code, response.url = 200, last
    transfer = Transfer("https://one.invalid/x", file, tmp_path)
    if last.startswith("https:"):
        transfer._check(response)
    else:
        with pytest.raises(TransferError, match="is not encrypted"):
            transfer._check(response)
