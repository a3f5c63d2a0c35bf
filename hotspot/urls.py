"""All URLs. Each view behind them declares its permission, or the middleware refuses it."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

# Django tries them in this order, and what has no prefix of its own is gone through address by address.
urlpatterns = [
    path("api/", include("hotspot.api_urls")),
    path("", include("hotspot.core.urls")),
    path("", include("outcomes.urls")),
    path("shifts/calendar/", include("patrols.planning.urls")),
    path("shifts/calendar/", include("patrols.feeds.urls")),
    path("shifts/", include("patrols.abstractions.urls")),
    path("shifts/teams/", include("patrols.teams.urls")),
    path("tonight/", include("patrols.tonight.urls")),
    path("presence/files/", include("patrols.visits.urls")),
    path("authorisations/", include("hotspots.authorisations.urls")),
    path("problem-solving/initiatives/", include("hotspots.initiatives.urls")),
    path("", include("reports.urls")),
    path("trials/", include("patrols.trials.urls")),
    path("manage/rates/", include("patrols.rates.urls")),
    path("manage/areas/sets/", include("hotspots.area_sets.urls")),
    path("manage/", include("hotspots.urls")),
    path("ledger/", include("hotspots.ledger.urls")),
    path("paid-patrols/", include("hotspots.orders.urls")),
    path("police-data/analyses/", include("hotspots.analysis.urls")),
    path("police-data/residents/", include("hotspots.residents.urls")),
    path("police-data/harm/", include("hotspots.harm.urls")),
    path("police-data/layers/", include("hotspots.layers.urls")),
    path("police-data/", include("hotspots.incidents.urls")),
]
if settings.ADMIN_SITE:
    urlpatterns.append(path("admin/", admin.site.urls))

handler400 = "hotspot.core.views.bad_request"
handler403 = "hotspot.core.views.forbidden"
handler404 = "hotspot.core.views.not_found"
handler500 = "hotspot.core.views.server_error"
