// Handles on a plot, moved by drags and by keys.

const handleIn = (parent, className = "", data = {}) =>
  setAttributes(el(parent, "div", `handle ${className}`), { role: "slider", tabindex: 0, ...data });

// Puts a handle at a place in pixels; `slider`: as for setSlider.
function placeHandle(handle, [x, y], ...slider) {
  handle.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
  setSlider(handle, ...slider);
}
