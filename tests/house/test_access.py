"""The access matrix: every URL, everybody, every method. A URL without a row here fails the build.

Statuses are written out, not computed from `permissions.py`: this is what was promised, that is how it is kept.
"""

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hotspot.core.permissions import GRANTS, UNKNOWN_TO, Permission, Role, Scope
from hotspots.models import HotspotArea, IncidentCategory
from outcomes.models import Arrest
from tests import factories, publishing
from tests.api import connect
from tests.hotspots import area_sets, authorisations, initiatives, ledger, police_data
from tests.outcomes import months
from tests.patrols import live_visits, planning, positions, rates, trials
from tests.reports import emails, impact, koper, orders, plans, wallboards
from tests.reports.results import frozen_pack
from tests.returns import submitted

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
CANARY = "canary-note-4711"
ACTORS = ("anon", "sam", "sue", "anna", "paul", "adam", "audrey", "fay", "pete")
SIGN_IN, OK, GONE_ON, FORBIDDEN, UNKNOWN = 302, 200, 302, 403, 404

# What a GET answers to: anon, Sam (whose shift it is), Sue (supervisor elsewhere), Anna (analyst), Paul (PCC's office),
# Adam (administrator), Audrey (auditor), Fay (finance).
EVERYBODY = (200, 200, 200, 200, 200, 200, 200, 200)
SIGNED_IN = (302, 200, 200, 200, 200, 200, 200, 200)
RECORD_READERS = (302, 200, 404, 200, 404, 200, 200, 403)
LISTS_OF_RECORDS = (302, 200, 200, 200, 404, 200, 200, 403)
SHIFT_WORK = (302, 200, 200, 403, 404, 200, 403, 403)
OWN_OF_SAM = (302, 200, 404, 404, 404, 404, 404, 404)
FILE_OF_SAM = (302, 200, 404, 404, 404, 404, 404, 403)
ON_SAMS_SHIFT = (302, 200, 404, 403, 404, 200, 403, 403)
IMPORTS = (302, 403, 403, 403, 404, 200, 403, 403)
ADMINISTRATOR = (302, 403, 403, 403, 403, 200, 403, 403)
IN_NORTH_HERTS = (302, 200, 404, 200, 200, 200, 200, 200)
FUNDING = (302, 200, 200, 200, 403, 200, 200, 200)
PEOPLE = (302, 403, 403, 403, 403, 200, 200, 403)
STATEMENTS = (302, 403, 403, 200, 200, 200, 403, 403)
OWN_OF_PAUL = (302, 403, 403, 403, 200, 403, 403, 403)
STATEMENT_WORK = (302, 403, 403, 405, 405, 405, 403, 403)
RETURNS = (302, 403, 403, 200, 200, 200, 200, 403)
RETURN_WORK = (302, 403, 403, 405, 403, 405, 403, 403)
POLICE_DATA = (302, 403, 403, 200, 404, 200, 200, 403)
LOADING = (302, 403, 403, 200, 404, 200, 403, 403)
EFFECTS = (302, 403, 403, 200, 200, 200, 200, 403)
AREA_SETS = (302, 403, 403, 200, 403, 200, 403, 403)
PLANS = (302, 200, 404, 200, 404, 200, 200, 403)
PLAN_LISTS = (302, 200, 200, 200, 404, 200, 200, 403)
PLAN_WORK = (302, 403, 403, 200, 404, 200, 403, 403)
SPEND = (302, 200, 200, 200, 404, 200, 200, 200)
SPEND_IN_NORTH_HERTS = (302, 200, 404, 200, 404, 200, 200, 200)
LEDGER_WORK = (302, 403, 403, 403, 403, 200, 403, 200)
ORDERS = (302, 403, 403, 200, 200, 200, 200, 200)

