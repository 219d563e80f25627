"""What a question asks: areas, kinds, years, intent, what the answer must hold, and what a follow-up carries over."""

import dataclasses
from pathlib import Path

import pytest

from assistant.lexicon import CorpusLexicon
from assistant.understanding import Concept, Filters, Request, understand

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TEXTS = (
    "Leaders have set out a clear strategy for preparation for adulthood.",
    "Transition from primary to secondary school is planned well in most settings.",
    "Families wait too long for speech and language therapy.",
    "Waiting times for neurodevelopmental assessment have grown to two years.",
    "Most EHC plans are now completed within twenty weeks.",
    "The quality of EHC plans varies, and annual reviews are often late.",
    "Short breaks are valued by parent carers.",
    "The parent carer forum is a strong partner in co-production.",
    "Permanent exclusions have fallen and attendance has improved.",
    "The local offer is not known to many families.",
    "Home to school transport costs more each year.",
    "Health visitors see most children at two years.",
    "The designated clinical officer advises schools on health needs.",
    "Governance was strengthened and the board meets each month.",
    "A dashboard of data was shared with partners.",
    "Staff turnover affects caseworkers and the phone is not answered.",
    "Supported internships help young people into employment.",
    "Post-19 pathways are limited, and colleges offer few courses.",
    "The team met two hundred people over four days.",
    "The chair of the board thanked the team.",
    "Tribunal appeals rose last year, and mediation is offered.",
    "Social care practitioners are involved too late in plans.",
    "Funding of the high needs block is in deficit.",
    "Alternative provision is overseen closely.",
    "Early identification in nurseries is a strength.",
    "Dental care is offered in special schools.",
    "Young people have taken part in the design of services.",
    "Joint commissioning is at an early stage.",
    "Recommendations were accepted in full.",
    "Outreach from special schools supports inclusion.",
)


@pytest.fixture(scope="module")
def lexicon():
    return CorpusLexicon(TEXTS, CORPUS)


@pytest.fixture
def read(lexicon):
    """Reads a question after earlier ones."""
    return lambda question, *earlier, **filters: understand(
        question, [{"role": "user", "content": q} for q in earlier], (), lexicon, Filters(**filters)
    )


def ideas(request, carried=None):
    """The concepts as written; only those carried or not, where asked."""
    return [c.written for c in request.concepts if carried is None or c.carried is carried]


