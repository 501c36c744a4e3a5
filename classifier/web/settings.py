"""What whoever starts the server decides, and the limits that keep it answering."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from classifier.loading import user_data_folder

#: Names by which a server on the own machine may be called.
LOCAL = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a server runs.

    Parameters
    ----------
    host : str
        Address it listens on.
    names : frozenset of str
        Names by which it may be called, besides those of the own machine: what the ``Host`` header may say.
    token : str or None
        Must come with every request, as Bearer or as the password of HTTP Basic. None only where the address is the own machine.
    model : str or None
        A model folder; what is promoted by default, and then followed when another is promoted.
    folder : Path
        Where jobs are kept.
    store : Path or None
        The case store for corrections; the user's own by default.
    most_body : int
        Bytes of a request; an upload may be ``most_upload``.
    most_upload : int
        Bytes of a file to be labelled.
    most_texts, most_characters : int
        Texts in a request, and characters of each.
    most_waiting : int
        Requests that are worked on or wait at the same time; one more is told to come back.
    most_jobs : int
        Jobs that are kept.
    days : float
        After which a job is deleted.
    workers : int or None
        Processes of a job; by default one for each core.
    """

    host: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    token: str | None = None
    model: str | None = None
    folder: Path = field(default_factory=lambda: user_data_folder() / "jobs")
    store: Path | None = None
    most_body: int = 12_000_000
    most_upload: int = 200_000_000
    most_texts: int = 1000
    most_characters: int = 1_000_000
    most_waiting: int = 256
    most_jobs: int = 20
    days: float = 7.0
    workers: int | None = None