MATRIX: dict[str, tuple[int, ...]] = {
    "core:home": (302,) * 8,
    "core:sign_in": (200, 302, 302, 302, 302, 302, 302, 302),
    "core:sign_out": (405,) * 8,
    "core:account": SIGNED_IN,
    "core:change_password": SIGNED_IN,
    "core:choose_password": EVERYBODY,
    "core:accessibility": EVERYBODY,
    "core:privacy": EVERYBODY,
    "core:help": EVERYBODY,
    "core:job": OWN_OF_SAM,
    "core:job_progress": OWN_OF_SAM,
    "core:retry_job": (302, *(405,) * 7),
    "core:healthz": EVERYBODY,
    "core:readyz": EVERYBODY,
    "outcomes:shifts": LISTS_OF_RECORDS,
    "outcomes:months": LISTS_OF_RECORDS,
    "outcomes:confirm_month": SHIFT_WORK,
    "outcomes:take_back_month": ON_SAMS_SHIFT,
    "outcomes:log": SHIFT_WORK,
    "outcomes:several": SHIFT_WORK,
    "outcomes:plan": SHIFT_WORK,
    "outcomes:plan_pattern": SHIFT_WORK,
    "outcomes:copy_week": SHIFT_WORK,
    "planning:calendar": LISTS_OF_RECORDS,
    "feeds:own": SHIFT_WORK,
    "feeds:revoke": SHIFT_WORK,
    # There is no such token.
    "feeds:feed": (404,) * 8,
    "abstractions:record": ON_SAMS_SHIFT,
    "abstractions:withdraw": ON_SAMS_SHIFT,
    "teams:list": SHIFT_WORK,
    "teams:new": SHIFT_WORK,
    # It is Sam's own: not even an administrator sees it.
    "teams:edit": (302, 200, 404, 403, 404, 404, 403, 403),
    "teams:delete": (302, 200, 404, 403, 404, 404, 403, 403),
    "tonight:tonight": SHIFT_WORK,
    "tonight:briefing": SHIFT_WORK,
    "tonight:arrive": (302, 302, 302, 403, 404, 302, 403, 403),
    "tonight:leave": (302, 200, 404, 403, 404, 404, 403, 403),
    "tonight:undo": (302, 302, 404, 403, 404, 404, 403, 403),
    "outcomes:echo": SHIFT_WORK,
    "outcomes:manifest": EVERYBODY,
    "outcomes:service_worker": EVERYBODY,
    "outcomes:offline": EVERYBODY,
    "outcomes:queue": SHIFT_WORK,
    "outcomes:unsent": SHIFT_WORK,
    "outcomes:finish": (302, 200, 404, 403, 404, 404, 403, 403),
    "outcomes:discard_unfinished": (302, 200, 404, 403, 404, 404, 403, 403),
    "outcomes:shift": RECORD_READERS,
    "outcomes:saved": ON_SAMS_SHIFT,
    "outcomes:complete": (302, 302, 404, 403, 404, 302, 403, 403),
    "outcomes:correct": ON_SAMS_SHIFT,
    "outcomes:change_plan": ON_SAMS_SHIFT,
    "outcomes:cancel": ON_SAMS_SHIFT,
    "outcomes:hand_over": ON_SAMS_SHIFT,
    "outcomes:plan_again": (302, 302, 404, 403, 404, 302, 403, 403),
    "outcomes:void": ON_SAMS_SHIFT,
    "outcomes:restore": (302, 405, 405, 403, 404, 405, 403, 403),
    "outcomes:crew": ON_SAMS_SHIFT,
    "outcomes:visits": ON_SAMS_SHIFT,
    # Sam can still correct and void this shift himself.
    "outcomes:ask_correction": (302, 403, 404, 403, 404, 403, 403, 403),
    "outcomes:correction_requests": IMPORTS,
    "outcomes:correction_request": IMPORTS,
    "outcomes:to_follow": SHIFT_WORK,
    "outcomes:arrests": SHIFT_WORK,
    "outcomes:arrest": ON_SAMS_SHIFT,
    "outcomes:withdraw_stage": ON_SAMS_SHIFT,
    "outcomes:detail": ON_SAMS_SHIFT,
    "outcomes:withdraw": ON_SAMS_SHIFT,
    "outcomes:download_rows": LISTS_OF_RECORDS,
    "outcomes:disclosures": (302, 403, 403, 403, 404, 403, 200, 403),
    "outcomes:workbook": FILE_OF_SAM,
    "outcomes:workbook_file": FILE_OF_SAM,
    "outcomes:imports": IMPORTS,
    "outcomes:new_import": IMPORTS,
    "outcomes:import_columns": IMPORTS,
    "outcomes:import_file": IMPORTS,
    "outcomes:import_problems": IMPORTS,
    "outcomes:import_template": IMPORTS,
    "outcomes:area_names": IMPORTS,
    "outcomes:change_area_name": (302, 403, 403, 403, 404, 405, 403, 403),
    "outcomes:undo_import": (302, 403, 403, 403, 404, 302, 403, 403),
    "outcomes:answer_import": (302, 403, 403, 403, 404, 405, 403, 403),
    "outcomes:confirm_import": (302, 403, 403, 403, 404, 405, 403, 403),
    "reports:justice": SIGNED_IN,
    "reports:searches": LISTS_OF_RECORDS,
    "reports:taken_away": LISTS_OF_RECORDS,
    "reports:scrutiny": EFFECTS,
    "reports:scrutiny_file": (302, 403, 403, 404, 404, 404, 404, 403),
    "reports:freeze_pack": (302, 403, 403, 200, 200, 200, 403, 403),
    "reports:frozen_pack": EFFECTS,
    "reports:frozen_pack_file": (302, 403, 403, 404, 404, 404, 404, 403),
    "reports:dashboard": LISTS_OF_RECORDS,
    "reports:card_file": LISTS_OF_RECORDS,
    "reports:explore": LISTS_OF_RECORDS,
    "reports:explore_file": LISTS_OF_RECORDS,
    "reports:save_view": (302, 405, 405, 405, 404, 405, 405, 403),
    "reports:remove_view": (302, 405, 405, 405, 404, 405, 405, 403),
    "reports:emails": LISTS_OF_RECORDS,
    "reports:ask_for_weekly": LISTS_OF_RECORDS,
    "reports:stop_weekly": FILE_OF_SAM,
    "reports:set_alert": LISTS_OF_RECORDS,
    "reports:remove_alert": FILE_OF_SAM,
    "reports:choose_reminders": SHIFT_WORK,
    "reports:stop_emails": EVERYBODY,
    "reports:wallboards": ADMINISTRATOR,
    "reports:make_wallboard": ADMINISTRATOR,
    "reports:revoke_wallboard": ADMINISTRATOR,
    "reports:wallboard": EVERYBODY,
    # By month, without small numbers, for the PCC's office.
    "reports:dosage": SIGNED_IN,
    "reports:dosage_file": SIGNED_IN,
    "reports:koper": POLICE_DATA,
    # No extract is loaded.
    "reports:new_koper_study": (302, 403, 403, 302, 404, 302, 403, 403),
    "reports:koper_study": POLICE_DATA,
    "positions:list": LOADING,
    "positions:new": LOADING,
    "positions:file": LOADING,
    "positions:count": (302, 403, 403, 405, 404, 405, 403, 403),
    "positions:withdraw": LOADING,
    "reports:figures": SIGNED_IN,
    "reports:download": SIGNED_IN,
    # There is no such kind.
    "reports:spreadsheet": (302, 404, 404, 404, 404, 404, 404, 404),
    "reports:definitions": SIGNED_IN,
    "reports:public_latest": (302,) * 8,
    "reports:public_statements": EVERYBODY,
    "reports:public_check": EVERYBODY,
    "reports:public_feed": EVERYBODY,
    "reports:public_tool": EVERYBODY,
    "reports:public_statement": EVERYBODY,
    "reports:public_bundle": EVERYBODY,
    "reports:public_calendar": EVERYBODY,
    "reports:public_calendar_feed": EVERYBODY,
    "reports:public_file": EVERYBODY,
    "reports:statements": SIGNED_IN,
    "reports:edit_contact": ADMINISTRATOR,
    "reports:check_figure": SIGNED_IN,
    "reports:check_claim": STATEMENTS,
    "reports:statement": SIGNED_IN,
    "reports:statement_file": SIGNED_IN,
    "reports:new_statement": STATEMENTS,
    "reports:correct_statement": STATEMENTS,
    "reports:draft": STATEMENTS,
    "reports:check_draft": OWN_OF_PAUL,
    "reports:draft_words": OWN_OF_PAUL,
    "reports:send_draft": OWN_OF_PAUL,
    "reports:take_back": STATEMENT_WORK,
    "reports:withdraw_draft": OWN_OF_PAUL,
    "reports:approve": STATEMENT_WORK,
    "reports:return_draft": STATEMENT_WORK,
    "reports:take_over": (302, 403, 403, 200, 403, 200, 403, 403),
    "reports:withdraw_release": STATEMENTS,
    "reports:release_calendar": SIGNED_IN,
    "reports:announce_release": STATEMENTS,
    "reports:reschedule_release": STATEMENTS,
    "reports:cancel_release": STATEMENTS,
    "reports:returns": RETURNS,
    "reports:return_template": RETURNS,
    "reports:programme_return": RETURNS,
    "reports:return_file": RETURNS,
    "reports:new_template": ADMINISTRATOR,
    "reports:template_rows": ADMINISTRATOR,
    "reports:copy_template": ADMINISTRATOR,
    "reports:template_workbook": ADMINISTRATOR,
    "reports:remove_template": (302, 403, 403, 403, 403, 405, 403, 403),
    "reports:begin_return": RETURN_WORK,
    "reports:approve_return": RETURN_WORK,
    "reports:send_back_return": (302, 403, 403, 302, 403, 302, 403, 403),
    "reports:withdraw_return": (302, 403, 403, 302, 403, 302, 403, 403),
    "reports:restate": (302, 403, 403, 200, 403, 200, 403, 403),
    "hotspots:manage": ADMINISTRATOR,
    "hotspots:start": (302, 403, 403, 403, 403, 302, 403, 403),
    "hotspots:areas": SIGNED_IN,
    "hotspots:delete_area": ADMINISTRATOR,
    "hotspots:delete_district": ADMINISTRATOR,
    "hotspots:delete_person": ADMINISTRATOR,
    "hotspots:delete_programme": ADMINISTRATOR,
    "hotspots:delete_stream": ADMINISTRATOR,
    "hotspots:delete_system": ADMINISTRATOR,
    "hotspots:delete_target": ADMINISTRATOR,
    "hotspots:area": IN_NORTH_HERTS,
    "hotspots:add_area": ADMINISTRATOR,
    "hotspots:surroundings": AREA_SETS,
    "hotspots:load_places": ADMINISTRATOR,
    # The cast has no basemap.
    "hotspots:basemap": (302, 404, 404, 404, 404, 404, 404, 404),
    "hotspots:import_areas": ADMINISTRATOR,
    "hotspots:edit_area": ADMINISTRATOR,
    "hotspots:redraw_area": ADMINISTRATOR,
    "hotspots:retire_area": ADMINISTRATOR,
    "hotspots:reopen_area": ADMINISTRATOR,
    "hotspots:programmes": SIGNED_IN,
    "hotspots:programme": SIGNED_IN,
    "hotspots:add_programme": ADMINISTRATOR,
    "hotspots:edit_programme": ADMINISTRATOR,
    "hotspots:add_stream": ADMINISTRATOR,
    "hotspots:edit_stream": ADMINISTRATOR,
    "hotspots:districts": SIGNED_IN,
    "hotspots:add_district": ADMINISTRATOR,
    "hotspots:edit_district": ADMINISTRATOR,
    "hotspots:load_outlines": ADMINISTRATOR,
    "hotspots:targets": FUNDING,
    "hotspots:edit_targets": ADMINISTRATOR,
    "hotspots:doses": FUNDING,
    "hotspots:edit_doses": ADMINISTRATOR,
    "hotspots:people": PEOPLE,
    "hotspots:person": PEOPLE,
    "hotspots:invite_person": ADMINISTRATOR,
    "hotspots:edit_person": ADMINISTRATOR,
    "hotspots:change_role": ADMINISTRATOR,
    "hotspots:give_districts": ADMINISTRATOR,
    "hotspots:issue_link": ADMINISTRATOR,
    "hotspots:deactivate_person": ADMINISTRATOR,
    "hotspots:reactivate_person": ADMINISTRATOR,
    "hotspots:systems": PEOPLE,
    "hotspots:system": PEOPLE,
    "hotspots:connect_system": ADMINISTRATOR,
    "hotspots:change_system": ADMINISTRATOR,
    "hotspots:renew_secret": ADMINISTRATOR,
    "hotspots:revoke_system": ADMINISTRATOR,
    "incidents:months": POLICE_DATA,
    "incidents:month": POLICE_DATA,
    "incidents:files": LOADING,
    "incidents:new_file": LOADING,
    # It was loaded, so who did not upload it sees it too.
    "incidents:file": LOADING,
    "incidents:load_file": (302, 403, 403, 405, 404, 405, 403, 403),
    "incidents:searches": POLICE_DATA,
    "incidents:categories": POLICE_DATA,
    "incidents:edit_category": ADMINISTRATOR,
    "residents:list": POLICE_DATA,
    "residents:new": LOADING,
    "harm:tables": POLICE_DATA,
    "harm:new_table": LOADING,
    "harm:table": POLICE_DATA,
    "layers:list": POLICE_DATA,
    "layers:new": LOADING,
    "layers:layer": POLICE_DATA,
    "analyses:list": POLICE_DATA,
    # Some data is loaded.
    "analyses:new": LOADING,
    "analyses:analysis": POLICE_DATA,
    # It has no answer yet.
    "analyses:record": (302, 403, 403, 404, 404, 404, 404, 403),
    "analyses:record_file": (302, 403, 403, 404, 404, 404, 404, 403),
    "analyses:area_incidents": POLICE_DATA,
    "analyses:groups_file": (302, 403, 403, 404, 404, 404, 404, 403),
    "analyses:add_group": (302, 403, 403, 403, 403, 404, 403, 403),
    "reports:impact": EFFECTS,
    "reports:changes": EFFECTS,
    "reports:add_change": LOADING,
    "reports:withdraw_change": LOADING,
    # One month alone is loaded.
    "reports:new_impact_study": (302, 403, 403, 302, 404, 302, 403, 403),
    "reports:impact_study": POLICE_DATA,
    "authorisations:list": LISTS_OF_RECORDS,
    "authorisations:new": SHIFT_WORK,
    "authorisations:authorisation": RECORD_READERS,
    "authorisations:correct": ON_SAMS_SHIFT,
    "authorisations:continue": ON_SAMS_SHIFT,
    "authorisations:withdraw": ON_SAMS_SHIFT,
    "authorisations:review": ON_SAMS_SHIFT,
    "authorisations:inform": ON_SAMS_SHIFT,
    "authorisations:void": ON_SAMS_SHIFT,
    "outcomes:authorisation_questions": SHIFT_WORK,
    # Nothing is asked about this shift.
    "outcomes:answer_question": (302, 302, 404, 403, 404, 302, 403, 403),
    "initiatives:list": PLAN_LISTS,
    "initiatives:new": PLAN_WORK,
    "initiatives:published": SIGNED_IN,
    "initiatives:published_file": SIGNED_IN,
    "initiatives:kinds": ADMINISTRATOR,
    "initiatives:new_kind": ADMINISTRATOR,
    "initiatives:edit_kind": ADMINISTRATOR,
    "initiatives:initiative": PLANS,
    "initiatives:edit": PLAN_WORK,
    "initiatives:withdraw": PLAN_WORK,
    "initiatives:add_document": PLAN_WORK,
    "initiatives:document": PLANS,
    "initiatives:withdraw_document": PLAN_WORK,
    "initiatives:link_entry": PLAN_WORK,
    "initiatives:unlink_entry": PLAN_WORK,
    "reports:plans": PLAN_LISTS,
    "reports:new_plan": PLAN_WORK,
    "reports:due": (302, 200, 200, 200, 404, 200, 403, 403),
    "reports:plan_totals": (302, 403, 403, 200, 200, 200, 200, 200),
    "reports:plan": PLANS,
    "reports:plan_file": PLANS,
    "reports:edit_plan": PLAN_WORK,
    "reports:plan_scanning": PLAN_WORK,
    "reports:plan_analysis": PLAN_WORK,
    "reports:plan_assessment": PLAN_WORK,
    "reports:close_plan": PLAN_WORK,
    "reports:reopen_plan": PLAN_WORK,
    "reports:add_response": PLAN_WORK,
    "reports:edit_response": PLAN_WORK,
    # It is Sam's.
    "reports:tick_response": (302, 200, 404, 200, 404, 200, 403, 403),
    "reports:add_review": PLAN_WORK,
    "reports:hold_review": PLAN_WORK,
    # Everybody sees a trial once it is sealed, and what came of it.
    "trials:list": SIGNED_IN,
    "trials:trial": SIGNED_IN,
    "trials:record": SIGNED_IN,
    "trials:new": LOADING,
    "trials:edit": LOADING,
    "trials:delete": LOADING,
    "trials:seal": ADMINISTRATOR,
    "trials:stop": ADMINISTRATOR,
    "reports:trial_results": SIGNED_IN,
    "reports:analyse_trial": LOADING,
    "reports:trial_result": SIGNED_IN,
    # It has no answer yet.
    "reports:trial_result_file": (302, 404, 404, 404, 404, 404, 404, 404),
    # Everybody sees a set once it is approved.
    "area_sets:list": SIGNED_IN,
    "area_sets:area_set": SIGNED_IN,
    "area_sets:new": AREA_SETS,
    "area_sets:edit": AREA_SETS,
    "area_sets:delete": AREA_SETS,
    "area_sets:targets": AREA_SETS,
    "area_sets:propose": AREA_SETS,
    "area_sets:continue": AREA_SETS,
    "area_sets:add_candidate": AREA_SETS,
    # The analysis has no answer yet.
    "area_sets:add_groups": (302, 403, 403, 404, 403, 404, 403, 403),
    "area_sets:member": POLICE_DATA,
    "area_sets:edit_candidate": AREA_SETS,
    "area_sets:remove_member": AREA_SETS,
    "area_sets:take_back": AREA_SETS,
    "area_sets:return": ADMINISTRATOR,
    "area_sets:approve": ADMINISTRATOR,
    # Where the ledger of the programme is.
    "ledger:ledger": (302,) * 8,
    "ledger:programme": SIGNED_IN,
    "ledger:income_line": (302, 404, 404, 200, 200, 200, 200, 200),
    "ledger:entries": SPEND,
    "ledger:entries_file": SPEND,
    "ledger:entry": SPEND_IN_NORTH_HERTS,
    "ledger:document": SPEND_IN_NORTH_HERTS,
    "ledger:waiting": LEDGER_WORK,
    "ledger:add_entry": LEDGER_WORK,
    "ledger:edit_entry": LEDGER_WORK,
    "ledger:submit_entry": LEDGER_WORK,
    "ledger:take_back_entry": LEDGER_WORK,
    "ledger:delete_entry": LEDGER_WORK,
    "ledger:approve_entry": LEDGER_WORK,
    "ledger:refuse_entry": LEDGER_WORK,
    "ledger:reverse_entry": LEDGER_WORK,
    "ledger:add_income": LEDGER_WORK,
    "ledger:edit_income": LEDGER_WORK,
    "ledger:receive": LEDGER_WORK,
    "ledger:reverse_receipt": LEDGER_WORK,
    "ledger:add_cap": LEDGER_WORK,
    "ledger:delete_cap": LEDGER_WORK,
    "ledger:categories": LEDGER_WORK,
    "ledger:add_category": LEDGER_WORK,
    "ledger:edit_category": LEDGER_WORK,
    "ledger:imports": LEDGER_WORK,
    "ledger:new_import": LEDGER_WORK,
    "ledger:import_file": LEDGER_WORK,
    "ledger:import_columns": LEDGER_WORK,
    "ledger:approve_import": LEDGER_WORK,
    "ledger:undo_import": LEDGER_WORK,
    "ledger:month": LEDGER_WORK,
    "ledger:prepare_month": LEDGER_WORK,
    "ledger:close_month": LEDGER_WORK,
    "reports:costs": SIGNED_IN,
    "reports:costs_file": SIGNED_IN,
    "rates:list": FUNDING,
    "rates:stream": FUNDING,
    "rates:rate": FUNDING,
    "rates:holidays": FUNDING,
    "rates:add_rate": ADMINISTRATOR,
    "rates:set_rule": ADMINISTRATOR,
    "rates:add_holiday": ADMINISTRATOR,
    "rates:remove_holiday": ADMINISTRATOR,
    "orders:organisations": ORDERS,
    "orders:add_organisation": LEDGER_WORK,
    "orders:edit_organisation": LEDGER_WORK,
    "orders:edit_sender": LEDGER_WORK,
    "orders:add_order": LEDGER_WORK,
    "orders:edit_order": LEDGER_WORK,
    "orders:set_rate": LEDGER_WORK,
    "orders:order_history": ORDERS,
    "reports:orders": ORDERS,
    "reports:hours_payable": ORDERS,
    "reports:order": ORDERS,
    "reports:withdraw_order": LEDGER_WORK,
    "reports:order_statement": ORDERS,
    "reports:order_statement_file": ORDERS,
    "reports:sign_off_order": LEDGER_WORK,
    "reports:issue_invoice": LEDGER_WORK,
    "reports:link_payment": LEDGER_WORK,
    "reports:unlink_payment": LEDGER_WORK,
    "reports:order_invoices": ORDERS,
    "reports:order_invoice": ORDERS,
    "reports:order_invoice_file": ORDERS,
    "reports:cancel_invoice": LEDGER_WORK,
    "reports:receive_payment": LEDGER_WORK,
    "hotspots:give_organisation": ADMINISTRATOR,
    "api:docs": SIGNED_IN,
    "api:problems": EVERYBODY,
    "api:token": (405,) * 8,
}

