// A page that holds one form in ODK Web Forms, and what a test needs of it: which question is which element, and what was sent.
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h } from "vue";

let app;
let sent = null;

/** Show a form; what stood before is gone. */
function open(xml) {
  app?.unmount();
  sent = null;
  const pictures = async () => new Response("", { status: 404 });
  const form = {
    formXml: xml,
    fetchFormAttachment: pictures,
    missingResourceBehavior: "BLANK",
    onSubmit: (payload) => { sent = payload; },
  };
  app = createApp({ render: () => h(OdkWebForm, form) });
  app.use(webFormsPlugin);
  app.mount("#form");
}

/** The form's model: the first node that any component was given leads to its root. */
function root() {
  const left = app ? [app._container._vnode] : [];
  while (left.length) {
    const one = left.pop();
    const found = Object.values(one?.props ?? {}).find((v) => v?.root?.currentState);
    if (found) return found.root;
    if (one?.component) left.push(one.component.subTree);
    if (one?.suspense) left.push(one.suspense.activeBranch);
    if (Array.isArray(one?.children)) left.push(...one.children.filter((c) => c && typeof c === "object"));
  }
  return null;
}

function* under(node) {
  for (const child of node.currentState.children ?? []) {
    yield child;
    yield* under(child);
  }
}

const named = (reference) => [...under(root())].find((n) => n.currentState.reference === reference);

/** Every question that can be answered now, in order: where it stands in the model, its element, its type. */
const questions = () =>
  [...under(root())]
    .filter((n) => n.currentState.relevant)
    .map((n) => ({ reference: n.currentState.reference, element: n.nodeId, type: n.nodeType, value: n.valueType }));

/** What an answer of a list is called on the page. */
const called = (reference, value) =>
  named(reference).currentState.valueOptions.find((o) => o.value === value)?.label.asString ?? null;

/** Set an answer that has no field to type into (a map, a track). */
const answer = (reference, value) => { named(reference).setValue(value); };

/** One more entry of a repeat, after that number (from 0). */
const add = (reference, after) => { named(reference).addInstances(after, 1); };

/** What the form sent, as parts of a post; nothing while it was not sent. */
async function parts() {
  if (!sent) return null;
  const listed = sent.data.flatMap((one) => [...one.entries()]);
  return Promise.all(listed.map(async ([field, file]) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return { field, name: file.name, type: file.type, hex: [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("") };
  }));
}

window.client = { open, ready: () => Boolean(root()), questions, called, answer, add, done: () => Boolean(sent), parts };
