"""What may follow ``playground`` on the command line, and which function it calls."""

from __future__ import annotations

import argparse
import gc
import math
import re
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

from playground import __version__
from playground.errors import PlaygroundError
from playground.wording import fixed, number

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_OVERVIEW = """\
commands:
  playground [FILE]                  open the window, with an experiment file
  playground --preset NAME           open the window on a preset
  playground presets                 list the presets
  playground train NAME|FILE         train a preset or a file without a window
  playground predict FILE IMAGE...   read pictures with a trained network
  playground write FILE --text 3141 --out OUT.svg
                                     let a network that learned pen moves write
  playground reconstruct FILE IMAGE --out OUT.png
                                     what an autoencoder makes of a picture
  playground generate FILE --out OUT.png
                                     let a network make pictures out of noise
  playground check NAME|FILE         check the gradients of a preset or a file
  playground download NAME...        fetch data sets such as MNIST
  playground screenshot OUT.png      save a picture of the window

'playground COMMAND --help' says more about one of them.
"""

_SMALLEST_SIDE, _LARGEST_SIDE = 200, 8_192
_MOST_SECONDS = 86_400.0
_HOTTEST = 10.0
_MOST_PICTURES = 10_000


class UsageError(PlaygroundError):
    """Words on the command line that no command understands."""


class _Parser(argparse.ArgumentParser):
    """Raises its complaint as one sentence, where argparse would print its usage and leave."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        """Raise a :class:`UsageError`."""
        sentence = message[:1].upper() + message[1:]
        raise UsageError(f"{sentence}; see '{self.prog} --help'.")

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """Write help and version; argparse would pass over an output that takes nothing."""
        (file or sys.stderr).write(message)


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Return the parsed words; ``command`` is the function to call with them.

    Raises
    ------
    UsageError
        Where the words make no sense.
    """
    if words and words[0] in COMMANDS:
        parser = COMMANDS[words[0]]()
        return parser.parse_args(words[1:])
    return _window().parse_args(words)


def _window() -> _Parser:
    parser = _Parser(
        prog="playground",
        description="Build a neural network layer by layer, watch it learn, look inside it, and\n"
        "draw a digit for it to read.",
        epilog=_OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="an experiment file to open")
    parser.add_argument("--preset", metavar="NAME", help="a preset to open")
    parser.add_argument("--version", action="version", version=f"playground {__version__}")
    parser.set_defaults(command=_lazily("window", "open_window"))
    return parser


def _presets() -> _Parser:
    parser = _Parser(prog="playground presets", description="List the presets.")
    _add_json(parser, "one array with the name, title and data of each preset")
    parser.set_defaults(command=_lazily("presets", "list_presets"))
    return parser


def _train() -> _Parser:
    parser = _Parser(
        prog="playground train",
        description="Train a preset, or train on from the weights of a file, and say what was "
        "reached. Ctrl-C ends the training with what it has reached so far.",
    )
    parser.add_argument("what", metavar="NAME|FILE", help="a preset or an experiment file")
    parser.add_argument(
        "--epochs", metavar="N", help="stop after N epochs, in place of the experiment's own limit"
    )
    parser.add_argument(
        "--seconds", metavar="S", help="stop after S seconds of training at the latest"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="PATH=VALUE",
        help="change a setting, such as training.learning_rate=0.01, layers.0.units=32 (of a dense "
        "layer), layers.0.kernel=5 (of a convolution) or training.optimizer=momentum; may be given "
        "several times",
    )
    parser.add_argument(
        "--body",
        metavar="FILE",
        help="begin with the trained layers of a file, as far as they fit; the output begins anew",
    )
    parser.add_argument("--out", metavar="FILE", help="save the trained network")
    _add_json(parser, "one object with what was reached")
    parser.set_defaults(command=_lazily("train", "train"))
    return parser


def _predict() -> _Parser:
    parser = _Parser(
        prog="playground predict",
        description="Read drawings the way the canvas does: pictures, dark on light or light on "
        'dark, of any size; or strokes as JSON, {"strokes": [[[x, y], ...], ...]}, y down and in '
        "any unit.",
    )
    parser.add_argument("file", metavar="FILE", help="an experiment file")
    parser.add_argument(
        "images",
        metavar="IMAGE",
        nargs="+",
        help="a PNG, JPEG or BMP picture, or a JSON file of strokes",
    )
    _add_json(parser, "one array with the file, label and probabilities of each drawing")
    parser.set_defaults(command=_lazily("predict", "predict"))
    return parser


def _write() -> _Parser:
    parser = _Parser(
        prog="playground write",
        description="Let a network that learned pen moves write a text, and save it as a drawing "
        "(SVG), a picture (PNG) or strokes (JSON). The same seed writes the same again.",
    )
    parser.add_argument("file", metavar="FILE", help="an experiment file")
    parser.add_argument("--text", required=True, metavar="TEXT", help="what to write, such as 3141")
    parser.add_argument(
        "--temperature",
        default=0.4,
        type=_temperature,
        metavar="T",
        help="how bold: 0 always makes the likeliest move, 1 draws moves as likely as the network "
        "tells; default: 0.4",
    )
    parser.add_argument(
        "--seed", default=0, type=_seed, metavar="N", help="what draws the moves; default: 0"
    )
    parser.add_argument(
        "--out", required=True, metavar="OUT.svg|.png|.json", help="where to save it"
    )
    parser.set_defaults(command=_lazily("write", "write"))
    return parser