# What Pete, of a partner organisation, gets: his own organisation's orders, what anybody gets, and his account. Every
# other address does not exist for him. His answers are here and not in each row, where there would be one word for all.
OF_PARTNERS: dict[str, int] = {
    "core:home": 302,
    "core:sign_in": 302,
    "core:sign_out": 405,
    "core:account": 200,
    "core:change_password": 200,
    "core:choose_password": 200,
    "core:accessibility": 200,
    "core:privacy": 200,
    "core:help": 200,
    "core:retry_job": 405,
    "core:healthz": 200,
    "core:readyz": 200,
    "outcomes:manifest": 200,
    "outcomes:service_worker": 200,
    "outcomes:offline": 200,
    "api:problems": 200,
    "api:token": 405,
    "reports:stop_emails": 200,
    "reports:wallboard": 200,
    "reports:public_latest": 302,
    "reports:public_statements": 200,
    "reports:public_check": 200,
    "reports:public_feed": 200,
    "reports:public_tool": 200,
    "reports:public_statement": 200,
    "reports:public_bundle": 200,
    "reports:public_calendar": 200,
    "reports:public_calendar_feed": 200,
    "reports:public_file": 200,
    "reports:orders": 200,
    "reports:hours_payable": 200,
    "reports:order": 200,
    "reports:order_statement": 200,
    "reports:order_statement_file": 200,
    "reports:sign_off_order": 200,
    "reports:order_invoices": 200,
    "reports:order_invoice": 200,
    "reports:order_invoice_file": 200,
}
MATRIX = {name: (*row, OF_PARTNERS.get(name, UNKNOWN)) for name, row in MATRIX.items()}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every named URL of the service."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from patterns(pattern, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


