"""How people and tools write days, times, numbers and yes or no, told from the shapes of a column's values.

The shape of a value is the value with 9 for every digit: "22-04-2014 03:53" is "99-99-9999 99:99". Full-width digits
and signs count as their plain ones. A column has few shapes where it holds times or numbers, so these are judged
here, and only what turns on the digits themselves (which of two numbers is the month) is asked of the values.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from warehouse.new.export import Kind, Reading
from warehouse.quoting import literal

BLANKS = " \t\r\n\u00a0\u3000"
WIDE = "０１２３４５６７８９／：－．，％＋（）＄￥−"
HALF = "0123456789/:-.,%+()$¥-"

# What stands for no value. In lower case.
MISSING = (
    *("na", "n/a", "n.a.", "#n/a", "<na>", "null", "(null)", "none", "nil", "nan", "nat", "undefined", "\\n"),
    *("-", "--", "---", "–", "—", "(not set)", "not set", "(empty)", "(blank)"),
    *("无", "空", "暂无", "未填", "未填写", "未知值", "缺失", "(空)", "（空）"),
    *("#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#error!"),
    *("0000-00-00", "0000-00-00 00:00:00", "0000/00/00"),
)

# Of 100 filled values, as many must fit before a column is taken to hold times, or numbers. Times are written like
# nothing else; a code that is a number now and then is no number.
TIMES_FIT, NUMBERS_FIT = 0.9, 0.99

# Unix seconds, and Excel's days, from 1990 to 2100.
_SECONDS = (631_152_000, 4_102_444_800)
_EXCEL_DAYS = (32_874, 73_051)

_NAMED_TIME = re.compile(
    r"date|time|stamp|(^|[\W_])(at|on|ts|day|dt|since|until|created|updated|seen|login|birthday)([\W_]|$)|日期|时间|日$|时$|时刻|生日",
    re.IGNORECASE,
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LONG = {month.lower(): "%B" for month in _MONTHS} | {month[:3].lower(): "%b" for month in _MONTHS}

_DATES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ymd", re.compile(r"9{4}(?P<s>[-/.])9{1,2}(?P=s)9{1,2}")),
    ("cjk", re.compile(r"9{4}年9{1,2}月9{1,2}(?P<s>日?)")),
    ("numbers", re.compile(r"9{1,2}(?P<s>[-/.])9{1,2}(?P=s)(?P<year>9{4}|9{2})")),
    (
        "day_month",
        re.compile(r"9{1,2}(?P<s>[- /.]{0,2})(?P<month>[A-Za-z]{3,9})(?P<t>[- /.,]{0,2})(?P<year>9{4}|9{2})"),
    ),
    ("month_day", re.compile(r"(?P<month>[A-Za-z]{3,9})(?P<s>[- /.]{1,2})9{1,2}(?P<t>,? ?|[-/])(?P<year>9{4})")),
    ("compact", re.compile(r"9{8}(?=$|[ T])|9{8}(?=9{6}$)")),
)
_CLOCK = re.compile(
    r"(?P<gap>T|,?[ ]*)(?P<before>上午|下午)?(?P<gap2>[ ]*)9{1,2}"
    r"(?:(?P<c>:)9{2}(?:(?P<seconds>:)9{2}(?P<part>\.9{1,6})?)?|时9{1,2}分(?P<cjk>9{1,2}秒)?)"
    r"(?P<gap3>[ ]*)(?P<after>[AaPp][Mm])?"
)
_COMPACT_CLOCK = re.compile(r"9{6}")
_ISO_CLOCK = re.compile(r"[ T]9{1,2}:9{1,2}(:9{1,2}(\.9+)?)?")
_ZONE = re.compile(r"( ?)([zZ]|[+-]9{1,2}(:?99){0,2}|(UTC|GMT)([+-]9{1,2}(:?99)?)?|[A-Za-z_]+/[A-Za-z0-9_/+-]+)")
_ABBREVIATION = re.compile(r" ?[A-Z]{3,4}")

_CURRENCY = {
    "¥": ("¥", "￥", "元", "CNY", "RMB", "人民币"),
    "$": ("$", "US$", "USD"),
    "€": ("€", "EUR"),
    "£": ("£", "GBP"),
    "HK$": ("HK$", "HKD"),
    "₹": ("₹", "INR", "Rs."),
    "₩": ("₩", "KRW"),
}
_SIGNS = "|".join(re.escape(sign) for sign in sorted((s for all_ in _CURRENCY.values() for s in all_), key=len)[::-1])
_GROUP = "[ '’\u00a0\u202f]"
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<minus>[+-])?\s*(?P<before>{_SIGNS})?\s*(?P<minus2>[+-])?"
    rf"(?P<body>9(?:[9.,]|{_GROUP}(?=9))*|\.9+)\s*(?P<percent>%)?\s*(?P<after>{_SIGNS})?(?P<tail>-)?(?P<close>\))?"
)
_POINT = re.compile(rf"9+(\.9+)?|\.9+|9{{1,3}}(,9{{2,3}})*,999(\.9+)?|9{{1,3}}({_GROUP}999)+(\.9+)?")
_COMMA = re.compile(rf"9+(,9+)?|9{{1,3}}(\.999)+(,9+)?|9{{1,3}}({_GROUP}999)+(,9+)?")
_PLAIN = re.compile(r"[+-]?(9+(\.9*)?|\.9+)")
_POWER = re.compile(r"[+-]?9(\.9+)?[eE][+-]?9{1,3}")

TRUE, FALSE = ("true", "yes", "y", "t", "是"), ("false", "no", "n", "f", "否")


@dataclass(frozen=True)
class Values:
    """The filled values of one text column, those that stand for nothing left out.

    shapes   rows of each shape; None where there are too many shapes for times or numbers
    rows     rows in all
    few      the values themselves in lower case, where there are at most four
    is_wide, is_padded   whether some have full-width characters, or blanks around them
    has_zeros   whether some begin with a 0 and another digit
    ask      one row of aggregates over (value, rows)
    """

    name: str
    shapes: Mapping[str, int] | None
    rows: int
    few: frozenset[str]
    is_wide: bool
    is_padded: bool
    has_zeros: bool
    ask: Callable[[str], tuple[object, ...]]

    def plain(self, column: str) -> str:
        """SQL for a value of the column without blanks around it and without full-width digits."""
        text = f"trim({column}, {literal(BLANKS)})" if self.is_padded else column
        return f"translate({text}, {literal(WIDE)}, {literal(HALF)})" if self.is_wide else text

    def count(self, condition: str) -> int:
        """Rows whose value fulfils a condition."""
        (found,) = self.ask(f"coalesce(sum(rows) filter (where {condition}), 0)")
        return int(str(found))


# SQL for the reading of a column, given the SQL of the column.
Reader = Callable[[str], str]


@dataclass(frozen=True)
class Style:
    """What a column is taken to hold, and how to read it; `read` is None where it can be taken as it is."""

    kind: Kind
    label: str = ""
    read: Reader | None = None
    otherwise: tuple[tuple[str, Reader], ...] = ()
    notes: tuple[str, ...] = field(default=())


def of(values: Values) -> Style:
    """The style of a text column."""
    for judge in (_boolean, _time, _counted_time, _number):
        found = judge(values)
        if found is not None:
            return found
    return Style("text")


def names_time(name: str) -> bool:
    """Whether a column's name speaks of days or times."""
    return _NAMED_TIME.search(name) is not None


