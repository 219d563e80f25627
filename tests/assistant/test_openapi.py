"""The description of the API says what is sent, given and refused."""

import pytest
from fake_engine import FakeEngine
from starlette.testclient import TestClient

from assistant.openapi import EXAMPLE
from assistant.schemas import Answer
from assistant.server import create_app
from ingest.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:gradio")


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    app = create_app(FakeEngine, Settings(data=tmp_path_factory.mktemp("data")))
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client.get("/api/openapi.json").json()


def test_it_describes_the_api_and_none_of_the_pages(described):
    operations = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert operations == {("/api/ask", "post"), ("/api/search", "post"), ("/api/reports", "get")}
    assert described["openapi"].startswith("3.1") and "security" not in described


def test_every_reference_leads_somewhere(described):
    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    schemas = described["components"]["schemas"]
    used = {reference.removeprefix("#/components/schemas/") for reference in references(described)}
    assert used == set(schemas)


def test_every_refusal_has_the_same_form(described):
    for methods in described["paths"].values():
        for operation in methods.values():
            refusals = {code: told for code, told in operation["responses"].items() if code != "200"}
            assert {"401", "403", "503"} <= set(refusals)
            for told in refusals.values():
                assert told["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }


def test_names_that_other_programs_rely_on(described):
    schemas = described["components"]["schemas"]
    assert set(schemas["AskRequest"]["properties"]) == {
        "question", "turns", "areas", "kinds", "years", "reports", "written",
    }  # fmt: skip
    assert set(schemas["Answer"]["properties"]) == {
        "question", "status", "text", "scope", "points", "citations", "searched", "follow_ups", "writing",
    }  # fmt: skip
    assert set(schemas["Point"]["properties"]) == {"role", "heading", "item", "text", "quote", "written", "citations"}
    assert set(schemas["Citation"]["properties"]) == {
        "number", "quote", "report_id", "title", "file", "kind", "digest", "area", "date", "page", "parts", "label",
        "section", "passage_id", "link",
    }  # fmt: skip


def test_the_example_is_an_answer(described):
    told = described["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["example"]
    assert Answer.model_validate(told).model_dump(mode="json") == EXAMPLE
