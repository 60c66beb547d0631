"""The commands and their options; each one's work is in a module of its own, imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.common import Home, Json, Today, call_of

app = typer.Typer(
    help="Cartera: receivables analytics for CFOs. Every number ties to the ledger, for any past day.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
sources = typer.Typer(help="What can be read, and what a file would become.", rich_markup_mode=None)
alerts = typer.Typer(help="What would be mailed, and mailing it.", rich_markup_mode=None)
app.add_typer(sources, name="sources")
app.add_typer(alerts, name="alerts")


class Size(StrEnum):
    """Sizes of the sample group: about 20,000, 200,000 and 1,000,000 invoices."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Format(StrEnum):
    """Forms of a query's answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Profile to read with, not a guess.")]
Company = Annotated[
    str | None, typer.Option("--company", metavar="CODE", help="Company, for files that don't say which.")
]
Host = Annotated[str, typer.Option("--host", help="Address to listen on; any but loopback needs sign-in (OIDC).")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port of the dashboards.")]


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"cartera {version('cartera')}")
        raise typer.Exit


def _help_when_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    as_json: Json = False,
    home: Home = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    _help_when_alone(context)


@sources.callback(invoke_without_command=True)
def _sources(context: typer.Context) -> None:
    _help_when_alone(context)


@alerts.callback(invoke_without_command=True)
def _alerts(context: typer.Context) -> None:
    _help_when_alone(context)


@app.command()
def init(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """Create the home, with commented templates.

    What is there already stays as it is.
    """
    from orchestration.cli import init as work

    work.init(call_of(context))


@app.command()
def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the dashboards afterwards.")] = True,
    size: Annotated[Size, typer.Option("--size", help="How many invoices: about 20,000, 200,000 or 1,000,000.")] = (
        Size.SMALL
    ),
    host: Host = "127.0.0.1",
    port: Port = 8501,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Build the sample group, then serve it.

    It is simulated, written as native-looking exports, and read the ordinary way, end to end.
    """
    from orchestration.cli import demo as work

    work.demo(call_of(context), size=size.value, serve=serve, host=host, port=port)


@app.command()
def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Files, and folders of files.")],
    source: Source = None,
    company: Company = None,
    today: Today = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Load files and folders now.

    The source is recognised from the file when it is not named. The same file twice changes nothing.
    """
    from orchestration.cli import load as work

    work.ingest(call_of(context), paths, source=source, company=company, today=today)


@app.command()
def refresh(context: typer.Context, today: Today = None, as_json: Json = False, home: Home = None) -> None:
    """Load what has landed, build, check, publish, alert.

    With nothing new it changes nothing. A failed check publishes nothing; the last good publication stays.
    """
    from orchestration.cli import load as work

    work.refresh(call_of(context), today=today, rebuild=False)


@app.command()
def rebuild(context: typer.Context, today: Today = None, as_json: Json = False, home: Home = None) -> None:
    """Refresh from the lake, from nothing."""
    from orchestration.cli import load as work

    work.refresh(call_of(context), today=today, rebuild=True)


@app.command()
def serve(
    context: typer.Context, host: Host = "127.0.0.1", port: Port = 8501, as_json: Json = False, home: Home = None
) -> None:
    """Serve the dashboards and Dagster until stopped."""
    from orchestration.cli import serve as work

    call = call_of(context)
    raise typer.Exit(work.serve(call.settings(), call.console, host=host, port=port))


@app.command()
def sql(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="SQL of DuckDB; - reads it from standard input.")],
    form: Annotated[Format | None, typer.Option("--format", help="Form of the answer; table when not said.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")] = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Query the published file, read-only.

    Decimals keep every digit; in JSON they are text.
    """
    from orchestration.cli import sql as work

    work.sql(call_of(context), query, form=form.value if form else None, output=output)


@sources.command("list")
def sources_list(context: typer.Context, as_json: Json = False, home: Home = None) -> None:
    """The profiles: what kinds of files can be read."""
    from orchestration.cli import sources as work

    work.list_profiles(call_of(context))


@sources.command("show")
def sources_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a profile.")],
    as_json: Json = False,
    home: Home = None,
) -> None:
    """One profile: where its columns go and how they are read."""
    from orchestration.cli import sources as work

    work.show_profile(call_of(context), name)


@sources.command("try")
def sources_try(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file to try.")],
    source: Source = None,
    company: Company = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Read a file without loading it.

    Shows what it would become and what would be rejected; writes nothing.
    """
    from orchestration.cli import sources as work

    work.try_path(call_of(context), path, source=source, company=company)


@alerts.command("preview")
def alerts_preview(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FOLDER", help="Folder for the mails.")] = (
        None
    ),
    standing: Annotated[bool, typer.Option("--standing", help="All that stands, also what was told already.")] = False,
    today: Today = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Write the mails that would go out as files.

    Sends nothing and changes nothing.
    """
    from orchestration.cli import alerts as work

    work.preview(call_of(context), output=output, today=today, standing=standing)


@alerts.command("send")
def alerts_send(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write the mails as files and send none.")] = False,
    today: Today = None,
    as_json: Json = False,
    home: Home = None,
) -> None:
    """Send what waits; nothing goes out twice."""
    from orchestration.cli import alerts as work

    raise typer.Exit(work.send(call_of(context), dry_run=dry_run, today=today))


@app.command()
def doctor(context: typer.Context, today: Today = None, as_json: Json = False, home: Home = None) -> None:
    """Health, for people and monitors.

    Exit code: 0 healthy, 1 not, 4 a service is out of reach.
    """
    from orchestration.cli import health as work

    raise typer.Exit(work.doctor(call_of(context), today=today))
