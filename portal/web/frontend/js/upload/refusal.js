// What the server says against a file: a plain sentence, the portal's JSON, or a page that is no sentence at all.
export function sentenceIn(body, otherwise) {
  try {
    const { message, details = [] } = JSON.parse(body).error;
    return [message, ...details].join(" ");
  } catch {
    return /^\s*</.test(body) || !body ? otherwise : body;
  }
}
