"""What `make schedule` prints runs as cron and systemd would run it, at 06:00 of the product's zone on every day."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import product as products
from tests.products import write_product
from warehouse import schedule
from warehouse.schedule import Job, cron_line, service, timer

ROOT = Path(__file__).parents[2]
ODD = "o'neil's 50% of \"it\" $HOME \\ and more"


def _job(zone: str = "UTC", place: Path = Path("/srv/almanac"), **environment: str) -> Job:
    return Job("almanac", place, place / "build.log", environment, zone)


@pytest.mark.parametrize(
    ("zone", "machine", "fields", "is_guarded"),
    [
        ("UTC", "UTC", "0 6 * * *", False),
        ("Asia/Shanghai", "Asia/Shanghai", "0 6 * * *", False),
        ("Asia/Shanghai", "UTC", "0 22 * * *", False),
        ("Asia/Kolkata", "UTC", "30 0 * * *", False),
        ("America/New_York", "America/Chicago", "0 5 * * *", False),
        ("America/New_York", "UTC", "0 * * * *", True),
        ("UTC", "America/New_York", "0 * * * *", True),
        ("Europe/London", "America/New_York", "0 * * * *", True),
        ("Australia/Lord_Howe", "UTC", "0,30 * * * *", True),
    ],
)
def test_cron_builds_once_a_day_when_it_is_six_in_the_products_zone(
    zone: str, machine: str, fields: str, is_guarded: bool
) -> None:
    line = cron_line(_job(zone), ZoneInfo(machine), date(2026, 1, 1))
    assert line.startswith(f"{fields} ")
    assert (f"TZ={zone} date" in line) == is_guarded
    minute, hour, *_ = fields.split()
    builds: Counter[date] = Counter()
    for quarter in range(366 * 24 * 4):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter)
        here, there = moment.astimezone(ZoneInfo(machine)), moment.astimezone(ZoneInfo(zone))
        if str(here.minute) in minute.split(",") and hour in ("*", str(here.hour)):
            assert is_guarded or f"{there:%H:%M}" == "06:00"
            builds[there.date()] += f"{there:%H:%M}" == "06:00"
    assert {builds[date(2026, 1, 2) + timedelta(days=day)] for day in range(364)} == {1}


def test_a_cron_line_has_five_fields_and_one_command() -> None:
    line = cron_line(_job(ALMANAC_CONFIG="/srv/our app"), ZoneInfo("UTC"), date(2026, 1, 1))
    assert line == (
        "0 6 * * * cd /srv/almanac && ALMANAC_CONFIG='/srv/our app' .venv/bin/python -m warehouse build"
        " >>/srv/almanac/build.log 2>&1"
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with an odd name, and for an interpreter something that says how it was called."""
    place = tmp_path / ODD
    python = place / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$PWD|$ALMANAC_CONFIG|$*"\n', "utf-8")
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    return place


def _as_cron_runs(line: str, path: str = os.environ["PATH"]) -> int:
    """Cron ends the command at a bare %, takes the backslash off the others, and hands it to sh."""
    command = re.split(r"(?<!\\)%", line.split(maxsplit=5)[5])[0].replace(r"\%", "%")
    return subprocess.run(["/bin/sh", "-c", command], env={"PATH": path}, cwd="/", check=False).returncode


def test_cron_finds_paths_with_blanks_quotes_and_percent_signs(place: Path) -> None:
    job = _job(place=place, ALMANAC_CONFIG=f"/srv/{ODD}")
    assert _as_cron_runs(cron_line(job, ZoneInfo("UTC"), date(2026, 1, 1))) == 0
    assert job.log.read_text("utf-8") == f"{place}|/srv/{ODD}|-m warehouse build\n"


@pytest.mark.parametrize(("at", "is_built"), [("05:00", False), ("06:00", True)])
def test_a_line_run_every_hour_builds_in_the_right_one(place: Path, at: str, is_built: bool) -> None:
    date_told = place.parent / "date"
    date_told.write_text(f'#!/bin/sh\ntest "$TZ" = America/New_York && echo {at}\n', "utf-8")
    date_told.chmod(date_told.stat().st_mode | stat.S_IXUSR)
    job = _job("America/New_York", place)
    line = cron_line(job, ZoneInfo("UTC"), date(2026, 1, 1))
    _as_cron_runs(line, f"{place.parent}:{os.environ['PATH']}")
    assert job.log.exists() == is_built


