"""Outcomes in Django's admin, to look at; and the vocabularies, which support staff keep up with the law."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from hotspot.core.admin import ReadOnlyAdmin
from outcomes.kinds import KINDS
from outcomes.models import ActivityCount, AsbPowerKind
from outcomes.vocabulary.names import VOCABULARIES


class OutcomeAdmin(ReadOnlyAdmin):
    """One kind of outcome."""

    list_display = ("__str__", "shift", "detail_to_follow", "happened_at", "reference", "void_reason")
    list_filter = ("detail_to_follow",)
    list_select_related = ("shift",)
    search_fields = ("=reference",)
    show_full_result_count = False


admin.site.register([kind.model for kind in KINDS], OutcomeAdmin)


@admin.register(ActivityCount)
class ActivityCountAdmin(ReadOnlyAdmin):
    """Other work of each shift."""

    list_display = ("shift", "kind", "count")
    list_select_related = ("shift", "kind")
    show_full_result_count = False


class TermAdmin(admin.ModelAdmin):
    """One vocabulary. A term that the law gives up gets a last day: it is never deleted, and its code never changes."""

    list_display: tuple[str, ...] = ("label", "code", "legal_basis", "in_force_from", "in_force_to", "position")
    search_fields = ("code", "label")
    fixed: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """What other rows and published figures rest on."""
        return self.fixed if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


@admin.register(AsbPowerKind)
class AsbPowerKindAdmin(TermAdmin):
    """Powers against anti-social behaviour. Whether the headline counts one is said once."""

    list_display = (*TermAdmin.list_display, "in_headline", "on_quick_form")
    fixed = ("code", "in_headline")


admin.site.register([vocabulary for vocabulary in VOCABULARIES.values() if vocabulary is not AsbPowerKind], TermAdmin)
