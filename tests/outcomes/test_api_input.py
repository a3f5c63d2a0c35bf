"""What a request may hold, in its body and its address, and how each refusal names what is wrong (P, T, V rows)."""

import json
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from hotspot.core.permissions import Scope
from patrols.models import PatrolShift
from tests.api import errors, night_in_hitchin, person_caller, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS)


@pytest.fixture
def logged(force, rota):
    """A shift that the rota logged."""
    answer = rota.post("shifts", night_in_hitchin(force))
    assert answer.status_code == 201, answer.content
    return answer


# --- bodies -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"a=1",
        b'{"note": "a", "note": "b"}',
        b'{"area": NaN}',
        b'{"area": Infinity}',
        b'{"area": -Infinity}',
        b'{"area": ' + b"9" * 5000 + b"}",
        b'{"note": "\xff"}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 100_00,
        b"[" * 200_000,
    ],
)
def test_what_is_no_json_object_of_ours_is_400(rota, body):
    answer = rota.send("POST", "shifts", body, **{"Idempotency-Key": str(uuid4())})
    assert problem(answer) == (400, "invalid" if not body else "malformed")
    assert not PatrolShift.objects.exists()


def test_a_body_of_256_kb_is_read_and_no_byte_more(force, rota):
    body = json.dumps(night_in_hitchin(force)).encode()
    most = 256 * 1024
    key = {"Idempotency-Key": str(uuid4())}
    assert problem(rota.send("POST", "shifts", body + b" " * (most - len(body) + 1), **key)) == (413, "too_large")
    assert rota.send("POST", "shifts", body + b" " * (most - len(body)), **key).status_code == 201
    huge = b'{"note": "' + b"x" * 10_000_000 + b'"}'
    assert problem(rota.send("POST", "shifts", huge, **{"Idempotency-Key": str(uuid4())})) == (413, "too_large")


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("text/plain", ""),
        ("application/x-www-form-urlencoded", ""),
        ("multipart/form-data; boundary=x", ""),
        ("", ""),
        ("nonsense", ""),
        ("application/json; charset=utf-16", ""),
        ("application/json; charset=latin-1", ""),
        ("application/json", "gzip"),
        ("application/json", "br"),
    ],
)
@pytest.mark.parametrize("who", ["rota", "sam"])
def test_what_is_not_plain_json_is_415(force, rota, who, content_type, encoding):
    caller = rota if who == "rota" else person_caller(force.sam)
    headers = {"Idempotency-Key": str(uuid4())} | ({"Content-Encoding": encoding} if encoding else {})
    body = json.dumps(night_in_hitchin(force)).encode()
    assert problem(caller.send("POST", "shifts", body, content_type, **headers)) == (415, "unsupported")


def test_a_charset_that_is_utf_8_is_read(force, rota):
    body = json.dumps(night_in_hitchin(force, note="Tŷ Hafan 🙂"), ensure_ascii=False).encode()
    answer = rota.send("POST", "shifts", body, "application/json; charset=UTF-8", **{"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["note"]) == (201, "Tŷ Hafan 🙂")


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "nonsense", ";;;"])
def test_we_answer_in_json_or_not_at_all(rota, accept):
    assert problem(rota.get("shifts", None, Accept=accept)) == (406, "not_acceptable")


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json", "text/html, application/json;q=0.1"])
def test_who_takes_json_gets_it(rota, accept):
    assert rota.get("shifts", None, Accept=accept).status_code == 200


def test_unknown_fields_are_named_wherever_they_are(force, rota):
    body = night_in_hitchin(
        force,
        id=1,
        created_by=1,
        version=7,
        arests=[{}],
        crew=[{"role": "police_officer", "rank": "sergeant"}],
        arrests=[{}, {"offense": "x"}],
    )
    answer = rota.post("shifts", body)
    assert problem(answer) == (400, "invalid")
    assert {code for _, code in errors(answer)} == {"unknown_field"}
    assert {field for field, _ in errors(answer)} >= {"id", "created_by", "version", "arests"}
    for inner in ({"crew": body["crew"]}, {"arrests": body["arrests"]}):
        (found,) = errors(rota.post("shifts", night_in_hitchin(force, **inner)))
        assert found in {("crew[0].rank", "unknown_field"), ("arrests[1].offense", "unknown_field")}
    assert not PatrolShift.objects.exists()


@pytest.mark.parametrize(
    "number", [0, -1, 1.0, 1.5, 1e3, "1", "1_000", "١٢", "１２", True, None, 2**63, 10**400, [], {}, "", "NaN"]
)
def test_a_whole_number_is_a_whole_number(force, rota, number):
    answer = rota.post("shifts", night_in_hitchin(force, area=number))
    assert problem(answer) == (400, "invalid")
    assert {field for field, _ in errors(answer)} == {"area"}


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", 5, True, None, ["a"], {"a": 1}, "x" * 2001])
def test_what_is_no_text_is_refused_by_name(force, rota, text):
    answer = rota.post("shifts", night_in_hitchin(force, note=text))
    assert problem(answer) == (400, "invalid")
    assert [field for field, _ in errors(answer)] == ["note"]


