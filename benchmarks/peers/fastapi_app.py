"""The list of 50 shifts and a new shift with FastAPI and asyncpg: SQL by hand, no rule, history or summary.

uvicorn runs it in an environment of its own: see docs/benchmarks.md.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel

from benchmarks.peers import statements

HOLDER = statements.HOLDER.format(checksum="$1")
TABLES = {"arrests": "peer_arrest", "stop_searches": "peer_search", "weapons": "peer_weapon"}


class Member(BaseModel):
    """One of the crew."""

    role: str


class NewShift(BaseModel):
    """A shift with crew and outcomes."""

    submission_id: UUID
    area: int
    funding_stream: int
    starts_at: datetime
    ends_at: datetime
    crew: list[Member]
    arrests: list[dict[str, Any]] = []
    stop_searches: list[dict[str, Any]] = []
    weapons: list[dict[str, Any]] = []


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=4, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_pool)


async def _holder(request: Request, connection: Any) -> int:
    """Who calls. Raises HTTPException 401."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    user = await connection.fetchval(HOLDER, hashlib.sha256(token.encode()).hexdigest())
    if user is None:
        raise HTTPException(401)
    return int(user)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether it runs."""
    return {"status": "ok"}


@app.get("/shifts")
async def newest(request: Request) -> Response:
    """The newest 50, as JSON that PostgreSQL writes."""
    async with app.state.pool.acquire() as connection:
        await _holder(request, connection)
        text = await connection.fetchval(statements.NEWEST_AS_JSON)
    return Response(text, media_type="application/json")


@app.post("/shifts/new", status_code=201)
async def create(request: Request, shift: NewShift) -> dict[str, int]:
    """A new one."""
    async with app.state.pool.acquire() as connection, connection.transaction():
        user = await _holder(request, connection)
        times = shift.starts_at, shift.ends_at
        number = await connection.fetchval(
            statements.NEW_SHIFT, shift.submission_id, shift.area, shift.funding_stream, *times, user
        )
        await connection.executemany(statements.NEW_CREW, [(number, member.role, *times) for member in shift.crew])
        for name, table in TABLES.items():
            rows = [(number,) for _ in getattr(shift, name)]
            await connection.executemany(statements.NEW_OUTCOME.format(table=table), rows)
    return {"id": number}
