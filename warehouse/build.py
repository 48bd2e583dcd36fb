"""Build a warehouse: sources → contract tables → activity → cubes → published file.

Each step is one .sql file of queries/build; this module says in which order they run and into which table.
Scratch tables live in a database of their own, `staging`, which is thrown away. The file in use is never touched.
"""

import contextlib
import math
import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from config import metrics
from config.product import Funnel, Product
from config.text import in_language
from warehouse import compare, contract, publish, queries, settings, sources
from warehouse.errors import BuildFailed, NewFailed, NoWarehouse
from warehouse.fold import fold
from warehouse.new import convert
from warehouse.new.export import Conversion
from warehouse.quoting import identifier, literal

Progress = Callable[[str], None]

# The windows of weekly and monthly actives that end on any day.
ROLLING_DAYS = (7, 28)
# People exposed to a campaign who are followed in one go: 5 million at once took 0.6 GB more than in parts.
EXPOSED_AT_ONCE = 2_000_000
PUBLISHED_AS_READ = ("campaigns", "exposures", "feedback", "content", "costs", "figures", "groups")


def build(product: Product, out: Path, today: date | None = None, progress: Progress | None = None) -> Path:
    """Build the product's warehouse and publish it in `out`.

    today     day of the build in the product's zone; default: now
    progress  told the name of each step as it begins
    returns   the published file
    raises    BuildFailed, BuildRunning, ConfigError; what was published before stays in use
    """
    out = out.resolve()
    day = today or datetime.now(ZoneInfo(product.timezone)).date()
    started = datetime.now(UTC).replace(tzinfo=None)
    build_id = f"{started:%Y%m%d-%H%M%S-%f}-{secrets.token_hex(2)}"
    described = metrics.of(product)
    figures = _figures(described)
    with publish.building(out) as place:
        path = place / f"warehouse-{build_id}.duckdb"
        try:
            with duckdb.connect(str(path)) as connection:
                connection.execute("set timezone = $zone", {"zone": product.timezone})
                connection.execute("set temp_directory = $place", {"place": str(place / "spill")})
                connection.execute(f"attach {literal(str(place / 'staging.duckdb'))} as staging")
                assembly = Assembly(connection, product, day, progress or (lambda step: None))
                assembly.run(figures, described, _in_use(out))
                assembly.sign(build_id, started)
                connection.execute("detach staging")
            return publish.publish(path, out)
        except (duckdb.IOException, duckdb.OutOfMemoryException, OSError) as error:
            raise BuildFailed(
                f"The build stopped: {str(error).splitlines()[0].rstrip('.')}. "
                f"What was published before is still in use. See that {out} is writable and has room, then build again."
            ) from error


