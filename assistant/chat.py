"""The chat page: takes a question to the engine, shows its answer and sources. The one module that imports gradio."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant import page
from assistant.access import counted_as
from assistant.answer import Answer, Citation
from assistant.history import History, NotKept
from assistant.limits import RateLimit, too_many
from assistant.page import Exchange
from assistant.render import PassageView
from assistant.style import STYLE
from ingest.errors import SendAssistantError
from ingest.model import Report

if TYPE_CHECKING:
    import fastapi
    import gradio

log = logging.getLogger(__name__)

SUGGESTIONS = 4
"Buttons with questions to start from, or to go on with."

LONGEST_QUESTION = 2000
"Characters. Longer ones are whole documents pasted by mistake."

QUESTIONS_AT_ONCE = 8

BROKEN = (
    "The assistant met a fault of its own and has no answer to this. Ask again; if it happens again, tell whoever "
    "looks after the assistant. The details are in its log."
)


class Engine(Protocol):
    """What the page needs of the assistant."""

    def ask(self, question: str, turns: Sequence[dict[str, str]] = ()) -> Answer:
        """The answer; `turns` is the conversation so far as {'role', 'content'}, oldest first."""

    def passage_view(self, citation: Citation) -> PassageView:
        """The cited passage in its surroundings."""

    def reports(self) -> Sequence[Report]:
        """The reports held."""


class EngineLoader:
    """Opens the engine once, in the background; whoever needs it earlier waits.

    An opening that failed (no knowledge base yet) is tried again when the engine is next asked for.
    """

    def __init__(self, factory: Callable[[], Engine]) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def start(self) -> None:
        """Begins to open the engine and returns at once."""
        threading.Thread(target=self._warm, name="open-engine", daemon=True).start()

    def get(self) -> Engine:
        """The engine, opened; raises what the factory raises."""
        with self._lock:
            if self._engine is None:
                self._engine = self._factory()
            return self._engine

    def _warm(self) -> None:
        try:
            self.get()
        except SendAssistantError as error:
            log.warning("%s", error)
        except Exception:
            log.exception("the engine could not be opened")


def turns(conversation: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as the engine takes it: questions and answers, oldest first."""
    return [
        {"role": role, "content": content}
        for exchange in conversation
        for role, content in (("user", exchange.question), ("assistant", exchange.answer.text))
    ]


def converse(loader: EngineLoader, question: str, conversation: Sequence[Exchange]) -> list[Exchange]:
    """The conversation with the question answered. A failure becomes an answer in plain words; its cause is logged."""
    views: tuple[PassageView, ...] = ()
    try:
        if len(question) > LONGEST_QUESTION:
            length = f"{len(question):,} characters; the most is {LONGEST_QUESTION:,}"
            raise SendAssistantError(f"The question has {length}. Shorten it and ask again.")
        engine = loader.get()
        answer = engine.ask(question, turns(conversation))
        views = tuple(engine.passage_view(citation) for citation in answer.citations)
    except SendAssistantError as error:
        answer = Answer(question=question, status="error", text=str(error))
    except Exception:
        log.exception("a question could not be answered")
        answer = Answer(question=question, status="error", text=BROKEN)
    return [*conversation, Exchange(question, answer, views)]


def refused(question: str, limit: RateLimit, seconds: int, conversation: Sequence[Exchange]) -> list[Exchange]:
    """The conversation with an answer that says when the next question may be asked."""
    return [*conversation, Exchange(question, Answer(question, "error", too_many("questions", limit, seconds)))]


def keep(history: History, owner: str, exchange: Exchange, kept: str | None) -> str | None:
    """The id under which the conversation is kept, the exchange added. An answer is shown even if it can't be kept."""
    if exchange.answer.status == "error":
        return kept
    try:
        return history.save(owner, exchange, kept)
    except NotKept:  # deleted meanwhile, in another tab
        return history.save(owner, exchange)
    except SendAssistantError as error:
        log.error("a conversation was not kept: %s", error)
        return kept


def opening(loader: EngineLoader) -> tuple[str, tuple[str, ...]]:
    """What the empty page shows, once the engine is open: HTML and questions to start from."""
    try:
        reports = loader.get().reports()
    except SendAssistantError as error:
        return page.notice_html(str(error)), ()
    except Exception:
        log.exception("the knowledge base could not be opened")
        return page.notice_html(BROKEN), ()
    return page.opening_html(reports), page.opening_questions(reports, SUGGESTIONS)


