"""/api/: the token endpoint, the versioned resources, and what documents them."""

from django.urls import include, path

from hotspot.core.api import endpoints

v1 = [
    path("", include("hotspots.api.urls")),
    path("", include("outcomes.api.urls")),
    path("", include("reports.api.urls")),
    path("", include("reports.returns.api_urls")),
    path("openapi.json", endpoints.Openapi.as_view(), name="openapi"),
]

app_name = "api"
urlpatterns = [
    path("v1/", include(v1)),
    path("token", endpoints.token, name="token"),
    path("docs", endpoints.documentation, name="docs"),
    path("problems", endpoints.problem_list, name="problems"),
]
