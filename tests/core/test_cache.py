"""Counting in Redis, in one trip."""

from uuid import uuid4

import pytest
import redis
from django.conf import settings

from hotspot.core.cache import Cache


@pytest.fixture
def key():
    """A key of this test's own."""
    name = f"test-{uuid4().hex}"
    yield name
    Cache(settings.REDIS_URL, {}).delete(name)


def test_a_key_that_is_not_there_counts_from_nothing_and_goes_away_again(key):
    cache = Cache(settings.REDIS_URL, {"TIMEOUT": 120})
    assert [cache.incr(key), cache.incr(key), cache.get(key)] == [1, 2, 2]
    left = redis.Redis.from_url(settings.REDIS_URL).ttl(cache.make_key(key))
    assert 0 < left <= 120


def test_a_key_without_an_end_keeps_none(key):
    cache = Cache(settings.REDIS_URL, {"TIMEOUT": None})
    assert cache.incr(key, 5) == 5
    assert redis.Redis.from_url(settings.REDIS_URL).ttl(cache.make_key(key)) == -1