URLS = dict(patterns(get_resolver()))
# Endpoints of the API have other callers and more methods: see test_api_access.py.
PAGES = {name for name, pattern in URLS.items() if not getattr(pattern.callback, "is_api", False)}


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(MATRIX) == PAGES


@pytest.fixture
def world(force, now):
    """One shift of Sam's with an outcome, and a path for each URL."""
    shift = factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        logged_at=datetime(2024, 10, 12, 6, tzinfo=UTC),
        note=CANARY,
    )
    arrest = factories.ArrestFactory(shift=shift)
    Arrest.objects.filter(pk=arrest.pk).update(justice_outcome="charged", justice_outcome_on=shift.day)
    return force, {
        "shift_id": shift.pk,
        "outcome_id": arrest.pk,
        "arrest_id": arrest.pk,
        "stage_id": arrest.stages.get().pk,
        "unfinished_id": factories.UnfinishedShiftFactory(person=force.sam, area=force.hitchin).pk,
        "request_id": factories.CorrectionRequestFactory(shift=shift, asked_by=force.sam).pk,
        "import_id": factories.FileImportFactory(by=force.adam).pk,
        "spelling_id": factories.AreaSpellingFactory(area=force.hitchin).pk,
        "job_id": factories.WorkbookJobFactory(by=force.sam).pk,
        "what": "shifts",
        "system": connect(force.adam, Scope.WRITE_SHIFTS),
        "target": factories.AreaTargetFactory(area=force.hitchin),
        "police_file": police_data.loaded(by=force.anna),
        "category": IncidentCategory.objects.get(name="Robbery"),
        "analysis": police_data.asked(by=force.anna),
        **area_sets.in_every_state(force),
        **ledger.in_every_state(force),
        **orders.in_every_state(force),
        "impact_study": impact.asked(force),
        "change": impact.changed(force),
        **trials.in_every_state(force),
        "koper_study": koper.asked(force),
        "position_file": positions.checked(force),
        "harm_table": police_data.weights(by=force.anna),
        "layer": police_data.lsoas(by=force.anna),
        **initiatives.in_every_state(force),
        **authorisations.in_every_state(force),
        **plans.in_every_state(force),
        **emails.in_every_state(force),
        **wallboards.in_every_state(force),
        **planning.in_every_state(force),
        **months.in_every_state(force),
        **live_visits.in_every_state(force),
        "frozen_pack": frozen_pack(force, AT),
        "rate": rates.rate(force.adam, force.grant, 3250),
        "holiday": rates.holiday(force.adam),
        "code": "hours-by-week",
        **publishing.in_every_state(force, AT),
        "view_id": 0,
        "template_id": (made := submitted(force, AT)).template_id,
        "return_id": made.pk,
        "kind": "arrest",
        "file": "csv",
        "month": "2024-01",
        "number": 1,
        "name": "verify.py",
        "uidb64": "x",
        "token": "x",
    }


