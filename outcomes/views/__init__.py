"""The pages of shifts and their outcomes, under the names that `outcomes/urls.py` uses."""

from outcomes.views.correction_requests import ask_correction, correction_request, correction_requests
from outcomes.views.details import detail, to_follow, withdraw
from outcomes.views.disclosures import disclosures
from outcomes.views.exports import download_rows, workbook, workbook_file
from outcomes.views.import_names import area_names, change_area_name, import_template
from outcomes.views.import_undo import undo_import
from outcomes.views.imports import (
    answer_import,
    confirm_import,
    import_columns,
    import_file,
    import_problems,
    imports,
    new_import,
)
from outcomes.views.listing import shifts
from outcomes.views.log import complete, correct, echo, log, plan, saved
from outcomes.views.shift import crew, restore, shift, visits, void

__all__ = [
    "answer_import",
    "area_names",
    "ask_correction",
    "change_area_name",
    "complete",
    "confirm_import",
    "correct",
    "correction_request",
    "correction_requests",
    "crew",
    "detail",
    "disclosures",
    "download_rows",
    "echo",
    "import_columns",
    "import_file",
    "import_problems",
    "import_template",
    "imports",
    "log",
    "new_import",
    "plan",
    "restore",
    "saved",
    "shift",
    "shifts",
    "to_follow",
    "undo_import",
    "visits",
    "void",
    "withdraw",
    "workbook",
    "workbook_file",
]
