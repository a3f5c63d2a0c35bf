// Polygons that are drawn on a Leaflet map with Terra Draw: drawn, changed corner by corner, taken back and brought again.
// Every state is kept whole, so that undoing never depends on what a library remembers.

import { TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode, TerraDrawSelectMode } from "../vendor/terra-draw-1.35.0/terra-draw.js";
import { TerraDrawLeafletAdapter } from "../vendor/terra-draw-leaflet-adapter-1.0.3/terra-draw-leaflet-adapter.js";

const DECIMALS = 6;
const LEAST_CORNERS = 3;
// Terra Draw passes colours on as they are, so that they may be tokens of the style sheet and follow the theme.
const COLOURS = { brand: "var(--brand)", paper: "var(--paper)", ember: "var(--ember)" };

// Where a place is on the map, in pixels. Leaflet's own way rounds them: seen from afar, small shapes would lose their form.
export function pixelsOf(map, longitude, latitude) {
  return map.layerPointToContainerPoint(map.project([latitude, longitude]).subtract(map.getPixelOrigin()));
}

// The library's own way of ordering panes adds style elements to the page, which the Content Security Policy refuses.
class Adapter extends TerraDrawLeafletAdapter {
  project(longitude, latitude) {
    const { x, y } = pixelsOf(this._map, longitude, latitude);
    return { x, y };
  }

  createPaneStyleSheet(name, zIndex) {
    const pane = this._map.getPane(name) ?? this._map.createPane(name);
    pane.style.zIndex = String(zIndex + 600);
    return { remove() {} };
  }
}

function polygonMode(snapping) {
  return new TerraDrawPolygonMode({
    snapping,
    showCoordinatePoints: true,
    styles: {
      fillColor: COLOURS.brand, fillOpacity: 0.15, outlineColor: COLOURS.brand, outlineWidth: 3,
      closingPointColor: COLOURS.ember, closingPointWidth: 8, closingPointOutlineColor: COLOURS.paper, closingPointOutlineWidth: 2,
      coordinatePointColor: COLOURS.brand, coordinatePointWidth: 5,
      snappingPointColor: COLOURS.ember, snappingPointWidth: 6,
    },
  });
}

function selectMode(snapping) {
  const coordinates = { draggable: true, deletable: true, midpoints: { draggable: true }, snappable: snapping };
  return new TerraDrawSelectMode({
    pointerDistance: 24,
    flags: { polygon: { feature: { draggable: false, coordinates } } },
    keyEvents: { deselect: null, delete: null, rotate: null, scale: null },
    styles: {
      selectedPolygonColor: COLOURS.brand, selectedPolygonFillOpacity: 0.15,
      selectedPolygonOutlineColor: COLOURS.brand, selectedPolygonOutlineWidth: 3,
      selectionPointColor: COLOURS.brand, selectionPointWidth: 8,
      selectionPointOutlineColor: COLOURS.paper, selectionPointOutlineWidth: 2,
      midPointColor: COLOURS.paper, midPointWidth: 5, midPointOutlineColor: COLOURS.brand, midPointOutlineWidth: 2,
    },
  });
}

export class Drawing {
  // `snap` gives the place that a corner sticks to, if any; `changed` is called after every change that is finished.
  constructor({ map, library, snap, changed }) {
    this.map = map;
    this.changed = changed;
    const snapping = { toCustom: (event) => snap({ longitude: event.lng, latitude: event.lat }) };
    this.terra = new TerraDraw({
      adapter: new Adapter({ lib: library, map, coordinatePrecision: DECIMALS }),
      modes: [polygonMode(snapping), selectMode(snapping)],
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
    });
    this.terra.start();
    this.terra.setMode("select");
    this.begin([]);
    map.getContainer().addEventListener("pointerdown", () => { this.isInserting = false; }, true);
    this.terra.on("finish", (id, { action }) => this.finished(id, action));
  }

  get isDrawing() {
    return this.terra.getMode() === "polygon";
  }

  // How many corners the polygon has that is being drawn; the last position is where the pointer is.
  get cornersDrawn() {
    const unfinished = this.terra.getSnapshot().find(({ properties }) => properties.currentlyDrawing);
    return unfinished ? unfinished.geometry.coordinates[0].length - 2 : 0;
  }

  get polygons() {
    return this.finishedFeatures().map(({ geometry }) => geometry.coordinates);
  }