def path_of(name: str, values: dict[str, object], force) -> str:
    """A real path under this name: the shift is Sam's, everything else belongs to North Herts."""
    keys = URLS[name].pattern.converters
    primary_keys = {"area": force.hitchin, "programme": force.programme, "district": force.north_herts}
    primary_keys |= {"stream": force.grant, "person": force.sue}
    primary_keys |= {"system": values.get("system"), "secret": values.get("system")}
    primary_keys |= {"target": values.get("target"), "category": values.get("category")}
    primary_keys |= {"analyses:analysis": values.get("analysis"), "analyses:record": values.get("analysis")}
    primary_keys |= {"record_file": values.get("analysis")}
    primary_keys |= {"impact_study": values.get("impact_study"), "koper_study": values.get("koper_study")}
    primary_keys |= {"withdraw_change": values.get("change")}
    primary_keys |= dict.fromkeys(("positions:file", "positions:count", "withdraw"), values.get("position_file"))
    primary_keys |= {"harm:table": values.get("harm_table")}
    primary_keys |= {"layers:layer": values.get("layer")}
    primary_keys |= {"rates:rate": values.get("rate"), "remove_holiday": values.get("holiday")}
    primary_keys |= {"frozen_pack": values.get("frozen_pack")}
    primary_keys |= {"add_rate": force.grant, "set_rule": force.grant}
    primary_keys |= dict.fromkeys(("reschedule_release", "cancel_release"), values.get("announced"))
    values = values | publishing.keys_of(name, values)
    primary_keys |= {"groups_file": values.get("analysis"), "add_group": values.get("analysis")}
    primary_keys |= {"incidents:file": values.get("police_file"), "load_file": values.get("police_file")}
    paths = (
        trials.path_of(name, values),
        ledger.path_of(name, values, force),
        orders.path_of(name, values, force),
        plans.path_of(name, values),
        emails.path_of(name, values),
        wallboards.path_of(name, values),
        planning.path_of(name, values),
        months.path_of(name, values),
        live_visits.path_of(name, values),
    )
    if path := next(filter(None, paths), ""):
        return path
    if name.startswith("area_sets:"):
        return reverse(name, kwargs=area_sets.keys_of(name, values, keys))
    if chosen := authorisations.keys_of(name, values):
        return reverse(name, kwargs=chosen)
    subject = next((thing for word, thing in primary_keys.items() if word in name), force.sue)
    if name.endswith("districts") or name in ("hotspots:give_districts", "hotspots:give_organisation"):
        subject = force.sue
    if name == "hotspots:add_stream":
        subject = force.programme
    return reverse(name, kwargs={key: subject.pk if key == "pk" else values[key] for key in keys})


