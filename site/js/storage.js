// What this browser keeps for the page. Storage may be switched off or full. Then a thing lasts as long as its view does, which
// is not a reason to fail.

/** What is kept under `name`, or nothing. */
export function kept(storage, name) {
  try {
    return JSON.parse(globalThis[storage].getItem(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps `value` under `name` in "localStorage" or "sessionStorage"; without a value, nothing is kept any more. */
export function keep(storage, name, value) {
  try {
    if (value === undefined) globalThis[storage].removeItem(name);
    else globalThis[storage].setItem(name, JSON.stringify(value));
  } catch {
    // See above.
  }
}
