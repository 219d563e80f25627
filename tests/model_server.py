"""A language model for tests, served as OpenAI-compatible servers are: it says what it is told, when it may."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ModelServer:
    """Answers every question with `sentences`, one after another; waits before each until `go_on` allows it.

    In a sentence, {words} is the number of the passage that holds these words.
    """

    def __init__(self, *sentences: str) -> None:
        self.sentences = list(sentences)
        self.steps = threading.Semaphore(0)
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.cut_off = threading.Event()
        "Set once a reader went away before the end."
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server._answer(body["messages"][-1]["content"], self)

            def log_message(self, *args) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def name(self) -> str:
        """As the setting `writer` names it."""
        return f"openai:small@http://127.0.0.1:{self._http.server_port}/v1"

    def go_on(self, steps: int = 1) -> None:
        self.steps.release(steps)

    def close(self) -> None:
        self.go_on(1000)
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, asked: str, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(asked)
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.end_headers()
        passages = asked.split("<passage number=")[1:]

        def number(words: re.Match) -> str:
            return next((p.split('"')[1] for p in passages if words[1] in p), "99")

        try:
            for sentence in self.sentences:
                self.steps.acquire()
                text = re.sub(r"\{(.+?)\}", number, sentence) + " "
                for at in range(0, len(text), 9):
                    self._send(handler, {"content": text[at : at + 9]})
                self.sent.append(sentence)
            self._send(handler, {}, "stop")
            handler.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.cut_off.set()

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, delta: dict, finish: str | None = None) -> None:
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "small",
            "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}],
        }  # fmt: skip
        handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        handler.wfile.flush()
