from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """Say which rows refer to a hotspot area without a foreign key of their own, what waits for somebody, and
        what crews are told of plans.
        """
        # Models can be imported only now that every app is there.
        from hotspot.core import references  # noqa: PLC0415
        from hotspot.core.pages import navigation  # noqa: PLC0415
        from hotspots.models import HotspotArea  # noqa: PLC0415
        from patrols.tonight import tactics  # noqa: PLC0415
        from reports.models import ImpactStudy, Statement  # noqa: PLC0415
        from reports.plans.tactics import responses_there  # noqa: PLC0415

        references.register(HotspotArea, lambda area: Statement.objects.filter(area_ids__contains=[area.pk]))
        # Without an area that it is compared with, a study would have asked something else.
        references.register(HotspotArea, lambda area: ImpactStudy.objects.filter(areas=area))
        references.register(HotspotArea, lambda area: ImpactStudy.objects.filter(comparison_areas=area))
        tactics.register(responses_there, is_to_do=True)
        navigation.register_waiting("reports:statements", lambda user: Statement.objects.waiting_for(user).count())
