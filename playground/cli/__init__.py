"""The command line: the window, training without one, reading pictures, and screenshots."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from playground.cli.arguments import parse
from playground.errors import MissingDataError, PlaygroundError

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
        0; 2 after a mistake, told in one line on stderr; 130 after Ctrl-C.
    """
    # NumPy's BLAS reads them when it is imported, which nothing has done yet.
    for name in _BLAS_SETTINGS:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        arguments = parse(sys.argv[1:] if words is None else words)
        from playground.data.catalogue import find_own_sets

        find_own_sets()
        code: int = arguments.command(arguments)
        sys.stdout.flush()
    except MissingDataError as error:
        from playground.cli.download import way_out

        sys.stderr.write(f"playground: {way_out(error)}\n")
        return MISTAKE
    except PlaygroundError as error:
        sys.stderr.write(f"playground: {error}\n")
        return MISTAKE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough, as `head` does; nobody is left to be told.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
