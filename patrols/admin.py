"""Shifts in Django's admin: for support staff to look."""

from django.contrib import admin

from hotspot.core.admin import ReadOnlyAdmin
from patrols.models import CrewMember, LiveVisit, PatrolShift, Visit


@admin.register(PatrolShift)
class PatrolShiftAdmin(ReadOnlyAdmin):
    """Shifts, newest first."""

    list_display = ("reference", "state", "area", "starts_at", "ends_at", "logged_by", "version")
    list_filter = ("state",)
    list_select_related = ("area", "logged_by")
    show_full_result_count = False


@admin.register(CrewMember)
class CrewMemberAdmin(ReadOnlyAdmin):
    """Who was on which shift."""

    list_display = ("shift", "role", "collar_number", "starts_at", "ends_at", "minutes")
    list_filter = ("role",)
    list_select_related = ("shift",)
    search_fields = ("=collar_number",)
    show_full_result_count = False


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    """Spells of presence."""

    list_display = ("shift", "starts_at", "ends_at")
    list_select_related = ("shift",)
    show_full_result_count = False


@admin.register(LiveVisit)
class LiveVisitAdmin(ReadOnlyAdmin):
    """Visits by two presses, whatever became of them."""

    list_display = ("area", "arrived_at", "left_at", "withdrawn_at", "shift")
    list_select_related = ("area", "shift")
    show_full_result_count = False
