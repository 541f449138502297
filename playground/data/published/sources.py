"""The data sets that are too large to travel with the program: their files, and where they lie."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from playground.errors import MissingDataError

FOLDER_VARIABLE = "PLAYGROUND_DATA"


@dataclass(frozen=True)
class SourceFile:
    """A file called as its makers call it, and its bytes; it is read once its SHA-256 holds."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Source:
    """A published data set.

    Parameters
    ----------
    name, title
        The data set's, as in :data:`playground.data.catalogue.DATASETS`.
    files
        What it consists of.
    mirrors
        Addresses of folders that hold all the files, the first tried first.
    licence, citation
        The terms, and whom to name.
    """

    name: str
    title: str
    files: tuple[SourceFile, ...]
    mirrors: tuple[str, ...]
    licence: str
    citation: str

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)


_TRAIN_IMAGES, _TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
_TEST_IMAGES, _TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"

MNIST = Source(
    "mnist",
    "MNIST",
    (
        SourceFile(
            _TRAIN_IMAGES,
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            9_912_422,
        ),
        SourceFile(
            _TRAIN_LABELS,
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            28_881,
        ),
        SourceFile(
            _TEST_IMAGES,
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            1_648_877,
        ),
        SourceFile(
            _TEST_LABELS,
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            4_542,
        ),
    ),
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    "CC BY-SA 3.0",
    "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits (1998)",
)
FASHION_MNIST = Source(
    "fashion-mnist",
    "Fashion-MNIST",
    (
        SourceFile(
            _TRAIN_IMAGES,
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            26_421_880,
        ),
        SourceFile(
            _TRAIN_LABELS,
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            29_515,
        ),
        SourceFile(
            _TEST_IMAGES,
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            4_422_102,
        ),
        SourceFile(
            _TEST_LABELS,
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            5_148,
        ),
    ),
    (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    ),
    "MIT",
    "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv:1708.07747 (2017)",
)
SOURCES: dict[str, Source] = {source.name: source for source in (MNIST, FASHION_MNIST)}


def cache_folder(source: Source) -> Path:
    """Return where downloads of a source are kept."""
    return Path(platformdirs.user_cache_dir("playground", appauthor=False)) / source.name


def folders(source: Source) -> list[Path]:
    """Return where a source's files are looked for, in that order.

    The folder that ``PLAYGROUND_DATA`` names, its subfolder of the source's name, the cache.
    """
    given = os.environ.get(FOLDER_VARIABLE)
    own = [Path(given) / source.name, Path(given)] if given else []
    return [*own, cache_folder(source)]


def files_of(source: Source) -> dict[str, Path]:
    """Return the path of each of a source's files, whose checksums hold.

    Raises
    ------
    MissingDataError
        When no folder holds all of them.
    """
    for folder in folders(source):
        paths = {file.name: folder / file.name for file in source.files}
        if all(holds(paths[file.name], file) for file in source.files):
            return paths
    raise MissingDataError(
        source.name,
        f"{source.title} is not on this computer yet ({source.size / 1e6:.1f} MB): download it, "
        "or choose the folder that holds its files.",
    )


def holds(path: Path, file: SourceFile) -> bool:
    """Return whether a file on the disk is the published one, byte by byte."""
    import hashlib  # not needed to start

    try:
        if path.stat().st_size != file.size:
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    except OSError:
        return False
