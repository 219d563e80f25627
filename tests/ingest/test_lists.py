"""Lists: which passages are items of one list, their order, and what introduces it."""

from made_pages import heading, item, line, loaded, page, plain

from ingest.structure import build_passages


def _build(*texts, **more):
    return build_passages(plain(*texts, **more), "r")


def _places(passages):
    return [(p.place.list_id, p.place.index, p.place.length) if p.place else None for p in passages]


def test_bullets_in_a_row_are_one_list_with_the_sentence_before_as_introduction():
    passages = _build("We saw:", item("a pond"), item("a hedge"), "Then it rained.", item("a gate"), item("a wall"))
    assert _places(passages) == [
        None,
        ("r/list-1", 1, 2),
        ("r/list-1", 2, 2),
        None,
        ("r/list-2", 1, 2),
        ("r/list-2", 2, 2),
    ]
    assert passages[1].place.intro == "We saw:"


def test_without_such_a_sentence_the_heading_introduces_the_list():
    passages = _build(heading("What we saw"), item("a pond"), item("a hedge"))
    assert passages[1].place.intro == "What we saw"


def test_numbered_items_with_paragraphs_between_are_one_list():
    passages = _build(
        heading("Advice"), "1. Mend the gate. It hangs.", "Use oak.", "2. Lay the hedge.", "3. Count the hives."
    )
    assert _places(passages)[1:] == [("r/list-1", 1, 3), None, ("r/list-1", 2, 3), ("r/list-1", 3, 3)]
    assert [p.label for p in passages[1:]] == ["1", "¶1", "2", "3"]


def test_an_item_that_goes_on_after_a_break_stays_one_item():
    passages = _build("1. Mend the gate and the", "wall beside it.", "2. Lay the hedge.")
    assert [p.text for p in passages] == ["1. Mend the gate and the wall beside it.", "2. Lay the hedge."]
    assert [p.place.length for p in passages] == [2, 2]


def test_lettered_questions_a_paragraph_apart_are_one_list():
    passages = _build("Three questions were asked:", "A. Is it wet?", "B. Is it deep?", "C. Is it clean?")
    assert [(p.label, p.place.index, p.place.length) for p in passages[1:]] == [("A", 1, 3), ("B", 2, 3), ("C", 3, 3)]


def test_numbered_paragraphs_of_a_section_are_a_list():
    passages = _build(
        heading("5. Points to ponder"), "5.1 Mend the gate.", "5.2 Lay the hedge.", "5.3 Count the hives."
    )
    assert [(p.label, p.place.index, p.place.length) for p in passages[1:]] == [
        ("5.1", 1, 3),
        ("5.2", 2, 3),
        ("5.3", 3, 3),
    ]


def test_nested_bullets_are_a_list_of_their_own_under_their_item():
    passages = _build(item("pond"), item("reeds", level=1), item("fish", level=1), item("hedge"))
    assert _places(passages) == [("r/list-1", 1, 2), ("r/list-2", 1, 2), ("r/list-2", 2, 2), ("r/list-1", 2, 2)]
    assert [p.label for p in passages] == ["bullet 1", "bullet 1 bullet 1", "bullet 1 bullet 2", "bullet 2"]


def test_letters_that_a_scanner_made_of_bullets_are_bullets_when_they_return():
    texts = [
        "The walk took us past:",
        "e The pond by the mill",
        "e The hedge of thorn",
        "¢ The gate",
        "Nobody was about.",
    ]
    passages = build_passages(loaded([page(1, [line(text, top=100 + 30 * n) for n, text in enumerate(texts)])]), "r")
    assert [p.place.index if p.place else None for p in passages] == [None, 1, 2, 3, None]
    assert passages[1].text == "e The pond by the mill"  # as printed
    assert passages[1].search_text == "The pond by the mill"
    assert [passages[1].text[a:b] for a, b in passages[1].sentences] == ["The pond by the mill"]


def test_one_lone_letter_is_no_bullet():
    texts = ["Plan", "e The pond by the mill is deep.", "Nobody was about."]
    passages = build_passages(loaded([page(1, [line(text, top=100 + 30 * n) for n, text in enumerate(texts)])]), "r")
    assert all(p.place is None and p.kind != "list_item" for p in passages)


def test_a_bulleted_list_over_a_page_break_is_one_list_and_its_cut_item_one_passage():
    first = [line("• Keep the pond clean.", top=600, x0=60), line("• Lay the hedge along the", top=760, x0=60)]
    second = [line("northern lane.", top=80, x0=74), line("• Mend the gate.", top=110, x0=60)]
    passages = build_passages(loaded([page(1, first), page(2, second)]), "r")
    assert [p.text for p in passages] == [
        "Keep the pond clean.",
        "Lay the hedge along the northern lane.",
        "Mend the gate.",
    ]
    assert _places(passages) == [("r/list-1", 1, 3), ("r/list-1", 2, 3), ("r/list-1", 3, 3)]
    assert [[s.page for s in p.pages] for p in passages] == [[1], [1, 2], [2]]


