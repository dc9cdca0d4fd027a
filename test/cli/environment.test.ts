import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { applyEnvironment } from '../../src/cli/environment.js'
import { readSettings, type Settings } from '../../src/settings.js'

const settings = (): Settings => {
  const outcome = readSettings('listen: ["127.0.0.1:5300", "[::1]:5300"]\n', '/etc/meridian/server.yaml')
  if ('problems' in outcome) throw new Error('unsound')
  return outcome.settings
}

test('without variables the settings stay as they are', () => {
  expect(applyEnvironment(settings(), {})).toEqual(settings())
  expect(applyEnvironment(settings(), { MERIDIAN_DNS_PORT: '', MERIDIAN_STATE_DIR: '' })).toEqual(settings())
})

test('each variable changes what its name says, and nothing else', () => {
  const changed = applyEnvironment(settings(), {
    MERIDIAN_DNS_PORT: '53',
    MERIDIAN_ADMIN_PORT: '9000',
    MERIDIAN_STATE_DIR: 'here',
    MERIDIAN_UDP: 'dgram',
  })
  expect(changed.listen).toEqual([
    { host: '127.0.0.1', port: 53 },
    { host: '::1', port: 53 },
  ])
  expect(changed.admin.listen).toEqual({ host: '127.0.0.1', port: 9000 })
  expect(changed.stateDirectory).toBe(resolve('here'))
  expect([settings().udp, changed.udp]).toEqual(['auto', 'dgram'])
  expect(changed.traffic).toBe(settings().traffic)
})

test.each(['0', '65536', 'dns', '-1', '53.5', ' 53'])(
  '"%s" is refused as a port, by the name of its variable',
  port => {
    expect(() => applyEnvironment(settings(), { MERIDIAN_DNS_PORT: port })).toThrow(`MERIDIAN_DNS_PORT is "${port}"`)
  },
)

test('what is no transport is refused, by the name of its variable', () => {
  expect(() => applyEnvironment(settings(), { MERIDIAN_UDP: 'tcp' })).toThrow('MERIDIAN_UDP is "tcp"')
})
