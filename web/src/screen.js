// Everything that needs MapLibre, in one piece that is fetched only where there is a map.

export { Ground } from "./map.js";
export { Cards, presses } from "./cards.js";
export { Furniture } from "./furniture.js";
export { Layers } from "./layers.js";
export { Measure } from "./measure.js";
export { openSwipe } from "./swipe.js";