QUESTIONS = [
    # question, areas, intent, wants
    ("How long do families in Wiltshire wait for speech and language therapy?", ("Wiltshire",), "fact", "duration"),
    ("When did inspectors visit Bolton?", ("Bolton",), "fact", "date"),
    ("When was the Kent report published?", ("Kent",), "fact", "date"),
    ("What date did the peer team arrive in Devon?", ("Devon",), "fact", "date"),
    ("Who chairs the SEND board in Leeds?", ("Leeds",), "fact", "person"),
    ("Who led the review of Somerset?", ("Somerset",), "fact", "person"),
    ("How many people did the peer team meet in Glos?", ("Gloucestershire",), "fact", "number"),
    ("How many weeks does an EHCP take in Essex?", ("Essex",), "fact", "duration"),
    ("What percentage of plans are finished on time in Surrey?", ("Surrey",), "fact", "percent"),
    ("What proportion of EHC plans in Dorset were in time?", ("Dorset",), "fact", "percent"),
    ("What per cent of reviews are late in Cornwall?", ("Cornwall",), "fact", "percent"),
    ("How big is the deficit in Hull's high needs block?", ("Kingston upon Hull",), "fact", "money"),
    ("How much money was spent on transport in Norfolk?", ("Norfolk",), "fact", "money"),
    ("How much does home to school transport cost Suffolk?", ("Suffolk",), "fact", "money"),
    ("What is the phone number of the helpline in Derby?", ("Derby",), "fact", "phone"),
    ("I'd like the Derby report in large print, who do I telephone?", ("Derby",), "fact", "phone"),
    ("What e-mail address do parents in Rutland use?", ("Rutland",), "fact", "email"),
    ("How often does the board in Luton meet?", ("Luton",), "fact", "number"),
    ("What did the review say about transitions in Wilts?", ("Wiltshire",), "topic", ""),
    ("What do inspectors think of joint commissioning in Leicester?", ("Leicester",), "topic", ""),
    ("Is the local offer any use in Medway?", ("Medway",), "topic", ""),
    ("Tell me about short breaks in BaNES", ("Bath and North East Somerset",), "topic", ""),
    ("Does Herts involve parents in co-production?", ("Hertfordshire",), "topic", ""),
    ("how is gloucestershrie doing on exclusions", ("Gloucestershire",), "topic", ""),
    ("preparing for adulthood", (), "topic", ""),
    ("Is there anything on dental care?", (), "topic", ""),
    ("Why are caseworkers leaving in Salford?", ("Salford",), "topic", ""),
    ("What happens to young people after 19 in Stoke?", ("Stoke-on-Trent",), "topic", ""),
    ("How well do health visitors reach families in North Somerset?", ("North Somerset",), "topic", ""),
    ("How good is governance in Reading?", ("Reading",), "topic", ""),
    ("List the recommendations made to Wiltshire", ("Wiltshire",), "list", ""),
    ("What are all the priority actions for Oldham?", ("Oldham",), "list", ""),
    ("Name every area for improvement in the Bury inspection", ("Bury",), "list", ""),
    ("Give me the full list of recommendations for Devon", ("Devon",), "list", ""),
    ("What recommendations did the peer team make in Somerset? I want all of them.", ("Somerset",), "list", ""),
    ("What were the key lines of enquiry in Kent?", ("Kent",), "list", ""),
    ("What are the areas for improvement in Trafford?", ("Trafford",), "list", ""),
    ("Compare Kent and Surrey on annual reviews", ("Kent", "Surrey"), "compare", ""),
    ("How do Wiltshire and Somerset differ on transition?", ("Wiltshire", "Somerset"), "compare", ""),
    ("Has the quality of EHC plans in Wiltshire changed between the peer review and the inspection?", ("Wiltshire",), "compare", ""),
    ("Have waiting times in Leeds got better since 2021?", ("Leeds",), "compare", ""),
    ("Devon versus Cornwall: who waits longer for therapy?", ("Devon", "Cornwall"), "compare", ""),
    ("Which areas have a strong parent carer forum?", (), "across", ""),
    ("Which reports mention dental care?", (), "across", ""),
    ("Where else are internships praised?", (), "across", ""),
    ("Who else struggles with staff turnover?", (), "across", "person"),
    ("Which councils were told to improve alternative provision?", (), "across", ""),
    ("Does any local area do transport well?", (), "across", ""),
    ("How many areas had systemic failings?", (), "across", "number"),
    ("What are the pros and cons of the local offer in Bolton?", ("Bolton",), "both sides", ""),
    ("What works well and what doesn't on attendance in Wigan?", ("Wigan",), "both sides", ""),
    ("strengths and weaknesses of early identification in Slough", ("Slough",), "both sides", ""),
    ("What changes did the review recommend in Barnet?", ("Barnet",), None, ""),
    ("What has changed in Barnet since the last visit?", ("Barnet",), "compare", ""),
    ("What does everyone think of the local offer in Camden?", ("Camden",), "topic", ""),
    ("Name everyone the team met in Camden", ("Camden",), "list", ""),
    ("What is different for families in Croydon?", ("Croydon",), "topic", ""),
    # A word that looks like a form of question and is none.
    ("What has been done since the review about social care in Poole?", None, None, ""),
    ("Do all families in Sefton know the local offer?", ("Sefton",), "topic", ""),
    ("Are plans of every child reviewed in Halton?", ("Halton",), "topic", ""),
    ("What did the whole team think of outreach in Torbay?", ("Torbay",), "topic", ""),
    ("What did it say about a phone not being answered in Bexley?", ("Bexley",), "topic", ""),
    ("What do people who use short breaks in Brent say?", ("Brent",), "topic", ""),
    ("How are children who are not in school supported in Ealing?", ("Ealing",), "topic", ""),
    ("What is said about young people whose needs changed in Enfield?", ("Enfield",), "topic", ""),
    ("What support is there when children start school in Merton?", ("Merton",), "topic", ""),
    ("What happens when a plan is late in Newham?", ("Newham",), "topic", ""),
    ("What was said about children in Newham who go to school in Barking and Dagenham?", ("Newham", "Barking and Dagenham"), "topic", ""),
]


