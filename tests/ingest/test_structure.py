"""Passages from made-up lines: paragraphs, labels, headings, pages, spans."""

from made_pages import heading, item, line, loaded, page, paragraph, plain, row

from ingest.structure import build_passages, report_text

LONG = (
    "The orchard group meets in the hall on the first Monday of each month and decides which trees are pruned, "
    "which are left to grow and who may carry the fruit to market when the summer has been dry."
)


def _build(*pages, **more):
    return build_passages(loaded(pages, **more), "r")


def _labels(passages):
    return [(p.label, p.text) for p in passages if p.kind != "heading"]


def test_wrapped_lines_are_one_paragraph_and_white_space_between_parts_two():
    lines = paragraph(LONG, 100) + paragraph("The pond group meets on Fridays.", 100 + 14 * 4 + 14)
    assert [p.text for p in _build(page(1, lines))] == [LONG, "The pond group meets on Fridays."]


def test_a_line_that_ends_early_after_a_full_stop_ends_its_paragraph():
    lines = paragraph(LONG + " It is dry.", 100, columns=58)
    below = 100 + 14 * len(lines)
    passages = _build(
        page(
            1, lines + paragraph("Nobody has counted the hives since the spring and the keeper has moved away.", below)
        )
    )
    assert [p.text[:6] for p in passages] == ["The or", "Nobody"]


def test_passage_over_a_page_break_cites_both_pages_with_exact_characters():
    first, second = "The hedge along the northern lane was laid by volunteers who", "came from three villages."
    foot = [line(f"Hedges report {n}", top=800) for n in (1, 2)]
    passages = _build(page(1, [line(first, top=700), foot[0]]), page(2, [line(second, top=80), foot[1]]))
    assert [p.text for p in passages] == [f"{first} {second}"]
    spans = passages[0].pages
    assert [(s.page, s.printed) for s in spans] == [(1, "1"), (2, "2")]
    assert [passages[0].text[s.start : s.end].strip() for s in spans] == [first, second]
    assert passages[0].page_at(passages[0].text.index("villages")).page == 2


def test_text_positions_count_in_the_report_text_and_ids_in_its_order():
    passages = build_passages(plain(heading("Hedges"), "One.", item("two"), row("a", "b")), "r")
    text = report_text(passages)
    assert text == "Hedges\nOne.\ntwo\na | b"
    assert all(text[p.start : p.end] == p.text for p in passages)
    assert [p.id for p in passages] == ["r:0000", "r:0001", "r:0002", "r:0003"]
    assert [p.kind for p in passages] == ["heading", "paragraph", "list_item", "table_row"]


def test_a_word_cut_at_the_lines_end_is_joined_and_a_compound_keeps_its_hyphen():
    lines = [
        line("The well-kept tools are a credit to the management, and their well-", top=100),
        line("kept shed is under the manage-", top=114),
        line("ment of the whole village.", top=128),
    ]
    assert _build(page(1, lines))[0].text == (
        "The well-kept tools are a credit to the management, and their well-kept shed is "
        "under the management of the whole village."
    )


def test_numbered_paragraphs_are_labelled_and_unnumbered_ones_counted_under_them():
    passages = build_passages(
        plain(
            heading("5 Findings"),
            "5.1 The pond is clean.",
            "It is fed by a spring.",
            "It never dries.",
            "5.2 The hedge is thin.",
            "It has gaps.",
        ),
        "r",
    )
    assert _labels(passages) == [
        ("5.1", "5.1 The pond is clean."),
        ("5.1 ¶2", "It is fed by a spring."),
        ("5.1 ¶3", "It never dries."),
        ("5.2", "5.2 The hedge is thin."),
        ("5.2 ¶2", "It has gaps."),
    ]


def test_paragraphs_bullets_and_rows_are_counted_under_their_heading():
    passages = build_passages(
        plain(
            heading("Ponds"),
            "One.",
            "Two:",
            item("reeds"),
            item("fish"),
            heading("Hedges"),
            "One more.",
            row("a", "b"),
            row("c", "d"),
        ),
        "r",
    )
    assert [label for label, _ in _labels(passages)] == ["¶1", "¶2", "bullet 1", "bullet 2", "¶1", "row 1", "row 2"]
    assert passages[1].headings == ("Ponds",) and passages[-1].headings == ("Hedges",)


