"""What a faulty product.yml, metrics.yml or words file is told."""

from pathlib import Path

import pytest

import config
from config import metrics, product, words
from config.faults import ConfigError

DAYS = "must be the first and the last day, 0 to 3650, such as [1, 7]"
WEEK = "monday, tuesday, wednesday, thursday, friday, saturday, sunday"
NAME = "is no name to use here: write small letters a to z, digits and _, a letter first"
CHECK = "check the indentation, colons and quotes there"
HEAD = "product: App\ntimezone: UTC\n"


def faults_of_product(folder: Path, content: str | bytes) -> list[str]:
    path = folder / "product.yml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as error:
        product.load(folder)
    assert str(error.value) == "\n".join(error.value.faults)
    return list(error.value.faults)


@pytest.mark.parametrize(
    ("added", "fault"),
    [
        # a key that is not known, or given twice
        ("timezon: UTC", "timezon: is not a known key: did you mean timezone?"),
        ("aarrr: {paid: {within: 3}}", "aarrr.paid.within: is not a known key: did you mean within_days?"),
        ("aarrr: {zzz: 3}", "aarrr.zzz: is not a known key: the keys here are retained, paid, referred"),
        ("holidays: CN\nholidays: US", "line 4: holidays is in line 3 already: keep one of them"),
        ("attach:\n  old: a.db\n  old: b.db", "line 5: old is in line 4 already: keep one of them"),
        ("dimensions: {true: Truth}", "line 3: the key true is not text: put it in quotes"),
        ("<<: {holidays: CN}", "<<: is not a known key: the keys here are {keys}"),
        # words that are not what they look like
        ("holidays: NO", 'line 3: NO may be a word or a truth: write "NO", or true or false'),
        ("attach: {on: a.db}", "line 3: the key on is not text: put it in quotes"),
        (
            "channel: yes\ndimensions: {'yes': Y}",
            'line 3: yes may be a word or a truth: write "yes", or true or false',
        ),
        ("currency: true", "currency: must be text, not true: put it in quotes"),
        ("data: 7", "data: must be text, not 7: put it in quotes"),
        ("data: 2026-03-01", "data: must be text, not 2026-03-01: put it in quotes"),
        ("data: [a]", "data: must be text, not [a]"),
        ("data: {}", "data: must be text, not a mapping"),
        ("data:", "data: must be text, but is empty"),
        ("data: ' '", "data: must not be blank: write it, or leave the key out"),
        # numbers
        ("max_segments: '7'", 'max_segments: must be a whole number, not "7"'),
        ("max_segments: 7.0", "max_segments: must be a whole number, not 7.0"),
        ("max_segments: true", "max_segments: must be a whole number, not true"),
        ("max_segments: 010", 'max_segments: must be a whole number, not "010"'),
        ("max_segments: 0", "max_segments: must be at least 1, not 0"),
        ("channel_limit: -0.1", "channel_limit: must be at least 0, not -0.1"),
        ("channel_limit: 1.5", "channel_limit: must be at most 1, not 1.5"),
        ("max_rejected: 2", "max_rejected: must be at most 1, not 2"),
        ("max_rejected: -0.1", "max_rejected: must be at least 0, not -0.1"),
        ("max_rejected: .nan", 'max_rejected: must be a number, not ".nan"'),
        # days and windows
        (
            "data_until: 2026-02-30",
            'data_until: must be yesterday, or a day such as 2026-03-31, not "2026-02-30"',
        ),
        ("data_until: today", 'data_until: must be yesterday, or a day such as 2026-03-31, not "today"'),
        (
            "week_start: Mondey",
            f'week_start: must be one of {WEEK}, not "Mondey": did you mean monday?',
        ),
        (
            "aarrr: {retained: {days: [13, 7]}}",
            f"aarrr.retained.days: {DAYS}, not [13, 7]",
        ),
        (
            "aarrr: {retained: {days: 7}}",
            f"aarrr.retained.days: {DAYS}, not 7",
        ),
        (
            "aarrr: {retained: {days: [true, 7]}}",
            f"aarrr.retained.days: {DAYS}, not [True, 7]",
        ),
        ("activation: {event: a, within_days: 0}", "activation.within_days: must be at least 1, not 0"),
        # codes and names
        ("currency: yuan", 'currency: must be a code of 3 capital letters, such as CNY, not "yuan"'),
        ("holidays: China", 'holidays: must be a code of 2 capital letters, such as CN, not "China"'),
        (
            "dimensions: {Land: Country}",
            f"dimensions.Land: {NAME}",
        ),
        (
            "dimensions: {standing: S}",
            "dimensions.standing: is a name the warehouse uses itself: give the dimension another name",
        ),
        ("dimensions: [country]", "dimensions: must be a mapping of names, such as {name: …}, not [country]"),
        (
            "dimensions: {land: {en: Country}}",
            "dimensions.land: must have en and zh, both of them text, and nothing else",
        ),
        ("dimensions: {land: 7}", "dimensions.land: must be text, or {en: …, zh: …}, not 7"),
        (
            "dimensions: {land: L}\nchannel: lan",
            "channel: lan is not one of the dimensions: did you mean land?",
        ),
        (
            "channel: source",
            "channel: source is not one of the dimensions: name one of them, or leave the key out",
        ),
        # events, funnels, retention
        ("active: []", "active: must be an event or a list of events, not []"),
        ("active: [open, 7]", "active: must be an event or a list of events, not [open, 7]"),
        ("reward_events: [a, a]", "reward_events: has a twice: keep one of them"),
        ("activation: {times: 1}", "activation.event: is missing: add it"),
        ("activation: finish", 'activation: must be a mapping of keys, such as {key: …}, not "finish"'),
        ("funnels: {f: {steps: [a, b]}}", "funnels.f.label: is missing: add it"),
        ("funnels: {f: {label: F, steps: [a]}}", "funnels.f.steps: must have 2 to 20 entries, not 1"),
        ("funnels: {f: {label: F, steps: a}}", 'funnels.f.steps: must be a list, not "a"'),
        (
            "funnels: {f: {label: F, steps: [a, 7]}}",
            "funnels.f.steps, entry 2: must be an event or a list of events, not 7",
        ),
        (
            "funnels: {f: {label: F, steps: [a, {event: []}]}}",
            "funnels.f.steps, entry 2.event: must be an event or a list of events, not []",
        ),
        (
            "funnels: {f: {label: F, steps: [a, {event: b, need: c}]}}",
            "funnels.f.steps, entry 2.need: is not a known key: did you mean needs?",
        ),
        (
            "funnels: {f: {label: F, steps: [a, {needs: c}]}}",
            "funnels.f.steps, entry 2.event: is missing: add it",
        ),
        (
            "funnels: {f: {label: F, steps: [a, {event: b, needs: ''}]}}",
            'funnels.f.steps, entry 2.needs: must be text, or {en: …, zh: …}, not ""',
        ),
        (
            f"funnels: {{f: {{label: F, steps: [{', '.join('abcdefghijklmnopqrstu')}]}}}}",
            "funnels.f.steps: must have 2 to 20 entries, not 21",
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], window: 0 days}}",
            'funnels.f.window: must be a number of minutes, hours, days or weeks, such as 7 days, not "0 days"',
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], window: 10 years}}",
            'funnels.f.window: must be a number of minutes, hours, days or weeks, such as 7 days, not "10 years"',
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], window: 3651 days}}",
            'funnels.f.window: must be at most 3650 days, not "3651 days"',
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], window: 7}}",
            "funnels.f.window: must be a number of minutes, hours, days or weeks, such as 7 days, not 7",
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], window: 600 weeks}}",
            'funnels.f.window: must be at most 3650 days, not "600 weeks"',
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], order: orderd}}",
            'funnels.f.order: must be one of ordered, any, strict, not "orderd": did you mean ordered?',
        ),
        (
            "funnels: {f: {label: F, steps: [a, b], entry: 7}}",
            "funnels.f.entry: must be one of first, daily, not 7",
        ),
        (
            "retention: {r: {label: R, return_: active}}",
            "retention.r.return_: is not a known key: did you mean return?",
        ),
        (
            "retention: {r: {label: R, brackets: [[1, 7], [1, 7]]}}",
            "retention.r.brackets: has [1, 7] twice: keep one of them",
        ),
        (
            "retention: {r: {label: R, brackets: [[1, 7], [8]]}}",
            f"retention.r.brackets, entry 2: {DAYS}, not [8]",
        ),
        # no YAML at all
        (
            "a: b: c",
            f"line 3: is not YAML (mapping values are not allowed here): {CHECK}",
        ),
        (
            "data: 'a",
            f"line 4: is not YAML (found unexpected end of stream): {CHECK}",
        ),
        (
            "data: a\x07",
            f"line 3: is not YAML (special characters are not allowed): {CHECK}",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_remedy(tmp_path, added, fault):
    fault = fault.replace("{keys}", ", ".join(product.Product.model_fields))
    assert faults_of_product(tmp_path, f"{HEAD}{added}\n") == [f"product.yml: {fault}"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "line 1: must be keys and values, one a line, as in key: value, but is empty"),
        ("# nothing yet\n", "line 1: must be keys and values, one a line, as in key: value, but is empty"),
        ("- a\n- b\n", "line 1: must be keys and values, one a line, as in key: value, not [a, b]"),
        ("words", 'line 1: must be keys and values, one a line, as in key: value, not "words"'),
        ("product: A\ntimezone: 上海\n".encode("gbk"), "line 2: is not UTF-8: save the file as UTF-8"),
        (
            "product: A\ntimezone: Asia/Shangai\n",
            'timezone: "Asia/Shangai" is not a time zone: did you mean Asia/Shanghai?',
        ),
        (
            "product: A\ntimezone: Beijing time\n",
            'timezone: "Beijing time" is not a time zone: write it as in Asia/Shanghai',
        ),
        ("product: A\n", "timezone: is missing: add it"),
    ],
)
def test_a_file_that_is_no_product_is_told_why(tmp_path, content, fault):
    assert faults_of_product(tmp_path, content) == [f"product.yml: {fault}"]


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    assert faults_of_product(
        tmp_path,
        "product: no\nproduct: App\ntimezone: Mars/Olympus\nmax_segments: many\nchannel: x\nfunnels: {f: {label: F}}\n",
    ) == [
        'product.yml: line 1: no may be a word or a truth: write "no", or true or false',
        "product.yml: line 2: product is in line 1 already: keep one of them",
        'product.yml: timezone: "Mars/Olympus" is not a time zone: write it as in Asia/Shanghai',
        "product.yml: channel: x is not one of the dimensions: name one of them, or leave the key out",
        "product.yml: funnels.f.steps: is missing: add it",
        'product.yml: max_segments: must be a whole number, not "many"',
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_CONFIG", str(tmp_path / "none"))
    for file, load in [("product.yml", product.load), ("metrics.yml", metrics.load)]:
        with pytest.raises(ConfigError) as error:
            load()
        reason = "there is no such folder: name one that exists, with this file in it"
        assert error.value.faults == (f"{file}: {tmp_path / 'none'}: {reason}",)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError) as error:
        product.load(tmp_path)
    assert error.value.faults == (f"product.yml: {tmp_path}: the file is missing in this folder: add it",)


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    (tmp_path / "product.yml").mkdir()
    with pytest.raises(ConfigError) as error:
        product.load(tmp_path)
    assert error.value.faults == (f"product.yml: {tmp_path}: cannot be read (Is a directory)",)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ("unit: persons", 'sales.unit: must be one of people, rate, ratio, money, orders, number, not "persons"'),
        ("better: up", 'sales.better: must be one of higher, lower, not "up"'),
        (
            "family: mony",
            "sales.family: must be one of reach, activation, retention, money, quality, "
            'not "mony": did you mean money?',
        ),
        ("target: 31", "sales.target: must be at most 1 for a rate (0.31 is 31 %), not 31"),
        ("target: -1", "sales.target: must be at least 0, not -1"),
        ("target: 31 %", 'sales.target: must be a number, not "31 %"'),
        ("lable: Sales", "sales.lable: is not a known key: did you mean label?"),
        ("definition: [a]", "sales.definition: must be text, or {en: …, zh: …}, not [a]"),
    ],
)
def test_a_faulty_figure_is_told_with_its_id(tmp_path, changed, fault):
    lines = ["label: Sales", "unit: rate", "better: higher", "family: money", "definition: What is sold."]
    kept = [line for line in lines if line.split(":")[0] != changed.split(":")[0]]
    (tmp_path / "metrics.yml").write_text("sales:\n" + "".join(f"  {line}\n" for line in [*kept, changed]))
    with pytest.raises(ConfigError) as error:
        metrics.load(tmp_path)
    assert error.value.faults == (f"metrics.yml: {fault}",)


def test_every_faulty_word_is_told(tmp_path):
    (tmp_path / "en.yml").write_text("a:\n  b: 7\n  c:\n  d: {}\ne.f: one\ne: {f: two}\n")
    with pytest.raises(ConfigError) as error:
        words.read(tmp_path / "en.yml")
    assert error.value.faults == (
        "en.yml: a.b: must be text, not 7",
        "en.yml: a.c: must be text, but is empty",
        "en.yml: a.d: must be text, not a mapping",
        "en.yml: e.f: is given twice, with a dot and nested: keep one of them",
    )


def test_the_folder_in_use_is_the_shipped_one_unless_another_is_named(monkeypatch):
    monkeypatch.delenv("ALMANAC_CONFIG", raising=False)
    assert config.folder() == config.SHIPPED
    monkeypatch.setenv("ALMANAC_CONFIG", "elsewhere")
    assert config.folder() == Path("elsewhere")