def client_of(actor: str, force) -> Client:
    client = Client(raise_request_exception=True)
    if actor != "anon":
        client.force_login(force.people[actor], backend="django.contrib.auth.backends.ModelBackend")
    return client


# Who sees least is asked in the quick tests, everybody in all of them.
IN_QUICK_TESTS = ("anon", "paul", "pete")


@pytest.mark.parametrize(
    "actor", [actor if actor in IN_QUICK_TESTS else pytest.param(actor, marks=pytest.mark.slow) for actor in ACTORS]
)
def test_what_a_get_answers(world, actor):
    force, values = world
    client, column = client_of(actor, force), ACTORS.index(actor)
    answers = {name: client.get(path_of(name, values, force)).status_code for name in MATRIX}
    expected = {name: row[column] for name, row in MATRIX.items()}
    assert {name: (answers[name], expected[name]) for name in MATRIX if answers[name] != expected[name]} == {}


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
def test_a_refusal_is_the_same_for_every_method_and_changes_nothing(world, actor):
    force, values = world
    client, column = client_of(actor, force), ACTORS.index(actor)
    before = rows_everywhere()
    refusals = {FORBIDDEN, UNKNOWN} | ({SIGN_IN} if actor == "anon" else set())
    wrong = {}
    for name, row in MATRIX.items():
        if row[column] not in refusals or row == MATRIX["core:home"]:
            continue
        for method in ("post", "put", "patch", "delete"):
            status = getattr(client, method)(path_of(name, values, force)).status_code
            # A page that can only be read says so before it looks for the record.
            if status not in (row[column], 405):
                wrong[name, method] = (status, row[column])
    assert wrong == {}
    assert rows_everywhere() == before