def reading(style: Style, column: str, markers: Iterable[str]) -> tuple[Reading | None, tuple[Reading, ...]]:
    """The readings of a style for a quoted column in which `markers` stand for no value."""
    listed = tuple(markers)
    if style.read is None:
        first = Reading(_shown(listed), _without(listed, column, column)) if listed else None
    else:
        first = Reading(_and(style.label, listed), _without(listed, column, style.read(column)))
    others = tuple(
        Reading(_and(label, listed), _without(listed, column, read(column))) for label, read in style.otherwise
    )
    return first, others


def _without(markers: tuple[str, ...], column: str, read: str) -> str:
    if not markers:
        return read
    listed = ", ".join(literal(marker) for marker in markers)
    return f"case when trim({column}) in ({listed}) then null else {read} end"


def _shown(markers: tuple[str, ...]) -> str:
    return f"{', '.join(f'“{marker}”' for marker in markers)} taken for missing" if markers else ""


def _and(label: str, markers: tuple[str, ...]) -> str:
    return f"{label}, {_shown(markers)}" if markers else label


# Yes or no ---------------------------------------------------------------------------------------------------------


def _boolean(values: Values) -> Style | None:
    found = values.few
    if found == {"0", "1"}:
        return Style("boolean")
    if not found or not found <= {*TRUE, *FALSE} or (found & {"y", "n", "t", "f", "是", "否"} and len(found) < 2):
        return None
    if not found & {"是", "否"}:
        return Style("boolean")

    def read(column: str) -> str:
        return f"case {values.plain(column)} when '是' then 'true' when '否' then 'false' else {column} end"

    return Style("boolean", "是 and 否", read)


