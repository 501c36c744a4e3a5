"""``scamtype serve``: the page and the API on the own machine."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from classifier import messages
from classifier.errors import InputError
from classifier.reading import read_text

#: Where a token is looked for that no file names; on the command line anybody on the machine could read it.
TOKEN = "SCAMTYPE_TOKEN"
_LEAST_TOKEN = 16


def serve_cli(
    host: Annotated[str, typer.Option(help="监听地址；不是本机时必须有令牌 · Address; another than this machine needs a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0 为任意空闲端口 · Port, 0 for any that is free.")] = 8765,
    name: Annotated[list[str] | None, typer.Option(help="允许的主机名，可多次 · Names by which it may be called.")] = None,
    token_file: Annotated[str | None, typer.Option(help="令牌所在文件，或用环境变量 SCAMTYPE_TOKEN · File with the token.")] = None,
    model: Annotated[str | None, typer.Option(help="模型文件夹，默认为启用的版本 · A model folder.")] = None,
    store: Annotated[str | None, typer.Option(help="案例库文件 · The case store.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="批量识别的进程数 · Processes of a batch.")] = None,
) -> None:
    """打开网页与 API · Serve the page and the API."""
    try:
        import uvicorn

        from classifier.web.app import create_app
        from classifier.web.settings import LOCAL, Settings
    except ModuleNotFoundError as error:
        raise InputError("web_missing", package=error.name) from error
    token = (read_text(token_file) if token_file is not None else os.environ.get(TOKEN, "")).strip() or None
    if token is not None and len(token) < _LEAST_TOKEN:
        raise InputError("web_token_short", least=_LEAST_TOKEN)
    if token is None and host not in (LOCAL | {"::1"}):
        raise InputError("web_token_needed", host=host)
    settings = Settings(
        host=host, names=frozenset(name or []), token=token, model=model, store=Path(store) if store else None, workers=workers
    )  # fmt: skip
    app = create_app(settings)
    config = uvicorn.Config(app, host=host, port=port, log_level="warning", access_log=False, server_header=False, proxy_headers=False)
    server = uvicorn.Server(config)
    try:
        socket = config.bind_socket()
    except SystemExit:
        raise InputError("web_port", host=host, port=port) from None
    socket.listen(config.backlog)  # whoever comes as soon as the address is told waits for the server and is not refused
    shown = f"[{host}]" if ":" in host else host
    print(messages.text("web_serving", address=f"http://{shown}:{socket.getsockname()[1]}/"), file=sys.stderr, flush=True)
    with suppress(KeyboardInterrupt):  # uvicorn raises it once more when all has ended in order
        server.run([socket])