@pytest.mark.parametrize(("question", "areas", "intent", "wants"), QUESTIONS)
def test_a_question_is_read_by_its_form(read, question, areas, intent, wants):
    request = read(question)
    if areas is not None:
        assert request.areas == areas
    if intent == "list":
        assert request.listed >= 0.5
    elif intent == "topic":  # a topic of one point may be read as a fact: the answer is the same, only shorter
        assert request.intent in ("topic", "fact") and request.listed < 0.5
    elif intent is not None:
        assert request.intent == intent and request.listed < 0.5
    assert request.wants == wants


@pytest.mark.parametrize(
    ("question", "areas"),
    [
        ("What must NHS Devon ICB do in Plymouth?", ("Plymouth",)),
        ("Do Worcestershire and NHS Herefordshire and Worcestershire ICB agree?", ("Worcestershire",)),
        ("What must NHS Devon ICB do?", ("Devon",)),
        ("NHS help in Devon and Plymouth", ("Devon", "Plymouth")),
        ("How do Plymouth and the NHS in Devon work with the ICB?", ("Plymouth", "Devon")),
    ],
)
def test_the_name_of_a_body_is_no_area_beside_one(read, question, areas):
    assert read(question).areas == areas


KIND_QUESTIONS = [
    ("What did the peer review say about data?", ("peer review",)),
    ("What did the peer team think of data?", ("peer review",)),
    ("What did the LGA find on governance?", ("peer review",)),
    ("What did Ofsted say about attendance?", ("inspection",)),
    ("What did inspectors and the CQC find?", ("inspection",)),
    ("Is governance better in the inspection than in the peer review?", ("peer review", "inspection")),
    ("What did the scrutiny committee ask?", ("committee paper",)),
    ("What did councillors want to know about transport?", ("committee paper",)),
    ("What does the code of practice say about annual reviews?", ("guidance",)),
    ("What does the inspection framework look at?", ("inspection", "framework")),
    ("How long is the wait for therapy?", ()),
    ("Are annual reviews late?", ()),
    ("What do family members say about short breaks?", ()),
    ("Do peers of autistic pupils understand them?", ()),
    ("What did peers find on data?", ("peer review",)),
    ("Has the view changed since the peers in 2023?", ("peer review",)),
    ("Do pupils learn with peers in class?", ()),
    ("List what the committee minute on the LGA peer review resolved", ("committee paper",)),
    ("What did the peer review and the committee say?", ("peer review", "committee paper")),
]


@pytest.mark.parametrize(("question", "kinds"), KIND_QUESTIONS)
def test_a_question_names_a_kind_of_report(read, question, kinds):
    assert set(read(question).kinds) == set(kinds)


@pytest.mark.parametrize(
    ("question", "years"),
    [("Wiltshire in 2023", (2023,)), ("between 2019 and 2024", (2019, 2024)), ("all 2000 pupils aged 16 to 25", ()), ("the 2019/20 figures", (2019,)), ("published in 2021.", (2021,)), ("in twenty weeks", ()),
     ("a budget of £2024 or 2,024", ())],
)
def test_years_are_years(read, question, years):
    assert read(question).years == years


