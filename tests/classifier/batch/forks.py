"""A process that has loaded the model and forks one child for each run that is asked for, so that a hundred runs can be killed cheaply.

Reads lines of JSON: inputs, output, options, and when the run is killed: after some seconds, or as soon as a file is there; null is never.
Answers with the run's exit status and how long it took. The children are real processes that do all a run does, in one process.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

from classifier.batch.plan import Options
from classifier.batch.run import label_files
from classifier.classifier import loaded
from classifier.errors import ScamtypeError
from classifier.loading import shipped_model


def run(job: dict) -> int:
    try:
        label_files(job["inputs"], job["output"], Options(**job["options"]), say=lambda line: None)
    except ScamtypeError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


def wait(until: float | str) -> None:
    if isinstance(until, float):
        time.sleep(until)
        return
    while not os.path.exists(until):
        time.sleep(0.001)


def main() -> None:
    loaded(str(shipped_model())).classify_block(["对方让我刷单返利"])
    for line in sys.stdin:
        job = json.loads(line)
        began = time.monotonic()
        child = os.fork()
        if not child:
            os._exit(run(job))
        if job["kill"] is not None:
            wait(job["kill"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - began}), flush=True)


main()
