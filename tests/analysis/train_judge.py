"""Trains the judge, resources/judge/, on people's handwriting alone; run it from the checkout.

    python tests/analysis/train_judge.py

Digits: the pen strokes of 25 writers as pictures of 28×28, each as it was written and eight times
varied. Letters: those of 14 people, as drawn and 15 times varied. Both are tested on people from
whom the network learns nothing: five writers, and six.

Also the examiner of made pictures, who reads digits of 8×8: those of 13 people and the pen strokes
of 25 more.
"""

from pathlib import Path

import numpy as np

from playground import (
    Conv2D,
    Cosine,
    Dense,
    Flatten,
    MaxPool,
    Network,
    dataset,
    prepare,
    save,
)

FOLDER = Path(__file__).parents[2] / "resources" / "judge"
EPOCHS = {"pendigits": 4, "letters": 8, "digits+pendigits": 20}
SMALL = "digits+pendigits"

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, epochs in EPOCHS.items():
        parts = prepare(dataset(name), test_fraction=0.2, standardize=False, seed=0)
        names = np.array(parts.dataset.class_names)
        hidden = (Conv2D(8, kernel=5), MaxPool(), Conv2D(16, kernel=5), MaxPool(), Flatten())
        if name == SMALL:
            hidden = (Dense(128, "relu"), Dense(64, "relu"))
        layers = [*hidden, Dense(len(names), "softmax")]
        network = Network(parts.dataset.input_shape, layers)
        network.fit(
            np.asarray(parts.train_inputs),
            names[parts.train_targets],
            learning_rate=0.003,
            schedule=Cosine(epochs, end=0.02),
            epochs=epochs,
            batch_size=64,
        )
        score = network.score(np.asarray(parts.test_inputs), names[parts.test_targets])
        print(f"{name}: reads {score:.1%} of {len(parts.test_targets)}")
        save(network, FOLDER / f"{'digits' if name == SMALL else name}.playground")
