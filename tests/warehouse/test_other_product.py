"""A warehouse is shown for the product it was built for, and `make run` builds where it is another's."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from config import product as products
from tests.products import write_product
from warehouse import build, publish, read
from warehouse.__main__ import main
from warehouse.errors import NoWarehouse, OtherProduct

EVENTS = [{"user_id": "a", "event": "read", "occurred_at": "2024-01-01 10:00"}]


def _named(folder: Path, name: object) -> Path:
    return write_product(folder, {"product": name}, {"events": EVENTS})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return _named(tmp_path / "product", "Our app")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse of our app, to be copied."""
    return _published(tmp_path_factory.mktemp("ours"), "Our app")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse of their app, to be copied."""
    return _published(tmp_path_factory.mktemp("theirs"), {"en": "Their app", "zh": "他们的应用"})


def _published(place: Path, name: object) -> Path:
    product = products.load(_named(place / "product", name))
    return build.build(product, place / "out", today=date(2024, 1, 10)).parent


def test_the_warehouse_of_another_product_is_refused_by_name(folder: Path, ours: Path, theirs: Path) -> None:
    assert read.in_use(products.load(folder), ours) == publish.current(ours)
    said = "was built for 'Their app', and the product folder in use is that of 'Our app'"
    with pytest.raises(OtherProduct, match=said) as error:
        read.in_use(products.load(folder), theirs)
    assert "python -m warehouse build" in str(error.value)


def test_a_name_in_two_languages_is_one_name(tmp_path: Path, theirs: Path) -> None:
    for name in ("Their app", {"en": "Their app", "zh": "另一个名字"}):
        product = products.load(_named(tmp_path / "product", name))
        assert read.in_use(product, theirs) == publish.current(theirs)


def test_a_swap_to_another_product_is_seen_at_once(folder: Path, ours: Path, theirs: Path, out: Path) -> None:
    shutil.copytree(ours, out)
    product = products.load(folder)
    assert read.in_use(product, out) == publish.current(out)
    shutil.copytree(theirs, out, dirs_exist_ok=True)
    with pytest.raises(OtherProduct):
        read.in_use(product, out)


def test_where_nothing_was_built_it_says_so(folder: Path, out: Path) -> None:
    with pytest.raises(NoWarehouse, match="There is no warehouse"):
        read.in_use(products.load(folder), out)


def _unreadable(out: Path) -> None:
    publish.current(out).write_bytes(b"no database")


def _gone(out: Path) -> None:
    publish.current(out).unlink()


@pytest.mark.parametrize("spoil", [_unreadable, _gone, shutil.rmtree])
def test_a_run_builds_where_there_is_no_warehouse(
    spoil: Callable[[Path], None], folder: Path, ours: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ours, out)
    spoil(out)
    monkeypatch.setenv("ALMANAC_CONFIG", str(folder))
    assert main(["build", "--if-needed", "--out", str(out)]) == 0
    assert read.in_use(products.load(folder), out).exists()


@pytest.mark.parametrize("name", ["Our app", "Their app, renamed"])
def test_a_run_builds_where_the_warehouse_has_another_name(
    name: str, folder: Path, theirs: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(theirs, out)
    product = products.load(_named(folder, name))
    monkeypatch.setenv("ALMANAC_CONFIG", str(folder))
    assert main(["build", "--if-needed", "--out", str(out)]) == 0
    assert read.in_use(product, out) == publish.current(out)


def test_a_run_builds_nothing_where_the_warehouse_is_there(
    folder: Path, ours: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = publish.current(ours)
    monkeypatch.setenv("ALMANAC_CONFIG", str(folder))
    assert main(["build", "--if-needed", "--out", str(ours)]) == 0
    assert publish.current(ours) == path
    assert capsys.readouterr() == ("", "")


def test_a_run_of_a_bad_product_ends_with_its_faults(
    folder: Path, ours: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = publish.current(ours)
    (folder / "product.yml").write_text("timezone: UTC\n", "utf-8")
    monkeypatch.setenv("ALMANAC_CONFIG", str(folder))
    assert main(["build", "--if-needed", "--out", str(ours)]) == 1
    assert "product.yml: product: is missing" in capsys.readouterr().err
    assert publish.current(ours) == path


def test_a_run_never_writes_the_demo_among_somebodys_own_data(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "exports"
    own.mkdir()
    monkeypatch.setenv("ALMANAC_DATA", str(own))
    assert main(["build", "--if-needed", "--out", str(out)]) == 1
    assert str(own) in capsys.readouterr().err
    assert list(own.iterdir()) == []
