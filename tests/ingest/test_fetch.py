"""Reports are fetched from allowed hosts over https only; what is kept is always a sound PDF."""

import datetime
import hashlib
import http.server
import ipaddress
import json
import ssl
import threading
from dataclasses import replace

import httpx
import pytest

from ingest.catalogue import Entry
from ingest.errors import SendAssistantError
from ingest.fetch import FetchRow, fetch, file_name
from ingest.settings import Settings
from made_pdfs import make_pdf, words

HOST = "reports.example.org"
ADDRESS = f"https://{HOST}/1"
KENT = Entry("kent-2024", "Inspection of Kent", "Kent", "inspection", published="2024-05-06", address=ADDRESS)
ESSEX = Entry("essex-2023", "Inspection of Essex", "Essex", "inspection", published="2023-01-02", address=f"https://{HOST}/2")
REVIEW = Entry("devon-2023", "Peer review of Devon", "Devon", "peer review", published="2023", address=f"https://{HOST}/3")


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "made.pdf"
    make_pdf(path, [words(72, 700, "A made-up report")] * 3)
    return path.read_bytes()


@pytest.fixture
def settings(tmp_path):
    return replace(Settings(), fetch_folder=tmp_path / "reports", fetch_hosts=(HOST,))


class Server:
    """Answers each request with the next response of a list (the last one for ever), and keeps the requests."""

    def __init__(self, *responses):
        self.responses = list(responses)
        self.requests = []

    def __call__(self, request):
        self.requests.append(request)
        response = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if isinstance(response, Exception):
            raise response
        return response(request) if callable(response) else response


def sent(content, status=200, headers=()):
    """A response whose body arrives in pieces, as over a line."""
    body = httpx.ByteStream(content)
    return httpx.Response(status, stream=body, headers={"Content-Length": str(len(content)), **dict(headers)})


class CutOff(httpx.SyncByteStream):
    """A body whose line breaks before the end."""

    def __init__(self, data):
        self.data = data

    def __iter__(self):
        yield self.data
        raise httpx.ReadError("the line broke")


def run(settings, server, *entries, areas=(), waits=None):
    waited = waits if waits is not None else []
    return fetch(areas, settings, entries or (KENT,), transport=httpx.MockTransport(server), sleep=waited.append)


def kept(settings):
    return sorted(path.name for path in settings.fetch_folder.iterdir() if not path.name.startswith("."))


def parts(settings):
    return [path for path in settings.fetch_folder.iterdir() if path.name.endswith(".part")]


def test_a_report_is_downloaded_under_its_area_and_date(settings, pdf):
    server = Server(sent(pdf))
    (row,) = run(settings, server)
    assert (row.file, row.area, row.outcome) == ("kent_06-may-2024.pdf", "Kent", "downloaded")
    assert (settings.fetch_folder / row.file).read_bytes() == pdf
    assert kept(settings) == [row.file] and not parts(settings)
    assert server.requests[0].headers["user-agent"].startswith("send-assistant/")


def test_file_names_are_slugs_and_dates():
    assert file_name(replace(KENT, area="Stoke-on-Trent", published="2024-04-03")) == "stoke-on-trent_03-april-2024.pdf"
    assert file_name(replace(KENT, area="Telford and Wrekin", published="2023")) == "telford-and-wrekin_2023.pdf"


def test_an_unchanged_report_is_not_sent_again(settings, pdf):
    def answer(request):
        if request.headers.get("if-none-match") == '"v1"':
            return httpx.Response(304)
        return sent(pdf, headers={"ETag": '"v1"'})

    assert [run(settings, Server(answer))[0].outcome for _ in range(2)] == ["downloaded", "unchanged"]


def test_the_same_bytes_without_an_etag_are_unchanged(settings, pdf):
    rows = [run(settings, Server(sent(pdf)))[0] for _ in range(2)]
    assert [row.outcome for row in rows] == ["downloaded", "unchanged"]


def test_a_damaged_file_is_mended_although_the_server_has_nothing_newer(settings, pdf):
    def answer(request):
        return httpx.Response(304) if "if-none-match" in request.headers else sent(pdf, headers={"ETag": '"a"'})

    run(settings, Server(answer))
    (settings.fetch_folder / "kent_06-may-2024.pdf").write_bytes(b"broken")
    assert run(settings, Server(answer))[0].outcome == "downloaded"
    assert (settings.fetch_folder / "kent_06-may-2024.pdf").read_bytes() == pdf


def test_404_fails_at_once_and_says_so(settings):
    server = Server(httpx.Response(404))
    (row,) = run(settings, server)
    assert row.outcome == "failed" and "answered 404" in row.why and len(server.requests) == 1
    assert kept(settings) == []


def test_500_is_tried_again_after_longer_and_longer_waits(settings, pdf):
    waits = []
    (row,) = run(settings, Server(httpx.Response(500), httpx.Response(503), sent(pdf)), waits=waits)
    assert row.outcome == "downloaded" and waits == [1.0, 2.0]