def test_other_control_characters_are_left_out(force, rota):
    answer = rota.post("shifts", night_in_hitchin(force, note="a\x07b\x1b[31m\x85c\r\nd\te"))
    assert answer.status_code == 201
    assert answer.json()["note"] == "ab[31mc\nd e"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2024-10-27T01:30", "offset_required"),
        ("2024-10-27T01:30:00", "offset_required"),
        ("2025-03-30T01:30", "offset_required"),
        ("2024-10-10", "not_instant"),
        ("2024-10-10 22:00Z", "not_instant"),
        ("٢٠٢٤-10-10T22:00Z", "not_instant"),
        ("2024-10-10T22:00+01", "not_instant"),
        ("2024-10-10T24:00Z", "not_instant"),
        ("2024-02-30T22:00Z", "not_instant"),
        ("2024-10-10T22:00+24:00", "not_instant"),
        ("10 October 2024", "not_instant"),
        (1728597600, "not_instant"),
        (None, "null"),
        ("2024-10-10T22:00:30Z", "whole_minutes"),
        ("2024-10-10T22:00:00.5Z", "whole_minutes"),
        ("2024-10-10T22:00:00.0000001+01:00", "whole_minutes"),
        ("2024-10-10T22:00:00,000000000001Z", "whole_minutes"),
        ("2024-10-10T22:00:30.0000000Z", "whole_minutes"),
        ("2024-10-10T22:00:00.0000000", "offset_required"),
        ("2024-10-10T22:00:00.Z", "not_instant"),
        ("2024-10-10T22:00.0Z", "not_instant"),
        ("2024-10-10T22:00:60Z", "not_instant"),
        ("0001-01-01T00:00Z", "year_out_of_range"),
        ("0001-01-01T00:00+14:00", "not_instant"),
        ("9999-12-31T23:59Z", "year_out_of_range"),
        ("9999-12-31T23:59-05:00", "not_instant"),
    ],
)
def test_a_time_has_its_offset_and_makes_sense(force, rota, time, code):
    answer = rota.post("shifts", night_in_hitchin(force, starts_at=time))
    assert problem(answer) == (400, "invalid")
    assert ("starts_at", code) in errors(answer)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2024-10-26T22:00:00+01:00", "2024-10-27T06:00:00+00:00", 9),
        ("2025-03-29T22:00:00Z", "2025-03-30T06:00:00+01:00", 7),
        ("2024-10-26T21:00z", "2024-10-27T06:00:00.000Z", 9),
        ("2024-10-27T03:00:00+05:30", "2024-10-27T06:00:00Z", 8.5),
        # As .NET, Go and ISO 8601 write them.
        ("2024-10-26T22:00:00.0000000+01:00", "2024-10-27T06:00:00.0000000Z", 9),
        ("2024-10-26T21:00:00.000000000Z", "2024-10-27T06:00:00,0Z", 9),
    ],
)
def test_hours_are_those_that_passed(force, rota, now, start, end, hours):
    now.move_to(f"{end[:10]}T12:00Z")
    answer = rota.post("shifts", night_in_hitchin(force, starts_at=start, ends_at=end))
    assert answer.status_code == 201, answer.content
    assert answer.json()["clock_minutes"] == hours * 60
    assert answer.json()["patrol_minutes"] == 2 * hours * 60


@pytest.mark.parametrize("submission", [5, "x", "", "{2f1c7a5e-8d0b-4b7e-9a57-0c3c8d1f6e21}", 2**127, None])
def test_a_submission_id_is_a_uuid(force, rota, submission):
    answer = rota.post("shifts", night_in_hitchin(force, submission_id=submission))
    assert problem(answer) == (400, "invalid")
    assert [field for field, _ in errors(answer)] == ["submission_id"]


def test_the_body_counts_and_the_address_has_no_fields(force, rota):
    answer = rota.post(f"shifts?area={force.watford.pk}", night_in_hitchin(force))
    assert answer.status_code == 201
    assert answer.json()["area"]["id"] == force.hitchin.pk


# --- Parameters ---------------------------------------------------------------------------------------------------

LISTS = ["shifts", "visits", "arrests", "stop-searches", "weapons", "asb-powers"]
OTHERS = ["areas", "programmes", "districts", "vocabularies", "figures", "openapi.json"]
UNKNOWN = ["_connector", "ordering", "logged_by", "area__district__name__regex", "format", "fields", "x" * 99]
LITERAL = [{"external_source": "%"}, {"external_reference": "_"}, {"external_source": "' OR 1=1--"}]


