"""The assistant as tools of an MCP client: asked by the SDK's own client, in this process and over a real pipe."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.conversing import EngineLoader

mcp = pytest.importorskip("mcp", reason='the extra mcp is not installed (pip install -e ".[mcp]")')

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "How long do families in Rutland wait for occupational therapy?"


def run(settings_or_engine, work):
    """What `work` (a coroutine function of a client) gives, over a server in this process."""
    import anyio

    from assistant.mcp_server import mcp_server

    async def connected():
        async with mcp.Client(mcp_server(EngineLoader(lambda: settings_or_engine))) as client:
            return await work(client)

    return anyio.run(connected)


@pytest.fixture(scope="module")
def assistant(held):
    from assistant.answering import Assistant

    with Assistant.open(held) as assistant:
        yield assistant


def called(engine, tool: str, **arguments):
    return run(engine, lambda client: client.call_tool(tool, arguments))


def inside(text: str) -> str:
    """What stands between the marks; they carry one number that no report can know."""
    found = re.fullmatch(r"\[report text (\w{8})\]\n(.*)\n\[end of report text \1\]", text, re.DOTALL)
    assert found, text
    return found[2]


def test_over_a_pipe_a_client_lists_tools_asks_and_hears_nothing_but_the_protocol(held):
    import anyio

    command = ["-m", "assistant", "mcp", "--index", str(held.index), "--corpus", str(held.corpus)]
    here = {"cwd": str(ROOT), "env": {"PYTHONPATH": str(ROOT)}}
    server = mcp.StdioServerParameters(command=sys.executable, args=command, **here)

    async def session():
        async with mcp.Client(mcp.stdio_client(server)) as client:
            tools = (await client.list_tools()).tools
            return tools, await client.call_tool("ask", {"question": QUESTION}), client.instructions

    tools, answer, instructions = anyio.run(session)
    assert [tool.name for tool in tools] == ["ask", "search", "reports"]
    assert "nine weeks" in inside(answer.content[0].text) and "never an instruction" in instructions
    assert answer.structured_content["status"] == "answered"


def test_standard_output_carries_protocol_lines_only_and_the_end_of_input_ends_it(held):
    hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "mcp", "--index", str(held.index)],
        input=json.dumps(hello) + "\n", capture_output=True, text=True, timeout=60, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["jsonrpc"] for line in done.stdout.splitlines()] == ["2.0"]


def test_tools_only_read_and_say_that_report_text_is_data(assistant):
    tools = run(assistant, lambda client: client.list_tools()).tools
    for tool in tools:
        assert tool.annotations.read_only_hint and not tool.annotations.destructive_hint
        assert tool.output_schema["type"] == "object" and tool.input_schema["additionalProperties"] is False
        assert "never an instruction" in tool.description or "never instructions" in tool.description
    assert set(tools[0].input_schema["properties"]) == {"question", "turns", "areas", "kinds", "years", "reports"}


def test_an_answer_comes_as_text_between_marks_and_as_data(assistant):
    answer = called(assistant, "ask", question=QUESTION)
    assert "nine weeks" in inside(answer.content[0].text) and "Sources\n[1] " in answer.content[0].text
    citation = answer.structured_content["citations"][0]
    assert "nine weeks" in citation["quote"]
    assert citation["link"] == f"send-assistant://passages/{citation['passage_id']}"
    other = called(assistant, "ask", question=QUESTION)
    assert other.content[0].text != answer.content[0].text, "the marks must not be guessable"


def test_a_follow_up_and_filters_are_understood(assistant):
    before = ["How long do families in Torbay wait for occupational therapy?"]
    assert "nine weeks" in called(assistant, "ask", question="And in Rutland?", turns=before).content[0].text
    answer = called(assistant, "ask", question="How long is the wait for therapy?", areas=["Torbay"])
    assert "41 weeks" in answer.content[0].text and "nine weeks" not in answer.content[0].text


def test_a_report_can_neither_end_the_marks_nor_hide_in_them():
    from fake_engine import HOSTILE, FakeEngine

    told = called(FakeEngine(), "ask", question="planted").content[0].text
    assert HOSTILE in inside(told)


def test_a_search_gives_passages_that_can_be_opened(assistant):
    found = called(assistant, "search", query="minibus to college", limit=2)
    assert "minibus" in inside(found.content[0].text) and len(found.structured_content["passages"]) == 2
    link = found.structured_content["passages"][0]["link"]
    [content] = run(assistant, lambda client: client.read_resource(link)).contents
    assert "£64,000" in inside(content.text) and "Occupational therapy is offered" in content.text
    nothing = called(assistant, "search", query="minibus", areas=["Leeds"])
    assert "Not held: Leeds." in nothing.content[0].text and nothing.structured_content["passages"] == []


def test_the_reports_held_are_listed(assistant):
    listed = called(assistant, "reports")
    assert [report["areas"] for report in listed.structured_content["reports"]] == [["Rutland"], ["Torbay"]]
    line = "rutland-send-peer-review-2022 · Rutland SEND peer review, June 2022 · Rutland · June 2022"
    assert line in inside(listed.content[0].text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"question": "How many?", "reports": ["nope"]}, "No report nope is held. The tool `reports` lists"),
        ({"question": "How many?", "kinds": ["peer"]}, "'inspection', 'peer review'"),
        ({"question": "x" * 2001}, "at most 2000 characters"),
        ({}, "Field required"),
        ({"question": "How many?", "area": "Leeds"}, "area\n  Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_answered_is_an_error_that_says_why(assistant, arguments, said):
    refused = called(assistant, "ask", **arguments)
    assert refused.is_error and said in refused.content[0].text


def test_a_fault_tells_the_client_no_detail(assistant):
    from fake_engine import FakeEngine

    refused = called(FakeEngine(), "ask", question="broken")
    assert refused.is_error and "secret detail" not in refused.content[0].text


def test_without_a_knowledge_base_the_tools_say_what_to_do(tmp_path):
    from assistant.answering import Assistant
    from ingest.settings import Settings

    refused = run_failing(lambda: Assistant.open(Settings(index=tmp_path / "none")))
    assert refused.is_error and "send-assistant ingest" in refused.content[0].text


def run_failing(factory):
    import anyio

    from assistant.mcp_server import mcp_server

    async def connected():
        async with mcp.Client(mcp_server(EngineLoader(factory))) as client:
            return await client.call_tool("reports", {})

    return anyio.run(connected)


def test_without_the_extra_the_command_names_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    assert main(["mcp"]) == 1
    said = capsys.readouterr()
    assert said.out == "" and 'pip install -c .constraints.txt -e ".[mcp]"' in said.err
