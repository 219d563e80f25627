"""The chat page: its parts and what happens when they are used. The one module that imports gradio."""

# No `from __future__ import annotations`: gradio reads what a handler wants (its request, its event) from real types.
import os
from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Protocol

from assistant import page
from assistant.abbreviations import Abbreviations
from assistant.access import counted_as, signed_in_as
from assistant.answer import Answer
from assistant.conversing import (
    LONGEST_QUESTION,
    EngineLoader,
    PageWriter,
    converse,
    converse_written,
    held_reports,
    keep,
    opening,
    refused,
)
from assistant.history import History
from assistant.limits import RateLimit
from assistant.link import read_link
from assistant.page import Exchange
from assistant.scope_menus import filters_of
from assistant.scripts import CHOOSE, CORRECT, OFFER
from assistant.style import STYLE
from assistant.understanding import Filters
from ingest.errors import SendAssistantError

if TYPE_CHECKING:
    import fastapi
    import gradio

    from assistant.shared_writing import Following

QUESTIONS_AT_ONCE = 4
QUEUE_NEWS = 60
"""Seconds between messages that say how long a waiting question has still to wait, which the page does not show. As gradio
has it, all that wait are told whenever one begins: with 50 at once, over a thousand messages."""


class Additions(Protocol):
    """What another part of the project adds to the page, for those of its users who may see it."""

    def links(self, owner: str) -> Sequence[tuple[str, str]]:
        """Address and name of further pages."""

    def under_answer(self, owner: str, kept: str, exchange: Exchange) -> str:
        """HTML that stands under an answer of the conversation kept as `kept` ('' where it is not)."""


