// The page: lists what is attached, and attaches one file more. What it asks of others is in api.js, what it shows in list.js.

import { apiAddress, attachments, invitation, put } from "./api.js";
import { show } from "./list.js";

const form = document.querySelector("#attach");
const field = document.querySelector("#file");
const status = document.querySelector("#status");
const list = document.querySelector("#list");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [file] = field.files;
  if (!file) return say("Choose a file first.");
  say(`${file.name} is on its way …`);
  try {
    const api = await apiAddress();
    await put(await invitation(api, file), file);
    form.reset();
    say(`${file.name} is attached.`);
    show(list, await attachments(api));
  } catch (error) {
    say(`${file.name} could not be attached: ${error.message}`);
  }
});

try {
  show(list, await attachments(await apiAddress()));
} catch (error) {
  say(`The attachments cannot be shown: ${error.message}`);
}

function say(text) {
  status.textContent = text;
}
