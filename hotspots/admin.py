"""Reference data in Django's admin: for support staff to look."""

from django.contrib import admin

from hotspot.core.admin import ReadOnlyAdmin
from hotspots.models import AreaTarget, District, DistrictAccess, FundingStream, HotspotArea, Programme


@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    list_display = ("name", "first_day", "last_day", "grant_pence")


@admin.register(FundingStream)
class FundingStreamAdmin(ReadOnlyAdmin):
    list_display = ("name", "programme", "kind", "is_default")
    list_select_related = ("programme",)


@admin.register(District)
class DistrictAdmin(ReadOnlyAdmin):
    list_display = ("name", "code")


@admin.register(DistrictAccess)
class DistrictAccessAdmin(ReadOnlyAdmin):
    list_display = ("user", "district")
    list_select_related = ("user", "district")


@admin.register(HotspotArea)
class HotspotAreaAdmin(ReadOnlyAdmin):
    list_display = ("name", "town", "district", "kind", "first_day", "last_day")
    list_filter = ("district", "kind")
    list_select_related = ("district",)
    search_fields = ("name", "town")


@admin.register(AreaTarget)
class AreaTargetAdmin(ReadOnlyAdmin):
    list_display = ("area", "first_month", "patrol_minutes", "patrols")
    list_select_related = ("area",)
