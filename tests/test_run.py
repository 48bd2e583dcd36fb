"""`make run` and the container start the same app, from the files that the container is given."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
COPIED = [line.split()[1:] for line in CONTAINERFILE.splitlines() if line.startswith("COPY ")]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ALMANAC"))}


def _recipe(target: str, *variables: str) -> list[list[str]]:
    """The commands of a target once everything is set up, as words, without the folder of the environment."""
    told = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/ready", target, *variables],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [shlex.split(line.replace(".venv/bin/", "")) for line in told.stdout.splitlines()]


def _instruction(name: str) -> str:
    [found] = re.findall(rf"^{name} (.+)$", CONTAINERFILE, re.MULTILINE)
    return str(found)


def test_the_container_runs_what_make_run_runs() -> None:
    commands = [shlex.split(command.strip().removeprefix("exec ")) for command in _instruction("CMD").split("&&")]
    assert commands == _recipe("run", "HOST=0.0.0.0", "PORT=8501")
    assert commands[0] == ["python", "-m", "warehouse", "build", "--if-needed"]


def test_make_schedule_prints_the_schedule() -> None:
    assert _recipe("schedule") == [["python", "-m", "warehouse.schedule"]]


def test_every_target_is_in_the_help_and_no_file() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^(\w+):(?!=)", makefile, re.MULTILINE))
    [phony] = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert set(phony.split()) == targets
    assert set(re.findall(r'@echo "make (\w+)', makefile)) == targets - {"help"}


def test_the_container_holds_every_room_and_no_tool_of_ours() -> None:
    sources = [source for *sources, _ in COPIED for source in sources]
    assert all((ROOT / source).exists() for source in sources)
    rooms = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["root_packages"]
    expected = {*rooms, "queries", "app.py", "requirements.txt", ".streamlit/config.toml"}
    assert set(sources) == expected
    ignored = set((ROOT / ".dockerignore").read_text("utf-8").splitlines())
    assert ignored & expected == set() and {"data", ".venv", ".git", ".streamlit/secrets.toml"} <= ignored


def test_the_container_is_pinned_watched_and_nobodys_root() -> None:
    version = re.fullmatch(r"docker\.io/library/python:(\d+)\.(\d+)\.\d+-slim-\w+", _instruction("FROM"))
    assert version and (int(version[1]), int(version[2])) >= (3, 11)
    assert _instruction("RUN").startswith("pip install ") and "-r requirements.txt" in _instruction("RUN")
    assert _instruction("USER") == "almanac" and f" {_instruction('USER')} " in _instruction("RUN")
    assert "http://127.0.0.1:8501/_stcore/health" in _instruction("HEALTHCHECK")
    assert _instruction("VOLUME") == f"{_instruction('WORKDIR')}/data"


def test_its_files_are_enough_to_make_the_demo_and_build_it(tmp_path: Path) -> None:
    for *sources, target in COPIED:
        for source in sources:
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                (tmp_path / target).mkdir(exist_ok=True)
                shutil.copy(ROOT / source, tmp_path / target)
    built = subprocess.run(
        [sys.executable, "-m", "warehouse", "build", "--if-needed"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert built.stderr.startswith(f"The demo product's files are in {tmp_path}/data/demo.")
    assert "Reading app: " in built.stderr
    assert len(list((tmp_path / "data").glob("warehouse-*.duckdb"))) == 1
