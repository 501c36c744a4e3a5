"""``scamtype serve`` under load against a bare FastAPI echo: ``python benchmarks/serving.py``. Prints the table of README.

Sixty-four clients on the same machine send single texts as fast as they are answered, to either server in turn. The echo does what any such server
must: it reads the JSON, checks it and sends it back. An answer other than 200 ends it all.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
import numpy as np

from training.corpus import build_corpus, shipped_cases

CLIENTS, REQUESTS, ROUNDS = 64, 3000, 3
ECHO = """
import socket, sys, uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
app = FastAPI()
class Text(BaseModel):
    text: str
@app.post("/v1/classify")
async def echo(asked: Text) -> Text:
    return asked
config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False)
bound = config.bind_socket()
bound.listen()
print(f"http://127.0.0.1:{bound.getsockname()[1]}/", file=sys.stderr, flush=True)
uvicorn.Server(config).run([bound])
"""


def main() -> None:
    """Measure and print."""
    texts = [case.text for case in build_corpus(shipped_cases()).split(held_out=True)]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_DATA_HOME": folder}
        commands = {
            "bare FastAPI echo": [sys.executable, "-c", ECHO],
            "scamtype serve, verdict with cues": [str(Path(sys.executable).with_name("scamtype")), "serve", "--port", "0"],
        }
        servers = {name: subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) for name, command in commands.items()}
        try:
            addresses = {name: address_of(server) for name, server in servers.items()}
            seconds: dict[str, list[float]] = {name: [] for name in servers}
            rates: dict[str, list[float]] = {name: [] for name in servers}
            for round_ in range(ROUNDS + 1):
                for name, address in addresses.items():
                    took, rate = asyncio.run(load(address, texts))
                    if round_:  # the first one warms up
                        seconds[name] += took
                        rates[name].append(rate)
        finally:
            for server in servers.values():
                server.terminate()
                server.wait()
    first = np.median(rates["bare FastAPI echo"])
    print(f"| {CLIENTS} clients, {ROUNDS} times {REQUESTS:,} texts | requests a second | of the echo | median | p99 |\n|---|---|---|---|---|")
    for name, took in seconds.items():
        median, slow = np.quantile(took, (0.5, 0.99))
        rate = np.median(rates[name])
        print(f"| {name} | {rate:,.0f} | {rate / first:.2f}x | {1000 * median:.0f} ms | {1000 * slow:.0f} ms |")


def address_of(server: subprocess.Popen[str]) -> str:
    """Where a server listens, as it says itself."""
    assert server.stderr is not None
    found = re.search(r"http://\S+:\d+/", server.stderr.readline())
    if found is None:
        raise RuntimeError("a server did not start")
    return found.group(0)


async def load(address: str, texts: list[str]) -> tuple[list[float], float]:
    """Seconds of each request, and requests a second."""
    took: list[float] = []
    left = iter(range(REQUESTS))
    limits = httpx2.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
    async with httpx2.AsyncClient(base_url=address, limits=limits, timeout=60) as client:

        async def work() -> None:
            for number in left:
                began = time.perf_counter()
                answer = await client.post("/v1/classify", json={"text": texts[number % len(texts)]})
                took.append(time.perf_counter() - began)
                answer.raise_for_status()

        began = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(CLIENTS)))
        return took, REQUESTS / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