# Days and times ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Form:
    """How one shape is written.

    format   for strptime; "{}" where the order of day and month must be found out
    numbers  separator and length of the year, where that order is open
    is_iso   the contract reads it as it is
    """

    format: str
    has_clock: bool
    numbers: tuple[str, int] | None = None
    is_iso: bool = False
    zone: str = ""
    is_compact: bool = False


def _form(shape: str) -> _Form | None:
    for kind, pattern in _DATES:
        if not (found := pattern.match(shape)):
            continue
        rest = shape[found.end() :]
        date = _date_format(kind, found)
        if date is None:
            continue
        numbers = (found["s"], len(found["year"])) if kind == "numbers" else None
        if kind == "ymd" and found["s"] in "-/":
            clock = _ISO_CLOCK.match(rest)
            behind = rest[clock.end() :] if clock else rest
            if not behind:
                return _Form("", clock is not None, is_iso=True)
            if clock and rest.count(":") > 0 and _ZONE.fullmatch(behind):
                return _Form("", True, is_iso=True, zone=behind.strip())
            if clock and _ABBREVIATION.fullmatch(behind) and behind.strip() not in ("AM", "PM"):
                return _Form("", True, is_iso=True, zone=f"?{behind.strip()}")
        if not rest:
            return _Form(date, False, numbers, is_compact=kind == "compact")
        if kind == "compact" and _COMPACT_CLOCK.fullmatch(rest):
            return _Form(f"{date}%H%M%S", True, is_compact=True)
        clock = _CLOCK.fullmatch(rest)
        if clock:
            return _Form(date + _clock_format(clock), True, numbers, is_compact=kind == "compact")
    return None


def _date_format(kind: str, found: re.Match[str]) -> str | None:
    if kind == "ymd":
        return f"%Y{found['s']}%m{found['s']}%d"
    if kind == "cjk":
        return f"%Y年%m月%d{found['s']}"
    if kind == "numbers":
        return "{}"
    if kind == "compact":
        return "%Y%m%d"
    month = _LONG.get(found["month"].lower())
    year = "%Y" if len(found["year"]) == 4 else "%y"
    if month is None:
        return None
    if kind == "day_month":
        return f"%d{found['s']}{month}{found['t']}{year}"
    return f"{month}{found['s']}%d{found['t']}{year}"


def _clock_format(clock: re.Match[str]) -> str:
    half = clock["before"] or clock["after"]
    hours = "%I" if half else "%H"
    if clock["c"]:
        time = f"{hours}:%M" + (":%S" if clock["seconds"] else "") + (".%f" if clock["part"] else "")
    else:
        time = f"{hours}时%M分" + ("%S秒" if clock["cjk"] else "")
    before = "%p" if clock["before"] else ""
    after = "%p" if clock["after"] else ""
    return f"{clock['gap']}{before}{clock['gap2']}{time}{clock['gap3']}{after}"


