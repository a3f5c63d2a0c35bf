// Where a corner sticks: the nearest corner of a line within reach, or else the nearest place on one. Pure: no page, no map.
// Rings are lists of [longitude, latitude]; `project` makes pixels of them, `unproject` makes them of pixels.

const REACH_PX = 12;

export function extentOf(ring) {
  const longitudes = ring.map(([longitude]) => longitude);
  const latitudes = ring.map(([, latitude]) => latitude);
  return {
    west: Math.min(...longitudes), east: Math.max(...longitudes), south: Math.min(...latitudes), north: Math.max(...latitudes),
  };
}

const distance = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

function nearestOnSide(point, start, end) {
  const [width, height] = [end.x - start.x, end.y - start.y];
  const square = width ** 2 + height ** 2;
  const share = square ? ((point.x - start.x) * width + (point.y - start.y) * height) / square : 0;
  const along = Math.min(1, Math.max(0, share));
  return { x: start.x + along * width, y: start.y + along * height };
}

// `rings` have their extents, so that those far away cost nothing.
export function snapped({ longitude, latitude }, rings, project, unproject) {
  const point = project(longitude, latitude);
  const corner = unproject(point.x + REACH_PX, point.y + REACH_PX);
  const [across, up] = [Math.abs(corner.lng - longitude), Math.abs(corner.lat - latitude)];
  let [best, nearest, isCorner] = [undefined, REACH_PX, false];
  for (const { ring, extent } of rings) {
    if (longitude < extent.west - across || longitude > extent.east + across) continue;
    if (latitude < extent.south - up || latitude > extent.north + up) continue;
    const places = ring.map(([x, y]) => project(x, y));
    places.forEach((place, index) => {
      const away = distance(point, place);
      if (away <= REACH_PX && (!isCorner || away < nearest)) [best, nearest, isCorner] = [ring[index], away, true];
      if (isCorner || index === 0) return;
      const onSide = nearestOnSide(point, places[index - 1], place);
      if (distance(point, onSide) >= nearest) return;
      const { lng, lat } = unproject(onSide.x, onSide.y);
      [best, nearest] = [[lng, lat], distance(point, onSide)];
    });
  }
  return best;
}
