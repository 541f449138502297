"""The command line: the window, training without one, reading pictures, and screenshots."""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import os
import sys
from collections.abc import Sequence

from playground.errors import MissingDataError, PlaygroundError
from playground.plain_text import visible

MISTAKE = 2
"""The exit code of anything that the user can put right."""

_BLAS_SETTINGS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")


def main(words: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    words
        What follows the program's name; those of the process without it.

    Returns
    -------
    int
        0; 2 after a mistake, told in one line on stderr; 130 after Ctrl-C, as shells expect it, and
        128 and its number after another signal that ended it.
    """
    # NumPy's BLAS reads them when it is imported, which nothing has done yet.
    for name in _BLAS_SETTINGS:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    sys.stdout = sys.stdout or _ClosedOutput()
    sys.stderr = sys.stderr or open(os.devnull, "w")
    try:
        code = _run(sys.argv[1:] if words is None else words)
    except MissingDataError as error:
        from playground.cli.download import way_out

        return _refuse(way_out(error))
    except PlaygroundError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse(
            "There is not enough memory for this; close other programs, or choose a smaller "
            "network or fewer data."
        )
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough, as `head` does; nobody is left to be told.
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        what = "The output" if error.filename is None else visible(str(error.filename))
        return _refuse(f"{what} cannot be used ({error.strerror or error}); choose another.")
    return code


def _run(words: Sequence[str]) -> int:
    """Carry the words out, and hand on all that was printed."""
    # Imported here, where Ctrl-C is met already.
    from playground.cli.arguments import parse

    try:
        arguments = parse(words)
    except SystemExit:
        sys.stdout.flush()
        raise
    gc.disable()  # until the command is loaded: what is imported stays for good
    from playground.data.catalogue import find_own_sets
    from playground.nn.blas import limit_threads

    limit_threads()
    find_own_sets()
    code: int = arguments.command(arguments)
    sys.stdout.flush()
    return code


def _refuse(sentence: str) -> int:
    """Tell a mistake in one line, and return its exit code."""
    with contextlib.suppress(OSError):
        sys.stderr.write(f"playground: {sentence}\n")
        sys.stderr.flush()
    return MISTAKE


def _drop_output() -> None:
    """Let what is still to be printed go nowhere: Python would try it again on leaving."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _ClosedOutput(io.TextIOBase):
    """Stands for an output that was closed before the program began, as ``>&-`` does."""

    def write(self, text: str) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
