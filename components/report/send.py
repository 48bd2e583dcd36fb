"""Sending a text to a group chat or by e-mail, in the form that each of them asks for.

Texts are sent as plain text: names from the data cannot become markup, links or mentions.

sources  WeCom: developer.work.weixin.qq.com/document/path/91770. Feishu: open.feishu.cn, custom bots, "Set signature
         verification". DingTalk: open.dingtalk.com, custom robot, "Security settings". Slack: api.slack.com,
         "Sending messages using incoming webhooks", and its three characters to escape.
"""

import base64
import hashlib
import hmac
import json
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlencode, urlsplit

import requests

from config.secrets import Dingtalk, Email, Feishu, Recipient, Slack, Wecom

TIMEOUT_SECONDS = 20
# The longest text that each takes, in bytes of UTF-8; Slack and e-mail take all we have.
MOST_BYTES = {"wecom": 2_048, "feishu": 18_000, "dingtalk": 18_000, "slack": 39_000}


class NotSent(Exception):
    """The text has not arrived; the message says where it was to go and why it did not."""


@dataclass(frozen=True)
class Message:
    """What is sent.

    title  one line
    text   plain lines
    link   where to read on; "" where the app has no address
    files  attached to an e-mail: name and content
    """

    title: str
    text: str
    link: str = ""
    files: tuple[tuple[str, bytes], ...] = ()

    def written(self, most: int | None = None) -> str:
        """Title, lines and link, whole lines of it as far as it may be long; what is cut is marked."""
        head, tail = f"{self.title}\n", f"\n{self.link}" if self.link else ""
        lines = self.text.splitlines()
        whole = head + "\n".join(lines) + tail
        if most is None or len(whole.encode()) <= most:
            return whole
        while lines and len((head + "\n".join([*lines, "…"]) + tail).encode()) > most:
            lines.pop()
        return (head + "\n".join([*lines, "…"]) + tail).encode()[:most].decode(errors="ignore")


def send(name: str, recipient: Recipient, message: Message, now: datetime) -> None:
    """Post the message.

    name    as the secrets file has it, for the sentence of a failure
    now     with its zone; signatures hold for an hour
    raises  NotSent
    """
    try:
        match recipient:
            case Wecom():
                text = message.written(MOST_BYTES["wecom"])
                _post(recipient.url, {"msgtype": "text", "text": {"content": text}}, "errcode")
            case Feishu():
                text = message.written(MOST_BYTES["feishu"]).replace("<", "＜")
                signed = _feishu_signature(recipient.secret, now) if recipient.secret else {}
                _post(recipient.url, {**signed, "msg_type": "text", "content": {"text": text}}, "code")
            case Dingtalk():
                text = message.written(MOST_BYTES["dingtalk"])
                url = _dingtalk_address(recipient.url, recipient.secret, now) if recipient.secret else recipient.url
                _post(url, {"msgtype": "text", "text": {"content": text}}, "errcode")
            case Slack():
                text = message.written(MOST_BYTES["slack"])
                for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
                    text = text.replace(sign, written)
                _post(recipient.url, {"text": text, "mrkdwn": False}, None)
            case Email():
                _mail(recipient, message)
    except (requests.RequestException, smtplib.SMTPException, OSError, ValueError) as error:
        raise NotSent(f"Nothing was sent to {name} ({recipient.to}): {_reason(error, recipient)}") from None


def _post(url: str, body: Mapping[str, object], code: str | None) -> None:
    """ValueError with what the other side said where it refuses; `code` is its field for that, 0 for yes."""
    answer = requests.post(
        url,
        data=json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8"},
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    said = answer.text.strip()[:300]
    if answer.status_code != 200:
        raise ValueError(f"it answered {answer.status_code}: {said}")
    if code is None:
        return
    try:
        number = answer.json().get(code)
    except (ValueError, AttributeError):
        number = None
    if number != 0:
        raise ValueError(f"it refused: {said}")


def _feishu_signature(secret: str, now: datetime) -> dict[str, str]:
    stamp = str(int(now.timestamp()))
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _dingtalk_address(url: str, secret: str, now: datetime) -> str:
    stamp = str(int(now.timestamp() * 1000))
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    signed = urlencode({"timestamp": stamp, "sign": base64.b64encode(digest).decode()})
    return f"{url}{'&' if urlsplit(url).query else '?'}{signed}"


def _mail(recipient: Email, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = message.title, recipient.sender, ", ".join(recipient.recipients)
    mail.set_content(message.written())
    for name, content in message.files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    safe = ssl.create_default_context()
    if recipient.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(recipient.host, recipient.port, timeout=TIMEOUT_SECONDS, context=safe)
    else:
        server = smtplib.SMTP(recipient.host, recipient.port, timeout=TIMEOUT_SECONDS)
    with server:
        if recipient.security == "starttls":
            server.starttls(context=safe)
        if recipient.user and recipient.password:
            server.login(recipient.user, recipient.password)
        server.send_message(mail)


def _reason(error: Exception, recipient: Recipient) -> str:
    """Why, without the address and password, which are secrets."""
    match error:
        case requests.Timeout() | TimeoutError():
            return f"no answer within {TIMEOUT_SECONDS} seconds"
        case requests.ConnectionError():
            return "its server cannot be reached: see that this machine has a way to it"
        case requests.RequestException():
            return type(error).__name__
    said = str(error)
    for secret in ("url", "secret", "password"):
        said = said.replace(getattr(recipient, secret, None) or "\0", "…")
    return said
