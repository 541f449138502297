"""Errors whose message is one sentence that the user can act on."""

from playground.plain_text import visible


class PlaygroundError(Exception):
    """An expected mistake: what was expected, what came, and what to do.

    What came, such as a file's name, may be a stranger's: the sentence stays one line of text.
    """

    def __str__(self) -> str:
        return visible(super().__str__())


class FieldError(PlaygroundError, ValueError):
    """A setting with a value that it cannot take.

    Parameters
    ----------
    path
        Where the setting lives in the experiment, such as ``training.learning_rate``.
    sentence
        What was expected, what came, and what to do.
    """

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path


class ShapeError(PlaygroundError):
    """An array or a layer whose shape does not fit its neighbour."""


class DataError(PlaygroundError):
    """A data set or picture that cannot be read or used."""


class InputError(DataError, ValueError):
    """Examples or targets given to ``fit`` or ``predict`` that cannot be used.

    A ``ValueError`` too, which is what scikit-learn and its users expect; so are its lists of
    columns, a line each.
    """

    def __str__(self) -> str:
        return Exception.__str__(self)


class FileError(PlaygroundError):
    """An experiment file that cannot be read or written."""


class Cancelled(PlaygroundError):
    """The user stopped a piece of work, such as an import or a download."""

    def __init__(self) -> None:
        super().__init__("The work was stopped.")


class DivergedError(PlaygroundError):
    """A loss that is no longer a finite number."""


class MissingDataError(DataError):
    """A published data set whose files are not here.

    Parameters
    ----------
    source
        The data set's name in :data:`playground.data.published.sources.SOURCES`.
    sentence
        What is missing, and what to do.
    """

    def __init__(self, source: str, sentence: str) -> None:
        super().__init__(sentence)
        self.source = source
