"""The benchmark's material and tables; the measuring itself is `make bench`."""

import evals.bench as bench
from evals.bench import Ingested, Material, Row, find_material, ingest_rows
from evals.processes import Run


def test_without_the_real_reports_the_starter_set_is_measured_and_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "SHARED", tmp_path / "nowhere")
    material = find_material()
    assert "starter set" in material.name and "not on this machine" in material.name
    assert len(material.timed) == 5 and not material.more
    assert all(path.suffix == ".md" and path.stem != "README" for path in material.timed)
    assert len(material.questions) == 100


def test_questions_of_several_sets_get_ids_of_their_own(shared):
    questions = find_material().questions
    assert len({question["id"] for question in questions}) == len(questions) == 132


def test_pages_a_second_are_compared_with_and_without_the_plain_start_up(tmp_path):
    material = Material("made up", (tmp_path / "a.pdf",), (), ())
    done = Ingested(
        ours=Run(10.0, 100.0, ""),
        plain=Run(30.0, 300.0, 'noise\n{"pages": 60, "chunks": 90, "start_up": 10.0, "work": 20.0}'),
        more=None,
        unchanged=Run(1.0, 50.0, ""),
        ours_mb=5.0,
        plain_mb=7.0,
    )
    rows = {row.what.strip(): row for row in ingest_rows(done, material)}
    assert rows["pages a second"] == Row("pages a second", "6.0", "2.0")
    assert rows["times the plain pipeline"].ours == "3.00"
    assert rows["times it with its start-up left out"].ours == "2.00"
