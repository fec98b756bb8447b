// What a page can do better with JavaScript; everything works without it.
document.documentElement.classList.add("js");

// Copy buttons.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".copy button");
  if (!button) return;
  const whole = button.closest(".copy");
  navigator.clipboard.writeText(whole.querySelector("code").dataset.text ?? whole.querySelector("code").textContent);
  whole.classList.add("done");
  setTimeout(() => whole.classList.remove("done"), 1500);
});

// Menus close when something else is clicked, or with Escape.
const close = (except) =>
  document.querySelectorAll("details.menu[open]").forEach((it) => it !== except && it.removeAttribute("open"));
document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => event.key === "Escape" && close());

// Exact times in the reader's own zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = new Date(time.dateTime).toLocaleString();
}

// A form is sent once. The button comes back when the page does.
document.addEventListener("submit", (event) => {
  if (event.target.method === "get") return;
  setTimeout(() => event.target.querySelectorAll("button").forEach((it) => (it.disabled = true)));
});
addEventListener("pageshow", () =>
  document.querySelectorAll("form button[disabled]:not([data-off])").forEach((it) => (it.disabled = false)));

// The target of a link opens.
const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.tagName === "DETAILS") target.open = true;
};
addEventListener("hashchange", open);
open();

// A page that waits for a runtime looks again by itself.
if (document.querySelector(".badge.busy")) setTimeout(() => location.reload(), 4000);
