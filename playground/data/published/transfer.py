"""Brings one published file from one address, in a thread that can be left behind at any moment."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import ssl
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pooch
import requests
import urllib3

from playground.data.published.sources import SourceFile
from playground.wording import grouped

LONGEST_SILENCE_S = 10.0
"""A server that sends nothing for that long is given up."""

_BLOCK = 4_096  # small, so that a slow line is seen to move
_LEAVE_S = 0.25

_CONNECT = "check the connection to the internet and try again"
_LATER = "try again later"
_SIGN_IN = "sign in to this network in a browser if it asks for that, and try again"


class TransferError(Exception):
    """A server that did not hand over the published file.

    The ``reason`` is a clause that names the server, and the ``cure`` one that says what to do.
    """

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.cure = cure


class _LeftBehindError(Exception):
    """Nobody waits for this transfer any more."""


class Transfer:
    """Fetches a file through pooch: to a temporary name first, to its own once its SHA-256 holds.

    ``received`` counts its bytes so far, and ``ended`` is set when there is a result.
    """

    def __init__(self, address: str, file: SourceFile, folder: Path) -> None:
        self.received = 0
        self.ended = threading.Event()
        self._address = address
        self._host = urlsplit(address).hostname or address
        self._file = file
        self._folder = folder
        self._abandoned = False
        self._complete = False
        self._temporary: Path | None = None
        self._response: requests.Response | None = None
        self._error: BaseException | None = None
        # A daemon: the look-up of a name cannot be interrupted, and must not hold the program up.
        self._thread = threading.Thread(target=self._run, name="transfer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def abandon(self) -> None:
        """End it at once; where the server is not even reached yet, leave the thread behind."""
        self._abandoned = True
        if self._response is not None:
            with contextlib.suppress(AttributeError, RuntimeError, ValueError, OSError):
                self._response.raw.shutdown()  # wakes a thread that waits for bytes
        self.ended.wait(_LEAVE_S)
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)

    def silence(self) -> TransferError:
        """Return what to raise where nothing has come for :data:`LONGEST_SILENCE_S`."""
        return TransferError(
            f"{self._host} has sent nothing for {LONGEST_SILENCE_S:.0f} seconds", _LATER
        )

    def finish(self) -> None:
        """Raise what went wrong, once it has ended.

        Raises
        ------
        TransferError
            What the server or the line did.
        OSError
            What the disk did.
        """
        if isinstance(self._error, ValueError) and self._complete:
            raise TransferError(
                f"{self._host} sent other bytes than the published {self._file.name} (its SHA-256 "
                "is another)",
                _LATER,
            ) from None
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            pooch.get_logger().setLevel(logging.WARNING)
            pooch.retrieve(
                self._address,
                f"sha256:{self._file.sha256}",
                fname=self._file.name,
                path=self._folder,
                downloader=self._fetch,
            )
        except Exception as error:  # handed to the thread that waits, see finish()
            self._error = error
        finally:
            self.ended.set()

    def _fetch(self, address: str, output_file: str, _pooch: Any) -> None:
        """Write the file's bytes, the way pooch asks for it, and not one byte more."""
        self._temporary = Path(output_file)
        size = self._file.size
        with (
            self._temporary.open("wb") as output,
            contextlib.closing(self._blocks(address)) as blocks,
        ):
            for block in blocks:
                if self.received + len(block) > size:
                    raise self._too_many()
                output.write(block)
                self.received += len(block)
        if self.received < size:
            raise self._dropped()
        self._complete = True

    def _blocks(self, address: str) -> Generator[bytes]:
        """Yield what the server sends; every trouble of the line becomes a TransferError."""
        silence = (LONGEST_SILENCE_S, LONGEST_SILENCE_S)
        as_it_is = {"Accept-Encoding": "identity"}
        try:
            with requests.get(address, stream=True, timeout=silence, headers=as_it_is) as response:
                self._response = response
                self._check(response)
                for block in response.raw.stream(_BLOCK, decode_content=False):
                    if self._abandoned:
                        raise _LeftBehindError
                    yield block
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise self._explained(error) from error
        except (OSError, UnicodeError) as error:
            raise self._explained(error) from error

    def _check(self, response: requests.Response) -> None:
        """Look at what the server announces, before anything is read."""
        host, name, code = self._host, self._file.name, response.status_code
        way = [self._address, *(each.url for each in (*response.history, response))]
        if way[0].startswith("https:") and not all(each.startswith("https:") for each in way):
            raise TransferError(f"{host} sends on to an address that is not encrypted", _SIGN_IN)
        if code in {404, 410}:
            raise TransferError(f"{host} does not hold {name} any more (HTTP {code})", _LATER)
        if code in {401, 403}:
            raise TransferError(f"{host} does not hand out {name} (HTTP {code})", _LATER)
        if code >= 500:
            raise TransferError(f"{host} is in trouble (HTTP {code})", _LATER)
        if code != 200:
            raise TransferError(f"{host} answered with HTTP {code} in place of {name}", _LATER)
        announced = response.headers.get("Content-Length", "")
        size = int(announced) if announced.isascii() and announced.isdigit() else self._file.size
        if size == self._file.size:
            return
        if response.headers.get("Content-Type", "").startswith("text/html"):
            raise TransferError(f"a web page came from {host} in place of {name}", _SIGN_IN)
        if size > self._file.size:
            raise self._too_many()
        raise TransferError(
            f"{host} has {grouped(size)} bytes in place of the published "
            f"{grouped(self._file.size)} of {name}",
            _LATER,
        )

    def _too_many(self) -> TransferError:
        return TransferError(
            f"{self._host} sends more than the published {grouped(self._file.size)} bytes of "
            f"{self._file.name}",
            _LATER,
        )

    def _dropped(self) -> TransferError:
        after = f"{grouped(self.received)} of {grouped(self._file.size)} bytes of {self._file.name}"
        return TransferError(
            f"{self._host} dropped the line "
            + (f"after {after}" if self.received else "before it sent anything"),
            _CONNECT,
        )

    def _explained(self, error: Exception) -> TransferError:
        """Return what a failure of the line means, found among all that caused it."""
        host, causes = self._host, list(_causes(error))

        def caused_by(*kinds: type[BaseException]) -> bool:
            return any(isinstance(cause, kinds) for cause in causes)

        if caused_by(requests.TooManyRedirects):
            return TransferError(f"{host} sends every request on to another address", _SIGN_IN)
        if caused_by(requests.exceptions.ProxyError):
            return TransferError(
                f"the proxy on the way to {host} does not answer",
                "check this computer's proxy settings and try again",
            )
        if caused_by(ssl.SSLError):
            return TransferError(
                f"{host} could not prove its identity (TLS)",
                "check this computer's date, and whether this network asks to sign in",
            )
        unreachable = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}
        if caused_by(socket.gaierror) or any(
            isinstance(cause, OSError) and cause.errno in unreachable for cause in causes
        ):
            return TransferError(f"{host} was not found from this computer", _CONNECT)
        if caused_by(ConnectionRefusedError):
            return TransferError(f"{host} refused the connection", _LATER)
        if caused_by(TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError):
            return self.silence()
        if caused_by(ConnectionError, urllib3.exceptions.ProtocolError):
            return self._dropped()
        return TransferError(f"the connection to {host} failed", _CONNECT)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and all that it was raised from or carries."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        related = (cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args)
        waiting.extend(other for other in related if isinstance(other, BaseException))
