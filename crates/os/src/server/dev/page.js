// Keeps a page up to date while its package is being written. Only `os dev` serves this file.
(() => {
  const own = document.currentScript.dataset;
  const make = (name, className, text = "") =>
    Object.assign(document.createElement(name), { className, textContent: text });

  // Text in which `names` stand out.
  const prose = (className, text) => {
    const line = make("p", className);
    text.split("`").forEach((part, at) => line.append(at % 2 ? make("code", "", part) : part));
    return line;
  };

  // What somebody is typing is not thrown away.
  const isDirty = () =>
    [...document.querySelectorAll("input, textarea")].some((it) =>
      it.type === "checkbox" || it.type === "radio"
        ? it.checked !== it.defaultChecked
        : it.type === "file" ? it.files.length > 0 : it.value !== it.defaultValue);

  let panel;
  const show = (...content) => {
    panel?.remove();
    panel = make("section", "os-dev");
    panel.setAttribute("role", "status");
    panel.append(...content);
    document.body.append(panel);
  };
  const hide = () => {
    panel?.remove();
    panel = undefined;
  };

  const titled = (text, more) => {
    const title = make("header", "", text);
    if (more) title.append(make("span", "", more));
    const button = make("button", "", "Hide");
    button.type = "button";
    button.addEventListener("click", hide);
    title.append(button);
    return title;
  };

  // The line of the file, with what is meant marked and a caret under it.
  const frame = (place) => {
    const lines = make("pre", "");
    const letters = [...place.source];
    const from = Math.min(place.column - 1, letters.length);
    const to = Math.min(from + place.width, letters.length);
    const number = String(place.line);
    const before = letters.slice(0, from).join("");
    lines.append(make("i", "", `${number} | `), before);
    lines.append(make("mark", "", letters.slice(from, to).join("")), letters.slice(to).join(""));
    const space = before.replace(/[^\t]/g, " ");
    const carets = "^".repeat(Math.max(to - from, 1));
    lines.append("\n", make("i", "", `${" ".repeat(number.length)} | `), space, make("b", "", carets));
    return lines;
  };

  const problem = ({ severity, message, help, path, place }) => {
    const item = make("li", severity);
    item.append(prose("", message));
    if (place) item.append(make("address", "", `${place.file}:${place.line}:${place.column}`), frame(place));
    else if (path) item.append(make("address", "", path));
    if (help) item.append(prose("help", help));
    return item;
  };

  const tell = ({ live, problems, running }) => {
    if (live !== own.live) {
      if (own.again !== undefined && !isDirty()) return location.reload();
      return show(titled("The app has changed", "Load this page again to see it."));
    }
    if (problems.length === 0) return hide();
    const errors = problems.filter((it) => it.severity === "error").length;
    const list = make("ul", "");
    list.append(...problems.map(problem));
    const what = running ? "What you see is the last version without errors." : "Nothing is live yet.";
    show(titled(errors === 1 ? "1 error in the project" : `${errors} errors in the project`, what), list);
  };

  // A browser keeps few connections to one host, so hidden pages let go of theirs.
  let events;
  const follow = () => {
    events?.close();
    events = undefined;
    if (document.hidden) return;
    events = new EventSource("/dev/events");
    events.addEventListener("state", (event) => tell(JSON.parse(event.data)));
  };
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => events?.close());
  addEventListener("pageshow", (event) => event.persisted && follow());
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  follow();
})();
