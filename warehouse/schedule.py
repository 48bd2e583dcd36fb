"""`python -m warehouse.schedule`: print, and never install, what builds the warehouse at 06:00 of every day.

A cron line and a systemd timer for this checkout, with the product, data and warehouse of the environment it is run
in. cron knows only the machine's own zone, so the line says when it is 06:00 there; systemd is told the product's zone.
"""

import os
import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import config
from config import product as products
from config.faults import ConfigError
from config.product import Product
from warehouse import read

AT = time(6)
HOME = Path(__file__).resolve().parent.parent
CLOCK = Path("/etc/localtime")
NAMED = ("ALMANAC_CONFIG", "ALMANAC_DATA", "ALMANAC_WAREHOUSE")
# Seen from the checkout: systemd takes no path of a program that has quotes in it.
COMMAND = ".venv/bin/python -m warehouse build"
ALERTS = ".venv/bin/python -m components.report alerts --send NAME"


@dataclass(frozen=True)
class Job:
    """One build to come every day.

    name         of the systemd units
    home         the checkout, in which it runs
    log          the file its words are added to
    environment  variables it needs, with absolute paths
    zone         in which it is to be 06:00
    """

    name: str
    home: Path
    log: Path
    environment: Mapping[str, str]
    zone: str


def job(product: Product, environment: Mapping[str, str]) -> Job:
    """The build of a product as this environment would run it; its log lies beside the warehouse.

    raises  ValueError for a path that has a line break, which neither cron nor systemd can be told
    """
    kept = {name: str(Path(environment[name]).resolve()) for name in NAMED if environment.get(name)}
    for name in re.findall(r"\$\{?(\w+)\}?", product.data):
        if name in environment:
            kept[name] = environment[name]
    for name, value in {**kept, "the checkout": str(HOME)}.items():
        if "\n" in value or "\r" in value:
            raise ValueError(f"{name} has a line break, {value!r}: a schedule cannot name such a path. Rename it.")
    return Job(
        name="almanac" if product.folder == config.SHIPPED.resolve() else f"almanac-{_slug(product.folder.name)}",
        home=HOME,
        log=read.folder().resolve() / "build.log",
        environment=kept,
        zone=product.timezone,
    )


def cron_line(chosen: Job, machine: tzinfo, since: date) -> str:
    """The line of a crontab, for a machine whose clock is in that zone.

    since  the first of the 366 days looked at. Where 06:00 is not at one time of the machine's clock all year, since
           either changes its clock and the other does not, or on other days, the line is run every hour and builds in
           the right one: cron leaves a fixed hour out, or runs it early, when the clock is put back.
    """
    zone = ZoneInfo(chosen.zone)
    days = (datetime.combine(since + timedelta(days=day), AT, zone) for day in range(366))
    times = {moment.astimezone(UTC).astimezone(machine).time() for moment in days}
    minutes = ",".join(map(str, sorted({at.minute for at in times})))
    hours, steps = str(min(times).hour), [f"cd {shlex.quote(str(chosen.home))}"]
    if len(times) > 1:
        hours, steps = "*", [f'test "$(TZ={chosen.zone} date +%H:%M)" = {AT:%H:%M}', *steps]
    given = "".join(f"{name}={shlex.quote(value)} " for name, value in chosen.environment.items())
    steps.append(f"{given}{COMMAND} >>{shlex.quote(str(chosen.log))} 2>&1")
    # cron takes a bare % for the end of the line.
    return f"{minutes} {hours} * * * {' && '.join(steps)}".replace("%", r"\%")


def service(chosen: Job) -> str:
    """The systemd unit that builds once."""
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in chosen.environment.items())
    return (
        "[Unit]\n"
        "Description=Build the warehouse of Almanac\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"WorkingDirectory={_specified(str(chosen.home))}\n"
        f"{variables}"
        f"ExecStart=/usr/bin/env {COMMAND}\n"
        f"StandardOutput=append:{_specified(str(chosen.log))}\n"
        f"StandardError=append:{_specified(str(chosen.log))}\n"
    )


def timer(chosen: Job) -> str:
    """The systemd unit that starts it; a build missed while the machine was off is made up for."""
    return (
        "[Unit]\n"
        f"Description=Build the warehouse of Almanac at {AT:%H:%M}, {chosen.zone}\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* {AT:%H:%M:%S} {chosen.zone}\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def main() -> int:
    """Print the schedule of the product in use; 0, or 1 with the reason in plain words."""
    try:
        product = products.load()
        chosen = job(product, os.environ)
    except (ConfigError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    # Neither cron nor systemd makes the folder of a log.
    chosen.log.parent.mkdir(parents=True, exist_ok=True)
    machine = _machine()
    since = datetime.now(UTC).date()
    units = f"~/.config/systemd/user/{chosen.name}"
    print(
        f"# A build every day at {AT:%H:%M} in {chosen.zone}. Nothing is installed:\n"
        "# take cron's line, or systemd's two files.\n\n"
        f"# cron: add this line with `crontab -e`\n{cron_line(chosen, machine, since)}\n\n"
        f"# systemd: save as {units}.service\n{service(chosen)}\n"
        f"# … and as {units}.timer\n{timer(chosen)}\n"
        f"# then: systemctl --user enable --now {chosen.name}.timer\n"
        "# and, to have it run while you are logged out: loginctl enable-linger\n\n"
        "# To be told what is amiss, also where the build failed: a second line of cron like the one above, an hour\n"
        "# later, with this in the build's place (ALMANAC_URL, and ALMANAC_LOGBOOK where it is set, before it):\n"
        f"#   {ALERTS}\n"
        "# or, in the .service file under [Service], with those as Environment= too:\n"
        f"#   ExecStopPost=/usr/bin/env {ALERTS}"
    )
    return 0


def _machine() -> tzinfo:
    """The zone of this machine's clock, which cron goes by, whatever TZ says here."""
    if not CLOCK.exists():
        return UTC
    with CLOCK.open("rb") as file:
        return ZoneInfo.from_file(file)


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "product"


def _quoted(text: str) -> str:
    """A word of a systemd unit."""
    escaped = _specified(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _specified(text: str) -> str:
    """A path that a systemd unit takes to the end of the line; % begins a specifier."""
    return text.replace("%", "%%")


if __name__ == "__main__":
    sys.exit(main())
