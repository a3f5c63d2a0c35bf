"""The management pages: one module for each kind of record."""

from hotspots.views.areas import (
    add_area,
    area,
    areas,
    edit_area,
    redraw_area,
    reopen_area,
    retire_area,
)
from hotspots.views.deleting import (
    delete_area,
    delete_district,
    delete_person,
    delete_programme,
    delete_stream,
    delete_system,
    delete_target,
)
from hotspots.views.districts import add_district, districts, edit_district
from hotspots.views.features import import_areas
from hotspots.views.manage import manage, start
from hotspots.views.people import (
    change_role,
    deactivate_person,
    edit_person,
    give_districts,
    invite_person,
    issue_link,
    people,
    person,
    reactivate_person,
)
from hotspots.views.programmes import (
    add_programme,
    add_stream,
    edit_programme,
    edit_stream,
    programme,
    programmes,
)
from hotspots.views.systems import (
    change_system,
    connect_system,
    renew_secret,
    revoke_system,
    system,
    systems,
)
from hotspots.views.targets import edit_targets, targets

__all__ = [
    "add_area",
    "add_district",
    "add_programme",
    "add_stream",
    "area",
    "areas",
    "change_role",
    "change_system",
    "connect_system",
    "deactivate_person",
    "delete_area",
    "delete_district",
    "delete_person",
    "delete_programme",
    "delete_stream",
    "delete_system",
    "delete_target",
    "districts",
    "edit_area",
    "edit_district",
    "edit_person",
    "edit_programme",
    "edit_stream",
    "edit_targets",
    "give_districts",
    "import_areas",
    "invite_person",
    "issue_link",
    "manage",
    "people",
    "person",
    "programme",
    "programmes",
    "reactivate_person",
    "redraw_area",
    "renew_secret",
    "reopen_area",
    "retire_area",
    "revoke_system",
    "start",
    "system",
    "systems",
    "targets",
]
