// Keeps addresses short enough to share: a form that asks for a page sends only the fields that say something.
// Without JavaScript the server redirects to the same address without its empty parameters.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const name of new Set(event.formData.keys())) {
    const values = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    values.forEach((value) => event.formData.append(name, value));
  }
});
