"""What labels the file of one job: a process of its own, started by the server with the job's folder."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from classifier import messages
from classifier.cli.streams import write_private
from classifier.errors import ScamtypeError

TASK, PROGRESS, RESULT = "task.json", "progress.json", "result.json"
#: Seconds between two looks at how far it is.
_EVERY = 0.3


def main(folder: str) -> int:
    """Label.

    Parameters
    ----------
    folder : str
        With ``task.json``, and the input in ``in``; the output, the report, ``progress.json`` and at last ``result.json`` come beside it.

    Returns
    -------
    int
        0 if there is an output, 1 if not, 130 if it was interrupted and can be taken up again.
    """
    from classifier.batch.plan import Options
    from classifier.batch.run import label_files

    home, server = Path(folder).resolve(), os.getppid()
    task = json.loads((home / TASK).read_text(encoding="utf-8"))
    messages.set_language(task["lang"])
    # By its name alone, so that this is what the report and every message call it.
    os.chdir(home / "in")
    os.umask(0o077)
    said, last = list[str](), 0.0

    def watch(done: int, total: int) -> None:
        nonlocal last
        if os.getppid() != server:
            raise KeyboardInterrupt  # nobody waits any more; the next server takes it up
        if time.monotonic() - last >= _EVERY or done == total:
            last = time.monotonic()
            _write(home / PROGRESS, {"done": done, "total": total})

    options = Options(
        column=task["column"],
        model=task["model"],
        lang=task["lang"],
        report=str(home / "report.html"),
        force=True,
        resume=True,
        workers=task["workers"],
        commit_every=1.0,
    )
    try:
        summaries = label_files([task["name"]], str(home / task["output"]), options, say=said.append, watch=watch)
    except KeyboardInterrupt:
        return 130
    except ScamtypeError as error:
        _write(home / RESULT, {"failed": str(error), "lines": said})
        return 1
    except Exception as error:
        _write(home / RESULT, {"failed": messages.text("internal", kind=type(error).__name__), "lines": said})
        return 1
    _write(home / RESULT, {"failed": "", "lines": [*said, *(line for summary in summaries for line in summary.lines())]})
    return 0


def _write(path: Path, value: object) -> None:
    write_private(str(path), json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
