"""Every digest is keyed throughout, holds all figures and paragraphs of its report, and is in our own words.

The first tests look at the digests alone; those that take `shared` compare each with the text of the report it digests.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "corpus" / "digests"
DIGESTS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")

KEYED = re.compile(r"(?:- )?\[([^\]]+)\] (.+)")
NUMBERED_HEADING = re.compile(r"(\d{1,2})\.? +([A-Z].*)")
LABEL = re.compile(r"^\**(?:\d{1,2}(?:\.\d{1,2})?[.)]?|[A-Z][.):])\s*(?=\**[A-Z]|$)")
# A lone sign before a capital is a bullet; some scanners read it as the letter e.
BULLET = re.compile(r"^(?:[^\w\s\"“”‘’'(\[<#|©]|e)\s+(?=[A-Z0-9*“‘'])")
FIGURE = re.compile(r"\d+(?:[.,]\d+)*%?")
WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
NAME_WORD = r"[A-Z0-9][\w’'-]*"
NAME = re.compile(rf"{NAME_WORD}(?:[\s,(–/&-]+(?:(?:of|and|the|for|in|to|with|at)[\s,]+){{0,2}}{NAME_WORD})+")
LONGEST_RUN = 9


def parts(path):
    """Front matter as a dictionary, and the lines below it."""
    _, front, body = path.read_text(encoding="utf8").split("---\n", 2)
    return dict(line.split(": ", 1) for line in front.splitlines()), body.splitlines()


def keyed_lines(path):
    """(heading path, key, text) of every keyed line of a digest."""
    found, headings = [], []
    for line in parts(path)[1]:
        if line.startswith("#"):
            level = len(line) - len(line.lstrip("#"))
            headings = headings[: level - 1] + [line.lstrip("# ")]
        elif match := KEYED.fullmatch(line):
            found.append((tuple(headings), match[1], match[2]))
    return found


def report_text(path, shared):
    text = shared / "reports" / "text" / f"{parts(path)[0]['digest_of']}.txt"
    if not text.exists():
        pytest.skip(f"the text of {text.stem} is not on this machine")
    return text.read_text(encoding="utf8")


def report_units(text):
    """Headings, paragraphs and list items of a report's plain text, with wrapped lines and page breaks joined.

    Doubtful ends are joined rather than parted, so that a count of units is never more than the report has.
    """
    lines = [line.strip() for line in text.splitlines()]
    wrapped = max(map(len, lines)) < 120
    units, apart = [], True
    for line in lines:
        if not line:
            apart = True
            continue
        starts = BULLET.match(line) or LABEL.match(line)
        runs_on = units and line[0].islower() and units[-1][-1] not in ".?!:"
        if units and not starts and (runs_on or wrapped and not apart):
            units[-1] += " " + line
        else:
            units.append(line)
        apart = False
    return units


def is_heading(unit):
    """A short unit that is no sentence and no list item."""
    return unit.startswith("#") or may_be_heading(unit) and unit[-1] not in ".?!:;,”\"’'"


def may_be_heading(unit):
    """A short unit that is no list item: a report may print a heading as a question or with a full stop."""
    return unit.startswith("#") or not BULLET.match(unit) and len(unit.split()) <= 20


def units_by_section(units):
    """The paragraphs, items and inner headings of each numbered section of a report.

    0 is what stands before the first section, without the headings of a title page. Short lines that follow
    one another, as in a signature, count once.
    """
    sections, current = {0: []}, 0
    for unit in units:
        heading = NUMBERED_HEADING.fullmatch(unit)
        if heading and is_heading(unit) and int(heading[1]) == current + 1:
            current += 1
            sections[current] = []
        elif not is_heading(unit):
            sections[current].append(unit)
        elif current and LABEL.sub("", unit) and not (sections[current] and is_heading(sections[current][-1])):
            sections[current].append(unit)
    return sections


def paragraphs_by_heading(units, kept):
    """How many paragraphs and items stand directly under each heading of the report that the digest kept.

    Counts up to the next unit that may be a heading.
    """
    counts, current = Counter(), None
    for unit in units:
        if may_be_heading(unit):
            current = as_run(unit) if as_run(unit) in kept else None
        elif current:
            counts[current] += 1
    return counts


def lines_by_section(path):
    """How many keyed lines, and how many headings within it, each numbered section of a digest has."""
    lines, headings, section = Counter(), {}, 0
    for path_of_headings, _, _ in keyed_lines(path):
        numbered = re.match(r"(\d{1,2})\b", path_of_headings[1])
        section = int(numbered[1]) if numbered else section
        lines[section] += 1
        headings.setdefault(section, set()).update(path_of_headings[2:])
    return {section: (count, len(headings[section])) for section, count in lines.items()}


def figures(text):
    """Every number in a text, with its per cent sign."""
    return set(FIGURE.findall(re.sub(r"(?<=\d)\s*(?:per cent|%)", "%", text)))


def words(text):
    return [word.lower().replace("’", "").replace("'", "") for word in WORD.findall(text)]


def in_names(text):
    """For each word of a text, whether it belongs to a name: capitalised words in a row, small words between them."""
    spans = [match.span() for match in NAME.finditer(text)]
    return [any(start <= word.start() < end for start, end in spans) for word in WORD.finditer(text)]


def as_run(text):
    """The words of a text in one line, so that a run of whole words can be looked for in it."""
    return f" {' '.join(words(text))} "


def copied_runs(line, report):
    """Runs of words of a digest's line that stand in the report, apart from those that are mostly names."""
    line_words, named = words(line), in_names(line)
    runs, start = [], 0
    while start < len(line_words):
        end = start + 1
        while end <= len(line_words) and f" {' '.join(line_words[start:end])} " in report:
            end += 1
        length = end - 1 - start
        if length > LONGEST_RUN and 2 * sum(named[start : end - 1]) < length:
            runs.append(" ".join(line_words[start : end - 1]))
        start += max(1, length - LONGEST_RUN + 1)
    return runs


