"""What trained layers are worth on few examples, as the lens measures it; run from the checkout.

    python tests/benchmarks/few_examples.py [PRESET …]

For each preset a line a way: the test part read right after 1, 2, 5 and 10 examples a class, mean
and standard deviation over ten draws, and in brackets the gain on scratch with its standard error.
"""

import math
import sys

from playground.analysis.few_examples import compare, ways_for
from playground.training.presets import preset

PRESETS = ("transfer-symbols", "few-labels")


def main(names: list[str]) -> None:
    for name in names or PRESETS:
        experiment = preset(name).experiment
        *_, trials = compare(experiment, ways_for(experiment, experiment.data.load()))
        print(f"{name}: {trials.counts} examples a class, {trials.tested} test examples")
        for way, begun in enumerate(trials.ways):
            cells = []
            for count in range(len(trials.counts)):
                scores, gains = 100 * trials.at(way, count), 100 * trials.gain(way, count)
                error = gains.std(ddof=1) / math.sqrt(len(gains))
                gained = f"({gains.mean():+5.1f} ± {error:.1f})"
                cells.append(f"{scores.mean():5.1f} ± {scores.std():4.1f} {gained}")
            print(f"  {begun.title:42}", "  ".join(cells))


if __name__ == "__main__":
    main(sys.argv[1:])
