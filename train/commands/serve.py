"""`train serve`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from train.live import say

LOG = "ab.jsonl"


@click.command("serve")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets other machines in.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any free one.")
@click.option(
    "--ab",
    "share",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.0,
    metavar="SHARE",
    help="Share of requests that the base answers.",
)
@click.option("--base", default="", metavar="ID|PATH", help="The base model, if it is no longer where the run found it.")
@click.option("--log", "log_path", type=click.Path(path_type=Path), help=f"Log of the A/B test [default: RUN/{LOG}].")
@click.option("--log-texts", is_flag=True, help="Keep questions and answers in the log; people write personal data into chats.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the assignment of users to models.")
def command(run: Path, host: str, port: int, share: float, base: str, log_path: Path | None, log_texts: bool, seed: int) -> None:
    """Serve the model of RUN over REST.

    \b
    Examples:
      train serve run
      train serve run --ab 0.5 --port 8080

    \b
    POST /v1/chat/completions   as OpenAI words it; model: tuned, base or ab
    POST /generate              {"instruction", "input"}
    POST /v1/feedback           {"id", "score": 0 to 1} for an answer of the A/B test
    GET  /v1/ab                 base against tuned on the scores so far, with interval
    GET  /health, /v1/models

    With TRAIN_API_KEY in the environment every request must bring it as a bearer token.
    """  # noqa: D301 (click reads the backspace)
    import uvicorn

    from train.abtest import Log
    from train.answering import Answerer
    from train.service import Service, app

    answerer = Answerer.open(run, ("tuned", "base") if share or base else ("tuned",), base)
    log = Log(log_path or run / LOG)
    service = Service(answerer, log, share, seed, os.environ.get("TRAIN_API_KEY", ""), run.name, log_texts)
    server = uvicorn.Server(uvicorn.Config(app(service), host=host, port=port, log_level="warning"))
    server.config.load()
    sockets = [server.config.bind_socket()]
    sockets[0].listen()  # so that nobody who reads the line below is turned away
    say(f"serving {' and '.join(service.names)} on http://{host}:{sockets[0].getsockname()[1]} (stop with Ctrl-C)")
    server.run(sockets=sockets)
