// The map that the force supplies, beneath what is drawn: one PMTiles file of vector tiles, of which the browser asks for the
// pieces that it shows. Draws the layers of OS Open Zoomstack and those of Protomaps; what else a file holds is left out.
// Leaflet must be there as `window.L` before a layer is made.

import {
  CenteredTextSymbolizer, LineLabelSymbolizer, LineSymbolizer, PolygonSymbolizer, leafletLayer,
} from "../vendor/protomaps-leaflet-5.1.0/protomaps-leaflet.js";

const LAND = ["earth"];
const GREEN = ["greenspace", "greenspaces", "national_parks", "woodland", "landcover", "landuse"];
const BUILT = ["urban_areas", "sites"];
const WATER = ["sea", "surfacewater", "water"];
const LINES_OF_WATER = ["waterlines"];
const RAIL = ["rail"];
const ROADS = ["roads"];
const BUILDINGS = ["buildings", "district_buildings", "local_buildings"];
const BORDERS = ["boundaries"];
const NAMES = ["names", "places"];
const NAME_PROPERTIES = ["name", "name1"];
const BUILDINGS_ZOOM = 14;
const ROAD_NAMES_ZOOM = 15;

// What is drawn on a canvas cannot use the tokens of the style sheet, so they are looked up.
function palette() {
  const styles = getComputedStyle(document.documentElement);
  const token = (name) => styles.getPropertyValue(`--${name}`).trim();
  return {
    land: token("surface"), green: token("success-surface"), built: token("surface-strong"), water: token("info-surface"),
    line: token("line"), strong: token("line-strong"), ink: token("ink-soft"), paper: token("paper"),
  };
}

const rules = (layers, symbolizer, options) => layers.map((dataLayer) => ({ dataLayer, symbolizer, ...options }));
const area = (fill) => new PolygonSymbolizer({ fill });
const line = (color, width) => new LineSymbolizer({ color, width });

function paint(colours) {
  const roadWidth = (zoom) => Math.max(0.5, (zoom - 9) * 0.6);
  return [
    ...rules(LAND, area(colours.land)),
    ...rules(BUILT, area(colours.built)),
    ...rules(GREEN, area(colours.green)),
    ...rules(WATER, area(colours.water)),
    ...rules(LINES_OF_WATER, line(colours.water, 1.5)),
    ...rules(BUILDINGS, area(colours.line), { minzoom: BUILDINGS_ZOOM }),
    ...rules(RAIL, line(colours.line, 1)),
    ...rules(ROADS, line(colours.line, roadWidth)),
    ...rules(BORDERS, line(colours.line, 1)),
  ];
}

function labels(colours) {
  const text = { labelProps: NAME_PROPERTIES, fill: colours.ink, stroke: colours.paper, width: 2, fontFamily: "sans-serif" };
  return [
    ...rules(NAMES, new CenteredTextSymbolizer({ ...text, fontSize: 12 })),
    ...rules(ROADS, new LineLabelSymbolizer({ ...text, fontSize: 11 }), { minzoom: ROAD_NAMES_ZOOM }),
  ];
}

// Puts the basemap at `url`, which has tiles up to `zoom`, beneath everything on the map, in the colours of the theme.
export function addBasemap(map, url, zoom) {
  let layer;
  const draw = () => {
    const colours = palette();
    layer?.remove();
    layer = leafletLayer({
      url, maxDataZoom: zoom, paintRules: paint(colours), labelRules: labels(colours), backgroundColor: colours.paper,
      attribution: "", noWrap: true,
    }).addTo(map);
  };
  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