def test_a_server_that_says_how_long_to_wait_is_heard(settings, pdf):
    waits = []
    run(settings, Server(httpx.Response(429, headers={"Retry-After": "7"}), sent(pdf)), waits=waits)
    assert waits == [7.0]


def test_timeouts_are_given_up_after_four_tries(settings):
    server, waits = Server(httpx.ReadTimeout("slow")), []
    (row,) = run(settings, server, waits=waits)
    assert row.outcome == "failed" and "given up after 4 tries" in row.why
    assert len(server.requests) == 4 and waits == [1.0, 2.0, 4.0]


def test_a_web_page_instead_of_a_pdf_is_refused(settings):
    (row,) = run(settings, Server(sent(b"<!DOCTYPE html><p>Not found</p>")))
    assert row.outcome == "failed" and "a web page instead of a PDF" in row.why
    assert kept(settings) == [] and not parts(settings)


@pytest.mark.parametrize("made", [lambda pdf: pdf[: len(pdf) // 2], lambda pdf: b"%PDF-1.4\nnothing in it\n%%EOF\n"])
def test_a_pdf_that_is_cut_or_empty_is_refused(settings, pdf, made):
    (row,) = run(settings, Server(sent(made(pdf))))
    assert row.outcome == "failed" and "sent a PDF" in row.why and kept(settings) == []


def test_a_bad_answer_never_replaces_a_good_file(settings, pdf):
    run(settings, Server(sent(pdf)))
    bad = (
        httpx.Response(404), httpx.Response(500), sent(b"<html>"), sent(pdf[:-900]),
        httpx.ConnectError("no route"),
    )  # fmt: skip
    for response in bad:
        (row,) = run(settings, Server(response))
        assert row.outcome == "failed" and "file from before is kept" in row.why
        assert (settings.fetch_folder / row.file).read_bytes() == pdf


@pytest.mark.parametrize("stated", [True, False])
def test_what_is_too_large_is_refused_with_or_without_a_stated_length(settings, stated):
    block = b"%PDF-1.4\n" + b"0" * 1_100_000
    response = sent(block) if stated else httpx.Response(200, content=iter([block]))
    (row,) = run(replace(settings, fetch_megabytes=1), Server(response))
    assert row.outcome == "failed" and "larger than 1 MB" in row.why
    assert kept(settings) == [] and not parts(settings)


def ranged(pdf, tag='"v1"'):
    def answer(request):
        wanted = request.headers.get("range")
        if wanted and request.headers.get("if-range") == tag:
            begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            headers = {"Content-Range": f"bytes {begin}-{len(pdf) - 1}/{len(pdf)}", "ETag": tag}
            return sent(pdf[begin:], 206, headers)
        return sent(pdf, headers={"ETag": tag})

    return answer


def cut(pdf, length, tag='"v1"'):
    return httpx.Response(200, stream=CutOff(pdf[:length]), headers={"Content-Length": str(len(pdf)), "ETag": tag})


def test_a_broken_download_is_resumed_where_it_stopped(settings, pdf):
    server = Server(cut(pdf, 300), ranged(pdf))
    (row,) = run(settings, server)
    assert row.outcome == "downloaded" and server.requests[1].headers["range"] == "bytes=300-"
    assert (settings.fetch_folder / row.file).read_bytes() == pdf and not parts(settings)


def test_a_broken_download_is_resumed_by_the_next_run(settings, pdf):
    server = Server(cut(pdf, 300), httpx.Response(503))
    (row,) = run(settings, server)
    assert row.outcome == "failed" and [path.stat().st_size for path in parts(settings)] == [300]
    later = Server(ranged(pdf))
    assert run(settings, later)[0].outcome == "downloaded" and later.requests[0].headers["range"] == "bytes=300-"


def test_a_report_that_changed_in_between_is_downloaded_whole(settings, pdf):
    (row,) = run(settings, Server(cut(pdf, 300), ranged(pdf, tag='"v2"')))
    assert row.outcome == "downloaded" and (settings.fetch_folder / row.file).read_bytes() == pdf


def test_without_a_version_a_broken_download_starts_over(settings, pdf):
    server = Server(httpx.Response(200, stream=CutOff(pdf[:300])), sent(pdf))
    (row,) = run(settings, server)
    assert row.outcome == "downloaded" and "range" not in server.requests[1].headers


def test_a_redirect_to_an_allowed_host_is_followed(settings, pdf):
    server = Server(httpx.Response(302, headers={"Location": "/moved"}), sent(pdf))
    assert run(settings, server)[0].outcome == "downloaded"
    assert str(server.requests[1].url) == f"https://{HOST}/moved"


@pytest.mark.parametrize(
    "location, said",
    [
        ("https://elsewhere.example.net/1", "elsewhere.example.net is not an allowed host"),
        ("//elsewhere.example.net/1", "elsewhere.example.net is not an allowed host"),
        (f"https://{HOST}@elsewhere.example.net/1", "elsewhere.example.net is not an allowed host"),
        (f"https://{HOST}.example.net/1", "is not an allowed host"),
        (f"http://{HOST}/1", "is not https"),
        ("file:///etc/hostname", "is not https"),
    ],
)
def test_a_redirect_elsewhere_is_not_opened(settings, location, said):
    server = Server(httpx.Response(301, headers={"Location": location}))
    (row,) = run(settings, server)
    assert row.outcome == "failed" and said in row.why and len(server.requests) == 1


def test_redirects_without_end_are_refused(settings):
    server = Server(httpx.Response(302, headers={"Location": "/again"}))
    (row,) = run(settings, server)
    assert "more than 5 redirects" in row.why and len(server.requests) == 6


@pytest.mark.parametrize("address", ["http://reports.example.org/1", "https://elsewhere.example.net/1"])
def test_an_address_that_is_not_allowed_is_not_opened(settings, address):
    server = Server(httpx.Response(200))
    (row,) = run(settings, server, replace(KENT, address=address))
    assert row.outcome == "failed" and server.requests == []


def test_one_failure_does_not_stop_the_others_and_there_is_a_pause_between(settings, pdf):
    seen, waits = [], []
    server = Server(httpx.Response(404), sent(pdf))
    transport = httpx.MockTransport(server)
    rows = fetch((), settings, (KENT, ESSEX, REVIEW), lambda *step: seen.append(step), transport=transport, sleep=waits.append)
    assert [row.outcome for row in rows] == ["failed", "downloaded"] and waits == [1.0]
    assert seen == [(0, 2, "Inspection of Kent"), (1, 2, "Inspection of Essex"), (2, 2, "done")]


def test_an_entry_without_an_address_is_skipped(settings):
    rows = run(settings, Server(httpx.Response(404)), replace(KENT, address=""))
    assert rows == [FetchRow("kent_06-may-2024.pdf", "Kent", "skipped", "the catalogue has no address for it")]


def test_named_areas_are_fetched_alone_under_any_of_their_names(settings, pdf):
    assert [row.area for row in run(settings, Server(sent(pdf)), KENT, ESSEX, areas=["essex council"])] == ["Essex"]


@pytest.mark.parametrize(
    "written, said",
    [
        ("Gloucestershrie", "'Gloucestershrie' is not a local area. Did you mean Gloucestershire"),
        ("Herfordshire", "Did you mean Her(t)?e?fordshire or Her"),
        ("Atlantis-under-Sea", "'Atlantis-under-Sea' is not a local area"),
        ("Devon", "Devon has no published inspection report in the catalogue"),
    ],
)
def test_an_area_that_cannot_be_served_is_an_error_before_any_download(settings, written, said):
    server = Server(httpx.Response(404))
    with pytest.raises(SendAssistantError, match=said):
        run(settings, server, KENT, ESSEX, REVIEW, areas=["Kent", written])
    assert server.requests == []


def certificate(folder):
    """A certificate for 127.0.0.1, made for this test."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    encoding = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(encoding)
    )
    return path


@pytest.fixture
def tls_server(tmp_path, pdf):
    """A real https server: /whole, /broken (cut off once, then resumable) and /away (redirects to plain http)."""
    tag = '"%s"' % hashlib.sha256(pdf).hexdigest()[:8]
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Range")))
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/whole")
                self.end_headers()
                return
            begin = int((self.headers.get("Range") or "bytes=0-")[6:-1]) if self.headers.get("If-Range") == tag else 0
            self.send_response(206 if begin else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(pdf) - begin))
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(pdf) - 1}/{len(pdf)}")
            self.end_headers()
            self.wfile.write(pdf[begin : 500 if self.path == "/broken" and len(asked) == 1 else None])

        def log_message(self, *_):
            pass

    path = certificate(tmp_path)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", ssl.create_default_context(cafile=path), asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_over_a_real_line_a_broken_download_is_resumed(settings, tls_server, pdf):
    base, trust, asked = tls_server
    local = replace(settings, fetch_hosts=("127.0.0.1",))
    entry = replace(KENT, address=f"{base}/broken")
    (row,) = fetch((), local, (entry,), verify=trust, sleep=lambda _: None)
    assert row.outcome == "downloaded", row.why
    assert (local.fetch_folder / row.file).read_bytes() == pdf
    assert asked == [("/broken", None), ("/broken", "bytes=500-")]
    note = json.loads((local.fetch_folder / ".kent_06-may-2024.fetch.json").read_text())
    assert note["sha256"] == hashlib.sha256(pdf).hexdigest()


def test_over_a_real_line_a_redirect_to_plain_http_and_an_unknown_certificate_are_refused(settings, tls_server):
    base, trust, asked = tls_server
    local = replace(settings, fetch_hosts=("127.0.0.1",))
    entry = replace(KENT, address=f"{base}/away")
    (row,) = fetch((), local, (entry,), verify=trust, sleep=lambda _: None)
    assert row.outcome == "failed" and "is not https" in row.why and len(asked) == 1
    (row,) = fetch((), local, (entry,), sleep=lambda _: None)
    assert row.outcome == "failed" and "certificate" in row.why.lower() and len(asked) == 1