def test_bullets_run_together_in_one_line_are_items():
    passages = _build(item("The pond is clean. • The hedge is laid. • The gate hangs."))
    assert [p.text for p in passages] == ["The pond is clean.", "The hedge is laid.", "The gate hangs."]
    assert [p.place.index for p in passages] == [1, 2, 3]


def test_the_first_item_run_into_its_introduction_is_cut_off():
    passages = _build("Two things were asked by the parish: 1) Is the pond wet?", "2) Is the hedge high?")
    assert [p.text for p in passages] == [
        "Two things were asked by the parish:",
        "1) Is the pond wet?",
        "2) Is the hedge high?",
    ]
    assert [p.place.index for p in passages[1:]] == [1, 2]


def test_paragraphs_under_a_heading_that_announces_points_are_its_list():
    passages = _build(
        heading("Areas for mending"), "The pond needs reeds.", "The hedge needs:", item("thorn"), item("hazel"),
        "The gate needs oak.",
        heading("Walls"), "They stand.", "They lean.",
    )  # fmt: skip
    main = [p for p in passages if p.place and p.place.list_id == "r/list-1"]
    assert [(p.text, p.place.index, p.place.length) for p in main] == [
        ("The pond needs reeds.", 1, 3), ("The hedge needs:", 2, 3), ("The gate needs oak.", 3, 3),
    ]  # fmt: skip
    nested = [p for p in passages if p.place and p.place.list_id == "r/list-2"]
    assert [(p.place.index, p.place.length, p.place.intro) for p in nested] == [
        (1, 2, "The hedge needs:"),
        (2, 2, "The hedge needs:"),
    ]
    assert all(p.place is None for p in passages if p.headings == ("Walls",))


def test_labels_that_stand_alone_belong_to_the_paragraph_below_and_make_a_list():
    passages = _build(heading("Advice"), "Recommendation 1", "Mend the gate.", "Recommendation 2", "Lay the hedge.")
    assert [(p.label, p.text, p.place.index, p.place.length) for p in passages[1:]] == [
        ("Recommendation 1", "Recommendation 1 Mend the gate.", 1, 2),
        ("Recommendation 2", "Recommendation 2 Lay the hedge.", 2, 2),
    ]


def test_numbered_headings_with_text_of_their_own_are_a_list_too():
    passages = _build(
        heading("Advice"),
        heading("Recommendation 1: mend the gate", 2),
        "It hangs.",
        heading("Recommendation 2: lay the hedge", 2),
        "It has gaps.",
    )
    assert [(p.kind, p.label, p.place.index, p.place.length) for p in passages if p.place] == [
        ("heading", "Recommendation 1", 1, 2), ("heading", "Recommendation 2", 2, 2),
    ]  # fmt: skip


def test_points_of_a_resolution_after_a_line_that_introduces_them_are_a_list():
    passages = _build(
        heading("Orchard committee"), "The members walked round.", "Resolved:", "To note the count of the bees.",
        "To receive a report on the pond, which the warden will write, in May.", "Supporting papers:",
    )  # fmt: skip
    assert _places(passages) == [None, None, None, ("r/list-1", 1, 2), ("r/list-1", 2, 2), None]
    assert [p.kind for p in passages[3:5]] == ["list_item", "list_item"]
    assert passages[3].place.intro == "Resolved:"


def test_points_of_a_resolution_that_nothing_introduces_have_the_heading_as_introduction():
    passages = _build(
        heading("The pond"), "The members spoke of the pond.",
        "That the committee thanks the warden.", "That the pond be cleared.", "The meeting closed at nine.",
    )  # fmt: skip
    assert _places(passages) == [None, None, ("r/list-1", 1, 2), ("r/list-1", 2, 2), None]
    assert passages[2].place.intro == "The pond"


def test_bullets_under_a_point_of_a_resolution_are_a_list_of_its_own():
    passages = _build("Resolved:", "To ask the warden for:", item("reeds"), item("thorn"), "To note the rest.")
    assert _places(passages)[1:] == [
        ("r/list-1", 1, 2), ("r/list-2", 1, 2), ("r/list-2", 2, 2), ("r/list-1", 2, 2),
    ]  # fmt: skip
    assert passages[2].place.intro == "To ask the warden for:"
    assert [p.label for p in passages[1:4]] == ["¶2", "¶2 bullet 1", "¶2 bullet 2"]


def test_paragraphs_under_a_heading_of_what_was_decided_are_a_list_however_they_open():
    passages = _build(heading("Decisions"), "The gate is to be mended.", "Members noted it.", heading("Walls"), "So.")
    assert _places(passages) == [None, ("r/list-1", 1, 2), ("r/list-1", 2, 2), None, None]


def test_sentences_that_only_open_like_points_of_a_resolution_are_no_list():
    for first, second in (
        ("To mend this, the warden has cut the reeds.", "To keep it so, members have asked for more."),
        ("To date there are no bees.", "To the north lies the pond."),
        ("That is why the gate hangs.", "That was not so in May."),
        ("To note the count.", "The meeting closed."),
        ("To note the count.", "That the pond be cleared."),
    ):
        assert _places(_build(heading("The pond"), first, second)) == [None, None, None]