def test_under_a_numbered_subheading_paragraphs_carry_its_number():
    passages = build_passages(plain(heading("2.3 The walk", 2), "We walked.", "We looked."), "r")
    assert [label for label, _ in _labels(passages)] == ["2.3 ¶1", "2.3 ¶2"]


def test_a_recommendation_with_its_space_lost_keeps_its_label_and_is_mended_for_search_only():
    passages = build_passages(
        plain(heading("6 What we suggest"), "6.3 Count the hives.", "6.4Plant a hedge that holds."), "r"
    )
    assert (passages[2].label, passages[2].text) == ("6.4", "6.4Plant a hedge that holds.")
    assert passages[2].search_text == "6.4 Plant a hedge that holds."
    assert [passages[2].text[a:b] for a, b in passages[2].sentences] == ["Plant a hedge that holds."]


def test_a_bold_run_in_heading_belongs_to_its_paragraph():
    lines = [
        line("6.1 Mend the gate first: it has been off its hinges since the storm,", top=100, bold=True),
        line("and sheep have twice been seen among the beans.", top=114),
    ]
    body = paragraph(LONG, 300)
    assert _build(page(1, lines + body))[0].kind != "heading"
    assert _build(page(1, lines + body))[0].text.endswith("among the beans.")


def test_headings_of_two_lines_are_joined_and_make_the_path():
    lines = [line("The long and winding lane that leads from the mill to the old", top=100, size=14, bold=True)]
    lines += [line("orchard wall", top=117, size=14, bold=True)]
    passages = _build(
        page(1, lines + paragraph(LONG, 150) + [line("Hedges", top=300, size=14, bold=True)] + paragraph(LONG, 330))
    )
    assert [p.text for p in passages if p.kind == "heading"] == [f"{lines[0].text} orchard wall", "Hedges"]
    assert passages[1].headings == (f"{lines[0].text} orchard wall",)


def test_a_number_alone_on_its_line_belongs_to_the_heading_below():
    passages = build_passages(
        plain("4.2", "B: How well is the pond kept?", item("It is clean."), item("It is deep."), format="text"), "r"
    )
    assert (passages[0].kind, passages[0].label, passages[0].text) == (
        "heading",
        "4.2",
        "4.2 B: How well is the pond kept?",
    )


def test_the_title_is_no_part_of_the_heading_path():
    lines = [line("A walk through the gardens", top=60, size=24)] + paragraph("Walked in June.", 100)
    lines += (
        [line("Ponds", top=140, size=14, bold=True)]
        + paragraph(LONG, 170)
        + [line("Walls", top=300, size=14, bold=True)]
        + paragraph(LONG, 330)
    )
    passages = _build(page(1, lines))
    assert (passages[0].label, passages[0].kind) == ("title", "heading")
    assert [p.headings for p in passages if p.text == LONG] == [("Ponds",), ("Walls",)]


def test_a_numbered_sentence_without_text_of_its_own_is_no_heading():
    passages = build_passages(
        plain(
            "1. Purpose",
            "1.1 To say how the gardens of the parish are kept",
            "2. Setting",
            "2.1 The parish lies on a hill.",
            format="text",
        ),
        "r",
    )
    assert [(p.kind, p.label) for p in passages] == [
        ("heading", "1"),
        ("paragraph", "1.1"),
        ("heading", "2"),
        ("paragraph", "2.1"),
    ]


def test_headings_and_numbers_run_into_a_paragraph_are_cut_out():
    text = (
        "The pond is full. 4. WALLS AND GATES 4.1 A: How firm are the walls? They are firm and were mended last year."
    )
    passages = build_passages(
        plain("3. PONDS", "It rained for most of the week before the walk. " + text, format="text"), "r"
    )
    assert [p.text for p in passages][:3] == [
        "3. PONDS",
        "It rained for most of the week before the walk. The pond is full.",
        "4. WALLS AND GATES",
    ]
    assert passages[3].label == "4.1"