def test_the_area_is_not_part_of_the_subject(read):
    request = read("How long do families in Wiltshire wait for short breaks?")
    assert "Wiltshire" not in request.subject and "wiltshire" not in ideas(request)
    assert ideas(request)[-2:] == ["short", "breaks"]
    assert read("What is said in Kent's review about governance in Wilts?").subject == "What is said in review about governance ?"


def test_an_abbreviation_is_one_idea_with_its_long_form(read):
    [plan] = [c for c in read("Are EHCPs late?").concepts if c.written.startswith("ehc")]
    assert plan.alternatives[0] == (("ehcps",), 1.0)
    assert any(set(option) >= {"education", "health", "care"} and weight == 1.0 for option, weight in plan.alternatives)


def test_an_idea_is_named_as_the_question_writes_it(read):
    assert "ehc plans" in ideas(read("Are EHC plans late?"))


def test_everyday_words_bring_the_fields_terms(read):
    [out] = [c for c in read("Are kids being kicked out of school?").concepts if c.written == "kicked out"]
    assert any(option == ("exclusion",) and weight < 1.0 for option, weight in out.alternatives)


def test_a_misspelt_word_is_looked_for_as_the_reports_spell_it(read):
    request = read("What of the recomendations?")
    assert request.question == "What of the recommendations?"
    assert any(concept.alternatives[0] == (("recommendations",), 1.0) for concept in request.concepts)


def test_a_misspelt_word_that_says_nothing_is_no_idea(lexicon):
    taught = CorpusLexicon((*TEXTS, "Their plans are about them because others asked."), CORPUS)
    assert ideas(understand("becuase abuot governance", [], (), taught)) == ["governance"]


def test_the_words_of_every_report_weigh_little(read):
    weights = {c.written: c.weight for c in read("What did the report say about governance?").concepts}
    assert weights["report"] < 0.2 < weights["governance"]


def test_a_word_said_twice_is_one_idea(read):
    assert ideas(read("governance, or rather Governance")) == ["governance"]


@pytest.mark.parametrize("question", ["", "???", "the of and", "🙂"])
def test_a_question_without_words_has_no_ideas_and_no_error(read, question):
    assert read(question).concepts == ()


def test_filters_take_the_place_of_what_the_question_says(read):
    request = read("What did inspectors say of Kent in 2023?", areas=("Surrey",), kinds=("peer review",), years=(2019,))
    assert (request.areas, request.kinds, request.years) == (("Surrey",), ("peer review",), (2019,))


@pytest.mark.parametrize(("written", "area"), [("wilts", "Wiltshire"), ("north somerset", "North Somerset"), ("BURY", "Bury"), ("reading", "Reading"), ("Narnia", "Narnia")])
def test_an_area_set_by_hand_may_be_written_in_any_way(read, written, area):
    assert read("How is transport?", areas=(written,)).areas == (area,)


# Follow-ups


def test_an_area_moved_keeps_subject_and_what_is_wanted(read):
    first = "How long do families wait for speech and language therapy in Wiltshire?"
    request = read("and in Gloucestershire?", first)
    assert request.follow_up and request.areas == ("Gloucestershire",)
    assert request.intent == "fact" and request.wants == "duration"
    assert set(ideas(read(first))) <= set(ideas(request))
    assert "speech and language therapy" in request.subject


@pytest.mark.parametrize("question", ["And Gloucestershire?", "what about Glos?", "How about in Gloucestershire", "Gloucestershire?", "same for Glos please"])
def test_an_area_is_moved_in_many_ways(read, question):
    request = read(question, "What did the review say about short breaks in Wiltshire?")
    assert request.areas == ("Gloucestershire",) and "breaks" in ideas(request, carried=True)


def test_a_new_aspect_keeps_the_area_and_some_of_the_subject(read):
    request = read("What about after 19?", "What support do young people in Wiltshire get into employment?")
    assert request.areas == ("Wiltshire",) and request.follow_up
    assert "employment" in ideas(request, carried=True) and "after 19" in ideas(request, carried=False)


