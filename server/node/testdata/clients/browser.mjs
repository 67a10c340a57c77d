// What the clients leave to a browser and to plain HTTP.
import assert from 'node:assert/strict'

// The base URL of a service: CPANEL, WHM or WEBMAIL, as the environment says.
export const service = (name) => new URL(process.env[name])

// Calls a function with Basic credentials.
export async function call(name, path, user, password, form) {
  const headers = { Authorization: 'Basic ' + Buffer.from(`${user}:${password}`).toString('base64') }
  const reply = await fetch(new URL(path, service(name)), { method: 'POST', headers, body: new URLSearchParams(form) })
  return reply.json()
}

// Posts a webmail session as a browser would: once it signs in, twice it is refused.
export async function postOnce({ session, token }) {
  const post = () => fetch(new URL(token + '/login', service('WEBMAIL')), {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ session }),
  })
  const first = await post()
  assert.equal(first.status, 302)
  assert.equal(first.headers.get('location'), token + '/webmail/')
  const [cookie] = first.headers.get('set-cookie').split(';')
  assert.match(cookie, /^webmailsession=/)
  const locale = await fetch(new URL(token + '/execute/Locale/get_attributes', service('WEBMAIL')), { headers: { Cookie: cookie } })
  assert.equal((await locale.json()).status, 1)
  assert.equal((await post()).status, 401)
}
