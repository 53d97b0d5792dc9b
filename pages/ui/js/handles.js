// Handles that lie on a plot: to drag, and to move by keys.

const handleIn = (parent, className = "", data = {}) =>
  setAttributes(el(parent, "div", `handle ${className}`), { role: "slider", tabindex: 0, ...data });

// At a place in pixels, and named as any slider is.
function placeHandle(handle, [x, y], ...slider) {
  handle.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  setSlider(handle, ...slider);
}
