from django.apps import AppConfig


class PatrolsConfig(AppConfig):
    name = "patrols"

    def ready(self) -> None:
        """Have crews told tonight what is in place in their areas, and feeds end with their accounts."""
        # Models can be imported only now that every app is there.
        from patrols.feeds import receivers  # noqa: PLC0415
        from patrols.tonight import tactics  # noqa: PLC0415
        from patrols.tonight.initiative_tactics import initiatives_there  # noqa: PLC0415

        tactics.register(initiatives_there)
        receivers.register()
