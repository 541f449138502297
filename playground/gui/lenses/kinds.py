"""The one table of lenses. A lens's module is imported when its tab is first looked at.

All of them together take a quarter of the time that the window takes to start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from playground.analysis.codes.halves import has_code
from playground.analysis.generated.made import shows_made
from playground.analysis.steps.looking import looks_by_step
from playground.analysis.steps.states import reads_by_step
from playground.data.dataset import Dataset
from playground.gui.lenses.lens import Lens
from playground.gui.session.session import Session
from playground.training.model import Model


@dataclass(frozen=True)
class LensKind:
    """One way of looking.

    Parameters
    ----------
    key
        Its name for the program.
    title, tip
        What stands on its tab, and the tab's tool tip.
    make
        What builds it: a lens class, or module and class below ``playground.gui.lenses``.
    group
        The tab that it shares with others, as one of several ways of looking; "" where it has a
        tab of its own.
    of_numbers
        Its title where the answers are numbers, "" where it is the same.
    applies
        Whether there is anything to see of a model; without it always.
    of_data
        Whether it tells of what the data say, whatever the network is asked for.
    of_example
        Whether the examples of the data are of use beside it.
    """

    key: str
    title: str
    tip: str
    make: str | Callable[[Session], Lens]
    group: str = ""
    of_numbers: str = ""
    applies: Callable[[Model], bool] | None = None
    of_data: bool = False
    of_example: bool = True

    def title_for(self, dataset: Dataset) -> str:
        """Return the title that is true of a data set."""
        task = dataset.task.of_data if self.of_data else dataset.task
        return self.title if task.classifies else self.of_numbers or self.title

    def has_to_show(self, model: Model | None) -> bool:
        """Return whether there is anything to see of a model, where there is one."""
        return self.applies is None or (model is not None and self.applies(model))

    def build(self, session: Session) -> Lens:
        """Return a lens that follows a session."""
        if not isinstance(self.make, str):
            return self.make(session)
        module, _, name = self.make.partition(":")
        lens: Lens = getattr(import_module(f"playground.gui.lenses.{module}"), name)(session)
        return lens


LENSES: list[LensKind] = [
    LensKind(
        "data",
        "Data",
        "What the network learns from, and what it gets to see of it.",
        "data.data_lens:DataLens",
    ),
    LensKind(
        "network",
        "Diagram",
        "Every neuron and its strongest links, for the current example.",
        "diagram.lens:NetworkLens",
        group="Network",
    ),
    LensKind(
        "activations",
        "Activations",
        "How every neuron responds to the current example.",
        "activations.lens:ActivationsLens",
        group="Network",
    ),
    LensKind(
        "classes",
        "By class",
        "Which classes each neuron answers to, over all the data.",
        "classes.lens:ClassesLens",
        group="Network",
        of_numbers="By value",
        of_data=True,
    ),
    LensKind(
        "code",
        "Code",
        "The plane of the codes: where every example lies, and what each place decodes to.",
        "code.lens:CodeLens",
        applies=lambda model: has_code(model.network),
        of_example=False,
    ),
    LensKind(
        "writing",
        "Writing",
        "What the network wrote in the course of its training, and how it is read.",
        "writing.lens:WritingLens",
        applies=lambda model: model.dataset.writing is not None,
        of_example=False,
    ),
    LensKind(
        "generated",
        "Generated",
        "What the generator makes of noise, and how far the discriminator believes it.",
        "generated.lens:GeneratedLens",
        applies=lambda model: model.generator is not None and shows_made(model.dataset.kind),
        of_example=False,
    ),
    LensKind(
        "time",
        "Time",
        "How the answer changes while a sequence is read, and what the network remembers of it.",
        "time.lens:TimeLens",
        applies=lambda model: reads_by_step(model.network),
    ),
    LensKind(
        "attention",
        "Attention",
        "Which steps of the sequence each step looks at, head by head.",
        "attention.lens:AttentionLens",
        applies=lambda model: looks_by_step(model.network),
    ),
    LensKind(
        "weights",
        "Weights",
        "What each neuron has learned to look for, and how its weights got there.",
        "weights.lens:WeightsLens",
    ),
    LensKind(
        "confusion",
        "Confusion",
        "Which classes the network takes for which, and whether it knows.",
        "confusion.confusion_lens:ConfusionLens",
        group="Answers",
        of_numbers="Predictions",
        applies=lambda model: not model.dataset.task.of_itself,
    ),
    LensKind(
        "mistakes",
        "Mistakes",
        "Every example that the network gets wrong, the most confident ones first.",
        "confusion.mistakes_lens:MistakesLens",
        group="Answers",
        of_numbers="Errors",
    ),
    LensKind(
        "why",
        "Why",
        "Why the network answers as it does for the current example.",
        "why.why_lens:WhyLens",
        applies=lambda model: not model.dataset.task.at_every_step,
    ),
    LensKind(
        "step",
        "Step through",
        "One training step in slow motion: every formula with its real numbers.",
        "step.step_lens:StepThroughLens",
    ),
    LensKind(
        "few",
        "Few examples",
        "What trained layers are worth where there are few examples, beside none.",
        "few.lens:FewExamplesLens",
        applies=lambda model: bool(model.experiment.body or model.experiment.data.few),
        of_example=False,
    ),
    LensKind(
        "runs",
        "Runs",
        "Every course of training so far: what differs, how good it is, and the way back to it.",
        "runs.lens:RunsLens",
    ),
]
"""Every way of looking, in the order of the tabs; a window shows those that it finds here."""
