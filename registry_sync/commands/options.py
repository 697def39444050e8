"""The options that plan and apply share."""

import rich_click as click

from connections.options import SETTINGS, with_options

OPTIONS = (
    *SETTINGS,
    click.option("--registry", "registry_url", metavar="URL", help="Root of the registry's Confluent-compatible API."),
    click.option("--bootstrap", metavar="HOST:PORT,...", help="The brokers."),
    click.option("--acls", is_flag=True, help="Manage access rules too: principals come from the contracts."),
    click.option(
        "--prune",
        is_flag=True,
        help="These are all contracts of the estate: what earlier applies made for any other is deleted (softly).",
    ),
)

shared = with_options(*OPTIONS)
