from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hotspot.core"
    label = "core"