def test_a_sentence_cut_by_a_blank_line_is_one_passage():
    passages = build_passages(
        plain("The tools were lent to improve the", "gates and walls of the mill.", "Nobody minds."), "r"
    )
    assert [p.text for p in passages] == [
        "The tools were lent to improve the gates and walls of the mill.",
        "Nobody minds.",
    ]


def test_a_digest_takes_its_keys_as_labels_and_leaves_them_out_of_the_text():
    made = plain(
        heading("Digest of a walk"), heading("5 Findings", 2), "[5.1 ¶2] The pond is clean.",
        item("[recommendation 7] Mend the gate.", "-"),
        format="markdown", metadata={"digest_of": "walk-2023"},
    )  # fmt: skip
    assert _labels(build_passages(made, "d")) == [
        ("5.1 ¶2", "The pond is clean."),
        ("recommendation 7", "Mend the gate."),
    ]


def test_brackets_at_the_start_of_other_reports_stay():
    assert build_passages(plain("[sic] The pond are clean."), "r")[0].text == "[sic] The pond are clean."


def test_a_table_row_over_a_page_break_is_one_row_on_both_pages():
    first = [
        row("Who", "What", bold=True),
        row("The pond group", "Keep the pond clean."),
        row("The hedge group and the", "Lay the hedge before"),
    ]
    second = [row("wall group", "the birds nest."), row("The gate group", "Mend the gate.")]
    passages = _build(page(1, first), page(2, second))
    assert [p.label for p in passages] == ["", "row 1", "row 2", "row 3"]
    cut = passages[2]
    assert cut.cells == ("The hedge group and the wall group", "Lay the hedge before the birds nest.")
    assert [(s.page, cut.text[s.start : s.end].strip(" |")) for s in cut.pages] == [
        (1, "The hedge group and the"), (2, "wall group"), (1, "Lay the hedge before"), (2, "the birds nest."),
    ]  # fmt: skip
    assert [(p.place.index, p.place.length) for p in passages[1:]] == [(1, 3), (2, 3), (3, 3)]
    assert passages[0].place is None


def test_a_footnote_at_the_foot_of_the_page_does_not_end_the_paragraph_above():
    first = [
        line("The hedge along the northern lane was laid by volunteers who", top=700),
        line("1 Counted in May.", top=760, size=8),
    ]
    passages = _build(
        page(1, paragraph(LONG, 100) + first),
        page(2, [line("came from three villages.", top=80)] + paragraph(LONG, 120)),
    )
    assert passages[1].text == "The hedge along the northern lane was laid by volunteers who came from three villages."
    assert passages[2].text == "1 Counted in May."


def test_headings_of_a_scan_without_bold_are_short_lines_apart_with_text_under_them():
    lines = [line("Walks of the parish", top=60, size=15)]
    for n, name in enumerate(("How the pond is kept", "How the hedge is kept", "What could be better")):
        lines += [line(name, top=120 + 150 * n), *paragraph(LONG, 150 + 150 * n)]
    passages = _build(page(1, lines))
    assert [p.text for p in passages if p.kind == "heading"][1:] == [
        "How the pond is kept", "How the hedge is kept", "What could be better",
    ]  # fmt: skip
    assert [p.headings for p in passages if p.text == LONG][2] == ("What could be better",)


def test_the_lines_of_an_address_are_no_headings():
    lines = paragraph(LONG, 100) + [
        line(text, top=200 + 30 * n) for n, text in enumerate(("The Mill", "Pond Lane", "Upper End"))
    ]
    passages = _build(page(1, lines + paragraph(LONG, 320)))
    assert all(p.kind == "paragraph" for p in passages)


def test_a_page_of_small_print_that_closes_the_report_stands_under_no_heading():
    first = [
        line("Names", top=60, size=14, bold=True),
        *paragraph(LONG, 100),
        line("More", top=300, size=14, bold=True),
    ]
    last = [line("Copies can be had at the mill.", top=100, size=9), line("Printed in the village.", top=130, size=9)]
    passages = _build(page(1, [*first, *paragraph(LONG, 330)]), page(2, last))
    assert [(p.headings, p.label) for p in passages[-3:]] == [(("More",), "¶1"), ((), "¶1"), ((), "¶2")]
