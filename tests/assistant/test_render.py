"""What a person reads of an answer: in the terminal, in markdown, on the page."""

from dataclasses import replace

import pytest
from fake_engine import BREAKS, HOSTILE, PLAN, PLANTED, SEARCHED, WAIT, WORKER, FakeEngine, topic

from assistant.answer import Answer, Point, QuotePart, Writing
from assistant.render import (
    NEIGHBOUR_CHARACTERS,
    PassageView,
    answer_html,
    as_markdown,
    as_text,
    kind_words,
    page_words,
    place_words,
    points_as_markdown,
    said_by,
    source_html,
    source_words,
)


def paged(*pages: tuple[int | None, str | None]):
    return replace(PLAN, parts=tuple(QuotePart(page, printed, "x") for page, printed in pages))


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        (paged((6, "6")), "page 6"),
        (paged((6, "6"), (7, "7")), "pages 6 and 7"),
        (paged((6, None), (7, None), (8, None)), "pages 6, 7 and 8"),
        (paged((6, "4")), "page 6 (printed 4)"),
        (paged((6, "iv"), (7, "1")), "pages 6 and 7 (printed iv and 1)"),
        (paged((None, None)), ""),
    ],
)
def test_page_words_name_physical_pages_and_printed_ones_where_they_differ(citation, words):
    assert page_words(citation) == words


def test_counted_label_names_the_heading_it_is_counted_under():
    assert place_words(WORKER) == "bullet 2 under “What should the local area do better?”, page 3"


def test_counted_paragraph_is_spelt_out():
    assert place_words(replace(PLAN, label="¶2")).startswith("paragraph 2 under “5 Main findings › Preparing")
    assert place_words(replace(PLAN, label="5.4 ¶2")) == "5.4, paragraph 2, pages 6 and 7"


def test_printed_label_stands_alone():
    assert place_words(PLAN) == "5.4, pages 6 and 7"


def test_quote_without_label_and_page_names_its_section():
    assert place_words(replace(BREAKS, label="")) == "5.2 Short breaks"


def test_source_line_names_title_date_speaker_and_place():
    assert source_words(PLAN) == "Marlshire SEND peer review 2023, November 2023 (peer team), 5.4, pages 6 and 7"


def test_source_line_does_not_repeat_a_date_that_the_title_holds():
    assert source_words(WORKER).startswith("Area SEND inspection of Oxhaven, October 2024 (inspectors), ")


def test_digest_is_said_to_be_our_words():
    assert said_by(BREAKS) == "digest: our words"
    assert kind_words(BREAKS) == "Digest of a SEND peer review"
    assert kind_words(replace(BREAKS, kind="inspection")) == "Digest of an Area SEND inspection"
    assert kind_words(replace(PLAN, kind="committee paper")) == "Committee paper"


def test_points_become_markdown_under_their_headings():
    points = (
        Point("It is so.", citations=(PLAN,)),
        Point("Two were found:", heading="However", ours=True),
        Point("One.", heading="However", citations=(WAIT, WORKER)),
        Point("Two.", heading="However", citations=(BREAKS,)),
        Point("First.", heading="Recommended", citations=(PLAN,), item=1),
        Point("Second.", heading="Recommended", citations=(PLAN,), item=2),
    )
    assert points_as_markdown(points) == (
        "“It is so.” [1]\n\n"
        "**However**\nTwo were found:\n\n- “One.” [2] [4]\n- “Two.” [3]\n\n"
        "**Recommended**\n1. “First.” [1]\n2. “Second.” [1]"
    )


def test_terminal_shows_the_answer_then_numbered_sources_then_what_was_searched():
    points = (Point("It is so.", citations=(PLAN,)),)
    answer = Answer("q", "answered", "“It is so.” [1]", points, (PLAN,), "Marlshire", searched=("A", "B"))
    assert as_text(answer) == (
        "Marlshire\n\n“It is so.” [1]\n\n"
        "Sources\n[1] Marlshire SEND peer review 2023, November 2023 (peer team), 5.4, pages 6 and 7\n\n"
        "Searched 2 reports.\n"
    )


