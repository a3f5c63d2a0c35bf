// A map on which a boundary is drawn, above the text that holds it: `<div data-module="app-boundary" data-for="id_text"
// data-surroundings="…">`, as django/forms/widgets/boundary.html has it. What is drawn is written into the text as GeoJSON,
// and what is pasted there is drawn. Without JavaScript the text is all there is, beside the other ways to give a boundary.

import "../vendor/leaflet-1.9.4/leaflet.js";
import { enhanceEach } from "./content.js";
import { Drawing, pixelsOf } from "./drawing.js";
import { extentOf, snapped } from "./snapping.js";

const { L } = window;
const BRITAIN = [[49.9, -6.5], [58.7, 1.8]];
const CLOSEST_ZOOM = 19;
// Farther away, names would lie on one another.
const NAMED_ZOOM = 13;
// With more, each move of a corner would take seconds.
const MOST_CORNERS = 2_000;
const REACH_PX = 24;
const STEP_PX = 5;
const BESIDE_THE_BUTTONS = { paddingTopLeft: [72, 24], paddingBottomRight: [24, 48], animate: false, maxZoom: 18 };
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

// --- GeoJSON -----------------------------------------------------------------------------------------------------------

const isPosition = ([longitude, latitude]) => Number.isFinite(longitude) && Number.isFinite(latitude);

// The polygons of a GeoJSON text; null where it holds none.
function polygonsIn(text) {
  try {
    let document = JSON.parse(text);
    if (document.type === "FeatureCollection" && document.features.length === 1) [document] = document.features;
    const { type, coordinates } = document.type === "Feature" ? document.geometry : document;
    const polygons = { Polygon: [coordinates], MultiPolygon: coordinates }[type];
    return polygons.every((rings) => rings.length && rings.every((ring) => ring.every(isPosition))) ? polygons : null;
  } catch {
    return null;
  }
}

function geoJson(polygons) {
  const one = polygons.length === 1;
  return JSON.stringify({ type: one ? "Polygon" : "MultiPolygon", coordinates: one ? polygons[0] : polygons });
}

const rounded = (degrees) => Number(degrees.toFixed(6));
const hasHole = (polygons) => polygons.some((rings) => rings.length > 1);
const cornersOf = (polygons) => polygons.flat(2).length;
const ringsOf = ({ type, coordinates }) => (type === "Polygon" ? coordinates : coordinates.flat());
// As the server stores them: without heights, and rounded.
const flattened = (polygons) => polygons.map(([ring]) => [ring.map((position) => position.slice(0, 2).map(rounded))]);

// --- what lies around --------------------------------------------------------------------------------------------------

function label(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element;
}

function beneath(map, geometry, className, name) {
  const layer = L.geoJSON(geometry, { interactive: false, style: { className } }).addTo(map);
  if (name) layer.bindTooltip(label(name), { permanent: true, direction: "center", className: "app-boundary__name" });
  return layer;
}

