"""Keeps every test offscreen, on one BLAS thread, and away from the user's own folders."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
import short_sequences
from hypothesis import HealthCheck, settings

from playground.data import catalogue
from playground.nn.blas import limit_threads

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Plugins of pytest have loaded NumPy already, so the variable counts for child processes alone.
limit_threads()
_large = Path(__file__).parents[2] / "shared" / "data"
if _large.is_dir():
    os.environ.setdefault("PLAYGROUND_DATA", str(_large))
_away = tempfile.mkdtemp(prefix="playground-tests-")
atexit.register(shutil.rmtree, _away, ignore_errors=True)
for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
    # What one process of a run has rendered, the others read.
    if variable != "XDG_CACHE_HOME" or "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[variable] = os.path.join(_away, variable.lower())

# What an example takes says how busy the machine is, and nothing about the program.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def imported():
    """Keep what the imports made out of every later collection: it is most of the heap."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def nothing_left_open():
    """Collect garbage while pytest still listens: an open file in it fails the last test."""
    yield
    gc.collect()


@pytest.fixture
def sequences(monkeypatch):
    """Put the small sets of :mod:`short_sequences` into the table until the test ends."""
    for dataset in (short_sequences.points(), short_sequences.texts()):
        entry = catalogue.CatalogueEntry(dataset.title, lambda dataset=dataset: dataset)
        monkeypatch.setitem(catalogue.DATASETS, dataset.name, entry)
