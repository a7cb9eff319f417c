# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.orgops.aws.plugins.plugin_utils._report.changes_since import changes_since
from ansible_collections.orgops.aws.tests.report_examples import (
    CONFIG,
    MACIE,
    NETWORK,
    SECURITY,
    SSO,
    organization,
    report,
)

OLD, NEW = "2026-01-01T08:00:00Z", "2026-01-31T08:00:00Z"
FAILED = {"failed": True, "msg": "denied"}


def test_every_kind_of_change() -> None:
    older = report(OLD, a=organization(SSO, CONFIG, accounts={SECURITY: [SSO, CONFIG]}), gone=organization(SSO))
    now = report(
        NEW,
        a=organization(
            SSO, MACIE, accounts={SECURITY: [SSO], NETWORK: [MACIE]}, service_principals=["new.amazonaws.com"]
        ),
        came=organization(SSO),
    )
    found = changes_since(older, now["organizations"])
    assert [(one["organization"], one["kind"], one["text"]) for one in found["entries"]] == [
        ("came", "came", "came is new in the report"),
        ("gone", "went", "gone is no longer in the report"),
        ("a", "enabled", f"{MACIE} enabled"),
        ("a", "disabled", f"{CONFIG} disabled"),
        ("a", "registered", f"{NETWORK} registered for {MACIE}"),
        ("a", "deregistered", f"{SECURITY} deregistered for {CONFIG}"),
    ]
    assert found["headline"] == (
        "Since 2026-01-01 08:00:00 UTC: 1 organization came, 1 organization went, 1 service enabled, "
        "1 service disabled, 1 delegated administrator registered, 1 delegated administrator deregistered."
    )
    assert found["not_compared"] == []


def test_changed_variables_are_no_change() -> None:
    older = report(OLD, a=organization(SSO, accounts={SECURITY: [SSO]}))
    now = report(
        NEW,
        a=organization(
            SSO, accounts={SECURITY: [SSO]}, service_principals=[CONFIG], delegated_administrators={NETWORK: [CONFIG]}
        ),
    )
    assert changes_since(older, now["organizations"])["headline"] == "No change since 2026-01-01 08:00:00 UTC."


def test_an_organization_that_was_not_read_lost_nothing() -> None:
    older = report(OLD, a=organization(SSO), b=FAILED)
    found = changes_since(older, report(NEW, a=FAILED, b=organization(SSO))["organizations"])
    assert found["entries"] == []
    assert found["not_compared"] == [
        {"organization": "a", "text": "It could not be read."},
        {"organization": "b", "text": "It could not be read then."},
    ]
    assert found["headline"].endswith("2 organizations could not be compared completely.")


def test_administrators_that_were_not_read_were_not_deregistered() -> None:
    unread = {**organization(SSO), "delegated_administrators": None}
    older = report(OLD, a=organization(SSO, accounts={SECURITY: [SSO]}), b=unread)
    found = changes_since(
        older, report(NEW, a=unread, b=organization(SSO, accounts={SECURITY: [SSO]}))["organizations"]
    )
    assert found["entries"] == []
    assert [one["text"] for one in found["not_compared"]] == [
        "Its delegated administrators were not read.",
        "Its delegated administrators were not read then.",
    ]
