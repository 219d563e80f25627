"""An engine with made-up reports and answers, for tests of what is shown."""

from __future__ import annotations

from assistant.answer import Answer, Citation, Point, QuotePart
from assistant.render import PassageView
from ingest.model import Report

REVIEW = Report(
    id="marlshire-review-2023",
    file="marlshire-review-2023.pdf",
    path="marlshire-review-2023.pdf",
    sha256="",
    format="pdf",
    title="Marlshire SEND peer review 2023",
    kind="peer review",
    areas=("Marlshire",),
    visit_start="2023-11-06",
)
INSPECTION = Report(
    id="oxhaven-inspection",
    file="oxhaven-inspection.pdf",
    path="oxhaven-inspection.pdf",
    sha256="",
    format="pdf",
    title="Area SEND inspection of Oxhaven, October 2024",
    kind="inspection",
    areas=("Oxhaven",),
    visit_start="2024-10-14",
)
DIGEST = Report(
    id="thornley-digest",
    file="thornley-digest.md",
    path="thornley-digest.md",
    sha256="",
    format="markdown",
    title="Digest of the Thornley SEND peer review, 2022",
    kind="digest",
    areas=("Thornley",),
    visit_start="2022-03-01",
    digest_of="thornley-review-2022",
    digest_of_kind="peer review",
)
HOSTILE = (
    'Families <img src="http://evil.invalid/a.png" onerror="document.title=1"> and ![plan](http://evil.invalid/b.png) '
    "[here](http://evil.invalid/c) ${document.title='expanded'} {{value}} <script>document.title='run'</script> waited."
)

PASSAGES = {
    "marlshire-review-2023:0031": (
        "Schools in Marlshire share a common plan for the move to adult services. Families had helped to write it.",
        "The plan sets out what happens in each year from age fourteen. "
        "Young people said that they knew who would speak for them. It is reviewed every spring with families.",
        "Colleges were less sure of their part. Two of the three we visited had not seen the plan.",
    ),
    "marlshire-review-2023:0035": (
        "Health visitors described a settled team.",
        "However, the wait for occupational therapy has grown to thirty weeks, and parents do not know whom to ring.",
        "",
    ),
    "oxhaven-inspection:0012": (
        "",
        "Leaders should make sure that every young person leaving school has a named worker before the summer term.",
        "Leaders have begun to recruit for these posts.",
    ),
    "thornley-digest:0007": (
        "The team met forty-two parents.",
        "Parents praised the short-break scheme but found its form hard to fill in.",
        "",
    ),
    "oxhaven-inspection:0020": ("", HOSTILE, ""),
}


def cite(
    number: int, report: Report, passage_id: str, quote: str, label: str, section: str, date: str, *pages: int
) -> Citation:
    """A citation of a made-up passage."""
    return Citation(
        number=number,
        report_id=report.id,
        passage_id=passage_id,
        file=report.file,
        title=report.title,
        kind=report.digest_of_kind or report.kind,
        digest=report.is_digest,
        area=report.areas[0],
        date=date,
        label=label,
        section=section,
        quote=quote,
        start=0,
        end=len(quote),
        parts=tuple(QuotePart(page, str(page), quote) for page in pages) or (QuotePart(None, None, quote),),
    )


PLAN = cite(
    1, REVIEW, "marlshire-review-2023:0031", "Young people said that they knew who would speak for them.",
    "5.4", "5 Main findings › Preparing for adulthood", "November 2023", 6, 7,
)  # fmt: skip
WAIT = cite(
    2, REVIEW, "marlshire-review-2023:0035",
    "However, the wait for occupational therapy has grown to thirty weeks, and parents do not know whom to ring.",
    "5.6", "5 Main findings › Therapies", "November 2023", 8,
)  # fmt: skip
WORKER = cite(
    4, INSPECTION, "oxhaven-inspection:0012",
    "every young person leaving school has a named worker before the summer term",
    "bullet 2", "What should the local area do better?", "October 2024", 3,
)  # fmt: skip
BREAKS = cite(
    3, DIGEST, "thornley-digest:0007", "Parents praised the short-break scheme but found its form hard to fill in.",
    "5.2 ¶1", "5.2 Short breaks", "March 2022",
)  # fmt: skip
PLANTED = cite(1, INSPECTION, "oxhaven-inspection:0020", HOSTILE, "4.1", "Waiting", "October 2024", 5)

SEARCHED = (REVIEW.title, INSPECTION.title, DIGEST.title)


def topic(question: str) -> Answer:
    """An answer with strengths, a concern, a recommendation and a digest."""
    points = (
        Point(PLAN.quote, "strength", (PLAN,)),
        Point(WAIT.quote, "concern", (WAIT,), heading="However"),
        Point(BREAKS.quote, "concern", (BREAKS,), heading="However"),
        Point(WORKER.quote, "recommendation", (WORKER,), heading="Recommended", item=1),
    )
    return Answer(
        question=question,
        status="answered",
        text=f"“{PLAN.quote}” [1]",
        points=points,
        citations=(PLAN, WAIT, BREAKS, WORKER),
        scope="Marlshire, Oxhaven and Thornley · all reports · preparing for adulthood",
        searched=SEARCHED,
        follow_ups=("What do inspectors recommend in Oxhaven?", "What did parents in Thornley say?"),
    )


class FakeEngine:
    """Answers by a word in the question; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list]] = []

    def ask(self, question, turns=(), filters=None) -> Answer:
        self.filters = filters
        self.asked.append((question, list(turns)))
        if "broken" in question:
            raise RuntimeError("secret detail")
        if "planted" in question:
            points = (Point(HOSTILE, citations=(PLANTED,)),)
            return Answer(question, "answered", f"“{HOSTILE}” [1]", points, (PLANTED,), searched=SEARCHED)
        if "buses" in question:
            text = "The reports held do not speak of school buses."
            points = (Point(text, ours=True),)
            return Answer(question, "not_found", text, points, scope="all areas · school buses", searched=SEARCHED)
        if "which" in question:
            return Answer(question, "clarify", "Two reviews are held. Do you mean 2022 or 2023?")
        return topic(question)

    def passage_view(self, citation) -> PassageView:
        before, text, after = PASSAGES[citation.passage_id]
        start = text.index(citation.quote)
        digest_of = "Thornley SEND peer review 2022, 5.2, first paragraph" if citation.digest else ""
        return PassageView(citation, text, start, start + len(citation.quote), before, after, digest_of)

    def reports(self):
        return [REVIEW, INSPECTION, DIGEST]