def _time(values: Values) -> Style | None:
    if not values.shapes:
        return None
    forms = {shape: form for shape in values.shapes if (form := _form(shape))}
    fitting = sum(values.shapes[shape] for shape in forms)
    if fitting < TIMES_FIT * values.rows:
        return None
    if any(form.is_compact for form in forms.values()) and not _are_days(values, forms):
        return None
    notes = _zones(values, forms)
    orders, contradiction = _orders(values, forms)
    if contradiction:
        return Style("text", notes=(*notes, contradiction))
    kind: Kind = "moment" if any(form.has_clock for form in forms.values()) else "day"
    written = {form for form in forms.values() if not form.is_iso}
    misfits = values.rows - fitting
    if misfits:
        example = next(shape for shape in values.shapes if shape not in forms)
        notes.append(f"{misfits:,} values are no times (of the shape “{example}”); they are left as they are.")
    if not written:
        label, read = ("full-width characters", values.plain) if values.is_wide else ("", None)
        return Style(kind, label, read, notes=tuple(notes))
    (likely, *others) = [_reader(values, written, chosen, kind) for chosen in _choices(orders)]
    return Style(kind, *likely, tuple(others), tuple(notes))


def _are_days(values: Values, forms: Mapping[str, _Form]) -> bool:
    """Whether eight digits are days in every value: ids of eight digits are not."""
    formats = sorted({form.format for form in forms.values() if form.is_compact})
    rows = sum(values.shapes[shape] for shape, form in forms.items() if form.is_compact) if values.shapes else 0
    parsed = _parsed(values, "value", formats)
    return values.count(f"{parsed} between timestamp '1990-01-01' and timestamp '2100-01-01'") == rows


def _zones(values: Values, forms: Mapping[str, _Form]) -> list[str]:
    zoned = [form.zone for form in forms.values() if form.zone]
    notes = []
    if unclear := sorted({zone[1:] for zone in zoned if zone.startswith("?")}):
        notes.append(
            f"Some values name a zone by letters ({', '.join(unclear)}), which means several zones: the build rejects "
            "them. Export them with an offset such as +08:00."
        )
    clear = [zone for zone in zoned if not zone.startswith("?")]
    if not clear:
        return notes
    pattern = r":\d{1,2}(\.\d+)?\s?([zZ]|[+-]\d{1,2}(:?\d{2}){0,2}|(UTC|GMT).*|[A-Za-z_]+/.*)$"
    (offsets,) = values.ask(f"count(distinct nullif(regexp_extract({values.plain('value')}, '{pattern}', 2), ''))")
    if int(str(offsets)) > 1:
        notes.append(f"Its values are in {offsets} time zones; each is converted to the product's.")
    if len(clear) < len(forms):
        notes.append("Some values have a time zone and others none: those without are taken to be in the product's.")
    return notes


# Orders of day and month to choose from: for each family of shapes, those that fit all of it, the likelier first.
_Orders = dict[tuple[str, int], tuple[str, ...]]


def _orders(values: Values, forms: Mapping[str, _Form]) -> tuple[_Orders, str | None]:
    orders: _Orders = {}
    for family in sorted({form.numbers for form in forms.values() if form.numbers}):
        formats = {form.format for form in forms.values() if form.numbers == family}
        parsed = {
            order: _parsed(values, "value", [_ordered(format_, family, order) for format_ in formats])
            for order in ("dmy", "mdy", *(("ymd",) if family[1] == 2 else ()))
        }
        counts = {order: values.count(f"{sql} is not null") for order, sql in parsed.items()}
        either = values.count(f"coalesce({parsed['dmy']}, {parsed['mdy']}) is not null")
        best = max(counts["dmy"], counts["mdy"])
        if "ymd" in counts and counts["ymd"] > best and counts["ymd"] >= either:
            orders[family] = ("ymd",)
        elif best < either:
            return {}, _contradiction(values, parsed)
        else:
            fit = [order for order in ("dmy", "mdy") if counts[order] == best]
            orders[family] = tuple(sorted(fit, key=lambda order: _unlikely(values, parsed[order], order)))
    return orders, None


