"""``playground presets``: what there is to start from."""

from __future__ import annotations

import argparse
import json
import sys

from playground.training.presets import presets
from playground.wording import aligned


def list_presets(arguments: argparse.Namespace) -> int:
    """Print a line, or a JSON object, for each preset."""
    rows = [
        {"name": preset.name, "title": preset.title, "data": preset.experiment.data.name}
        for preset in presets()
    ]
    if arguments.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    sys.stdout.write("\n".join(aligned([tuple(row.values()) for row in rows])) + "\n")
    return 0
