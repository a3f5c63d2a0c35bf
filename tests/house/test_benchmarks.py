"""What the benchmarks measure the product against answers the same question."""

import sqlite3
from contextlib import closing

from django.db import connection

from benchmarks import servers
from benchmarks.peers import statements
from tests import factories


def test_the_copy_for_datasette_lists_what_the_database_lists(force, tmp_path):
    for place in range(52):
        shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
        factories.ArrestFactory.create_batch(place % 3, shift=shift)
    factories.StopSearchFactory(shift=shift, void_reason="Entered twice")
    servers.copy_newest(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy, connection.cursor() as cursor:
        copied = copy.execute(statements.NEWEST_OF_COPY)
        cursor.execute(statements.NEWEST)
        assert [column[0] for column in copied.description] == [column.name for column in cursor.description]
        listed = [tuple(map(servers._plain, row)) for row in cursor.fetchall()]
        assert copied.fetchall() == listed
    assert len(listed) == 50
    assert sum(row[[column.name for column in cursor.description].index("arrests")] for row in listed) > 0


def test_peers_that_are_not_installed_are_left_out_with_a_reason(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "PEERS", tmp_path)
    assert "they are not installed" in servers.missing_peers()
    (tmp_path / "datasette").touch()
    assert servers.missing_peers() == ""
