"""`resume` waits for writers anywhere on the database server, as docs/deployment.md says."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection

from outcomes.records import json_documents


@pytest.mark.django_db
def test_a_writer_in_another_database_of_the_server_holds_mirrors_up():
    there = connection.get_connection_params() | {"dbname": "postgres"}
    with closing(psycopg2.connect(**{key: value for key, value in there.items() if key != "cursor_factory"})) as other:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (writing,) = cursor.fetchone()
            with connection.cursor() as ours:
                ours.execute("SELECT pg_current_xact_id()::text::bigint")
                assert ours.fetchone()[0] > writing
            assert json_documents.settled() <= writing
        other.rollback()
