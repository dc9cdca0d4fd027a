import { expect, test } from 'vitest'
import { listenGuard } from '../../../src/control-plane/admin/listen-guard.js'

const nothing = { tls: false, token: false, allowInsecure: false }
const guard = (host: string, protection = {}) => listenGuard({ host, port: 8053 }, { ...nothing, ...protection })

test.each(['127.0.0.1', '127.9.9.9', '::1'])('on %s, which only this machine reaches, nothing is needed', host => {
  expect(guard(host)).toBeUndefined()
})

test.each(['0.0.0.0', '::', '192.0.2.1', '2001:db8::1', '::ffff:127.0.0.1', 'localhost', 'example.com'])(
  'on %s TLS and a token are needed, or a word that permits it',
  host => {
    expect(guard(host)).toContain('without TLS (admin.tls) and a token of your own')
    expect(guard(host, { tls: true })).toContain('without a token of your own')
    expect(guard(host, { token: true })).toContain('without TLS')
    expect(guard(host, { tls: true, token: true })).toBeUndefined()
    expect(guard(host, { allowInsecure: true })).toBeUndefined()
  },
)

test('the refusal names the place and the way out', () => {
  expect(guard('2001:db8::1', { token: true })).toBe(
    'the admin API must not listen on [2001:db8::1]:8053, which other machines can reach, without TLS (admin.tls); ' +
      'set admin.allow-insecure: true if something else protects it',
  )
})
