// What a project's code finds, and what it does not: no files, no network, no clock, no chance.
//
// The result of this script is `collect`, which turns the config module into JSON. Everything it
// needs is taken before the project's code runs, so that changed prototypes do not reach it.
(function (epoch, traced, parseUrl) {
  "use strict";
  const { defineProperty, freeze, keys, create } = Object;
  const { stringify } = JSON;
  const { apply, defineProperty: define } = Reflect;
  const functionPrototype = Function.prototype;
  const bigIntPrototype = BigInt.prototype;
  const functionText = functionPrototype.toString;
  const notes = [];
  const note = (text) => {
    if (!notes.includes(text)) notes.push(text);
  };
  const hidden = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, configurable: true });

  for (const name of ["performance", "FinalizationRegistry", "WeakRef", "gc", "navigator"]) {
    delete globalThis[name];
  }

  // ---- The clock stands still, in UTC ----
  const RealDate = Date;
  const { UTC, parse: parseDate } = RealDate;
  const clock = () => {
    note("clock");
    return epoch;
  };
  const parse = (text) =>
    parseDate(/T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text}Z` : text);
  class FixedDate extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(clock());
      else if (parts.length > 1) super(UTC(...parts));
      else super(typeof parts[0] === "string" ? parse(parts[0]) : parts[0]);
    }
    static now() {
      return clock();
    }
    static parse(text) {
      return parse(String(text));
    }
    getTimezoneOffset() {
      return 0;
    }
    toString() {
      return this.toUTCString();
    }
    toDateString() {
      return this.toISOString().slice(0, 10);
    }
    toTimeString() {
      return this.toISOString().slice(11, 19);
    }
    toLocaleString() {
      return this.toISOString();
    }
    toLocaleDateString() {
      return this.toDateString();
    }
    toLocaleTimeString() {
      return this.toTimeString();
    }
  }
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"]) {
    for (const verb of ["get", "set"]) {
      const inUtc = RealDate.prototype[`${verb}UTC${part}`];
      if (inUtc) hidden(FixedDate.prototype, `${verb}${part}`, inUtc);
    }
  }
  hidden(FixedDate, "name", "Date");
  hidden(RealDate.prototype, "constructor", FixedDate);
  hidden(globalThis, "Date", FixedDate);

  // ---- Chance is the same for everybody ----
  let state = 0x9e3779b9;
  hidden(Math, "random", () => {
    note("random");
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 4294967296;
  });

  // ---- Addresses, as browsers and Node have them; they are read and not changed ----
  class URL {
    #parts;
    constructor(text, base) {
      this.#parts = URL.#parsed(text, base);
      if (this.#parts === undefined) throw new TypeError(`Invalid URL: ${text}`);
    }
    static #parsed(text, base) {
      return parseUrl(`${text}`, base === undefined ? undefined : `${base}`);
    }
    static canParse(text, base) {
      return URL.#parsed(text, base) !== undefined;
    }
    static part(address, at) {
      return address.#parts[at];
    }
    toString() {
      return this.#parts[0];
    }
    toJSON() {
      return this.#parts[0];
    }
  }
  const { part } = URL;
  delete URL.part;
  const PARTS = [
    "href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search",
    "hash", "origin",
  ];
  PARTS.forEach((name, at) => {
    const get = function () {
      return part(this, at);
    };
    defineProperty(URL.prototype, name, { get, enumerable: true, configurable: true });
  });
  hidden(globalThis, "URL", URL);

  // ---- The parts of Node that a stack may look at, empty ----
  const refuse = (name) => () => {
    throw new Error(`${name} does not exist while compiling: a package is data`);
  };
  const process = create(null);
  process.env = freeze(create(null));
  for (const name of ["exit", "cwd", "kill", "chdir", "on", "hrtime", "binding"]) {
    process[name] = refuse(`process.${name}()`);
  }
  hidden(globalThis, "process", freeze(process));
  const silent = () => {};
  const quiet = create(null);
  for (const name of ["log", "info", "warn", "error", "debug", "trace", "table", "group", "groupEnd"]) {
    quiet[name] = silent;
  }
  hidden(globalThis, "console", freeze(quiet));
  for (const name of ["fetch", "require", "setTimeout", "setInterval", "setImmediate"]) {
    hidden(globalThis, name, refuse(`${name}()`));
  }

  // ---- Where literals were written ----
  const places = new WeakMap();
  const { get: placeOf, set: setPlace, has: hasPlace } = WeakMap.prototype;
  if (traced) {
    hidden(globalThis, "__at", (number, literal) => {
      apply(setPlace, places, [literal, number]);
      return literal;
    });
    hidden(globalThis, "__trace", (from, to) => {
      if (typeof from === "object" && from !== null && apply(hasPlace, places, [from])) {
        apply(setPlace, places, [to, apply(placeOf, places, [from])]);
      }
      return to;
    });
  }

  // ---- From the config module to JSON ----
  const functions = [];
  const numbers = new Map();
  const { get: numberOf, set: setNumber } = Map.prototype;
  const isArray = Array.isArray;
  const push = (list, item) => defineProperty(list, list.length, { value: item, enumerable: true });

  function lowered(callable) {
    let number = apply(numberOf, numbers, [callable]);
    if (number === undefined) {
      number = functions.length;
      apply(setNumber, numbers, [callable, number]);
      push(functions, apply(functionText, callable, []));
    }
    return { "\u0000function": number };
  }

  const lowersItself = function () {
    return lowered(this);
  };

  const refuseBigInt = function (key) {
    throw new TypeError(`\`${key}\` is a BigInt; write a number or text`);
  };

  function replaced(key, value) {
    if (typeof value === "function") return lowered(value);
    if (typeof value === "bigint") refuseBigInt(key);
    if (traced && typeof value === "object" && value !== null && !isArray(value)) {
      const place = apply(placeOf, places, [value]);
      if (place !== undefined) return { "\u0000at": place, ...value };
    }
    return value;
  }

  // Says how values of a kind are written. The project may have said so first, and for good.
  const written = (prototype, toJSON) =>
    define(prototype, "toJSON", { value: toJSON, configurable: true });

  // `{ ...default, everything else the module exports }`.
  function merged(module) {
    const base = module.default ?? module;
    if (typeof base !== "object" || base === null || isArray(base)) return base;
    const stack = { ...base };
    for (const name of keys(module)) {
      if (name !== "default" && !(name in stack)) stack[name] = module[name];
    }
    return traced ? globalThis.__trace(base, stack) : stack;
  }

  // Gives the stack to `emit` as JSON, in objects that belong together: who reads it can begin
  // before all of it is written.
  return (module, emit) => {
    const stack = merged(module);
    // Where it may, the engine writes the JSON by itself, which is several times faster.
    const direct = !traced && written(functionPrototype, lowersItself) && written(bigIntPrototype, refuseBigInt);
    if (direct && typeof stack === "object" && stack !== null && !isArray(stack)) {
      const names = keys(stack);
      for (let i = 0; i < names.length; i++) {
        emit(stringify({ __proto__: null, [names[i]]: stack[names[i]] }));
      }
    } else {
      const json = stringify(stack, direct ? undefined : replaced);
      emit(json === undefined ? "null" : json);
    }
    return { functions, notes };
  };
})