def _unlikely(values: Values, parsed: str, order: str) -> tuple[int, bool]:
    """Real days lie close together: the wrong order scatters them over years."""
    (span,) = values.ask(f"coalesce(date_diff('day', min({parsed}), max({parsed})), 0)")
    return int(str(span)), order == "mdy"


def _contradiction(values: Values, parsed: Mapping[str, str]) -> str:
    first, second = (
        values.ask(f"min(value) filter (where {parsed[one]} is not null and {parsed[other]} is null)")[0]
        for one, other in (("dmy", "mdy"), ("mdy", "dmy"))
    )
    return (
        f"It mixes two orders of day and month: “{first}” fits only the day first, and “{second}” only the month "
        "first. No reading is safe, so the build rejects these values. Export the column again as yyyy-mm-dd."
    )


def _choices(orders: _Orders) -> list[dict[tuple[str, int], str]]:
    """The likely order of every family; then, where several fit, all other ones."""
    return [dict(zip(orders, chosen, strict=True)) for chosen in product(*orders.values())]


def _ordered(format_: str, family: tuple[str, int], order: str) -> str:
    separator, length = family
    letters = {"d": "%d", "m": "%m", "y": "%Y" if length == 4 else "%y"}
    return format_.format(separator.join(letters[letter] for letter in order))


def _parsed(values: Values, column: str, formats: Iterable[str]) -> str:
    """SQL that reads a column by formats of strptime; null where none fits."""
    listed = sorted(formats, key=lambda format_: (-len(format_), format_))
    text = values.plain(column)
    if values.shapes and any("午" in shape for shape in values.shapes):
        text = f"replace(replace({text}, '上午', 'AM'), '下午', 'PM')"
    wanted = ", ".join(literal(format_) for format_ in listed)
    return f"try_strptime({text}, {wanted if len(listed) == 1 else f'[{wanted}]'})"


def _reader(
    values: Values, written: Iterable[_Form], orders: dict[tuple[str, int], str], kind: Kind
) -> tuple[str, Reader]:
    formats = sorted(
        {_ordered(form.format, form.numbers, orders[form.numbers]) if form.numbers else form.format for form in written}
    )

    def read(column: str) -> str:
        parsed = _parsed(values, column, formats)
        text = f"cast(cast({parsed} as date) as varchar)" if kind == "day" else f"cast({parsed} as varchar)"
        return f"coalesce({text}, {column})"

    return " or ".join(_label(format_) for format_ in formats[:4]), read


def _label(format_: str) -> str:
    for code, letters in (
        *(("%M", "mm"), ("%d", "dd"), ("%m", "mm"), ("%Y", "yyyy"), ("%y", "yy"), ("%H", "hh"), ("%I", "hh")),
        *(("%S", "ss"), ("%f", "fff"), ("%p", "AM"), ("%b", "mmm"), ("%B", "mmmm")),
    ):
        format_ = format_.replace(code, letters)
    return format_


def _counted_time(values: Values) -> Style | None:
    """Seconds or milliseconds since 1970, and Excel's days, in a column whose name speaks of time."""
    if not values.shapes or not names_time(values.name):
        return None
    if any(not re.fullmatch(r"9+(\.9+)?", shape) for shape in values.shapes):
        return None
    plain = values.plain("value")
    low, high, parts = values.ask(
        f"min(try_cast({plain} as double)), max(try_cast({plain} as double)),"
        f" count(*) filter (where {plain} like '%.%')"
    )
    return counted(float(str(low)), float(str(high)), bool(parts), values.plain, str)


def counted(low: float, high: float, has_parts: bool, plain: Reader, text: Reader) -> Style | None:
    """The style of numbers that count from 1970, or from Excel's day 0, judged by their range.

    plain, text  SQL for a column's value as it is read as a number, and as text
    """
    for label, unit in (("Unix seconds", 1), ("Unix milliseconds", 1_000), ("Unix microseconds", 10**6)):
        if _SECONDS[0] * unit <= low and high < _SECONDS[1] * unit:
            return Style("moment", label, _unix(unit, plain, text))
    if _EXCEL_DAYS[0] <= low and high < _EXCEL_DAYS[1]:
        return Style("moment" if has_parts else "day", "Excel's count of days", _excel(has_parts, plain, text))
    return None


