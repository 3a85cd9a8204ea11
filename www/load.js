// Loads what <umclique-checkout> needs, and starts it again when it crashed. Used by umclique.js alone; `cargo xtask package`
// puts both into one file, so that a shop's page makes one request less.

const INTEGRITY = {}; // `cargo xtask package` writes here the SHA-384 of the files below.
const [WASM, GLUE, CSS] = ['umclique_wasm_bg.wasm', 'umclique_wasm.js', 'umclique.css'];
const [QR_WASM, QR_GLUE] = ['umclique_qr_bg.wasm', 'umclique_qr.js'];
const HEADER = "Content-Security-Policy: script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'";
export const live = new Set();
let generation = 0, parts, started, drawer;

const at = (name) => new URL(name, import.meta.url).href;
export const trouble = (code, message, more) => Object.assign(new Error(message), { code, ...more });
const wait = (wait_ms) => new Promise((resume) => setTimeout(resume, wait_ms));

const thrice = async (load, tries = 0) => load(tries).catch(async (error) => {
  if (tries === 2) throw trouble('network', `${error?.message ?? error}`);
  await wait(400 << tries);
  return thrice(load, tries + 1);
});
const get = (name) => thrice(async () => {
  const response = await fetch(at(name), { integrity: INTEGRITY[name] ?? '' });
  if (!response.ok) throw new Error(`${at(name)} answered ${response.status}`);
  return response;
});
// A module that was imported once stays as it is, and so does its failure: another try, like another instance, takes another query.
const importGlue = () => thrice((tries) => import(at(GLUE) + (generation || tries ? `?${generation}.${tries}` : '')));

// A page that may not compile the smallest module there is may not compile ours.
function mayCompile() {
  try { return !!new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)); } catch { return false; }
}
async function compile() {
  if (typeof WebAssembly !== 'object') throw trouble('wasm-unsupported', 'this browser has no WebAssembly (Lockdown Mode removes it)');
  const response = await get(WASM);
  const isTyped = response.headers.get('content-type')?.startsWith('application/wasm');
  try {
    return await (isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } catch (error) {
    throw mayCompile() ? error : trouble('csp-blocked', `script-src needs 'wasm-unsafe-eval', as in ${HEADER}`, { header: HEADER });
  }
}
export function load() {
  const sheet = async () => new CSSStyleSheet().replace(await (await get(CSS)).text());
  parts ??= [compile(), sheet(), importGlue()];
  for (const part of parts) part.catch(() => {}); // Reported by whoever starts.
  return parts;
}
// What draws QR codes comes when the component asks, after its first screen: no method waits for it.
export const loadDrawer = () => (drawer ??= thrice((tries) => import(at(QR_GLUE) + (tries ? `?${tries}` : ''))).then(async (glue) => {
  await glue.default({ module_or_path: await get(QR_WASM) });
  return glue;
}).catch(() => (drawer = undefined)));
// One instance serves all elements of a page; they share the compiled module, the memory and the scheduler.
export const start = () => (started ??= Promise.all(load()).then(async ([module, sheet, glue]) => {
  await glue.default({ module_or_path: module });
  return { mount: glue.mount, sheet };
}).catch((error) => {
  parts = started = undefined;
  throw error;
}));
// A trap ends an instance for good: every element gets another one and resumes from the server, at most twice.
export function onError({ error, reason }) {
  const trap = error ?? reason;
  if (typeof WebAssembly !== 'object' || !(trap instanceof WebAssembly.RuntimeError) || !/umclique_wasm/.test(trap.stack)) return false;
  const from = Number(/umclique_wasm\.js\?(\d+)/.exec(trap.stack)?.[1] ?? (/umclique_wasm\.js/.test(trap.stack) ? 0 : generation));
  if (from !== generation) return true; // The dead instance's last words.
  generation++;
  started = undefined;
  if (parts) parts[2] = importGlue();
  for (const element of live) element._restart(generation > 2);
  return true;
}