  finishedFeatures() {
    return this.terra
      .getSnapshot()
      .filter(({ geometry, properties }) => geometry.type === "Polygon" && !properties.currentlyDrawing);
  }

  // --- drawing ---------------------------------------------------------------------------------------------------------

  draw() {
    this.deselect();
    this.terra.setMode("polygon");
  }

  // What is not a polygon yet is given up.
  edit() {
    this.terra.setMode("select");
    const last = this.finishedFeatures().at(-1);
    if (last) this.select(last.id);
  }

  // As a press of the finger would, in the middle of the map: for the keyboard.
  press() {
    const container = this.map.getContainer();
    const { left, top, width, height } = container.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, isPrimary: true, pointerId: 1, bubbles: true, button: 0 };
    container.dispatchEvent(new PointerEvent("pointermove", { ...at, button: -1 }));
    container.dispatchEvent(new PointerEvent("pointerdown", { ...at, buttons: 1 }));
    container.dispatchEvent(new PointerEvent("pointerup", at));
  }

  finish() {
    this.map.getContainer().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
  }

  finished(id, action) {
    // A corner that is put between two others and dragged on in one go is one change.
    if (action === "dragCoordinate" && this.isInserting) this.place -= 1;
    this.isInserting = action === "insertMidpoint";
    this.keep();
    this.changed();
    if (action !== "draw") return;
    // Until then the mode still works on what it has finished.
    window.setTimeout(() => {
      this.edit();
      this.changed();
    });
  }

  select(id) {
    this.deselect();
    this.selected = id;
    this.terra.selectFeature(id);
  }

  deselect() {
    if (this.selected !== undefined && this.terra.hasFeature(this.selected)) this.terra.deselectFeature(this.selected);
    this.selected = undefined;
  }

  // --- corners ---------------------------------------------------------------------------------------------------------

  // All corners in order, each as the polygon, its index and its position.
  get corners() {
    return this.finishedFeatures().flatMap(({ id, geometry }) =>
      geometry.coordinates[0].slice(0, -1).map((position, index) => ({ id, index, position })));
  }

  moveCorner({ id, index }, position) {
    this.change(id, (ring) => ring.splice(index, 1, position));
  }

  // A polygon has three corners at least; false where there are no more.
  deleteCorner({ id, index }) {
    const ring = this.terra.getSnapshotFeature(id).geometry.coordinates[0];
    if (ring.length - 1 <= LEAST_CORNERS) return false;
    this.change(id, (corners) => corners.splice(index, 1));
    return true;
  }

  change(id, how) {
    const polygons = this.finishedFeatures().map((feature) => {
      const corners = feature.geometry.coordinates[0].slice(0, -1);
      if (feature.id === id) how(corners);
      return [[...corners, corners[0]]];
    });
    this.show(polygons);
    this.keep();
    this.changed();
  }

  // --- states ----------------------------------------------------------------------------------------------------------

  // Show these polygons and nothing else: lists of rings of [longitude, latitude], each with one ring.
  show(polygons) {
    this.deselect();
    this.terra.setMode("select");
    this.terra.clear();
    const features = polygons.map((coordinates) => ({
      type: "Feature", properties: { mode: "polygon" }, geometry: { type: "Polygon", coordinates },
    }));
    const isShown = this.terra.addFeatures(features).every(({ valid }) => valid);
    this.edit();
    return isShown;
  }

  // What was there from the start cannot be undone.
  begin(polygons) {
    const isShown = this.show(polygons);
    this.states = [this.polygons];
    this.place = 0;
    return isShown;
  }

  load(polygons) {
    const isShown = this.show(polygons);
    this.keep();
    return isShown;
  }

  keep() {
    const state = this.polygons;
    if (JSON.stringify(state) === JSON.stringify(this.states[this.place])) return;
    this.states = [...this.states.slice(0, this.place + 1), state];
    this.place += 1;
  }

  get canUndo() {
    return this.isDrawing ? this.terra.canUndo() : this.place > 0;
  }

  get canRedo() {
    return this.isDrawing ? this.terra.canRedo() : this.place < this.states.length - 1;
  }

  // While a polygon is drawn these are about its last corner, afterwards about the last change.
  undo() {
    if (this.isDrawing) this.terra.undo();
    else this.turnTo(this.place - 1);
  }

  redo() {
    if (this.isDrawing) this.terra.redo();
    else this.turnTo(this.place + 1);
  }

  turnTo(place) {
    this.place = place;
    this.show(this.states[place]);
    this.changed();
  }
}