each_digest = pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.stem)


@each_digest
def test_front_matter_names_the_report_the_kind_and_the_area(path):
    front, _ = parts(path)
    assert all(front.get(field) for field in ("title", "digest_of", "kind", "area"))
    assert front["kind"] == "digest"
    assert front["digest_of"] == path.stem


@each_digest
def test_every_line_that_is_no_heading_is_keyed_and_stands_under_a_section(path):
    lines = [line for line in parts(path)[1] if line and not re.match(r"#{1,6} \S", line)]
    assert [line for line in lines if not KEYED.fullmatch(line)] == []
    assert all(len(headings) >= 2 for headings, _, _ in keyed_lines(path))


@each_digest
def test_a_key_occurs_once_under_its_heading(path):
    places = Counter((headings, key) for headings, key, _ in keyed_lines(path))
    assert [place for place, count in places.items() if count > 1] == []


@each_digest
def test_counted_keys_run_on_without_a_gap(path):
    last, gaps = {}, []
    for headings, key, _ in keyed_lines(path):
        if match := re.fullmatch(r"(.*(?:¶|bullet |row ))(\d+)", key):
            series, number = match[1], int(match[2])
            if number not in (1, last.get(series, 0) + 1):
                gaps.append((headings[-1], key))
            last[series] = number
    assert gaps == []


@each_digest
def test_every_line_is_made_of_whole_sentences(path):
    whole = re.compile(r"['\"‘“]?[A-Z0-9].*[.:?]['\"’”]?")
    assert [text for _, _, text in keyed_lines(path) if not whole.fullmatch(text)] == []


@each_digest
def test_every_figure_of_the_report_stands_in_its_digest(path, shared):
    printed = "\n".join(LABEL.sub("", BULLET.sub("", unit)) for unit in report_units(report_text(path, shared)))
    told = "\n".join(text for _, _, text in keyed_lines(path))
    assert sorted(figures(printed) - figures(told)) == []


@each_digest
def test_every_paragraph_of_a_section_of_the_report_has_its_line(path, shared):
    written, short = lines_by_section(path), {}
    for section, units in units_by_section(report_units(report_text(path, shared))).items():
        lines, headings = written.get(section, (0, 0))
        certain = sum(not may_be_heading(unit) for unit in units)
        if lines < certain or lines + headings < len(units):
            short[section] = f"report {len(units)}, {certain} no heading; digest {lines} and {headings} headings"
    assert short == {}


@each_digest
def test_every_paragraph_under_a_heading_that_was_kept_has_its_line(path, shared):
    written = Counter(as_run(headings[-1]) for headings, _, _ in keyed_lines(path))
    printed = paragraphs_by_heading(report_units(report_text(path, shared)), written)
    assert {heading: count for heading, count in printed.items() if written[heading] < count} == {}


@each_digest
def test_every_bullet_of_the_report_has_its_line(path, shared):
    printed = [unit for unit in report_units(report_text(path, shared)) if BULLET.match(unit)]
    told = [key for _, key, _ in keyed_lines(path) if "bullet " in key]
    assert len(told) == len(printed)


@each_digest
def test_the_digest_is_in_our_own_words(path, shared):
    report = as_run(report_text(path, shared))
    assert [run for _, _, text in keyed_lines(path) for run in copied_runs(text, report)] == []


def test_units_join_wrapped_lines_and_page_breaks_and_part_list_items():
    text = "1 Aims\n\n1.1 The town hall\nopens early.\n\ne First item\n\n« Second item that\n\n\n\nruns over a page.\n"
    assert report_units(text) == [
        "1 Aims",
        "1.1 The town hall opens early.",
        "e First item",
        "« Second item that runs over a page.",
    ]
    assert units_by_section(report_units(text)) == {0: [], 1: report_units(text)[1:]}


def test_a_copied_sentence_is_found_and_a_long_name_is_no_copy():
    report = as_run("Buses to the new depot beside the river were late on most winter mornings, they said.")
    copied = "Drivers agreed: buses to the new depot beside the river were late on most days."
    assert copied_runs(copied, report) == ["buses to the new depot beside the river were late on most"]
    name = "The Upper Dale and Lower Dale Joint Board for Roads, Bridges and River Crossings met."
    assert copied_runs(name, as_run(name)) == []
