"""What a run is doing."""

import enum


class RunState(enum.Enum):
    """What the run is doing; controls are enabled by it."""

    IDLE = "idle"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