def build_page(
    loader: EngineLoader,
    history: History,
    limit: RateLimit,
    abbreviations: Abbreviations = Abbreviations(),
    additions: Additions | None = None,
    writer: PageWriter | None = None,
) -> "gradio.Blocks":
    """The page with its events, not yet served. `limit` counts questions; `writer` is whom readers can have write."""
    # Read while gradio is imported: it would ask an outside host otherwise.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import anyio
    import gradio as gr

    threads = anyio.CapacityLimiter(QUESTIONS_AT_ONCE)
    in_thread = partial(anyio.to_thread.run_sync, limiter=threads)
    writing: dict[str, Following] = {}
    usual = page.WRITTEN if writer and writer.first else page.QUOTES

    def written(content: str, name: str | None = None, script: str | None = None) -> gr.HTML:
        return gr.HTML(content, elem_id=name, apply_default_css=False, js_on_load=script)

    with gr.Blocks(title=page.TITLE, analytics_enabled=False, fill_width=True) as blocks:
        conversation = gr.State([])
        kept = gr.State(None)
        filters = gr.State(Filters())
        with gr.Row(elem_id="top"):
            header = written(page.header_html(), "header")
            new = gr.Button("New conversation", elem_id="new", scale=0)
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="talk", scale=3):
                opening_part = written(page.notice_html(page.OPENING), "opening", OFFER)
                talk = written(page.conversation_html([]), "conversation", OFFER + CORRECT)
                with gr.Column(elem_id="composer"):
                    with gr.Row(elem_id="asking"):
                        question = gr.Textbox(
                            label="Your question", elem_id="question", lines=1, max_lines=6, max_length=LONGEST_QUESTION
                        )
                        send = gr.Button("Ask", elem_id="send", scale=0)
                        stop = gr.Button("Stop", elem_id="stop", scale=0, visible=bool(writer))
                    # Held by the browser: a question asked at once after it was changed goes by it.
                    mode = gr.Radio(
                        page.modes(writer.name if writer else ""), value=usual, label="Answers", elem_id="modes",
                        visible=bool(writer),
                    )  # fmt: skip
                    standing = written("", "standing", CHOOSE)
            with gr.Column(elem_id="panel", scale=3):
                panel = written(page.panel_html([]), "sources")

        # Values only: each property of a part that is changed costs the server as much as drawing the whole answer.
        outputs = [conversation, kept, talk, panel, question]

        def talked(so_far: list[Exchange], kept_as: str | None, owner: str, **more) -> str:
            if additions:
                more["under_answer"] = partial(additions.under_answer, owner)
            more["writer"] = writer.name if writer else ""
            return page.conversation_html(so_far, abbreviations=abbreviations, kept=kept_as or "", **more)

        def shown(so_far: list[Exchange], kept_as: str | None, owner: str) -> list:
            """The outputs once a question has been answered, or a conversation opened."""
            words = talked(so_far, kept_as, owner, reports=held_reports(loader))
            return [so_far, kept_as, words, page.panel_html(so_far), gr.skip()]

        async def answer(
            words: str,
            so_far: list[Exchange],
            kept_as: str | None,
            set_by_hand: Filters,
            chosen: str,
            request: gr.Request,
            before: tuple[str, ...] = (),
            turn: int = 0,
        ):
            """The outputs while a question is answered, then with its answer; `turn` is the kept one it corrects."""
            owner = request.username

            def growing(newest: Exchange) -> list:
                talk = talked(so_far, kept_as, owner, writing=newest)
                return [gr.skip(), gr.skip(), talk, page.panel_html([*so_far, newest]), gr.skip()]

            def ended(done: list[Exchange]) -> list:
                return shown(*keep(history, owner, done, kept_as, turn), owner)

            waited = limit.wait(counted_as(owner, request.session_hash))
            if writer and chosen == page.WRITTEN and not waited:
                begun = talked(so_far, kept_as, owner, writing=Exchange(words, Answer(words, "answered", "")))
                yield [so_far, kept_as, begun, gr.skip(), ""]
                follow = partial(writing.__setitem__, request.session_hash)
                try:
                    asked = converse_written(loader, writer, words, so_far, set_by_hand, before, follow)
                    async with aclosing(asked):
                        async for done in asked:
                            yield await in_thread(growing, done[-1])
                finally:
                    writing.pop(request.session_hash, None)
            else:
                yield [so_far, kept_as, talked(so_far, kept_as, owner, pending=words), gr.skip(), ""]
                if waited:
                    done = refused(words, limit, waited, so_far)
                else:
                    done = await in_thread(converse, loader, words, so_far, set_by_hand, before)
            yield await in_thread(ended, done)

        async def ask(
            words: str,
            so_far: list[Exchange],
            kept_as: str | None,
            set_by_hand: Filters,
            chosen: str,
            request: gr.Request,
        ):
            if words.strip():
                async with aclosing(answer(words.strip(), so_far, kept_as, set_by_hand, chosen, request)) as asked:
                    async for changes in asked:
                        yield changes
            else:
                yield [gr.skip()] * len(outputs)

        async def take_up(
            so_far: list[Exchange],
            kept_as: str | None,
            set_by_hand: Filters,
            chosen: str,
            request: gr.Request,
            event: gr.EventData,
        ):
            """Asks a question that the page offers."""
            offered = str((event._data or {}).get("question", ""))
            async with aclosing(ask(offered, so_far, kept_as, set_by_hand, chosen, request)) as asked:
                async for changes in asked:
                    yield changes

        async def correct(
            so_far: list[Exchange], kept_as: str | None, chosen: str, request: gr.Request, event: gr.EventData
        ):
            """Answers the newest question again; what was chosen stays set for the questions to come."""
            if not so_far:
                return
            *before, newest = so_far
            set_by_hand = filters_of(event._data or {})
            menus = page.standing_html(held_reports(loader), set_by_hand)
            asked = answer(
                newest.question, before, kept_as, set_by_hand, chosen, request, newest.before, newest.turn
            )
            async with aclosing(asked):
                async for changes in asked:
                    yield [*changes, set_by_hand, menus]

        def stop_writing(request: gr.Request) -> None:
            if following := writing.get(request.session_hash):
                following.stop()

        def choose(event: gr.EventData) -> Filters:
            return filters_of(event._data or {})

        def begin_anew():
            return [[], None, page.conversation_html([]), page.panel_html([]), ""]

        async def open_page(request: gr.Request):
            """What the page's address asks for: a kept conversation, a linked question, or nothing but a beginning."""
            more = additions.links(request.username) if additions else ()
            head = page.header_html(signed_in_as(request.username), more)
            words = await in_thread(opening, loader)
            unchanged = [gr.skip()] * len(outputs)
            set_by_hand = Filters()
            chosen = gr.skip()  # it may have been changed before the page was ready

            def parts(changes: list) -> list:
                menus = page.standing_html(held_reports(loader), set_by_hand)
                return [head, words, menus, set_by_hand, chosen, *changes]

            query = str(request.request.url.query)
            try:
                linked, wanted = read_link(query), page.conversation_named(query)
                if wanted:
                    opened = await in_thread(history.open, request.username, wanted)
                    set_by_hand, chosen = opened[-1].filters, page.mode_of(opened[-1].written)
                    yield parts(await in_thread(shown, opened, wanted, request.username))
                elif linked.question:
                    set_by_hand, chosen = linked.filters, page.mode_of(linked.written)
                    asked = answer(linked.question, [], None, set_by_hand, chosen, request, linked.before)
                    async with aclosing(asked):
                        async for changes in asked:
                            yield parts(changes)
                            chosen = gr.skip()
                else:
                    yield parts(unchanged)
            except SendAssistantError as error:
                words = page.notice_html(str(error)) + words
                yield parts(unchanged)

        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        asking = [conversation, kept, filters, mode]
        asked = [
            gr.on([question.submit, send.click], ask, [question, *asking], outputs, **quiet),
            opening_part.offer(take_up, asking, outputs, **quiet),
            talk.offer(take_up, asking, outputs, **quiet),
            talk.correct(correct, [conversation, kept, mode], [*outputs, filters, standing], **quiet),
            blocks.load(open_page, None, [header, opening_part, standing, filters, mode, *outputs], **quiet),
        ]
        standing.choose(choose, None, [filters], queue=False, **quiet)
        if writer:
            stop.click(stop_writing, None, None, queue=False, **quiet)
        new.click(begin_anew, None, outputs, cancels=asked, **quiet)
    # Those who wait for a language model hold no thread; what they share with others is counted by `threads`.
    at_once = None if writer else QUESTIONS_AT_ONCE
    return blocks.queue(default_concurrency_limit=at_once, status_update_rate=QUEUE_NEWS, api_open=False)


def mount_page(
    app: "fastapi.FastAPI",
    loader: EngineLoader,
    history: History,
    limit: RateLimit,
    abbreviations: Abbreviations,
    *,
    head: str,
    owner_of: Callable[["fastapi.Request"], str],
    additions: Additions | None = None,
    writer: PageWriter | None = None,
) -> "fastapi.FastAPI":
    """`app` with the page at '/'; `head` is HTML for the page's head.

    `owner_of` says whose request it is: what handlers find as `username` in their `gradio.Request`.
    """
    blocks = build_page(loader, history, limit, abbreviations, additions, writer)
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