def test_what_is_asked_now_is_searched_for_and_not_the_earlier_question(read):
    first = "How long do families in Wiltshire wait for speech and language therapy?"
    assert read("What about governance?", first).subject == "What about governance?"
    assert read("Is governance part of that?", first).subject.startswith("Is governance part of that? ")
    assert "speech and language therapy" in read("Does it help?", first).subject


def test_what_is_carried_weighs_half_where_the_question_points_back(read):
    first = "Tell me about short breaks in Kent"
    alone = {c.written: c.weight for c in read(first).concepts}
    [carried] = [c for c in read("Do they involve the parent carer forum?", first).concepts if c.written == "breaks"]
    assert carried.carried and carried.weight == pytest.approx(alone["breaks"] / 2)


def test_what_is_carried_weighs_no_more_than_half_of_what_is_asked(read):
    request = read("What about governance?", "How long do families in Wiltshire wait for therapy after a tribunal about transport?")
    asked = sum(c.weight for c in request.concepts if not c.carried)
    carried = sum(c.weight for c in request.concepts if c.carried)
    assert asked > 0 and carried == pytest.approx(asked / 2)


def test_a_new_subject_drops_the_carried_ideas_and_keeps_the_area(read):
    request = read("How late are annual reviews of EHC plans by caseworkers?", "What is said about short breaks in Wiltshire?")
    assert request.areas == ("Wiltshire",) and ideas(request, carried=True) == []
    assert not request.follow_up


def test_a_new_subject_in_a_new_area_owes_nothing_to_the_old(read):
    request = read("Did the high needs block deficit in Kent affect outreach?", "What is said about short breaks in Wiltshire in 2023?")
    assert request.areas == ("Kent",) and request.years == () and ideas(request, carried=True) == []


def test_which_areas_after_an_area_asks_them_all(read):
    request = read("Which areas have a strong parent carer forum?", "What is said about short breaks in Wiltshire?")
    assert request.areas == () and request.intent == "across"


def test_which_areas_do_that_carries_the_subject_and_asks_them_all(read):
    request = read("Which other areas do that?", "What is said about supported internships in Wiltshire?")
    assert request.areas == () and request.intent == "across"
    assert "supported internships" in ideas(request, carried=True)


def test_a_kind_carries_over_with_its_area(read):
    request = read("What did they say about governance?", "What did inspectors say about attendance in Leeds?")
    assert request.kinds == ("inspection",) and request.areas == ("Leeds",)


def test_a_kind_named_anew_takes_the_old_ones_place(read):
    request = read("And the peer review?", "What did inspectors say about attendance in Leeds?")
    assert request.kinds == ("peer review",) and request.areas == ("Leeds",)
    assert "attendance" in ideas(request, carried=True)


def test_the_year_is_dropped_when_another_report_is_asked_for(read):
    request = read("And the inspection?", "What did the 2023 peer review say about data in Leeds?")
    assert request.kinds == ("inspection",) and request.years == ()


def test_a_chain_of_follow_ups_carries_the_first_subject(read):
    request = read("And in Kent?", "What is said about supported internships in Wiltshire?", "and in Somerset?")
    assert request.areas == ("Kent",) and "supported internships" in ideas(request, carried=True)


def test_after_a_chain_the_last_area_holds(read):
    request = read("Is it improving?", "What is said about supported internships in Wiltshire?", "and in Somerset?")
    assert request.areas == ("Somerset",) and "supported internships" in ideas(request, carried=True)


def test_a_subject_of_its_own_is_searched_for_with_a_new_area(read):
    request = read("Tell me about governance in Kent", "What did the review say about short breaks in Wiltshire?")
    assert request.areas == ("Kent",) and "governance" in request.subject
    assert "governance" in ideas(request, carried=False)


def test_a_word_that_points_back_within_the_question_is_no_follow_up(read):
    request = read("Do caseworkers answer the phone when families call them?", "What is said about short breaks in Wiltshire?")
    assert not request.follow_up and request.areas == ("Wiltshire",)


