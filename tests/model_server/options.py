"""The model server's command line."""

import argparse
import os


def read_options(arguments=None):
    parser = argparse.ArgumentParser(description="An OpenAI-compatible model server that follows rules, for tests.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--prefix", default="/v1", help="of every path but /control, /health and /props")
    parser.add_argument("--mode", choices=["plain", "careful"], default="plain")
    parser.add_argument("--gold", help="labelled conversations for --mode careful, JSON Lines")
    parser.add_argument("--replies", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "replies"))
    parser.add_argument("--model", default="scripted-1")
    parser.add_argument("--api-key", default="")
    parser.add_argument("--delay-ms", type=float, default=0, help="of every answer")
    parser.add_argument("--loading-ms", type=float, default=0, help="503 for so long after the start")
    parser.add_argument(
        "--slots", type=int, default=0, help="answers at most so many at once, the others wait (0: no bound)"
    )
    parser.add_argument("--context", type=int, default=32768, help="tokens of prompt and reply")
    parser.add_argument("--dimensions", type=int, default=64, help="of an embedding")
    parser.add_argument("--embedding-tokens", type=int, default=8192)
    parser.add_argument("--embedding-batch", type=int, default=2048)
    parser.add_argument("--affinity-header", default="x-session-affinity")
    for flag, text in (
        ("props", "serve /props like llama.cpp"),
        ("no-schema", "refuse json_schema"),
        ("no-object", "refuse json_object"),
        ("no-stream", "refuse streaming"),
        ("no-usage", "never tell tokens"),
        ("no-system", "refuse system messages"),
        ("strict", "refuse max_tokens and temperature"),
        ("until-stdin-closes", "end when standard input does"),
    ):
        parser.add_argument(f"--{flag}", action="store_true", help=text)
    options = parser.parse_args(arguments)
    if options.mode == "careful" and not options.gold:
        parser.error("--mode careful wants --gold FILE")
    return options