def rows_everywhere() -> dict[str, int]:
    """How many rows each table of ours has."""
    ours = {"core", "hotspots", "patrols", "outcomes", "reports"}
    return {model._meta.label: model.objects.count() for model in apps.get_models() if model._meta.app_label in ours}


def test_the_pccs_office_meets_no_record_anywhere(world):
    force, values = world
    client = client_of("paul", force)
    for name in MATRIX:
        body = client.get(path_of(name, values, force)).content.decode(errors="replace")
        assert CANARY not in body, name
        assert f"HS-{values['shift_id']}" not in body, name


INSTALLED = {"outcomes:manifest", "outcomes:service_worker", "outcomes:offline"}


@pytest.mark.parametrize("actor", [pytest.param("sam", marks=pytest.mark.slow), "paul", "anon"])
def test_headers_on_every_answer(world, actor):
    force, values = world
    client = client_of(actor, force)
    for name in MATRIX:
        headers = client.get(path_of(name, values, force)).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert headers["X-Content-Type-Options"] == "nosniff", name
        # A wallboard's address is all that it takes to see it.
        referrer = "no-referrer" if name == "reports:wallboard" else "same-origin"
        assert headers["Referrer-Policy"] == referrer, name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert "geolocation=()" in headers["Permissions-Policy"], name
        if actor != "anon":
            # What installs the service names nobody, and a browser keeps it to ask whether it has changed.
            kept = "no-cache" if name in INSTALLED else "no-store"
            assert kept in headers["Cache-Control"], name


