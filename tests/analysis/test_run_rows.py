"""Tests of what the table of runs says."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from playground.analysis.run_rows import RunRow, columns_of, csv_of, curve, rows_of, spreads
from playground.fields import replace_at
from playground.nn.losses import MeanSquaredError
from playground.training.experiment import Experiment
from playground.training.runs import Runs
from playground.training.trainer import Pulse, Trainer

EXPERIMENT = replace_at(Experiment(), "data.name", "iris")


def trained(runs, experiment, epochs=2, start=None, number=0):
    trainer = Trainer(experiment, run=number, start=start)
    runs.note(trainer.moment(), "Start")
    for pulse in trainer.run():
        if pulse is Pulse.EPOCH:
            runs.note(trainer.moment())
            if trainer.epoch == epochs:
                return trainer.moment()
    raise AssertionError


@pytest.fixture
def runs():
    runs = Runs()
    trained(runs, EXPERIMENT, number=1)
    trained(runs, replace(EXPERIMENT, seed=7), 3, number=2)
    return runs


def test_the_best_is_the_largest_test_score_since_the_run_began(runs):
    row = RunRow.of(runs.runs[1])
    assert row.best == row.run.history.columns["test_accuracy"].max()
    assert (row.epochs, row.metric.word, row.origin) == (3, "accuracy", "from the start")
    assert row.parameters == len(row.run.last.parameters)


def test_a_branch_has_only_its_own_part_of_the_curve(runs):
    last = runs.runs[1].last
    faster = replace_at(last.experiment, "training.learning_rate", 0.1)
    trained(runs, faster, 5, start=replace(last, experiment=faster), number=2)
    assert RunRow.of(runs.runs[2]).origin == "from Run 2, epoch 3"
    assert list(curve(runs.runs[2], "accuracy")[0]) == [3, 4, 5]


def test_a_branch_of_what_is_forgotten_tells_where_it_began(runs):
    last = runs.runs[1].last
    faster = replace_at(last.experiment, "training.learning_rate", 0.1)
    trained(runs, faster, 5, start=replace(last, experiment=faster), number=2)
    runs.keep_within(1)
    (run,) = runs
    assert RunRow.of(run).origin == "from epoch 3"
    assert list(curve(run, "accuracy")[0]) == [3, 4, 5]


def test_the_losses_of_a_branch_with_another_loss_begin_after_its_start(runs):
    last = runs.runs[1].last
    other = replace_at(last.experiment, "training.loss", MeanSquaredError())
    trained(runs, other, 5, start=replace(last, experiment=other), number=2)
    assert list(curve(runs.runs[2], "loss")[0]) == [4, 5]
    assert list(curve(runs.runs[2], "accuracy")[0]) == [3, 4, 5]


def test_runs_that_differ_in_the_seed_only_are_summed_up(runs):
    rows = rows_of(list(runs))
    best = [row.best for row in rows]
    mean, off = 100 * np.mean(best), 100 * np.std(best, ddof=1)
    told = f"2 runs that differ in the seed only: {mean:.1f} % ± {off:.1f} % (standard deviation)."
    assert spreads(rows) == dict.fromkeys(runs, told)
    trained(runs, replace_at(EXPERIMENT, "training.learning_rate", 0.5), number=3)
    rows = rows_of(list(runs))
    assert spreads(rows) == dict.fromkeys(runs.runs[:2], told)


def test_columns_are_what_differs_with_its_commonest_value(runs):
    trained(runs, replace(EXPERIMENT, seed=8), number=3)
    trained(runs, replace_at(EXPERIMENT, "training.learning_rate", 0.5), number=4)
    columns = columns_of(rows_of(list(runs)))
    assert columns == {"training.learning_rate": 0.001, "seed": 42}


def test_a_csv_has_a_row_for_each_run_and_the_settings_that_differ(runs):
    runs.runs[0].name, runs.runs[0].note = "First, of all", 'with a "quote"'
    table = list(csv.DictReader(io.StringIO(csv_of(rows_of(list(runs))))))
    assert [row["run"] for row in table] == ["First, of all", "Run 2"]
    assert [row["Seed"] for row in table] == ["42", "7"]
    assert table[0]["note"] == 'with a "quote"'
    assert float(table[1]["best on test"]) == RunRow.of(runs.runs[1]).best
    assert "Learning rate" not in table[0]


def test_what_is_deleted_is_left_out_until_it_comes_back(runs):
    first, second = runs.runs
    assert runs.current is second
    runs.leave_out((second.number,))
    assert list(runs) == [first]
    assert runs.current is None
    runs.leave_out(())
    assert list(runs) == [first, second]