def _unix(unit: int, plain: Reader, text: Reader) -> Reader:
    def read(column: str) -> str:
        number = f"try_cast({plain(column)} as decimal(38, 6))"
        seconds = number if unit == 1 else f"{number} / {unit}"
        inside = f"{number} between {_SECONDS[0] * unit} and {_SECONDS[1] * unit}"
        return f"case when {inside} then cast(to_timestamp({seconds}) as varchar) else {text(column)} end"

    return read


def _excel(has_parts: bool, plain: Reader, text: Reader) -> Reader:
    def read(column: str) -> str:
        if has_parts:
            seconds = f"cast(round(try_cast({plain(column)} as double) * 86400) as bigint)"
            moment = f"timestamp '1899-12-30' + to_seconds({seconds})"
        else:
            moment = f"date '1899-12-30' + try_cast({plain(column)} as integer)"
        return f"coalesce(cast({moment} as varchar), {text(column)})"

    return read


# Numbers -----------------------------------------------------------------------------------------------------------


def _number(values: Values) -> Style | None:
    if not values.shapes:
        return None
    plain = {shape for shape in values.shapes if _PLAIN.fullmatch(shape) or _POWER.fullmatch(shape)}
    if plain == set(values.shapes):
        return _plain_number(values)
    forms = {shape: found for shape in values.shapes if (found := _NUMBER.fullmatch(shape)) and _is_closed(found)}
    forms |= {shape: found for shape in plain if shape not in forms and (found := _NUMBER.match(shape))}
    if sum(values.shapes[shape] for shape in forms) < NUMBERS_FIT * values.rows:
        return None
    currencies = {_currency(found) for found in forms.values()} - {None}
    if len(currencies) > 1:
        return _unsafe(f"It holds amounts in several currencies ({', '.join(sorted(map(str, currencies)))})")
    percents = {found["percent"] is not None for found in forms.values()}
    if len(percents) > 1:
        return _unsafe("Some values are in percent and others are not")
    bodies = {found["body"] for found in forms.values()}
    point = all(_POINT.fullmatch(body) for body in bodies)
    comma = all(_COMMA.fullmatch(body) for body in bodies)
    if not point and not comma:
        # Versions such as 1.2.3 fit neither mark.
        if not all(_POINT.fullmatch(body) or _COMMA.fullmatch(body) for body in bodies):
            return None
        return _unsafe("It mixes decimal points with decimal commas")
    readers = [_number_reader(values, forms, mark) for mark, fits in ((".", point), (",", comma)) if fits]
    likely, *others = readers
    if not any("," in body or "." in body for body in bodies):
        others = []
    (parts,) = values.ask(
        f"count(*) filter (where coalesce(try_cast({likely[1]('value')} as decimal(38, 10)) % 1, 0) <> 0)"
    )
    whole = not parts and not any("." in body for body in bodies) and True not in percents
    return Style("whole" if whole else "number", *likely, tuple(others))


def _unsafe(why: str) -> Style:
    return Style("text", notes=(f"{why}. No reading is safe, so they are left as they are. Export them in one form.",))


def _is_closed(found: re.Match[str]) -> bool:
    return (found["open"] is None) == (found["close"] is None)


def _currency(found: re.Match[str]) -> str | None:
    sign = found["before"] or found["after"]
    return next((name for name, signs in _CURRENCY.items() if sign in signs), None)


