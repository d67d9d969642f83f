// The page's CSRF token, for requests that are not plain forms.
export function csrfHeaders() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  return meta ? { "X-CSRFToken": meta.content } : {};
}

export function isSignInPage(response) {
  return response.redirected && new URL(response.url).pathname.startsWith("/login");
}
