"""Every kind of job says what its person must be allowed to do."""

from django.conf import settings

from hotspot.core.jobs import operations as jobs
from hotspot.core.permissions import Permission


def test_every_kind_of_job_declares_the_permission_it_needs():
    for kind in settings.JOB_KINDS:
        assert isinstance(jobs.permission_of(kind), Permission), kind