def _plain_number(values: Values) -> Style:
    """Numbers the contract can read as they are; full-width ones, and those that only look like numbers, apart."""
    shapes = values.shapes or {}
    plain = values.plain("value")
    if values.has_zeros:
        return Style("text")
    powers = any(_POWER.fullmatch(shape) for shape in shapes)
    lost = "^[0-9](\\.[0-9]+)?[eE]\\+?(1[1-9]|[2-9][0-9])$"
    shortened = values.count(f"regexp_matches({plain}, '{lost}')") if powers else 0
    notes: tuple[str, ...] = ()
    if shortened:
        (example,) = values.ask(f"min(value) filter (where regexp_matches({plain}, '[eE]\\+?[0-9]+$'))")
        notes = (
            f"{shortened:,} values were shortened by Excel, such as “{example}”: their last digits are lost, and "
            "different ids may look alike. Format the column as text, and export it again.",
        )
    if powers and not shortened and not values.count(f"coalesce(try_cast({plain} as double) % 1, 0.5) <> 0"):
        # 1e+05 is how R writes 100000, exactly.
        return Style("whole", "powers of ten written out", lambda column: _written_out(values.plain(column), column))
    kind: Kind = "number" if any(not re.fullmatch("[+-]?9+", shape) for shape in shapes) else "whole"
    read = values.plain if values.is_wide else None
    if kind == "number" and not values.count(f"not regexp_matches({plain}, '^[+-]?[0-9]+([.]0*)?$')"):
        # 17850.0 is how an id comes out of tools that keep numbers with gaps as fractions.
        return Style(
            "whole", "whole numbers without “.0”", lambda c: f"regexp_replace({values.plain(c)}, '[.]0*$', '')"
        )
    fractions = [shape for shape in shapes if "." in shape]
    otherwise: tuple[tuple[str, Reader], ...] = ()
    # 1.234 alone may be a thousand and more, where no number is longer and none begins with 0.
    may_be_thousands = fractions and all(re.fullmatch(r"[+-]?9{1,3}(\.999)?", shape) for shape in shapes)
    if may_be_thousands and not values.count(f"regexp_matches({plain}, '^[+-]?0\\.')"):
        forms = {shape: found for shape in shapes if (found := _NUMBER.fullmatch(shape))}
        otherwise = (_number_reader(values, forms, ","),)
    return Style(kind, "full-width characters" if read else "", read, otherwise, notes)


def _written_out(plain: str, column: str) -> str:
    number = f"try_cast(try_cast({plain} as double) as bigint)"
    return f"case when {plain} ilike '%e%' then coalesce(cast({number} as varchar), {column}) else {column} end"


def _number_reader(values: Values, forms: Mapping[str, re.Match[str]], mark: str) -> tuple[str, Reader]:
    """How to read numbers whose decimal mark is a point or a comma."""
    found = list(forms.values())
    bodies = "".join(each["body"] for each in found)
    signs = sorted({sign for each in found for sign in (each["before"], each["after"]) if sign}, key=len)[::-1]
    thousands = "," if mark == "." else "."
    labels = []
    if thousands in bodies or re.search(_GROUP, bodies):
        labels.append("thousands separated")
    if mark == "," and "," in bodies:
        labels.append("decimal comma")
    if signs:
        labels.append(f"with {' or '.join(signs)}")
    if any(each["open"] for each in found):
        labels.append("parentheses for minus")
    if any(each["tail"] for each in found):
        labels.append("minus behind")
    is_percent = any(each["percent"] for each in found)
    if is_percent:
        labels.append("percent")
    if values.is_wide:
        labels.append("full-width characters")
    dropped = "|".join([rf"[{thousands}\s'’%\x{{00A0}}\x{{202F}}]", *(re.escape(sign) for sign in signs)])

    def read(column: str) -> str:
        number = f"regexp_replace({values.plain(column)}, {literal(dropped)}, '', 'g')"
        if mark == ",":
            number = f"replace({number}, ',', '.')"
        if any(each["open"] for each in found):
            number = f"regexp_replace({number}, '^\\((.*)\\)$', '-\\1')"
        if any(each["tail"] for each in found):
            number = f"regexp_replace({number}, '^(.*)-$', '-\\1')"
        if is_percent:
            return f"coalesce(cast(try_cast({number} as decimal(28, 8)) / 100 as varchar), {column})"
        return f"coalesce(nullif(regexp_extract({number}, '^[+-]?[0-9]*[.]?[0-9]+$'), ''), {column})"

    return ", ".join(labels) or "plain", read