@pytest.mark.parametrize("address", [*LISTS, *OTHERS])
@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_parameters_are_refused_by_name(force, address, name):
    caller = system_caller(force.adam, *Scope)
    answer = caller.get(address, {name: "OR"})
    assert problem(answer) == (400, "invalid")
    assert errors(answer) == [(name[:80], "unknown_field")]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2024-10-02", "until": "2024-10-01"}, "until"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2024-02-30"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"until": "9999-12-31"}, "until"),
        ({"since": ["2024-10-01", "2024-10-02"]}, "since"),
        ({"area": "1_0"}, "area[0]"),
        ({"area": "１２"}, "area[0]"),
        ({"area": "-1"}, "area[0]"),
        ({"area": "9" * 30}, "area[0]"),
        ({"area": "' OR 1=1--"}, "area[0]"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "201"}, "page_size"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "a_b"}, "cursor"),
        ({"cursor": "\x00"}, "cursor"),
        ({"cursor": "x" * 10_000}, "cursor"),
        ({"updated_since": "2024-10-01T00:00"}, "updated_since"),
        ({"updated_since": "2024-10-12T12:06:00Z"}, "updated_since"),
        ({"updated_since": "0001-01-01T00:00Z"}, "updated_since"),
    ],
)
@pytest.mark.parametrize("address", LISTS)
def test_parameters_that_make_no_sense_are_refused_by_name(rota, address, query, field):
    answer = rota.get(address, query)
    assert problem(answer) == (400, "invalid")
    assert [named for named, _ in errors(answer)] == [field]


@pytest.mark.parametrize("query", LITERAL)
def test_a_filter_is_literal(rota, logged, query):
    assert rota.get("shifts", query).json()["results"] == []


def test_nul_in_a_filter_is_refused(rota):
    assert problem(rota.get("shifts", {"external_source": "\x00"})) == (400, "invalid")


# Numbers that are too large, negative or no numbers in ASCII, times without an offset, and too many or too few keys.
NO_CURSORS = (
    *("nonsense", "_", "x_1", "1_-2", "-1_2", "1_1_9223372036854775808", "1_99999999999999999999_1", "1_²_2", "1_١_2"),
    *("1_2024-10-10T21:00:00_1", "1_2024-10-10T21:00:00+00:00_x", "1_2024-13-10T21:00:00+00:00_1", "1_1e3_1"),
)


@pytest.mark.parametrize("cursor", NO_CURSORS)
@pytest.mark.parametrize("address", LISTS)
def test_a_cursor_that_is_none_is_refused(rota, address, cursor):
    for query in ({}, {"updated_since": "2024-10-01T00:00Z"}):
        answer = rota.get(address, {"cursor": cursor, **query})
        assert answer.status_code == 400
        assert errors(answer) == [("cursor", "cursor_unknown")]
        assert "Start from the beginning" in answer.json()["detail"]


def cursor_of(rota, address, query):
    """The cursor of the second page of a list."""
    following = rota.get(address, {**query, "page_size": 1}).json()["next"]
    return parse_qs(urlsplit(following).query)["cursor"][0]


def test_a_cursor_is_for_its_own_list_and_filters(force, rota):
    for hour in (20, 22):
        times = {"starts_at": f"2024-10-10T{hour}:00:00Z", "ends_at": f"2024-10-10T{hour}:30:00Z"}
        crew = [{"role": "police_officer", "collar_number": f"PC {hour}"}]
        arrests = [{}, {}]
        visits = [{"arrived_at": times["starts_at"], "left_at": times["ends_at"]}]
        body = night_in_hitchin(force, **times, crew=crew, arrests=arrests, visits=visits)
        assert rota.post("shifts", body).status_code == 201
    shifts = cursor_of(rota, "shifts", {"state": "completed"})
    assert rota.get("shifts", {"state": "completed", "cursor": shifts}).status_code == 200
    # How much is told of each, and of how many, is no filter.
    more = {"state": "completed", "cursor": shifts, "detail": "full", "page_size": 9}
    assert rota.get("shifts", more).status_code == 200
    arrests = cursor_of(rota, "arrests", {})
    assert rota.get("arrests", {"cursor": arrests}).status_code == 200
    for address, query in (
        ("shifts", {"cursor": shifts}),
        ("shifts", {"cursor": shifts, "state": "voided"}),
        ("shifts", {"cursor": shifts.replace("2024", "2023"), "state": "completed"}),
        ("visits", {"cursor": arrests}),
        ("arrests", {"cursor": arrests, "since": "2024-10-01"}),
        ("arrests", {"cursor": "0_1"}),
        # What the version before this one gave.
        ("arrests", {"cursor": "1"}),
        ("shifts", {"cursor": "700_1", "updated_since": "2024-10-01T00:00Z"}),
    ):
        answer = rota.get(address, query)
        assert problem(answer) == (400, "cursor_unknown"), (address, query)
        assert errors(answer) == [("cursor", "cursor_unknown")]
