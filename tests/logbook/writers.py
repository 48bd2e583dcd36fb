"""Many processes that write into one logbook, some of them killed: `python -m tests.logbook.writers FILE …`.

Prints what was acknowledged, one JSON line an entry: id, subject, word. A child says so once `append` has returned.
"""

import argparse
import json
import os
import random
import select
import signal
import sys
import traceback
from pathlib import Path

import logbook

SUBJECTS = 7


def main() -> None:
    """Keep so many writers at work until so many entries are acknowledged; kill one now and then."""
    asked = argparse.ArgumentParser()
    asked.add_argument("file", type=Path)
    asked.add_argument("--writers", type=int, default=20)
    asked.add_argument("--entries", type=int, default=2000)
    asked.add_argument("--kill-every", type=int, default=40)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    chance = random.Random(given.seed)
    starting, start = os.pipe()
    writers: dict[int, tuple[int, bytes]] = {}  # where a writer is heard: its process, what it has not said to the end

    def hire(number: int) -> None:
        heard, said = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(start)
            os.read(starting, 1)  # nothing comes: all begin when the parent closes its end
            try:
                write(given.file, number, said)
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        os.close(said)
        writers[heard] = (process, b"")

    for number in range(given.writers):
        hire(number)
    os.close(start)
    hired, acknowledged, next_kill = given.writers, 0, given.kill_every
    while acknowledged < given.entries:
        for heard in select.select(list(writers), [], [])[0]:
            process, rest = writers[heard]
            news = os.read(heard, 65536)
            if not news:
                raise SystemExit(f"a writer that nobody dismissed has stopped: {process}")
            *lines, rest = (rest + news).split(b"\n")
            writers[heard] = (process, rest)
            for line in lines:
                sys.stdout.write(line.decode() + "\n")
            acknowledged += len(lines)
        if given.kill_every and acknowledged >= next_kill:
            next_kill += chance.randint(1, 2 * given.kill_every)
            acknowledged += dismiss(writers, chance.choice(list(writers)))
            hire(hired)
            hired += 1
    for heard in list(writers):
        acknowledged += dismiss(writers, heard)
    print(f"{acknowledged} entries acknowledged, {hired} writers killed", file=sys.stderr)


def dismiss(writers: dict[int, tuple[int, bytes]], heard: int) -> int:
    """Kill a writer wherever it is, then hear what it had said to the end."""
    process, rest = writers.pop(heard)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    while said := os.read(heard, 65536):
        rest += said
    os.close(heard)
    *lines, _ = rest.split(b"\n")
    for line in lines:
        sys.stdout.write(line.decode() + "\n")
    return len(lines)


def write(file: Path, number: int, said: int) -> None:
    """Write about one subject after another for ever; a Conflict is answered by reading again."""
    book = logbook.open(file)
    chance = random.Random(number)
    count = 0
    while True:
        subject = f"s{chance.randrange(SUBJECTS)}"
        word = f"{number}-{count}"
        history = book.history(subject)
        newest = int(history["id"].iloc[0]) if len(history) else None
        try:
            identity = book.append("stress", subject, {"word": word, "again": word * 50}, f"w{number}", newest)
        except logbook.Conflict:
            continue
        os.write(said, json.dumps({"id": identity, "subject": subject, "word": word}).encode() + b"\n")
        count += 1


if __name__ == "__main__":
    main()
