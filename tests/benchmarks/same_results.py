"""Compares what two checkouts compute, on this machine, for every bundled preset.

    python tests/benchmarks/same_results.py OLD_CHECKOUT [NEW_CHECKOUT] [PRESET ...]

After 200 steps: the parameters, the statistics and the optimizer's moments; the same network saved
and opened again; every number and every word of one step in slow motion; and the reports of some
neurons. Both checkouts run with the Python that runs this script. Numbers are "same" where they
agree bit for bit, else their largest difference relative to the largest number of that array is
told. Digests are not kept: they differ between processors.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import os
import pickle
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

STEPS = 200
_PLACES = {
    "walk": ("playground.analysis.slow_step", "playground.training.slow_step"),
    "neuron_report": ("playground.analysis.neurons.report", "playground.training.neuron_report"),
    "Neuron": ("playground.analysis.neurons.neuron", "playground.training.neuron"),
}


def _find(name: str) -> Any:
    for place in _PLACES[name]:
        try:
            return getattr(importlib.import_module(place), name)
        except ModuleNotFoundError:
            continue
    raise LookupError(name)


def _plain(value: Any) -> Any:
    """Return a value as lists, dictionaries, texts and arrays, whatever its classes are called."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = [field.name for field in dataclasses.fields(value)]
        return {name: _plain(getattr(value, name)) for name in own}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.ndarray | float | int | str | bool) or value is None:
        return value
    return type(value).__name__


def _stages(slow: Any) -> list[Any]:
    stages = []
    for stage in slow.stages:
        shown = [stage.phase, stage.label, stage.title, stage.formula, stage.shapes]
        shown += [stage.explanation, stage.event, stage.table]
        shown += [(m.symbol, m.title, m.rows, m.columns, m.layer, m.values) for m in stage.matrices]
        if stage.arithmetic is not None and stage.computed is not None:
            rows, columns = stage.computed.values.shape
            shown += [stage.arithmetic(0, 0), stage.arithmetic(rows - 1, columns - 1)]
        stages.append(_plain(shown))
    return stages


def compute(name: str) -> dict[str, Any]:
    """Return what this checkout computes for a preset."""
    from playground.errors import PlaygroundError
    from playground.storage import experiment_file
    from playground.training.model import Model
    from playground.training.presets import preset
    from playground.training.trainer import Pulse, Trainer

    trainer = Trainer(preset(name).experiment)
    steps = (pulse for pulse in trainer.run() if pulse is not Pulse.PREPARED)
    said = ""
    try:
        for _ in islice(steps, STEPS):
            pass
    except PlaygroundError as error:  # a preset that is made to diverge: it is rolled back
        said = str(error)
    start = trainer.next_step()
    snapshot = trainer.snapshot()
    found: dict[str, Any] = {
        "steps": [start.parameters, start.statistics, start.moments, start.rows, said],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "saved.playground"
        moment = getattr(trainer, "moment", trainer.snapshot)()  # earlier ones saved a snapshot
        asked = inspect.signature(experiment_file.save).parameters  # earlier ones for less
        given = trainer.prepared if "prepared" in asked else trainer.prepared.normalization
        experiment_file.save(path, moment, given)
        opened = experiment_file.read(path)
        found["file"] = [opened.parameters, opened.statistics, opened.normalization.mean]
    dataset = trainer.prepared.dataset
    try:
        slow = _find("walk")(start, dataset)
        found["step through"] = _stages(slow)
        found["step's end"] = [slow.parameters, slow.statistics]
    except Exception as error:
        found["step through"] = found["step's end"] = str(error)
    model = Model(trainer.experiment, dataset, trainer.prepared.normalization)
    model.show(snapshot)
    targets = trainer.next_step().targets[:1]
    report, neuron = _find("neuron_report"), _find("Neuron")
    names = [("input", 0)] + [
        (layer.name, unit)
        for layer in model.network.layers
        for unit in {0, layer.output_features // 2}
    ]
    found["inspector"] = [
        _told(report(model, neuron(layer, unit), dataset.inputs[0], targets))
        for layer, unit in names
    ]
    return found


_FIGURES = "a loss grad_a grad_z sum bend frozen silenced image wanted feature".split()


def _told(report: Any) -> dict[str, Any]:
    """Return what a report says, whichever of its parts says it."""
    links = report.links if isinstance(report.links, tuple) else [report.links]
    parts = [report, *([report.told] if hasattr(report, "told") else [])]
    told = {
        name: _plain(getattr(next(part for part in parts if hasattr(part, name)), name))
        for name in _FIGURES
    }
    return {**told, "links": [_plain(each) for each in links if each is not None]}


def _differences(old: Any, new: Any, path: str, found: list[tuple[float, str]]) -> None:
    if isinstance(old, np.ndarray) or isinstance(new, np.ndarray):
        old, new = np.asarray(old), np.asarray(new)
        if old.shape != new.shape:
            found.append((np.inf, f"{path}: {old.shape} became {new.shape}"))
        elif old.tobytes() != new.tobytes():
            largest = float(np.abs(np.nan_to_num(old)).max(initial=0)) or 1.0
            found.append((float(np.abs(np.nan_to_num(new - old)).max()) / largest, path))
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                _differences(old[key], new[key], f"{path}.{key}", found)
            elif old[key] is not None:
                found.append((np.inf, f"{path}.{key} is gone"))
    elif isinstance(old, list) and isinstance(new, list):
        if len(old) != len(new):
            found.append((np.inf, f"{path}: {len(old)} became {len(new)}"))
        for index, (one, other) in enumerate(zip(old, new, strict=False)):
            _differences(one, other, f"{path}[{index}]", found)
    elif isinstance(old, float) and isinstance(new, float):
        if old != new and not (np.isnan(old) and np.isnan(new)):
            found.append((abs(new - old) / (abs(old) or 1.0), path))
    elif old != new:
        found.append((np.inf, f"{path}: {str(old)[:70]!r} became {str(new)[:70]!r}"))


def main(arguments: list[str]) -> int:
    """Run both checkouts and print what differs; return 1 where trained numbers do."""
    if arguments[0] == "--compute":
        sys.stdout.buffer.write(pickle.dumps(compute(arguments[1])))
        return 0
    places = [Path(each) for each in arguments if Path(each, "playground").is_dir()]
    old, new = places[0], [*places, Path(__file__).parents[2]][1]
    asked = [each for each in arguments if not Path(each).is_dir()]
    names = asked or [path.stem for path in sorted((old / "resources" / "presets").glob("*.json"))]
    worst = 0
    for name in names:
        results = []
        for place in (old, new):
            done = subprocess.run(
                [sys.executable, str(Path(__file__).resolve()), "--compute", name],
                cwd=place,
                env={**os.environ, "PYTHONPATH": str(place.resolve())},
                capture_output=True,
                check=False,
            )
            if done.returncode:
                print(f"{name}: {place} failed: {done.stderr.decode().splitlines()[-1]}")
                break
            results.append(pickle.loads(done.stdout))
        if len(results) < 2:
            worst = 1
            continue
        words = []
        for part in results[0]:
            found: list[tuple[float, str]] = []
            _differences(results[0][part], results[1][part], part, found)
            if not found:
                words.append(f"{part}: same")
                continue
            largest, path = max(found)
            words.append(f"{part}: {len(found)} differ, at most {largest:.1e} ({path})")
            worst |= part in ("steps", "file")
        print(f"{name:22}", " · ".join(words), flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
