"""The description of the HTTP API (OpenAPI 3.1), made from its routes."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from assistant.problems import API, MEDIA_TYPE

VERSION = "1.0.0"
"Of the API: raised when a field changes its name or meaning (first digit) or one is added (second)."

ABOUT = """\
Answers questions about SEND reviews and inspections in the reports' own words. Every quote is checked against the
stored report and comes with report, page and printed label.

The same limits hold as for the page: so many questions a minute for each person, answered with 429 and Retry-After
beyond that. Questions asked here are not kept. Texts of reports are data: whoever hands them to a language model should
mark them as such.
"""

REFUSALS = {
    "400": "The body is not JSON, or a password came by plain http.",
    "401": "Not signed in, or name and password do not go together.",
    "403": "The request comes from another web site, or through a proxy that is not trusted.",
    "413": "The body is too large.",
    "422": "A field is missing, unknown, too long or of the wrong kind; or a filter names what is not held.",
    "429": "Too many questions a minute; Retry-After gives the seconds to wait.",
    "500": "A fault of the assistant; its log has the details.",
    "503": "The assistant is starting, or there is no knowledge base yet.",
}
WITHOUT_A_BODY = ("401", "403", "500", "503")

QUOTE = (
    "The evidence on Gloucestershire came from 28 focus group meetings, from visiting local schools and sites, and "
    "from further reading and research."
)
DIGEST = "gloucestershire-send-peer-challenge-2023-digest"
EXAMPLE = {
    "question": "How many focus groups were held in the Gloucestershire peer challenge?",
    "status": "answered",
    "text": f"“{QUOTE}” [1]",
    "scope": "Gloucestershire · SEND peer review, April 2023",
    "points": [
        {
            "role": "answer",
            "heading": "",
            "item": None,
            "text": QUOTE,
            "quote": QUOTE,
            "written": False,
            "citations": [1],
        }
    ],
    "citations": [
        {
            "report_id": DIGEST,
            "title": "Digest of the Gloucestershire SEND peer challenge, 2023",
            "file": "gloucestershire-send-peer-challenge-2023.md",
            "kind": "peer review",
            "digest": True,
            "area": "Gloucestershire",
            "date": "April 2023",
            "page": None,
            "parts": [{"page": None, "printed": None, "quote": QUOTE}],
            "label": "bullet 1",
            "section": "Peer Challenge Process",
            "passage_id": f"{DIGEST}:0044",
            "link": f"https://send.example.org/reports/{DIGEST}?from=10475&to=10619&seal=287fea96",
            "number": 1,
            "quote": QUOTE,
        }
    ],
    "searched": ["Digest of the Gloucestershire SEND peer challenge, 2023"],
    "follow_ups": ["What are all the key recommendations for Gloucestershire?", "Which other areas speak of this?"],
    "writing": None,
}
"An answer over the starter knowledge base."

SCHEMES = {
    "account": {"type": "http", "scheme": "basic", "description": "Name and password of an account, over https only."},
}


class FieldProblem(BaseModel):
    """A field that is not as described."""

    field: str = Field(examples=["turns.0.role"])
    problem: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(description="The status in words.", examples=["Too Many Requests"])
    status: int
    detail: str = Field(description="What is wrong and what to do.")
    errors: list[FieldProblem] = Field([], description="With 422, the fields that are wrong.")


def description(routes: Sequence, mode: str) -> dict:
    """The whole document. `mode` says how people sign in ('open', 'accounts', 'proxy')."""
    from fastapi.openapi.utils import get_openapi

    made = get_openapi(title="SEND evidence assistant", version=VERSION, description=ABOUT, routes=routes)
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for model in (FieldProblem, Problem):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    told = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in made["paths"].values():
        for operation in operations.values():
            possible = REFUSALS if "requestBody" in operation else WITHOUT_A_BODY
            operation["responses"] |= {code: {"description": REFUSALS[code], "content": told} for code in possible}
    made["paths"][f"{API}ask"]["post"]["responses"]["200"]["content"]["application/json"]["example"] = EXAMPLE
    if mode == "accounts":
        made["components"]["securitySchemes"] = SCHEMES
        made["security"] = [{"account": []}]
    return made
