// Drives Postern with cpanel-lib, a client of WHM's JSON API: accounts, API 2
// over the bridge, UAPI, and how it is told of failure. cpanel-lib hands every
// JSON answer to the callback as it came; only what is no JSON is its error.
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import cpanel from 'cpanel-lib'
import { postOnce, service } from './browser.mjs'

const at = (name, username, secret) => {
  const { hostname, port } = service(name)
  const client = cpanel.createClient({ host: hostname, port: Number(port), username, ...secret })
  for (const f of ['call', 'callApi2', 'callUapi']) client[f] = promisify(client[f])
  return client
}
const root = at('WHM', 'root', { password: process.env.ROOT_PASSWORD })
const password = 'anna-Correct-Horse-7'

// API 1 says how it went in metadata, API 0 beside the answer.
const v1 = { 'api.version': 1 }
let reply = await root.call('createacct', { ...v1, username: 'anna', domain: 'example.com', password })
assert.equal(reply.metadata.result, 1, JSON.stringify(reply))
reply = await root.call('createacct', { username: 'carl', domain: 'example.net', password: 'carl-Correct-Horse-7' })
assert.equal(reply.result[0].status, 1, JSON.stringify(reply))
reply = await root.call('listaccts', { ...v1, 'api.sort.enable': 1, 'api.sort.a.field': 'user' })
assert.deepEqual(reply.data.acct.map((a) => a.user), ['anna', 'carl'])
reply = await root.call('listaccts', { search: 'anna', searchtype: 'user' })
assert.equal(reply.status, 1)
assert.equal(reply.acct[0].domain, 'example.com')

// What it calls an access key goes into the header “WHM root:KEY”; API tokens do too.
reply = await root.call('api_token_create', { ...v1, token_name: 'panel', acl: 'cpanel-api' })
const token = at('WHM', 'root', { accessKey: reply.data.token })
reply = await token.callApi2('SourceIPCheck', 'listips', {}, 'anna')
assert.deepEqual([reply.cpanelresult.event, reply.cpanelresult.data], [{ result: 1 }, []])
reply = await token.callApi2('SourceIPCheck', 'addip', { ip: '192.0.2.7' }, 'anna')
assert.deepEqual([reply.cpanelresult.event.result, reply.cpanelresult.event.reason], [0, reply.cpanelresult.error])
reply = await token.call('listaccts', v1)
assert.equal(reply.metadata.reason, 'You do not have the privilege “list-accts”.')

// An account on its own port: API 2 over the bridge, then UAPI. callUapi moves its
// client to /execute for good, so each has one of its own.
const account = at('CPANEL', 'anna', { password })
reply = await account.callApi2('SourceIPCheck', 'addip', { ip: '192.0.2.7' })
assert.deepEqual(reply.cpanelresult.data, [{ status: 1, ip: '192.0.2.7', error: null }])
reply = await account.callApi2('SourceIPCheck', 'listips', {})
assert.deepEqual(reply.cpanelresult.data, [{ ip: '192.0.2.7' }])
const anna = at('CPANEL', 'anna', { password })
reply = await anna.callUapi('Email', 'add_pop', { email: 'bob', password: 'bob-Correct-Horse-7' })
assert.deepEqual([reply.status, reply.data, reply.errors], [1, 'bob+example.com', null])
reply = await anna.callUapi('Session', 'create_webmail_session_for_mail_user', { login: 'bob', domain: 'example.com' })
assert.equal(reply.status, 1)
await postOnce(reply.data)

// Failures of a call are answers like any other.
reply = await root.call('createacct', { ...v1, username: 'anna', domain: 'other.example' })
assert.deepEqual([reply.metadata.result, reply.metadata.reason], [0, 'The username “anna” is taken.'])
reply = await root.call('createacct', { username: 'anna', domain: 'other.example' })
assert.deepEqual(reply.result, [{ status: 0, statusmsg: 'The username “anna” is taken.' }])
reply = await root.call('nope', v1)
assert.match(reply.metadata.reason, /Unknown app\s+(\(.+\))?\s+requested/)
assert.deepEqual(await root.call('nope', {}), { error: 'Unknown App Requested: nope' })
reply = await token.callApi2('SourceIPCheck', 'nope', {}, 'anna')
assert.equal(reply.cpanelresult.error, "Could not find function 'nope' in module 'SourceIPCheck'")
reply = await token.callApi2('SourceIPCheck', 'listips', {}, 'nobody')
assert.equal(reply.error, 'User parameter is invalid or was not supplied')
reply = await anna.callUapi('Email', 'add_pop', { email: 'bob', password: 'bob-Correct-Horse-7' })
assert.deepEqual([reply.status, reply.data, reply.errors], [0, null, ['The mailbox “bob@example.com” exists already.']])
reply = await at('WHM', 'root', { password: 'wrong' }).call('listaccts', v1)
assert.deepEqual(reply.cpanelresult.data, { reason: 'Access denied', result: '0' })
