"""The command line knows the user's own data sets."""

import dataclasses

from playground.cli import main
from playground.data import catalogue
from playground.data.own import sets as own_sets


def test_own_data_sets_are_found_before_a_command_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(own_sets, "folder", lambda: tmp_path)
    mine = dataclasses.replace(catalogue.load("iris"), name="own-mine", title="Mine")
    catalogue.keep(mine)
    del catalogue.DATASETS["own-mine"]
    try:
        assert main(["presets"]) == 0
        assert catalogue.titles()["own-mine"] == "Mine"
    finally:
        catalogue.forget("own-mine")
