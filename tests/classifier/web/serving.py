"""Servers for the tests: one within the process, and real ones that a browser talks to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from fastapi.testclient import TestClient

from classifier.web.app import create_app
from classifier.web.settings import Settings

BASE = "http://127.0.0.1"


def client_of(folder: Path, **changes: object) -> TestClient:
    """A client of a server of its own."""
    settings = Settings(**{"folder": folder / "jobs", "store": folder / "cases.sqlite", "workers": 1, **changes})  # type: ignore[arg-type]
    return TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False)


class Server:
    """``scamtype serve`` as a process."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home, self.options = home, options
        self.start()

    def start(self, port: int = 0) -> None:
        environment = {**os.environ, "XDG_DATA_HOME": str(self.home), "SCAMTYPE_TOKEN": ""}
        command = [sys.executable, "-c", "from classifier.cli.app import entry; entry()", "serve", "--port", str(port), *self.options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True)
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        found = re.search(r"http://\S+:(\d+)/", line)
        assert found, line
        self.address, self.port = found.group(0).rstrip("/"), int(found.group(1))
        self.said: list[str] = []
        self._listening = threading.Thread(target=self.said.extend, args=(self.process.stderr,), daemon=True)
        self._listening.start()

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        code = self.process.wait(30)
        self._listening.join()
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code
