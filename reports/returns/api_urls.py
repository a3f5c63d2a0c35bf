"""/api/v1/returns: what was submitted to funders."""

from django.urls import path

from reports.returns import api

urlpatterns = [
    path("returns", api.ReturnList.as_view(), name="returns"),
    path("returns/<int:return_id>", api.ReturnDetail.as_view(), name="return"),
]