async function surroundingsOf(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

// --- the editor --------------------------------------------------------------------------------------------------------

class Editor {
  constructor(root) {
    this.root = root;
    this.text = document.getElementById(root.dataset.for);
    this.form = this.text.form;
    this.says = root.querySelector("[role=status]");
    this.rings = [];
    this.districts = new Map();
    this.chosen = null;
    root.hidden = false;
    this.nameOption();
    const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(root.querySelector(".app-boundary__map"), {
      zoomControl: false, attributionControl: false, maxZoom: CLOSEST_ZOOM, zoomSnap: 0.5,
      zoomAnimation: moves, fadeAnimation: moves, inertia: moves, scrollWheelZoom: false,
    });
    this.map.fitBounds(BRITAIN);
    if (root.dataset.basemap) this.addBasemap(root.dataset.basemap, Number(root.dataset.basemapZoom));
    this.mark = L.circleMarker([0, 0], { radius: 13, interactive: false, className: "app-boundary__chosen" });
    this.drawing = new Drawing({
      map: this.map, library: L, snap: (place) => this.snap(place), changed: () => this.changed(),
    });
    this.listen();
    this.take((polygons) => this.drawing.begin(polygons));
    this.lookAround();
  }

  // Only where there is one is its script needed.
  async addBasemap(address, zoom) {
    const { addBasemap } = await import("./basemap.js");
    addBasemap(this.map, address, zoom);
  }

  // The option that holds the text says that it can be drawn too.
  nameOption() {
    const option = this.root.closest(".govuk-radios__conditional")?.previousElementSibling;
    if (option) option.querySelector("label").textContent = this.root.dataset.option;
  }

  listen() {
    this.root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-does]");
      if (button && button.getAttribute("aria-disabled") !== "true") this[button.dataset.does]();
      if (button) this.refresh();
    });
    const container = this.map.getContainer();
    // The wheel turns the page until the map is pressed.
    container.addEventListener("focus", () => this.map.scrollWheelZoom.enable());
    container.addEventListener("blur", () => this.map.scrollWheelZoom.disable());
    // Before Terra Draw and Leaflet hear of it.
    container.addEventListener("keydown", (event) => this.pressed(event), true);
    container.addEventListener("keyup", (event) => { if (event.key === " ") event.preventDefault(); });
    container.addEventListener("pointerdown", (event) => this.choose(this.cornerAt(event)), true);
    container.addEventListener("pointerup", () => window.setTimeout(() => this.refresh()));
    this.map.on("moveend", () => this.refresh());
    // After Back the browser puts in what was there, and only now it has.
    window.addEventListener("pageshow", () => {
      if (this.text.value.trim() !== this.taken) this.take((polygons) => this.drawing.begin(polygons));
    });
    this.text.addEventListener("change", () => this.take((polygons) => this.drawing.load(polygons)));
    this.form.addEventListener("submit", () => { if (this.drawing.isDrawing) this.drawing.finish(); });
    this.form.elements.district?.addEventListener("change", () => this.goToDistrict());
    // Where another way is selected the map has no size.
    new ResizeObserver(() => {
      this.map.invalidateSize({ animate: false });
      if (!this.hasLooked) this.showAll();
    }).observe(container);
  }

  async lookAround() {
    try {
      const { areas, districts } = await surroundingsOf(this.root.dataset.surroundings);
      districts.forEach(({ id, outline }) => this.districts.set(id, beneath(this.map, outline, "app-boundary__district")));
      areas.forEach(({ name, boundary }) => beneath(this.map, boundary, "app-boundary__around", name));
      this.rings = areas.flatMap(({ boundary }) => ringsOf(boundary)).map((ring) => ({ ring, extent: extentOf(ring) }));
      this.around = L.featureGroup(areas.map(({ boundary }) => L.geoJSON(boundary)));
    } catch {
      this.say("What lies around could not be loaded. You can draw all the same.");
    }
    this.showAll();
  }

  snap(place) {
    const project = (longitude, latitude) => pixelsOf(this.map, longitude, latitude);
    return snapped(place, this.rings, project, (x, y) => this.map.containerPointToLatLng([x, y]));
  }

  // --- between text and map ----------------------------------------------------------------------------------------------

  // `draw` shows polygons, and says whether it could.
  take(draw) {
    const text = this.text.value.trim();
    this.taken = text;
    const polygons = text ? polygonsIn(text) : [];
    this.choose(null);
    this.hold(null);
    if (polygons && (hasHole(polygons) || cornersOf(polygons) > MOST_CORNERS)) {
      draw([]);
      this.hold({ text, geometry: { type: "MultiPolygon", coordinates: polygons } });
      const what = hasHole(polygons) ? "a hole" : "very many corners";
      this.say(`This boundary has ${what}, so it cannot be changed on the map. It counts as it is in the text below.`);
    } else if (!polygons || !draw(flattened(polygons))) {
      draw([]);
      this.say("The text below is no boundary that the map can show.");
    } else {
      this.say("");
    }
    if (polygons?.length) this.showAll();
    this.refresh();
  }

  // A boundary that can be seen and not changed. What is drawn takes its place; undoing that brings it back.
  hold(boundary) {
    this.held = boundary;
    this.fix(boundary);
  }

  fix(boundary) {
    this.fixed?.remove();
    this.fixed = boundary ? beneath(this.map, boundary.geometry, "app-boundary__fixed") : null;
  }

  changed() {
    const { polygons } = this.drawing;
    this.fix(polygons.length ? null : this.held);
    this.text.value = polygons.length ? geoJson(polygons) : this.held?.text ?? "";
    this.taken = this.text.value;
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.text.dispatchEvent(new KeyboardEvent("keyup"));
    if (this.chosen) this.choose(this.sameCorner(this.chosen));
    this.refresh();
  }

  // --- what the buttons do -----------------------------------------------------------------------------------------------

  draw() {
    this.choose(null);
    if (!this.drawing.isDrawing) {
      this.drawing.draw();
      this.say("Press the map where the corners are.");
    } else if (this.drawing.cornersDrawn >= 3) {
      this.drawing.finish();
      this.say("The shape is finished.");
    } else {
      this.drawing.edit();
      this.say("Nothing was drawn: a shape has three corners at least.");
    }
  }

  undo() {
    this.choose(null);
    this.drawing.undo();
    this.say("Undone.");
  }

  redo() {
    this.choose(null);
    this.drawing.redo();
    this.say("Done again.");
  }

  deleteShape() {
    this.choose(null);
    this.drawing.load([]);
    this.changed();
    this.say("The shape is deleted. Undo brings it back.");
  }

  deleteCorner() {
    const isDeleted = this.drawing.deleteCorner(this.chosen);
    if (isDeleted) this.choose(null);
    this.say(isDeleted ? "The corner is deleted." : "A shape has three corners at least. Delete the whole shape instead.");
  }

  nextCorner() {
    const { corners } = this.drawing;
    const place = this.chosen ? corners.findIndex((corner) => this.isChosen(corner)) + 1 : 0;
    this.choose(corners[place % corners.length]);
    this.map.panInside(this.latLng(this.chosen.position), { padding: [40, 40], animate: false });
    this.say(`Corner ${(place % corners.length) + 1} of ${corners.length}.`);
  }

  zoomIn() {
    this.map.zoomIn(1, { animate: false });
  }

  zoomOut() {
    this.map.zoomOut(1, { animate: false });
  }

  // What is drawn, or else the chosen district, the other areas, the districts.
  showAll() {
    this.hasLooked = this.map.getSize().x > 0;
    const drawn = this.drawing.corners.map(({ position }) => this.latLng(position));
    const places = [
      drawn.length ? L.latLngBounds(drawn) : this.fixed?.getBounds(),
      this.districts.get(this.form.elements.district?.value)?.getBounds(),
      this.around?.getBounds(),
      L.featureGroup([...this.districts.values()]).getBounds(),
    ];
    const bounds = places.find((each) => each?.isValid()) ?? L.latLngBounds(BRITAIN);
    if (this.hasLooked) this.map.fitBounds(bounds, BESIDE_THE_BUTTONS);
  }

  goToDistrict() {
    if (!this.drawing.corners.length && !this.drawing.isDrawing) this.showAll();
  }

  // --- corners and keys --------------------------------------------------------------------------------------------------

  latLng([longitude, latitude]) {
    return L.latLng(latitude, longitude);
  }

  isChosen({ id, index }) {
    return this.chosen?.id === id && this.chosen.index === index;
  }

  sameCorner({ position }) {
    return this.drawing.corners.find((corner) => String(corner.position) === String(position)) ?? null;
  }

  cornerAt(event) {
    if (this.drawing.isDrawing) return null;
    const point = this.map.mouseEventToContainerPoint(event);
    const away = (corner) => point.distanceTo(this.map.latLngToContainerPoint(this.latLng(corner.position)));
    const near = this.drawing.corners.filter((corner) => away(corner) <= REACH_PX);
    return near.sort((one, other) => away(one) - away(other))[0] ?? null;
  }

  choose(corner) {
    this.chosen = corner;
    if (corner) this.mark.setLatLng(this.latLng(corner.position)).addTo(this.map);
    else this.mark.remove();
  }

  pressed(event) {
    const [right, down] = ARROWS[event.key] ?? [];
    if (event.key === " " && this.drawing.isDrawing) {
      this.drawing.press();
      this.say(`${this.drawing.cornersDrawn} ${this.drawing.cornersDrawn === 1 ? "corner" : "corners"}.`);
    } else if (right !== undefined && event.shiftKey && this.chosen) {
      const place = pixelsOf(this.map, ...this.chosen.position).add([right * STEP_PX, down * STEP_PX]);
      const { lng, lat } = this.map.containerPointToLatLng(place);
      const { index } = this.chosen;
      const position = [rounded(lng), rounded(lat)];
      this.drawing.moveCorner(this.chosen, position);
      this.choose(this.drawing.corners.find((corner) => corner.index === index && String(corner.position) === String(position)) ?? null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    this.refresh();
  }

  // --- what the page says ------------------------------------------------------------------------------------------------

  say(words) {
    this.says.textContent = words;
  }

  refresh() {
    const { drawing } = this;
    const isAble = {
      undo: drawing.canUndo,
      redo: drawing.canRedo,
      nextCorner: !drawing.isDrawing && drawing.corners.length > 0,
      deleteCorner: this.chosen !== null,
      deleteShape: !drawing.isDrawing && drawing.corners.length > 0,
    };
    Object.entries(isAble).forEach(([name, able]) => this.button(name).setAttribute("aria-disabled", String(!able)));
    const another = drawing.corners.length ? "Draw another part" : "Draw";
    this.button("draw").textContent = drawing.isDrawing ? "Finish" : another;
    this.root.classList.toggle("app-boundary--drawing", drawing.isDrawing);
    this.root.classList.toggle("app-boundary--far", this.map.getZoom() < NAMED_ZOOM);
  }

  button(name) {
    return this.root.querySelector(`[data-does="${name}"]`);
  }
}

enhanceEach("[data-module=app-boundary]", (root) => new Editor(root));