def test_a_word_that_points_back_before_any_subject_is_a_follow_up(read):
    request = read("Do they help young people into employment at colleges after transition?", "What do supported internships offer in Wiltshire?")
    assert request.follow_up and "supported internships" in ideas(request, carried=True)


def test_areas_for_improvement_are_not_areas_to_search(read):
    request = read("What areas for improvement did they set?", "What did inspectors say about attendance in Leeds?")
    assert request.areas == ("Leeds",) and request.intent != "across"


@pytest.mark.parametrize("question", ["Who else does?", "Is it better anywhere else?", "Where else?", "Do other councils do it?", "And elsewhere?"])
def test_elsewhere_is_everywhere(read, question):
    request = read(question, "Are supported internships praised in Wiltshire?")
    assert request.areas == () and request.intent == "across" and "supported internships" in ideas(request)


@pytest.mark.parametrize("question", ["Who is responsible for it?", "Where is that said?", "Why?", "How many?", "When?", "Can you say more?"])
def test_a_short_question_stays_in_the_area(read, question):
    request = read(question, "Are supported internships praised in Wiltshire?")
    assert request.areas == ("Wiltshire",) and request.intent != "across" and "supported internships" in ideas(request)


def test_a_long_conversation_is_read(read):
    request = read("And in Kent?", "What is said about governance in Wiltshire?", *["and in Leeds?"] * 1500)
    assert request.areas == ("Kent",) and "governance" in ideas(request)


def test_what_the_assistant_said_is_not_what_was_asked(lexicon):
    turns = [
        {"role": "user", "content": "What is said about short breaks in Wiltshire?"},
        {"role": "assistant", "content": "Surrey has much on transport."},
    ]
    request = understand("And in Kent?", turns, (), lexicon)
    assert request.areas == ("Kent",) and "breaks" in ideas(request) and "transport" not in ideas(request)


def test_a_first_question_is_no_follow_up(read):
    assert not read("And what about transport?").follow_up


def test_the_review_beside_an_inspection_is_the_peer_review(read):
    assert set(read("Are lists long in Leeds? Take both the review and the inspection.").kinds) == {"peer review", "inspection"}
    assert read("What did the inspection say about the review of plans in Leeds?").kinds == ("inspection",)


@pytest.mark.parametrize(
    ("question", "beside"),
    [
        ("Did Leeds improve between the peer review and the Ofsted inspection?", True),
        ("Are lists long in Leeds? Both the review and the inspection, please.", True),
        ("Had the peer review's worries about commissioning in Leeds been fixed by the time of the inspection?", True),
        ("What did the peer review of Leeds say about improved commissioning?", False),
    ],
)
def test_two_reports_on_an_area_are_put_side_by_side(read, question, beside):
    request = read(question)
    assert (request.intent == "compare") is beside and (not beside or request.listed == 0.0)


def test_what_a_report_is_asked_to_speak_about_is_the_subject_whatever_its_words(read):
    weight = {c.written: c.weight for c in read("What does the review say about members of the board?").concepts}
    board = {c.written: c.weight for c in read("What is said of the board? Report it.").concepts}
    assert weight["board"] == board["board"]
    asked = {c.written: c.weight for c in read("What does it say about peers?").concepts}
    named = {c.written: c.weight for c in read("Do the peers like outreach?").concepts}
    assert asked["peers"] > 2 * named["peers"]


def test_a_word_that_every_passage_holds_is_not_spelled_out_in_the_search():
    spelled = ((("ofsted",), 1.0), (("office", "standards"), 1.0))
    asked = Request("?", "When is Ofsted due?", (Concept("ofsted", spelled, 0.05),))
    assert asked.search_text == "When is Ofsted due?"
    assert dataclasses.replace(asked, concepts=(Concept("ofsted", spelled, 0.5),)).search_text == "When is Ofsted due? (office standards)"
