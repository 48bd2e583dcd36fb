"""secrets.toml: whom reports and alerts are sent to. It is Streamlit's own file of secrets, and never in git.

[send.ops]
to = "wecom"
url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict

import config
from config.faults import ConfigError, did_you_mean, shown
from config.kinds import Filled
from config.reading import Model, checked

FILE = config.SHIPPED.parent / ".streamlit" / "secrets.toml"


def _address(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// or http://: copy it from the group's robot")
    return url


Url = Annotated[Filled, AfterValidator(_address)]


class Wecom(Model):
    """The robot of a WeCom group; the address holds its key."""

    to: Literal["wecom"]
    url: Url


class Feishu(Model):
    """The robot of a Feishu (Lark) group; `secret` where it checks signatures."""

    to: Literal["feishu"]
    url: Url
    secret: Filled | None = None


class Dingtalk(Model):
    """The robot of a DingTalk group; `secret` where it checks signatures."""

    to: Literal["dingtalk"]
    url: Url
    secret: Filled | None = None


class Slack(Model):
    """An incoming webhook of Slack; the address holds its key."""

    to: Literal["slack"]
    url: Url


class Email(Model):
    """People who get it by e-mail; the report is attached.

    security  starttls (port 587) | tls (port 465) | none
    """

    to: Literal["email"]
    host: Filled
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Filled | None = None
    password: Filled | None = None
    sender: Filled
    recipients: Annotated[tuple[Filled, ...], Strict(False), Field(min_length=1)]


Recipient = Wecom | Feishu | Dingtalk | Slack | Email
_KINDS: dict[str, type[Recipient]] = {
    "wecom": Wecom,
    "feishu": Feishu,
    "dingtalk": Dingtalk,
    "slack": Slack,
    "email": Email,
}


def recipients() -> dict[str, Recipient]:
    """Everybody the file names, by name; ConfigError with its faults. No file: nobody."""
    path = Path(os.environ.get("ALMANAC_SECRETS") or FILE)
    try:
        content = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([f"{path.name}: cannot be read as TOML ({error}): mend it, or take it away"]) from None
    send = content.get("send", {})
    if not isinstance(send, dict):
        raise ConfigError([f"{path.name}: send: must be tables, one a recipient, such as [send.ops]{shown(send)}"])
    return {name: _recipient(f"{path.name}: send.{name}", each) for name, each in send.items()}


def recipient(name: str) -> Recipient:
    """One of them; ConfigError names the file, and the nearest where the name is unknown."""
    known = recipients()
    if name not in known:
        hint = did_you_mean(name, known) or f": add [send.{name}] to {FILE.name}"
        raise ConfigError([f"{FILE.name}: send: there is nobody called {name}{hint}"])
    return known[name]


def _recipient(place: str, content: object) -> Recipient:
    to = content.get("to") if isinstance(content, dict) else None
    if to not in _KINDS:
        raise ConfigError([f"{place}: to: must be one of {', '.join(_KINDS)}{shown(to)}"])
    return checked(content, _KINDS[to], place)