def _reconstruct() -> _Parser:
    parser = _Parser(
        prog="playground reconstruct",
        description="Send a drawing through a network whose target is the input itself, print the "
        "squared error per pixel, and save a picture: the drawing as it is seen, as it comes back, "
        "and the difference, blue where it is too bright and orange where it is too dark.",
    )
    parser.add_argument("file", metavar="FILE", help="an experiment file")
    parser.add_argument(
        "image", metavar="IMAGE", help="a PNG, JPEG or BMP picture, or a JSON file of strokes"
    )
    parser.add_argument("--out", required=True, metavar="OUT.png", help="where to save the picture")
    _add_json(parser, "one object with the squared error")
    parser.set_defaults(command=_lazily("reconstruct", "reconstruct"))
    return parser


def _generate() -> _Parser:
    parser = _Parser(
        prog="playground generate",
        description="Let a network that learned to make pictures make some out of noise, and save "
        "them side by side. The same seed makes the same again.",
    )
    parser.add_argument("file", metavar="FILE", help="an experiment file")
    parser.add_argument(
        "--count", default=16, type=_count, metavar="N", help="how many pictures; default: 16"
    )
    parser.add_argument(
        "--digit",
        metavar="7",
        help="which digit, or which other class, of a generator that can be asked for one",
    )
    parser.add_argument(
        "--seed", default=0, type=_seed, metavar="N", help="what draws the noise; default: 0"
    )
    parser.add_argument("--out", required=True, metavar="OUT.png", help="where to save the sheet")
    parser.set_defaults(command=_lazily("generate", "generate"))
    return parser


def _check() -> _Parser:
    parser = _Parser(
        prog="playground check",
        description="Compare the gradients that backpropagation computes with differences of the "
        "loss, tensor by tensor. Ends with exit code 0, or 1 where a gradient is wrong.",
    )
    parser.add_argument("what", metavar="NAME|FILE", help="a preset or an experiment file")
    _add_json(parser, "one object with the verdict and the errors of each tensor")
    parser.set_defaults(command=_lazily("check", "check"))
    return parser


def _download() -> _Parser:
    parser = _Parser(
        prog="playground download",
        description="Fetch published data sets that are too large to travel with the program, such "
        "as mnist and fashion-mnist, and check every byte. Ctrl-C ends it; files that have come "
        "whole are kept.",
    )
    parser.add_argument("names", metavar="NAME", nargs="+", help="a data set")
    _add_json(parser, "one array with the name, folder, files and bytes of each data set")
    parser.set_defaults(command=_lazily("download", "download_data"))
    return parser


def _screenshot() -> _Parser:
    parser = _Parser(
        prog="playground screenshot",
        description="Train a preset for a while in a window that needs no display, and save the "
        "window's picture.",
    )
    parser.add_argument("out", metavar="OUT.png", help="where to save the picture")
    parser.add_argument("--preset", default="digits", metavar="NAME", help="default: digits")
    parser.add_argument(
        "--seconds", default=5.0, type=_seconds, metavar="S", help="how long to train, default: 5"
    )
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    parser.add_argument(
        "--size", default=(1440, 900), type=_size, metavar="WxH", help="default: 1440x900"
    )
    parser.set_defaults(command=_lazily("window", "take_screenshot"))
    return parser


COMMANDS: dict[str, Callable[[], _Parser]] = {
    "presets": _presets,
    "train": _train,
    "predict": _predict,
    "write": _write,
    "reconstruct": _reconstruct,
    "generate": _generate,
    "check": _check,
    "download": _download,
    "screenshot": _screenshot,
}


def _add_json(parser: _Parser, what: str) -> None:
    parser.add_argument("--json", action="store_true", help=f"print JSON: {what}")


def _lazily(module: str, function: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that is imported when it is called: ``--help`` needs no NumPy and no Qt."""

    def command(arguments: argparse.Namespace) -> int:
        loaded = import_module(f"playground.cli.{module}")
        gc.enable()
        code: int = getattr(loaded, function)(arguments)
        return code

    return command


def _seconds(word: str) -> float:
    most = fixed(_MOST_SECONDS, 0)
    return _from_0_to(_MOST_SECONDS, word, f"a number of seconds from 0 to {most}")


def _temperature(word: str) -> float:
    return _from_0_to(_HOTTEST, word, f"a number from 0, careful, to {number(_HOTTEST)}, bold")


def _from_0_to(most: float, word: str, wanted: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"expects {wanted}, not {word!r}")
    return value


def _seed(word: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", word):
        raise argparse.ArgumentTypeError(
            f"expects a whole number of up to nine digits, not {word!r}"
        )
    return int(word)


def _count(word: str) -> int:
    count = int(word) if re.fullmatch(r"[0-9]{1,5}", word) else 0
    if not 1 <= count <= _MOST_PICTURES:
        raise argparse.ArgumentTypeError(
            f"expects a whole number from 1 to {_MOST_PICTURES}, not {word!r}"
        )
    return count


def _size(word: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})[x×](\d{1,6})", word)
    sides = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(_SMALLEST_SIDE <= side <= _LARGEST_SIDE for side in sides):
        raise argparse.ArgumentTypeError(
            f"expects a width and a height from {_SMALLEST_SIDE} to {_LARGEST_SIDE} such as "
            f"1440x900, not {word!r}"
        )
    return sides