def build_page(loader: EngineLoader, history: History, limit: RateLimit) -> gradio.Blocks:
    """The page with its events, not yet served. `limit` counts questions."""
    # Read while gradio is imported: it would ask an outside host otherwise.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    def suggest(questions: Sequence[str]) -> list[gr.Button]:
        shown = list(questions[:SUGGESTIONS]) + [""] * (SUGGESTIONS - len(questions))
        return [gr.Button(value=question, visible=bool(question)) for question in shown]

    def written(content: str, name: str | None = None) -> gr.HTML:
        return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=None)

    def buttons() -> list[gr.Button]:
        return [gr.Button(visible=False, elem_classes="suggestion") for _ in range(SUGGESTIONS)]

    with gr.Blocks(title=page.TITLE, analytics_enabled=False, fill_width=True) as blocks:
        conversation = gr.State([])
        kept = gr.State(None)
        with gr.Row(elem_id="top"):
            written(page.header_html())
            new = gr.Button("New conversation", elem_id="new", scale=0)
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="talk", scale=3):
                with gr.Column(elem_classes="suggestions") as opening_part:
                    opening_words = written(page.notice_html(page.OPENING), "opening")
                    opening_buttons = buttons()
                talk = written(page.conversation_html([]), "conversation")
                with gr.Column(elem_classes="suggestions", visible=False) as next_part:
                    written("<h2>You could ask next</h2>")
                    next_buttons = buttons()
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label="Your question", elem_id="question", lines=1, max_lines=6, max_length=LONGEST_QUESTION
                    )
                    send = gr.Button("Ask", elem_id="send", scale=0)
            with gr.Column(elem_id="panel", scale=2):
                panel = written(page.panel_html([]), "sources")

        outputs = [conversation, kept, talk, panel, question, send, opening_part, next_part, *next_buttons]
        unchanged = [gr.skip()] * SUGGESTIONS

        def ask(words: str, so_far: list[Exchange], kept_as: str | None, request: gr.Request):
            words = words.strip()
            if not words:
                yield [gr.skip()] * len(outputs)
                return
            waiting = page.conversation_html(so_far, pending=words)
            hidden = gr.Column(visible=False)
            yield [so_far, kept_as, waiting, gr.skip(), "", gr.Button(interactive=False), hidden, hidden, *unchanged]
            if seconds := limit.wait(counted_as(request.username, request.session_hash)):
                done = refused(words, limit, seconds, so_far)
            else:
                done = converse(loader, words, so_far)
            follow_ups = done[-1].answer.follow_ups
            yield [
                done,
                keep(history, request.username, done[-1], kept_as),
                page.conversation_html(done),
                page.panel_html(done),
                gr.skip(),
                gr.Button(interactive=True),
                gr.skip(),
                gr.Column(visible=bool(follow_ups)),
                *suggest(follow_ups),
            ]

        # gradio passes the request by this annotation, which as text would name nothing outside this function.
        ask.__annotations__["request"] = gr.Request

        def begin_anew():
            return [
                [],
                None,
                page.conversation_html([]),
                page.panel_html([]),
                "",
                gr.Button(interactive=True),
                gr.Column(visible=True),
                gr.Column(visible=False),
                *unchanged,
            ]

        def open_page():
            words, questions = opening(loader)
            return [words, *suggest(questions)]

        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        asked = [gr.on([question.submit, send.click], ask, [question, conversation, kept], outputs, **quiet)]
        asked += [
            button.click(ask, [button, conversation, kept], outputs, **quiet)
            for button in (*opening_buttons, *next_buttons)
        ]
        new.click(begin_anew, None, outputs, cancels=asked, **quiet)
        blocks.load(open_page, None, [opening_words, *opening_buttons], **quiet)
    return blocks.queue(default_concurrency_limit=QUESTIONS_AT_ONCE, api_open=False)


def mount_page(
    app: fastapi.FastAPI,
    loader: EngineLoader,
    history: History,
    limit: RateLimit,
    *,
    head: str,
    owner_of: Callable[[fastapi.Request], str],
) -> fastapi.FastAPI:
    """`app` with the page at '/'; `head` is HTML for the page's head.

    `owner_of` says whose request it is: what handlers find as `username` in their `gradio.Request`.
    """
    blocks = build_page(loader, history, limit)
    import gradio as gr

    # Fonts by name only: gradio's own themes load theirs from an outside host.
    theme = gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])
    return gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme,
        css=STYLE,
        head=head,
        auth_dependency=owner_of,
        footer_links=[],
        run_history=False,  # it would keep every question in the browser's storage
        show_error=False,
        ssr_mode=False,
    )
