"""The file of secrets: who is sent what, and what is wrong with it."""

import pytest

from config import secrets
from config.faults import ConfigError
from config.secrets import Email, Slack


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_SECRETS", str(tmp_path / "secrets.toml"))
    return lambda text: (tmp_path / "secrets.toml").write_text(text, encoding="utf-8")


def test_recipients_are_read_beside_what_is_streamlits(write):
    write(
        '[auth]\nclient_id = "x"\n[send.ops]\nto = "slack"\nurl = "https://hooks.example/1"\n'
        '[send.board]\nto = "email"\nhost = "mail.example"\nsender = "a@example.org"\nrecipients = ["b@example.org"]\n'
    )
    assert secrets.recipients() == {
        "ops": Slack(to="slack", url="https://hooks.example/1"),
        "board": Email(to="email", host="mail.example", sender="a@example.org", recipients=("b@example.org",)),
    }


def test_without_a_file_there_is_nobody(write):
    assert secrets.recipients() == {}
    with pytest.raises(ConfigError, match="there is nobody called ops"):
        secrets.recipient("ops")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("send = 3\n", "secrets.toml: send: must be tables"),
        ("[send.ops\n", "cannot be read as TOML"),
        (
            '[send.ops]\nto = "fax"\nurl = "https://x.example"\n',
            "secrets.toml: send.ops: to: must be one of wecom, feishu",
        ),
        ("[send]\nops = 3\n", "secrets.toml: send.ops: to: must be one of"),
        ('[send.ops]\nto = "slack"\n', "send.ops: url: is missing: add it"),
        ('[send.ops]\nto = "slack"\nurl = "hooks.example"\n', "must begin with https://"),
        ('[send.ops]\nto = "slack"\nurl = "https://x.example"\nkey = "1"\n', "send.ops: key: is not a known key"),
    ],
)
def test_a_fault_names_the_file_and_the_place(write, text, told):
    write(text)
    with pytest.raises(ConfigError) as raised:
        secrets.recipients()
    assert "secrets.toml" in str(raised.value) and told in str(raised.value)


def test_an_unknown_name_gets_the_nearest(write):
    write('[send.operations]\nto = "slack"\nurl = "https://hooks.example/1"\n')
    with pytest.raises(ConfigError, match="operations"):
        secrets.recipient("operation")