def test_terminal_names_the_reports_searched_when_they_do_not_answer():
    answer = Answer("q", "not_found", "Nothing on it.", searched=("A", "B"))
    assert as_text(answer) == "Nothing on it.\n\nSearched 2 reports: A; B.\n"


def test_markdown_lists_the_sources():
    text = as_markdown(topic("q"))
    assert text.startswith("*Marlshire, Oxhaven and Thornley")
    assert (
        "- [3] Digest of the Thornley SEND peer review, 2022, March 2022 (digest: our words), 5.2, paragraph 1\n"
        in text
    )


def test_html_links_each_citation_to_its_source_of_that_turn():
    html = answer_html(topic("q"), 2)
    assert html.count('href="#source-2-4"') == 2
    assert 'id="source-2-4"' in source_html(FakeEngine().passage_view(WORKER), 2)


def test_html_keeps_the_numbers_of_a_list():
    points = (Point("c", heading="List", item=3), Point("d", heading="List", item=4))
    html = answer_html(Answer("q", "answered", "", points), 1)
    assert '<ol><li value="3"><q>c</q></li><li value="4"><q>d</q></li></ol>' in html


def test_html_says_the_status_in_words_unless_answered():
    assert "Not in the reports" in answer_html(Answer("q", "not_found", "No."), 1)
    assert "Which one do you mean?" in answer_html(Answer("q", "clarify", "Two are held."), 1)
    assert "Something went wrong" in answer_html(Answer("q", "error", "No."), 1)
    assert 'class="status' not in answer_html(topic("q"), 1)


def test_what_was_searched_is_open_when_nothing_was_found():
    answer = Answer("q", "not_found", "No.", searched=SEARCHED)
    assert '<details class="searched" open><summary>What was searched: 3 reports</summary>' in answer_html(answer, 1)
    assert '<details class="searched"><summary>' in answer_html(replace(answer, status="answered"), 1)
    assert '<details class="searched"><summary>' in answer_html(replace(answer, searched=SEARCHED * 3), 1)


def test_answer_without_points_shows_its_paragraphs():
    html = answer_html(Answer("q", "clarify", "One.\n\nTwo <b>."), 1)
    assert '<p class="ours">One.</p><p class="ours">Two &lt;b&gt;.</p>' in html


def test_bullets_inside_a_quote_stand_on_lines_of_their_own():
    point = Point("Mend: • boats • the quay.", citations=(PLAN,))
    assert "<q>Mend:<br>• boats<br>• the quay.</q>" in answer_html(Answer("q", "answered", "", (point,)), 1)
    assert points_as_markdown((point,)) == "“Mend:\n   • boats\n   • the quay.” [1]"


def test_citation_of_a_digest_is_tagged_where_it_is_quoted():
    html = answer_html(Answer("q", "answered", "", (Point("a", citations=(PLAN,)), Point("b", citations=(BREAKS,)))), 1)
    assert html.count("digest</span>") == 1
    assert html.index("<q>b</q>") < html.index("digest</span>")


def test_source_marks_the_quote_and_nothing_else():
    html = source_html(FakeEngine().passage_view(PLAN), 1)
    before, rest = html.split("<mark>")
    marked, after = rest.split("</mark>")
    assert marked == PLAN.quote
    assert before.endswith("from age fourteen. ")
    assert after.startswith(" It is reviewed")
    assert html.count('class="near"') == 2


def test_source_says_who_when_and_where_before_the_passage():
    html = source_html(FakeEngine().passage_view(PLAN), 1)
    assert html.index("Peer team · November 2023 · pages 6 and 7") < html.index("<blockquote>")
    assert "<dt>Report</dt><dd>SEND peer review, Marlshire</dd>" in html
    assert "<dt>Paragraph</dt><dd>5.4</dd>" in html
    assert "<dt>Section</dt><dd>5 Main findings › Preparing for adulthood</dd>" in html
    assert "<dt>Place</dt><dd>bullet 2</dd>" in source_html(FakeEngine().passage_view(WORKER), 1)