def test_the_timer_is_of_six_in_the_products_zone_and_makes_up_for_a_build_missed() -> None:
    lines = timer(_job("Asia/Shanghai")).splitlines()
    assert lines[lines.index("[Timer]") + 1 :][:2] == ["OnCalendar=*-*-* 06:00:00 Asia/Shanghai", "Persistent=true"]


def test_a_service_quotes_what_systemd_would_read_otherwise() -> None:
    text = service(_job(place=Path("/srv/50% $x"), ALMANAC_DATA='/a "b" c\\d'))
    assert text.partition("[Service]\n")[2].splitlines() == [
        "Type=oneshot",
        "WorkingDirectory=/srv/50%% $x",
        r'Environment="ALMANAC_DATA=/a \"b\" c\\d"',
        "ExecStart=/usr/bin/env .venv/bin/python -m warehouse build",
        "StandardOutput=append:/srv/50%% $x/build.log",
        "StandardError=append:/srv/50%% $x/build.log",
    ]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze was not found on this machine")
def test_systemd_accepts_both_files(place: Path) -> None:
    job = _job("Asia/Shanghai", place, ALMANAC_CONFIG=f"/srv/{ODD}")
    units = [place.parent / "almanac.service", place.parent / "almanac.timer"]
    for path, text in zip(units, (service(job), timer(job)), strict=True):
        path.write_text(text, "utf-8")
    found = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_job_keeps_what_the_environment_names_as_absolute_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_product(tmp_path / "Our app", {"data": "$EXPORTS/daily", "timezone": "Asia/Shanghai"}, {})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALMANAC_WAREHOUSE", "built")
    environment = {"ALMANAC_CONFIG": "Our app", "ALMANAC_WAREHOUSE": "built", "ALMANAC_DATA": "", "EXPORTS": "/mnt/x"}
    job = schedule.job(products.load(folder), environment | {"PATH": "/bin", "SECRET": "s"})
    assert job == Job(
        name="almanac-Our-app",
        home=ROOT,
        log=tmp_path / "built" / "build.log",
        environment={
            "ALMANAC_CONFIG": str(tmp_path / "Our app"),
            "ALMANAC_WAREHOUSE": str(tmp_path / "built"),
            "EXPORTS": "/mnt/x",
        },
        zone="Asia/Shanghai",
    )


def test_a_path_that_no_schedule_can_name_is_refused() -> None:
    with pytest.raises(ValueError, match="ALMANAC_DATA has a line break"):
        schedule.job(products.load(), {"ALMANAC_DATA": "/srv/two\nlines"})


def test_it_prints_one_line_for_cron_and_two_files_for_systemd_and_installs_nothing(tmp_path: Path) -> None:
    folder = write_product(tmp_path / "product", {"timezone": "Asia/Shanghai"}, {})
    environment = os.environ | {
        "HOME": str(tmp_path),
        "ALMANAC_CONFIG": str(folder),
        "ALMANAC_WAREHOUSE": str(tmp_path / "made" / "for it"),
    }
    found = subprocess.run(
        [sys.executable, "-m", "warehouse.schedule"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = found.stdout.splitlines()
    assert told[0] == "# A build every day at 06:00 in Asia/Shanghai. Nothing is installed:"
    assert [line.count("warehouse build") for line in told if line.endswith("2>&1")] == [1]
    assert [line for line in told if line.startswith("[")].count("[Install]") == 1
    assert "OnCalendar=*-*-* 06:00:00 Asia/Shanghai" in told
    assert (tmp_path / "made" / "for it").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made", "product"]


def test_a_bad_product_is_told_and_nothing_is_printed(tmp_path: Path) -> None:
    environment = os.environ | {"ALMANAC_CONFIG": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-m", "warehouse.schedule"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (1, "")
    assert "product.yml" in found.stderr and "Traceback" not in found.stderr