def test_a_post_without_a_token_is_refused(world):
    force, values = world
    client = Client(enforce_csrf_checks=True)
    client.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
    for name in ("outcomes:log", "outcomes:void", "outcomes:correct", "core:sign_out"):
        assert client.post(path_of(name, values, force)).status_code == 403, name


@pytest.mark.parametrize("header", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE"])
def test_method_override_is_ignored(world, header):
    force, values = world
    client = client_of("sam", force)
    before = rows_everywhere()
    client.get(path_of("outcomes:void", values, force), {"_method": "POST", "reason": "x"}, **{header: "POST"})
    assert rows_everywhere() == before


def test_a_role_taken_away_is_gone_on_the_next_request(world):
    force, values = world
    client = client_of("sam", force)
    path = path_of("outcomes:shift", values, force)
    assert client.get(path).status_code == 200
    type(force.sam).objects.filter(pk=force.sam.pk).update(role=Role.PCC)
    assert client.get(path).status_code == 404


def test_an_area_without_an_own_district_cannot_exist():
    assert not HotspotArea._meta.get_field("district").null


def test_every_view_is_marked_with_a_permission_that_somebody_has():
    granted = frozenset().union(*GRANTS.values()) | {"public"}
    for name, pattern in URLS.items():
        assert getattr(pattern.callback, "required_permission", None) in granted, name


def test_an_unmarked_view_is_refused(force, settings, as_user):
    settings.ROOT_URLCONF = "tests.house.unmarked_urls"
    assert as_user(force.adam).get("/unmarked/").status_code == 404
    assert as_user(force.adam).get("/marked/").status_code == 200


def test_what_is_unknown_to_a_role_is_not_granted_to_it():
    for role, unknown in UNKNOWN_TO.items():
        assert not unknown & GRANTS[role]
    assert set(GRANTS) == set(Role)
    assert set(Permission) == frozenset().union(*GRANTS.values())


# --- What is shown went through visible_to ------------------------------------------------------------------------

SHELLS = ("views", "forms", "filters", "api")
SCOPED = {model.__name__ for model in apps.get_models() if hasattr(getattr(model, "objects", None), "visible_to")}


def shell_modules() -> Iterator[Path]:
    for app in ("hotspots", "patrols", "outcomes", "reports"):
        package = import_module(app)
        for module in walk_packages(package.__path__, f"{app}."):
            if module.name.split(".")[1] in SHELLS:
                yield Path(inspect.getfile(import_module(module.name)))


def unscoped(source: str) -> list[str]:
    """`Model.objects.method` on a model with `visible_to`, where the method is neither that nor `none`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in SCOPED
            and node.attr not in {"visible_to", "none"}
        ):
            found.append(f"{node.value.value.id}.objects.{node.attr}")
    return found


def test_shells_only_read_what_is_visible():
    found = {str(path.relative_to(ROOT)): unscoped(path.read_text()) for path in shell_modules()}
    assert {path: calls for path, calls in found.items() if calls} == {}


def test_the_check_itself_finds_an_open_query():
    assert unscoped("PatrolShift.objects.all()") == ["PatrolShift.objects.all"]
    assert unscoped("PatrolShift.objects.visible_to(user)") == []
