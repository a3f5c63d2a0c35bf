"""People in Django's admin: for support staff to look, where a deployment switches it on. Changes go by the pages."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from hotspot.core.models import Disclosure, User


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none: the operations hold rules that a form of Django's admin would go around."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Nobody: nothing is deleted."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support staff, who alone get as far as this."""
        return bool(request.user.is_active and request.user.is_staff)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Who has an account. The hash of the password is not shown."""

    list_display = ("name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("name", "email")
    fields = ("name", "email", "role", "is_active", "is_staff", "created_at", "last_login")


@admin.register(Disclosure)
class DisclosureAdmin(ReadOnlyAdmin):
    """Which records left the service in files."""

    list_display = ("at", "by", "role", "action", "detail", "request")
    list_filter = ("action", "role")
    list_select_related = ("by",)
    show_full_result_count = False
