// The element in a React tree under StrictMode, which runs every effect, undoes it, and runs it again. Two ways of embedding it:
// as an element of the tree, and through `mount()` in an effect, which then makes an element, removes it, and makes another one.

import { StrictMode, createElement, createRoot, useEffect, useRef } from "/shop/assets/react.js";
import { mount } from "/umclique/umclique.js";

const lab = window.umcliqueLab;
const hosts = { "script-hosts": document.body.dataset.scriptHosts };

/** As an element of the tree: React sets the properties, and listens to the events. */
function Element({ session }) {
  useEffect(() => {
    lab.effects.push("run");
    return () => lab.effects.push("undone");
  }, []);
  return createElement("umclique-checkout", { ...hosts, session, "onumclique-ready": lab.note(0), "onumclique-paid": lab.note(0) });
}

/** Through the function: the effect owns the element. */
function Mounted({ session }) {
  const place = useRef(null);
  useEffect(() => {
    lab.effects.push("run");
    const { unmount } = mount(place.current, { ...hosts, session, on: { ready: lab.note(0), paid: lab.note(0) } });
    return () => {
      lab.effects.push("undone");
      unmount();
    };
  }, [session]);
  return createElement("div", { ref: place });
}

/** Lets the page show the checkout, and take it away, as often as a test wants. */
export const embed = (parent, way, session) => {
  const root = createRoot(parent);
  const draw = (...children) => root.render(createElement(StrictMode, null, ...children));
  lab.effects = [];
  lab.show = () => draw(createElement(way === "mount" ? Mounted : Element, { key: "checkout", session }));
  lab.hide = () => draw();
  lab.show();
};
