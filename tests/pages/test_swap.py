"""A build published under an open app: nobody is disturbed, and the next rerun shows and says what is new."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier, Event

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from components import data
from config import product as products
from tests.pages.conftest import texts
from tests.products import write_product
from warehouse import build as builder

READERS, BUILDS = 20, 3
FIRST = date(2026, 3, 10)


@pytest.fixture
def publish(tmp_path, monkeypatch):
    """publish(count, …): builds and publishes a product of so many people, who all joined and read on 10 March."""
    monkeypatch.setenv("ALMANAC_CONFIG", str(tmp_path / "product-1"))
    monkeypatch.setenv("ALMANAC_WAREHOUSE", str(tmp_path / "warehouse"))
    streamlit.cache_data.clear()
    streamlit.cache_resource.clear()

    numbers = count(1)

    def build(people, until=FIRST + timedelta(days=1), **more):
        users = [
            {"user_id": f"u{at}", "signed_up_at": f"{FIRST} 08:00:00", "platform": "iOS" if at % 2 else "Web"}
            for at in range(people)
        ]
        events = [
            {"user_id": user["user_id"], "event": "read", "occurred_at": f"{FIRST + timedelta(days=day)} {hour}:00:00"}
            for day in range((until - FIRST).days)
            for user, hour in zip(users, [9, 23] * people, strict=False)
        ]
        tables = {"users": users, "events": events, **more}
        # Each from a folder of its own: a product file is not rewritten under those who read it.
        folder = write_product(tmp_path / f"product-{next(numbers)}", {"dimensions": {"platform": "Platform"}}, tables)
        builder.build(products.load(folder), tmp_path / "warehouse", today=until)
        return {"config": tmp_path / "product-1", "warehouse": tmp_path / "warehouse"}

    return build


def toasts(app: AppTest) -> list[str]:
    assert not app.exception, app.exception[0].stack_trace
    assert not app.error
    return [re.sub(r"\\(.)", r"\1", each.value) for each in app.toast]


def test_twenty_readers_never_see_an_error_nor_half_of_a_build(publish):
    """Each holds one warehouse for a few questions, as a run of a page does, while three builds are published."""
    publish(4)
    started, done = Barrier(READERS + 1), Event()

    def read() -> Iterator[tuple[str, set[int]]]:
        begun = False
        while True:
            ended = done.is_set()
            data.hold()
            # The three agree only where they come from one build: its people, its segments, its figures.
            build, segments = data.build(), data.read("data/segments")
            chosen = tuple(segments["segment_id"].tolist())
            figures = data.read("overview/metrics", grain="day", segments=chosen)
            new = figures.loc[figures["metric"] == "new_users", "numerator"].sum()
            yield build.build_id, {build.users, int(segments["users"].sum()), int(new)}
            if not begun:
                begun = True
                started.wait(30)
            if ended:
                return
            done.wait(0.2)

    with ThreadPoolExecutor(READERS) as pool:
        sessions = [pool.submit(lambda: list(read())) for _ in range(READERS)]
        started.wait(30)
        for more in range(1, BUILDS + 1):
            publish(4 + 10 * more)
        done.set()
        seen = [each.result(30) for each in sessions]

    for answers in seen:
        assert all(len(counted) == 1 for _, counted in answers)
        people = [next(iter(counted)) for _, counted in answers]
        assert people == sorted(people)
        assert (people[0], people[-1]) == (4, 34)
    assert len({build for answers in seen for build, _ in answers}) > 2


def test_the_next_rerun_shows_the_new_figures_and_says_once_what_changed(visit, publish):
    app = visit("retention", platform="iOS", period="all", **publish(4))
    assert toasts(app) == []
    publish(6, until=FIRST + timedelta(days=2))
    app.run()
    [said] = toasts(app)
    assert said.startswith("New data, until Wed 11 Mar 2026. ")
    assert "2 people were added to days known before." in said
    assert "2 late rows of events came for days known before." in said
    assert "New users of 10 Mar 2026: 4 → 6." in said
    assert "11 Mar 2026" in "\n".join(texts(app))
    # The page, its filters and its address are as they were, and nothing is said twice.
    assert app.multiselect(key="platform").value == ["iOS"]
    assert app.query_params["platform"] in ("iOS", ["iOS"])
    assert "who came back" in "\n".join(texts(app))
    app.run()
    assert toasts(app) == []


def test_whoever_missed_a_build_is_only_told_that_the_data_are_new(visit, publish):
    app = visit(language="zh", **publish(4))
    publish(6)
    publish(8)
    app.run()
    [said] = toasts(app)
    assert said == "数据已更新，截至 2026年3月10日 周二。上次查看之后已构建多次；最近一次的变化见“数据”页。"


def test_a_build_of_the_same_data_says_so(visit, publish):
    app = visit(**publish(4))
    publish(4)
    app.run()
    assert toasts(app) == ["New data, until Tue 10 Mar 2026. Nothing changed on the days known before."]
