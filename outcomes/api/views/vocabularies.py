"""The words of law and data standards."""

from typing import ClassVar

from django.http import Http404
from rest_framework.response import Response

from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query, results_of
from hotspot.core.api.views import Endpoint
from hotspot.core.permissions import Permission
from outcomes.api.serializers.answers import TermOutput, VocabularyOutput
from outcomes.vocabulary.cache import terms_of
from outcomes.vocabulary.names import VOCABULARIES


class VocabularyList(Endpoint):
    """The vocabularies that there are."""

    permissions: ClassVar = {"GET": Permission.VIEW_REFERENCE}
    operations = described(get=Operation("list_vocabularies", "List vocabularies", results_of(VocabularyOutput)))

    def get(self, request: ApiRequest) -> Response:
        """Their names."""
        Query.read(request)
        return Response({"results": [{"name": name} for name in VOCABULARIES]})


class Vocabulary(Endpoint):
    """One vocabulary."""

    permissions: ClassVar = {"GET": Permission.VIEW_REFERENCE}
    operations = described(get=Operation("read_vocabulary", "Read the terms of a vocabulary", results_of(TermOutput)))

    def get(self, request: ApiRequest, name: str) -> Response:
        """Its terms, past and present. Those of ASB powers say who may use them and whether the headline counts."""
        Query.read(request)
        model = VOCABULARIES.get(name)
        if model is None:
            raise Http404
        return Response({"results": TermOutput(terms_of(model).values(), many=True).data})
