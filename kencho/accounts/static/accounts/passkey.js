// Says so on the page when a passkey could not be used; the library itself only writes to the console.
document.addEventListener('allauth.error', function (event) {
  const note = document.querySelector('[data-passkey-error]')
  if (note) {
    event.preventDefault()
    note.hidden = false
  }
})
