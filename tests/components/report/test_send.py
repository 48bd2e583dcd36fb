"""Messages in the form that each chat asks for, checked by servers on this machine that know it."""

import base64
import hashlib
import hmac
import json
import socketserver
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from components.report.send import Message, NotSent, send
from config.secrets import Dingtalk, Email, Feishu, Slack, Wecom

NOW = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)
MESSAGE = Message(
    "Week 16-22 Nov", "Activation fell to 31.4 %\n<b>发布</b> & <!channel>", "http://almanac.example/review"
)


@contextmanager
def served(answer, status=200):
    """A server that keeps what it was sent and answers with `answer`."""
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, self.headers["Content-Type"], json.loads(body)))
            said = answer.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?key=k1", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mail_server():
    """Speaks as much of SMTP as one mail needs, and keeps it."""
    got = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (line := self.rfile.readline()) != b".\r\n":
                        lines.append(line[1:] if line.startswith(b"..") else line)
                    got.append(message_from_bytes(b"".join(lines), policy=policy.default))
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 fine\r\n")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_wecom_gets_a_text_of_at_most_2048_bytes_cut_at_a_line():
    long = Message("T", "\n".join(f"第 {number} 行" for number in range(500)), "http://almanac.example/")
    with served('{"errcode":0,"errmsg":"ok"}') as (url, got):
        send("ops", Wecom(to="wecom", url=url), MESSAGE, NOW)
        send("ops", Wecom(to="wecom", url=url), long, NOW)
    (path, kind, first), (_, _, second) = got
    assert path == "/hook?key=k1" and kind.startswith("application/json")
    assert first == {"msgtype": "text", "text": {"content": MESSAGE.written()}}
    text = second["text"]["content"]
    assert len(text.encode()) <= 2048
    assert text.endswith("行\n…\nhttp://almanac.example/")


def test_feishu_gets_a_text_with_its_signature_and_no_tags():
    with served('{"code":0,"msg":"success"}') as (url, got):
        send("ops", Feishu(to="feishu", url=url, secret="s3"), MESSAGE, NOW)
        send("ops", Feishu(to="feishu", url=url), MESSAGE, NOW)
    (_, _, signed), (_, _, unsigned) = got
    stamp = str(int(NOW.timestamp()))
    expected = base64.b64encode(hmac.digest(f"{stamp}\ns3".encode(), b"", "sha256")).decode()
    assert (signed["timestamp"], signed["sign"], signed["msg_type"]) == (stamp, expected, "text")
    assert "<" not in signed["content"]["text"] and "31.4 %" in signed["content"]["text"]
    assert set(unsigned) == {"msg_type", "content"}


def test_dingtalk_gets_a_text_at_an_address_that_is_signed():
    with served('{"errcode":0,"errmsg":"ok"}') as (url, got):
        send("ops", Dingtalk(to="dingtalk", url=url, secret="SEC1"), MESSAGE, NOW)
    [(path, _, body)] = got
    asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    stamp = str(int(NOW.timestamp() * 1000))
    digest = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert asked == {"key": "k1", "timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    assert body == {"msgtype": "text", "text": {"content": MESSAGE.written()}}


def test_slack_gets_a_text_in_which_nothing_is_markup():
    with served("ok") as (url, got):
        send("ops", Slack(to="slack", url=url), MESSAGE, NOW)
    [(_, _, body)] = got
    assert body["mrkdwn"] is False
    assert "&lt;b&gt;发布&lt;/b&gt; &amp; &lt;!channel&gt;" in body["text"]


def test_an_email_has_the_report_attached():
    message = Message(MESSAGE.title, MESSAGE.text, MESSAGE.link, (("week.html", b"<!doctype html>"),))
    with mail_server() as (port, got):
        to = ("ann@example.org", "bo@example.org")
        who = Email(
            to="email", host="127.0.0.1", port=port, security="none", sender="almanac@example.org", recipients=to
        )
        send("board", who, message, NOW)
    [mail] = got
    assert (mail["Subject"], mail["To"]) == (MESSAGE.title, "ann@example.org, bo@example.org")
    body, attached = mail.get_body(), list(mail.iter_attachments())
    assert "Activation fell to 31.4 %" in body.get_content()
    assert [(each.get_filename(), each.get_payload(decode=True)) for each in attached] == [
        ("week.html", b"<!doctype html>")
    ]


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        ('{"errcode":93000,"errmsg":"invalid webhook url"}', 200, "it refused: "),
        ("<html>", 200, "it refused: <html>"),
        ("[]", 200, "it refused: []"),
        ("gone", 404, "it answered 404: gone"),
    ],
)
def test_a_refusal_says_who_and_why(answer, status, told):
    with served(answer, status) as (url, _), pytest.raises(NotSent) as raised:
        send("ops", Wecom(to="wecom", url=url), MESSAGE, NOW)
    assert str(raised.value).startswith(f"Nothing was sent to ops (wecom): {told}")


def test_a_server_that_cannot_be_reached_is_said_without_its_address():
    with pytest.raises(NotSent, match="cannot be reached") as raised:
        send("ops", Slack(to="slack", url="http://127.0.0.1:1/T000/B000/secret"), MESSAGE, NOW)
    assert "secret" not in str(raised.value)
    with pytest.raises(NotSent, match="Nothing was sent to board"):
        who = Email(to="email", host="127.0.0.1", port=1, sender="a@example.org", recipients=("b@example.org",))
        send("board", who, MESSAGE, NOW)