class Assembly:
    """The steps of one build, on a connection whose main database is the new file, with `staging` attached."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, product: Product, today: date, progress: Progress
    ) -> None:
        self.connection = connection
        self.product = product
        self.today = today
        self.progress = progress
        self.settings = settings.of_product(product, today)
        self.before = compare.Before()
        self.steps: list[tuple[str, int, float]] = []

    def run(
        self,
        figures: Sequence[str],
        described: Mapping[str, metrics.Metric] | None = None,
        previous: Path | None = None,
    ) -> None:
        """Every step in order.

        figures    the ids to count, in the order of metrics.yml
        described  what metrics.yml says of them, to be kept with them
        previous   the warehouse in use until now, to tell what is different
        """
        folder = self.product.data_folder
        # DuckDB reads a relative path from the working folder first, whatever file_search_path says.
        with contextlib.chdir(folder if folder.is_dir() else self.product.folder):
            self._read_sources()
        self.settings["data_until"] = self._data_until()
        self._make_people()
        self._make_segments()
        for table in ("calendar", "periods", "activity", "user_state"):
            self._make(table)
        # Tables, not CTEs: DuckDB 2.0 was seen to wait for ever on millions of rows behind a CTE that is read thrice.
        self._make("states", "staging")
        for position, days in enumerate(ROLLING_DAYS):
            self.settings["window_days"] = days
            self._make("rolling_actives", add=position > 0)
        for cube in ("lifecycle", "active_days", "dormancy", "newcomers", "money"):
            self._make(cube)
        self._make_retention()
        self._make_funnels()
        self._make_channels()
        self._make_aarrr()
        self._make_metrics(figures)
        self._make_figures()
        self._make_campaigns()
        self._find_unseen_events()
        self._make("checks")
        self._find_changes(described or {}, previous)

    def sign(self, build_id: str, started: datetime) -> None:
        """Write down what was built, and how long each step took."""
        self.connection.execute(
            "create table build as select $build_id::varchar as build_id, $built_at::timestamp as built_at,"
            " $product::varchar as product, $timezone::varchar as timezone, $week_start::integer as week_start,"
            " $currency::varchar as currency, $today::date as today, $data_until::date as data_until,"
            " $previous_build_id::varchar as previous_build_id, $previous_data_until::date as previous_data_until",
            {
                "build_id": build_id,
                "built_at": started,
                "product": in_language(self.product.product, "en"),
                "timezone": self.product.timezone,
                "currency": self.product.currency,
                **{name: self.settings[name] for name in ("week_start", "today", "data_until")},
                "previous_build_id": self.before.build_id,
                "previous_data_until": self.before.data_until,
            },
        )
        self._create("build_steps", "position integer, step varchar, rows bigint, seconds double")
        self._insert("build_steps", [(place, *step) for place, step in enumerate(self.steps, start=1)])

    # Steps that are more than one .sql file -----------------------------------------------------------------------

    def _read_sources(self) -> None:
        _convert(self.product)
        attach(self.connection, self.product)
        _refuse_unknown_sources(self.product)
        self._create("staging.findings", "check_id varchar, subject varchar, figure bigint, detail varchar")
        self._create(
            "tables",
            "position integer, source varchar, is_present boolean, read bigint, accepted bigint, rejected bigint,"
            " first_day date, last_day date",
        )
        self._create("rejected", "source varchar, line bigint, reason varchar, content varchar")
        for position, (name, table) in enumerate(contract.tables().items(), start=1):
            with self._timed(f"sources/{name}") as count:
                read = sources.stage(self.connection, self.product, table, self.today)
                count(read.read)
            counts = (read.is_present, read.read, read.accepted, read.rejected)
            self._insert("tables", [(position, name, *counts, read.first_day, read.last_day)])
            self.connection.execute(
                f"insert into rejected select '{name}', rowid + 1, _reason, _content"
                f" from staging.{name}_read where _reason is not null order by rowid"
            )
            if name in PUBLISHED_AS_READ:
                self.connection.execute(f"create table {name} as from staging.{name}")
            self._find(
                ("column_not_used", f"{name}.{column}", 1, _nearest(column, [known.name for known in table.columns]))
                for column in read.unused
            )
            if read.unread:
                self._find([("values_not_readable", name, read.unread, None)])

    def _data_until(self) -> date:
        """What product.yml says, or else what the rows of events or payments say, or else of users."""
        stated = self.product.data_until
        if stated == "yesterday":
            return self.today
        if stated is not None:
            if stated > self.today:
                raise BuildFailed(
                    f"product.yml: data_until: {stated} is after today, {self.today}: no data can cover it. "
                    "Write yesterday, or a day that has been."
                )
            return stated
        judged: date = self._value(queries.text("build/data_until"), {"today": self.today})
        return judged

    def _make_people(self) -> None:
        """Everybody met anywhere, what they did and paid, and their standing."""
        values = ", ".join(
            f"coalesce({identifier(name)}, {literal(settings.UNKNOWN)})" for name in self.product.dimensions
        )
        self.connection.execute(
            "create view staging.listed as select user_id, signed_up_at, invited_by, incentive,"
            f" cast([{values}] as varchar[]) as dimension_values from staging.users"
        )
        self._make("people", "staging")
        self._make("events")
        self._make("payments")
        self._make("first_days", "staging")
        self._make("standings", "staging")

    def _make_segments(self) -> None:
        """Give everybody a segment; this is where rare values are folded into "other"."""
        names = tuple(self.product.all_dimensions)
        self._make("named_groups")
        rows = self.connection.execute(queries.text("build/combinations")).fetchall()
        users = {tuple(values): count for values, count in rows}
        folding, folded = fold(users, names, self.product.max_segments, whole=self.product.groups)
        self._create("staging.folded", "dimension_values varchar[], folded_values varchar[]")
        self._insert("staging.folded", [(list(source), list(target)) for source, target in folding.items()])
        self._create("folded_values", "dimension varchar, value varchar, users bigint")
        self._insert("folded_values", [(*place, count) for place, count in folded.items()])
        self._make("numbered_segments", "staging")
        columns = "".join(
            f"dimension_values[{place}] as {identifier(name)}, " for place, name in enumerate(names, start=1)
        )
        self.connection.execute(
            f"create table segments as select segment_id, {columns}standing, users"
            " from staging.numbered_segments order by segment_id"
        )
        self._make("segment_values")
        self._make("user_segment")

    def _make_retention(self) -> None:
        """The same steps for each definition of product.yml."""
        self._create("definitions", "definition varchar, position integer")
        self._create("bracket_spans", "definition varchar, position integer, first_age integer, last_age integer")
        for position, (name, definition) in enumerate(self.product.retention.items(), start=1):
            self._insert("definitions", [(name, position)])
            self._insert(
                "bracket_spans", [(name, place, *span) for place, span in enumerate(definition.brackets, start=1)]
            )
            self.settings |= settings.of_retention(name, definition)
            for scratch in ("starts", "returns", "return_ages"):
                self.connection.execute(f"drop table if exists staging.{scratch}")
                self._make(scratch, "staging")
            for cube in ("cohorts", "retention", "brackets"):
                self._make(cube, add=position > 1)

    def _make_channels(self) -> None:
        """Whom each channel brought, with its name as the source writes it: read where folding would hide channels."""
        for step in ("channel_closing", "channel_newcomers", "channel_segments"):
            self._make(step)

    def _make_funnels(self) -> None:
        """The same steps for each funnel of product.yml, and within it for each of its steps."""
        self._create(
            "funnels", "funnel varchar, position integer, window_seconds bigint, step_order varchar, entry varchar"
        )
        self._create("funnel_steps", "funnel varchar, step integer, label varchar")
        counts = "funnel varchar, day date, segment_id integer, step integer"
        self._create("funnel", f"{counts}, entrants bigint, reached bigint, pending bigint")
        self._create("funnel_time", f"{counts}, bucket integer, users bigint, sum_seconds double")
        for position, (name, funnel) in enumerate(self.product.funnels.items(), start=1):
            chosen = settings.of_funnel(name, funnel)
            self.settings |= chosen
            self._insert("funnels", [(name, position, chosen["window_seconds"], chosen["step_order"], chosen["entry"])])
            self._insert(
                "funnel_steps",
                [(name, place, " / ".join(step.event)) for place, step in enumerate(funnel.steps, start=1)],
            )
            self._follow(funnel)
            for cube in ("funnel", "funnel_time"):
                self._make(cube, add=True)

    def _make_aarrr(self) -> None:
        """Who reached which stage of AARRR, and what stands beside that: activity, invitations, payers, adoption."""
        self._make("aarrr_stages")
        stages = self.connection.execute("select stage from aarrr_stages order by position").fetchall()
        self.connection.execute(f"create type stage_id as enum ({', '.join(literal(stage) for (stage,) in stages)})")
        for scratch in ("aarrr_people", "aarrr_brought", "aarrr_reached"):
            self._make(scratch, "staging")
        for cube in ("aarrr", "aarrr_time", "active_ages", "referrals", "newcomer_groups", "paying_days"):
            self._make(cube)
        deeds = settings.deeds(self.product)
        self._create("staging.adoption_events", "deed integer, event varchar")
        self._insert("staging.adoption_events", [(deed, event) for events, deed in deeds.items() for event in events])
        self._create("adoption_steps", "funnel varchar, step integer, deed integer")
        self._insert(
            "adoption_steps",
            [
                (name, place, deeds[frozenset(step.event)])
                for name, funnel in self.product.funnels.items()
                for place, step in enumerate(funnel.steps, start=1)
            ],
        )
        self._make("adoption")

    def _follow(self, funnel: Funnel) -> None:
        """Who starts the funnel, and which steps they reach when, into staging.funnel_reached."""
        for scratch in ("events", "types", "entries", "moments", "candidates", "reached"):
            self.connection.execute(f"drop table if exists staging.funnel_{scratch}")
        self._create("staging.funnel_events", "event varchar, type integer")
        self._create("staging.funnel_types", "type integer, step integer, equal_before integer")
        equal = settings.equal_before(funnel)
        for number, (places, events) in enumerate(settings.types_of_events(funnel).items(), start=1):
            self._insert("staging.funnel_events", [(event, number) for event in events])
            self._insert("staging.funnel_types", [(number, place, equal.get(place)) for place in places])
        self._make("funnel_entries", "staging")
        self._make("funnel_moments", "staging")
        is_any = funnel.order == "any"
        if is_any:
            self._make("funnel_candidates", "staging")
        self.connection.execute(
            "create table staging.funnel_reached as select 0 as step, entry, user_key, until_at,"
            " entered_at as reached_at, cast([] as integer[]) as used, cast(null as integer[]) as steps"
            " from staging.funnel_entries"
        )
        name = "funnel_gathered" if is_any else "funnel_reached"
        for place in range(1, len(funnel.steps) + 1):
            self.settings["step"] = place
            with self._timed(name) as count:
                count(self._run("insert into staging.funnel_reached\n", name))

    def _make_metrics(self, figures: Sequence[str]) -> None:
        self.settings["metrics"] = list(figures)
        listed = ", ".join(literal(figure) for figure in figures)
        self.connection.execute(f"create type metric_id as enum ({listed})")
        self._create(
            "staging.metric_counts",
            "metric varchar, grain varchar, period date, segment_id integer, numerator decimal(38, 4),"
            " denominator bigint, pending bigint",
        )
        for figure in figures:
            with self._timed(f"metrics/{figure}") as count:
                into = f"insert into staging.metric_counts select {literal(figure)}, * from (\n"
                count(self._run(into, f"metrics/{figure}", "\n)"))
        self._make("metric_counts")
        self._make("metrics")

    def _make_figures(self) -> None:
        """Numbers made elsewhere; what product.yml and the table name differently is most often a slip of the pen."""
        for step, database in (("figure_rules", "main"), ("figure_series", "staging"), ("figure_counts", "main")):
            self._make(step, database)
        rows = self.connection.execute(
            "select distinct figure, dimension from staging.figure_series order by figure, dimension"
        ).fetchall()
        met = list(dict.fromkeys(figure for figure, _ in rows))
        self._find(
            ("figure_without_rows", figure, 1, _nearest(figure, met))
            for figure in self.product.figures
            if figure not in met
        )
        known = [*self.product.all_dimensions, "standing"]
        self._find(
            ("figure_dimension_unknown", f"{figure}: {dimension}", 1, _nearest(dimension, known))
            for figure, dimension in rows
            if dimension is not None and dimension not in known
        )

    def _make_campaigns(self) -> None:
        """Who was exposed to what, what they did since, and the sums by which campaigns are judged."""
        for scratch in ("campaign_plans", "campaign_shown", "campaign_exposed"):
            self._make(scratch, "staging")
        self._follow_the_exposed()
        for scratch in ("campaign_caps", "campaign_met", "campaign_joined"):
            self._make(scratch, "staging")
        for cube in ("campaign_outcomes", "campaign_days", "campaign_arrivals", "campaign_overlaps"):
            self._make(cube)
        for cube in ("campaign_newcomers", "campaign_goals", "campaign_goal_days", "campaign_facts"):
            self._make(cube)

    def _follow_the_exposed(self) -> None:
        """What each of them did, in so many parts of the people that each fits into memory."""
        exposed = self._value("select count(*) from staging.campaign_exposed")
        parts = max(math.ceil(exposed / EXPOSED_AT_ONCE), 1)
        with self._timed("campaign_people") as count:
            for part in range(parts):
                self.settings |= {"parts": parts, "part": part}
                before = "insert into staging.campaign_people" if part else "create table staging.campaign_people as"
                count(self._run(f"{before}\n", "campaign_people"))

    def _find_changes(self, described: Mapping[str, metrics.Metric], previous: Path | None) -> None:
        """Note the definitions in force, and what is different from the warehouse in use until now."""
        self._create("settings", "position integer, place varchar, value varchar")
        in_force = settings.in_force(self.product, described)
        self._insert("settings", [(number, *setting) for number, setting in enumerate(in_force, start=1)])
        self._create("statements", "name varchar, digest varchar")
        self._insert("statements", compare.statements(self.product))
        for step in compare.COUNTED:
            self._make(step, "staging")
        self.before = compare.set_beside(self.connection, previous, in_language(self.product.product, "en"))
        self.settings |= {"previous_until": self.before.data_until, "previous_timezone": self.before.timezone}
        self._make("changes")

    def _find_unseen_events(self) -> None:
        """Events that product.yml names and nobody ever did: most often a slip of the pen."""
        seen = [event for (event,) in self.connection.execute("select distinct event from events").fetchall()]
        self._find(
            ("event_never_seen", f"{place}: {event}", 1, _nearest(event, seen))
            for place, events in settings.named_events(self.product)
            for event in events
            if event not in seen
        )

    # How a step runs -----------------------------------------------------------------------------------------------

    def _make(self, name: str, database: str = "main", add: bool = False) -> None:
        """Run queries/build/<name>.sql into the table of that name, new or (`add`) there already."""
        target = name if database == "main" else f"{database}.{name}"
        with self._timed(name) as count:
            count(self._run(f"insert into {target}\n" if add else f"create table {target} as\n", name))

    def _run(self, before: str, name: str, after: str = "") -> int:
        sql = f"{before}{queries.text(f'build/{name}')}{after}"
        wanted = {field.name: self.settings[field.name] for field in queries.header(f"build/{name}").params}
        return int(self._value(sql, wanted))

    @contextmanager
    def _timed(self, step: str) -> Iterator[Callable[[int], None]]:
        """Announce a step, time it, and note the rows it tells."""
        self.progress(step)
        rows: list[int] = []
        began = time.perf_counter()
        yield rows.append
        self.steps.append((step, sum(rows), time.perf_counter() - began))

    def _value(self, sql: str, parameters: dict[str, object] | None = None) -> Any:
        ((value,),) = self.connection.execute(sql, parameters or {}).fetchall()
        return value

    def _create(self, table: str, columns: str) -> None:
        self.connection.execute(f"create table {table} ({columns})")

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            listed = ", ".join(["unnest(?)"] * len(columns))
            self.connection.execute(f"insert into {table} select {listed}", columns)

    def _find(self, findings: Iterable[tuple[str, str, int, str | None]]) -> None:
        self._insert("staging.findings", findings)


def _in_use(out: Path) -> Path | None:
    try:
        return publish.current(out)
    except NoWarehouse:
        return None


def _figures(listed: Mapping[str, metrics.Metric]) -> tuple[str, ...]:
    """The ids of metrics.yml, each of which must have its .sql; then those that only have a .sql."""
    defined = [name.split("/")[-1] for name in queries.all_names() if name.startswith("build/metrics/")]
    for figure in listed:
        if figure not in defined:
            raise BuildFailed(
                f"metrics.yml: {figure}: no figure is counted under this name.{queries.nearest(figure, defined)} "
                f"Add queries/build/metrics/{figure}.sql, or take the entry out."
            )
    return (*listed, *(figure for figure in defined if figure not in listed))


def _convert(product: Product) -> None:
    """Make the Parquet again that stands for a file DuckDB cannot read, where that file is newer."""
    for each in product.convert:
        conversion = Conversion(**each.model_dump())
        if convert.stale(conversion, product.data_folder):
            try:
                convert.refresh(conversion, product.data_folder)
            except NewFailed as error:
                raise BuildFailed(f"product.yml: convert: {error} What was published is still in use.") from error


def attach(connection: duckdb.DuckDBPyConnection, product: Product) -> None:
    """Make the product's data reachable: its folder for relative paths, its databases under their names."""
    folder = product.data_folder
    for name, target in product.attach.items():
        try:
            connection.execute(f"attach {literal(target)} as {identifier(name)} (read_only)")
        except duckdb.Error as error:
            said, shown = str(error).splitlines()[0], target
            # A connection string may hold a password, and a scheduled build writes its words to a file.
            if re.search(r"[=@]|://", target):
                said, shown = said.replace(target, "…"), "the connection string"
            raise BuildFailed(
                f"product.yml: attach.{name}: {shown} cannot be opened ({said}). "
                f"Give a DuckDB file, seen from {folder}, or a connection string."
            ) from error


def _refuse_unknown_sources(product: Product) -> None:
    for path in sorted((product.folder / "sources").glob("*.sql")):
        if path.stem not in contract.NAMES:
            raise BuildFailed(
                f"sources/{path.name}: the contract has no table {path.stem!r}."
                f"{queries.nearest(path.stem, contract.NAMES)} It has {', '.join(contract.NAMES)}."
            )


def _nearest(name: str, known: Sequence[str]) -> str | None:
    return next(iter(get_close_matches(name, known, n=1)), None)
