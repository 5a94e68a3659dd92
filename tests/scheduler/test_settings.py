"""The operator's settings file: defaults, values, and errors that say what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import SettingsError
from scheduler.settings import _RULES, DEFAULT_TOML, Settings, WebSettings, load


def _write(directory: Path, text: str) -> Path:
    (directory / "caixun.toml").write_text(text, encoding="utf-8")
    return directory


def test_no_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()


def test_the_default_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(_write(tmp_path, DEFAULT_TOML)) == Settings()


def test_the_default_file_shows_every_key_with_its_default(tmp_path: Path) -> None:
    uncommented = DEFAULT_TOML.replace("\n# ", "\n").replace("修改后请", "# 修改后请").splitlines()[2:]
    lines = [line for line in uncommented if " = " in line or line.startswith("[")]
    assert len(lines) == sum(1 + len(keys) for keys in _RULES.values())
    assert load(_write(tmp_path, "\n".join(lines))) == Settings()


def test_values_are_read(tmp_path: Path) -> None:
    settings = load(
        _write(
            tmp_path,
            '[web]\nhost = "0.0.0.0"\nport = 9000\nbase_url = "https://cx.example.cn/"\n'
            'refused_domains = ["mailinator.com"]\n'
            '[mail]\nhost = "mx.example.cn"\nstarttls = true\n[alerts]\ndaily_at = "07:30"\n'
            '[crawl]\ncontact = "ops@example.cn"\n',
        )
    )
    assert (settings.web.port, settings.web.public_url) == (9000, "https://cx.example.cn")
    assert settings.web.access["refused_domains"] == ["mailinator.com"]
    assert settings.mail.starttls
    assert settings.alerts.daily_time.minute == 30
    assert settings.crawl.full_agent == "Caixun/0.1 (provincial news monitor; respects robots.txt) (+ops@example.cn)"


@pytest.mark.parametrize(
    ("host", "show", "full"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("localhost", "", True),
        ("0.0.0.0", "", False),  # open to the network
        ("caixun.example.cn", "", False),
        ("0.0.0.0", "full", True),
        ("127.0.0.1", "excerpt", False),
    ],
)
def test_whole_articles_are_shown_on_this_machine_only_unless_set(host: str, show: str, full: bool) -> None:
    assert WebSettings(host=host, show=show).full_text is full


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nprot = 1\n", ["[web]", "prot", "port？", "base_url"]),
        ("[wep]\nport = 1\n", ["[wep]", "web？", "alerts"]),
        ('[web]\nport = "8000"\n', ["port", "'8000'", "65535"]),
        ("[web]\nport = true\n", ["port", "True"]),
        ("[web]\nport = 70000\n", ["port", "70000"]),
        ('[web]\nshow = "all"\n', ["show", "'all'", "excerpt"]),
        ('[web]\nbase_url = "cx.example.cn"\n', ["base_url", "https://"]),
        ('[web]\nrefused_domains = ["a@b.cn"]\n', ["refused_domains", "mailinator.com"]),
        ('[mail]\nsender = "caixun"\n', ["sender", "邮箱"]),
        ('[mail]\nsender = "a@b.cn\\nBcc: x@y.cn"\n', ["sender"]),
        ('[mail]\npassword = "x"\n', ["password", "CAIXUN_MAIL_PASSWORD"]),
        ('[alerts]\ndaily_at = "25:00"\n', ["daily_at", "08:00"]),
        ('[crawl]\nuser_agent = "才讯"\n', ["user_agent", "ASCII"]),
        ("web = 3\n", ["[web]"]),
        ("[web\n", ["TOML"]),
    ],
)
def test_a_wrong_file_is_refused_with_file_key_and_what_is_allowed(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(_write(tmp_path, text))
    message = str(caught.value)
    assert all(part in message for part in ["caixun.toml", *said])
    assert "\n" not in message


def test_a_file_of_windows_notepad_is_read_and_gbk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "caixun.toml").write_bytes(b"\xef\xbb\xbf[web]\r\nport = 81\r\n")
    assert load(tmp_path).web.port == 81
    (tmp_path / "caixun.toml").write_bytes("# 设置\n".encode("gbk"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load(tmp_path)


def test_the_password_comes_from_the_environment_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAIXUN_MAIL_PASSWORD", "s3cret-word")
    settings = load(tmp_path)
    assert settings.mail.password == "s3cret-word"
    assert "s3cret-word" not in repr(settings)
