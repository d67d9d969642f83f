// What a form that sends a file is made of.
export function partsOf(form) {
  const box = form.querySelector("[data-upload-progress]");
  return {
    input: form.querySelector('input[type="file"]'),
    buttons: form.querySelectorAll('button[type="submit"], button:not([type])'),
    box,
    bar: box.querySelector("progress"),
    words: box.querySelector("[data-upload-words]"),
    stop: box.querySelector("[data-upload-stop]"),
  };
}

// While its file is on its way a form takes no other one, and nothing is sent twice.
export function hold(form, is) {
  const { input, buttons } = partsOf(form);
  for (const one of [input, ...buttons]) one.disabled = is;
}

export const isHeld = (form) => partsOf(form).input.disabled;