def test_source_of_a_digest_wears_a_badge_and_says_what_it_digests():
    html = source_html(FakeEngine().passage_view(BREAKS), 1)
    assert "Digest: our summary, not the report’s words" in html
    assert "<dt>Digests</dt><dd>Thornley SEND peer review 2022, 5.2, first paragraph</dd>" in html
    assert "Digest: our summary" not in source_html(FakeEngine().passage_view(PLAN), 1)


def test_long_neighbours_are_cut_at_the_far_end():
    words = " ".join(f"w{i}" for i in range(200))
    html = source_html(PassageView(PLAN, "quote", 0, 5, before=words, after=words), 1)
    assert '<p class="near">… w' in html and "w199</p>" in html
    assert '<p class="near">w0 w1' in html and " …</p>" in html
    assert len(html) < 2 * NEIGHBOUR_CHARACTERS + 1500


def test_report_text_reaches_no_page_as_markup_or_template():
    answer = Answer("q", "answered", "", (Point(HOSTILE, citations=(PLANTED,)),), (PLANTED,), searched=(HOSTILE,))
    named = replace(PLANTED, title=HOSTILE, section=HOSTILE, label=HOSTILE, file=HOSTILE)
    for html in (
        answer_html(answer, 1),
        answer_html(Answer(HOSTILE, "clarify", HOSTILE, scope=HOSTILE, citations=(named,)), 1),
        source_html(PassageView(named, HOSTILE, 0, 20, HOSTILE, HOSTILE, HOSTILE), 1),
    ):
        assert "<img" not in html and "<script" not in html
        assert "${" not in html and "{{" not in html
        assert 'href="http' not in html


PROSE = replace(
    topic("How well?"),
    points=(
        Point("Young people know who speaks for them.", citations=(PLAN,), written=True),
        Point("They wait long.", citations=(WAIT,), written=True),
        Point(WORKER.quote, citations=(WORKER,)),
    ),
    citations=(PLAN, WAIT, WORKER),
    writing=Writing("ollama:<small>", sentences=3, replaced=1, notices=("One sentence was replaced.",)),
)


def test_written_sentences_make_one_paragraph_apart_from_quotes():
    html = answer_html(PROSE, 1)
    (prose,) = html.split('<p class="prose">')[1:]
    prose, rest = prose.split("</p>", 1)
    assert "Young people know who speaks for them. <a" in prose and "They wait long. <a" in prose and "<q>" not in prose
    assert rest.startswith(f'<p class="said"><q>{WORKER.quote}</q>')


def test_written_answer_says_who_wrote_it_what_was_checked_and_what_it_rests_on():
    html = answer_html(PROSE, 1)
    label = "<strong>Written by ollama:&lt;small&gt;</strong>; every sentence checked against the quotes under it"
    assert f'<p class="mode">{label}</p>' in html and '<p class="check">One sentence was replaced.</p>' in html
    under = html.split("The quotes it rests on")[1]
    assert f"<q>{PLAN.quote}</q>" in under and f"<q>{WAIT.quote}</q>" in under
    assert WORKER.quote not in under, "a quote that the answer shows is not shown twice"


def test_answers_say_that_they_are_quoted_only_where_readers_can_choose():
    quoted = replace(topic("How well?"), citations=(PLAN, WAIT, WORKER))
    assert 'class="mode"' not in answer_html(quoted, 1)
    assert '<p class="mode">In the reports’ own words</p>' in answer_html(quoted, 1, asked_for="quotes")
    told = answer_html(quoted, 1, asked_for="written")
    assert '<p class="mode">In the reports’ own words. Lists, dates and outcomes are not put in other words.</p>' in told
    assert '<p class="mode">In quotes</p>' in answer_html(topic("How well?"), 1, asked_for="quotes"), "some are digests"
    assert 'class="mode"' not in answer_html(FakeEngine().ask("buses"), 1, asked_for="quotes")


def test_failure_of_the_model_is_told_above_the_quotes():
    html = answer_html(replace(topic("How well?"), writing=Writing("small", failed="It is away.")), 1, asked_for="written")
    assert html.index("In quotes</p>") < html.index('<p class="check">It is away.</p>') < html.index(PLAN.quote)
