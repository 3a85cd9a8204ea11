// What of React the page /strict-mode uses. Bundled by `cargo xtask test e2e` in its development build, the only one whose StrictMode
// mounts twice. No part of the shop's own page, and none of the packaged component.

export { StrictMode, createElement, useEffect, useRef } from "react";
export { createRoot } from "react-dom/client";
