"""What evaluators see in the chat: the way to the Evaluate page, and "This answer is wrong" under kept answers."""

from __future__ import annotations

from assistant.access import is_named
from assistant.page import Exchange
from assistant.render import escape
from evals.wrong_answers import LONGEST, reasons_for
from ingest.settings import Settings

EVALUATE = "/evaluate"


class InChat:
    """The additions of one chat; nobody sees them but those whom the setting `evaluators` names."""

    def __init__(self, settings: Settings):
        self._settings = settings

    def links(self, owner: str) -> tuple[tuple[str, str], ...]:
        """Address and name of the pages that the chat leads to."""
        return ((EVALUATE, "Evaluate"),) if is_named(owner, self._settings.evaluators) else ()

    def under_answer(self, owner: str, kept: str, exchange: Exchange) -> str:
        """HTML; '' for an answer that is not kept."""
        if not kept or not exchange.turn or not is_named(owner, self._settings.evaluators):
            return ""
        return wrong_form(kept, exchange)


def wrong_form(kept: str, exchange: Exchange) -> str:
    """The form that makes a case of an answer, folded; the page's script puts the outcome in its place."""
    reasons = reasons_for(exchange)
    if len(reasons) == 1:
        ((reason, words),) = reasons.items()
        asked = f'<input type="hidden" name="reason" value="{reason}"><p>{escape(words)}.</p>'
    else:
        choices = "".join(
            f'<label><input type="radio" name="reason" value="{reason}"{"" if n else " checked"}> '
            f"{escape(words)}</label>"
            for n, (reason, words) in enumerate(reasons.items())
        )
        asked = f"<fieldset><legend>What is wrong with it?</legend>{choices}</fieldset>"
    name = f"right-{exchange.turn}"
    return (
        '<details class="wrong"><summary>This answer is wrong</summary>'
        f'<form method="post" action="{EVALUATE}/wrong" data-in-place>'
        f'<input type="hidden" name="conversation" value="{escape(kept)}">'
        f'<input type="hidden" name="turn" value="{exchange.turn}">{asked}'
        f'<label for="{name}">What does a right answer say? A few words, as they stand in the report (can be left '
        "empty)</label>"
        f'<textarea id="{name}" name="right" rows="2" maxlength="{LONGEST}"></textarea>'
        '<button type="submit">Keep as a case</button> <span role="status" class="copied"></span></form></details>'
    )
