"""The output of a folder run: one file a partition, and a manifest that says what they are; checked before and after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any

import classifier
from classifier import messages
from classifier.batch.journal import beside, settle
from classifier.batch.plan import Options
from classifier.batch.summary import Totals
from classifier.engines.partitions import Done, Partition, file_hash, write_private
from classifier.errors import InputError, OutputError

#: Raised when the manifest of an older program cannot be read.
FORMAT = 1
MANIFEST = "manifest.json"
#: Options that change nothing in the output.
_MEANINGLESS = frozenset({"force", "resume", "workers", "commit_every", "model"})


class Folder:
    """The folder of one run.

    Parameters
    ----------
    path : Path
        Where it is, seen from everywhere.
    partitions : sequence of Partition
        What shall stand in it.
    fingerprint : dict of str to str
        As ``fingerprint_of`` gives it.
    """

    def __init__(self, path: Path, partitions: Sequence[Partition], fingerprint: dict[str, str]) -> None:
        self.path = path
        self.partitions = list(partitions)
        self.fingerprint = fingerprint

    @contextmanager
    def held(self, *, resume: bool, force: bool) -> Iterator[None]:
        """Hold the folder against other runs, once it is sure that it may be used.

        Parameters
        ----------
        resume, force : bool
            Go on with what stands there, or replace it.

        Yields
        ------
        None
            While it is held.

        Raises
        ------
        OutputError
            If another run works in it, it is not empty and neither is wanted, or what stands there is of another run.
        """
        from filelock import FileLock, Timeout

        if any(partition.source.path.parent == self.path for partition in self.partitions):
            raise OutputError("output_is_input", path=self.path)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(str(self.path / ".scamtype.lock"), timeout=0, mode=0o600)
            with lock:
                try:
                    self._begin(resume=resume, force=force)
                    yield
                finally:
                    with suppress(OSError):
                        Path(lock.lock_file).unlink()
        except Timeout as error:
            raise OutputError("output_busy", path=self.path) from error
        except OSError as error:
            raise OutputError("output_failed", path=self.path, reason=error.strerror or error) from error

    def _begin(self, *, resume: bool, force: bool) -> None:
        there = [entry for entry in self.path.iterdir() if entry.name != ".scamtype.lock"]
        if there and not resume and not force:
            raise OutputError("output_folder_not_empty", path=self.path)
        if resume:
            self._check_same()

    def clear(self) -> None:
        """Throw away what a run before left, the manifest first: without it nothing counts as finished."""
        for pattern in (MANIFEST, ".part-*.facts", "part-*"):
            for entry in sorted(self.path.glob(pattern)):
                entry.unlink()

    def _check_same(self) -> None:
        expected = {partition.file for partition in self.partitions}
        for facts in self.path.glob(".part-*.facts"):
            written = _read(facts)["fingerprint"]
            for what in ("inputs", "model", "options"):
                if written.get(what) != self.fingerprint[what]:
                    raise OutputError(f"changed_{what}", path=self.path)
        if any(entry.name not in expected for entry in self.path.glob("part-*")):
            raise OutputError("changed_inputs", path=self.path)

    def _clear_work(self) -> None:
        """What killed workers left."""
        for entry in self.path.glob(".part-*.work"):
            rmtree(entry, ignore_errors=True)

    def finished_before(self) -> dict[str, Done]:
        """Partitions that an interrupted run finished and that still are as it left them.

        Returns
        -------
        dict of str to Done
            By the name of the output.
        """
        done = {}
        for partition in self.partitions:
            with suppress(OutputError, OSError, KeyError, TypeError):
                before = Done(**_read(beside(self.path / partition.file, "facts"))["done"])
                if file_hash(self.path / partition.file) == before.sha256:
                    done[partition.file] = before
        return done

    def finish(self, done: Sequence[Done], totals: Totals, options: Options) -> None:
        """Write the manifest, and clear away what was only for going on.

        Parameters
        ----------
        done : sequence of Done
            All partitions, in their order.
        totals : Totals
            Counts over them.
        options : Options
            What was chosen.

        Raises
        ------
        OutputError
            If an output is not seen from here as the worker wrote it.
        """
        for partition in done:
            file = self.path / partition.file
            if not file.exists() or file.stat().st_size != partition.size:
                raise OutputError("output_not_shared", path=file)
        manifest = {
            "format": FORMAT,
            "scamtype": classifier.__version__,
            "fingerprint": self.fingerprint,
            "options": _chosen(options),
            "totals": totals.to_json(),
            "partitions": [
                {
                    "file": partition.file,
                    "source": partition.source,
                    "row_group": partition.group,
                    "column": partition.column,
                    "rows": partition.totals["rows"],
                    "errors": partition.totals["errors"],
                    "size": partition.size,
                    "sha256": partition.sha256,
                }
                for partition in done
            ],
        }
        fresh = beside(self.path / MANIFEST, "part")
        write_private(fresh, manifest)
        settle(fresh, self.path / MANIFEST)
        for facts in self.path.glob(".part-*.facts"):
            facts.unlink()
        self._clear_work()

    def finished(self) -> Totals | None:
        """What the same run came to, if it has ended here before and everything is still as it was.

        Returns
        -------
        Totals or None
            None if there is no manifest.

        Raises
        ------
        OutputError
            If there is one, of another run, or something was changed since.
        """
        if not (self.path / MANIFEST).exists():
            return None
        manifest = verify(self.path)
        for what in ("inputs", "model", "options"):
            if manifest["fingerprint"].get(what) != self.fingerprint[what]:
                raise OutputError(f"changed_{what}", path=self.path)
        return Totals.from_json(manifest["totals"])


def verify(folder: Path) -> dict[str, Any]:
    """Check a finished folder against its manifest.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    OutputError
        If the manifest or a partition is missing, or is not as it was written.
    """
    manifest = _read(folder / MANIFEST)
    try:
        for partition in manifest["partitions"]:
            file = folder / partition["file"]
            if not file.is_file() or file.stat().st_size != partition["size"] or file_hash(file) != partition["sha256"]:
                raise OutputError("manifest_broken", path=file)
    except (KeyError, TypeError, OSError) as error:
        raise OutputError("manifest_broken", path=folder / MANIFEST) from error
    return manifest


def _read(path: Path) -> dict[str, Any]:
    try:
        written = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise OutputError("manifest_broken", path=path) from error
    if not isinstance(written, dict):
        raise OutputError("manifest_broken", path=path)
    return written


def _chosen(options: Options) -> dict[str, object]:
    return {name: value for name, value in asdict(options).items() if name not in _MEANINGLESS} | {"report": options.report is not None}


def fingerprint_of(partitions: Sequence[Partition], model: str, options: Options) -> dict[str, str]:
    """Hashes of what the outputs depend on.

    Parameters
    ----------
    partitions : sequence of Partition
        The inputs, known by path, size and time: on a cluster they may be too large to be read twice.
    model : str
        ``model_hash`` of the model.
    options : Options
        What else was chosen.

    Returns
    -------
    dict of str to str
        By what they are of: ``inputs``, ``model``, ``options``.

    Raises
    ------
    InputError
        If an input is gone.
    """
    inputs = []
    for partition in partitions:
        try:
            state = partition.source.path.stat()
        except OSError as error:
            raise InputError("file_unreadable", path=partition.source.name, reason=error.strerror or error) from error
        inputs.append([str(partition.source.path), state.st_size, state.st_mtime_ns, partition.group])
    chosen = [classifier.__version__, messages.language(), _chosen(options)]
    return {"inputs": _hash(inputs), "model": model, "options": _hash(chosen)}


def _hash(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
