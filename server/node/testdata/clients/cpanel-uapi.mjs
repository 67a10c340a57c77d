// Drives Postern with cpanel-uapi, a client of UAPI by API token. It gives back
// the body of any answer, of an HTTP failure too; where there is none, a text.
// The package is TypeScript alone, so it is bundled here.
import assert from 'node:assert/strict'
import Module from 'node:module'
import { build } from 'esbuild'
import { call, postOnce, service } from './browser.mjs'

const bundle = await build({
  entryPoints: [new URL('node_modules/cpanel-uapi/src/index.ts', import.meta.url).pathname],
  bundle: true, write: false, platform: 'node', format: 'cjs', tsconfigRaw: '{}', logLevel: 'error',
})
const loaded = new Module('cpanel-uapi')
loaded._compile(bundle.outputFiles[0].text, 'cpanel-uapi.cjs')
const { default: signIn, Email, Locale, Session, Tokens, Variables } = loaded.exports

// An account, and a token of it, are made by a plain call: this client has no way to.
const password = 'anna-Correct-Horse-7'
const made = await call('WHM', '/json-api/createacct?api.version=1', 'root', process.env.ROOT_PASSWORD, { username: 'anna', domain: 'example.com', password })
assert.equal(made.metadata.result, 1, JSON.stringify(made))
const { data: { token } } = await call('CPANEL', '/execute/Tokens/create_full_access', 'anna', password, { name: 'client' })
signIn({ username: 'anna', token, cpanelUri: service('CPANEL').href })

let reply = await Email.addpop({ email: 'bob', domain: 'example.com', password: 'bob-Correct-Horse-7', quota: 100 })
assert.deepEqual([reply.status, reply.data, reply.errors], [1, 'bob+example.com', null])
reply = await Email.listpops()
assert.deepEqual(reply.data.map((m) => m.email), ['anna', 'bob@example.com'])
reply = await Email.verifypassword({ email: 'bob@example.com', password: 'bob-Correct-Horse-7' })
assert.equal(reply.data, 1)
reply = await Variables.getuserinformation()
assert.equal(reply.data.domain, 'example.com')
reply = await Locale.getattributes()
assert.equal(reply.data.locale, 'en')

reply = await Session.createwebmailsessionformailuser({ login: 'bob', domain: 'example.com', locale: 'de' })
assert.deepEqual([reply.status, reply.data.hostname, reply.metadata], [1, null, { transformed: 1 }])
await postOnce(reply.data)

// What went wrong is in errors, data is null then.
const failed = (answer, sentence) => assert.deepEqual([answer.status, answer.data, answer.errors], [0, null, [sentence]])
failed(await Email.addpop({ email: 'bob', password: 'bob-Correct-Horse-7' }), 'The mailbox “bob@example.com” exists already.')
failed(await Session.createwebmailsessionformailuser({ login: 'bob', domain: 'example.net' }), 'The domain “example.net” does not belong to your account.')
failed(await Session.createwebmailsessionformailuser({ login: 'bob' }), 'The parameter “domain” is required.')
failed(await Email.listmxs({ domain: 'example.com' }), 'The system could not find the function “list_mxs” in the module “Email”.')

// A token that is revoked is refused in UAPI's envelope, not by a page.
reply = await Tokens.list()
assert.deepEqual(reply.data.map((t) => t.name), ['client'])
reply = await Tokens.revoke({ name: 'client' })
assert.equal(reply.data, 1)
failed(await Email.listpops(), 'Access denied')
