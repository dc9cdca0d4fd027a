import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { COMMON, EXIT, formatHelp, readCall, UsageError, type Verb } from '../../src/cli/verb.js'

const verb: Verb = {
  usage: 'walk [WHERE]',
  summary: 'go somewhere',
  help: '\nGoes there on foot.\n',
  options: {
    to: { type: 'string', value: 'PLACE', help: 'where' },
    fast: { type: 'boolean', short: 'f', help: 'run' },
    over: { type: 'string', value: 'PLACE', multiple: true, help: 'by way of' },
  },
  run: async () => EXIT.done,
}

test('options are read, and what is no option is a word', () => {
  const call = readCall(verb, ['home', '--to', 'sea', '-f', 'again', '--json'])
  expect([call.words, call.text('to'), call.flag('fast'), call.flag('json'), call.flag('help')]).toEqual([
    ['home', 'again'],
    'sea',
    true,
    true,
    false,
  ])
})

test('an option that may be repeated has each of its values, in order', () => {
  expect(readCall(verb, ['--over', 'hill', '--over', 'dale']).texts('over')).toEqual(['hill', 'dale'])
  expect(readCall(verb, ['--over', 'hill']).texts('over')).toEqual(['hill'])
  expect(readCall(verb, []).texts('over')).toEqual([])
})

test('what was not given is absent', () => {
  const call = readCall(verb, [])
  expect([call.words, call.text('to'), call.flag('fast')]).toEqual([[], undefined, false])
})

test.each([[['--nowhere']], [['--to']], [['--fast=yes']], [['-x']]])('%j makes no sense', args => {
  expect(() => readCall(verb, args)).toThrow(UsageError)
})

test('the help tells the usage, the story, and every option', () => {
  const help = formatHelp(verb)
  expect(help).toMatch(/^Usage: meridian walk \[WHERE\]\n\nGoes there on foot\.\n/)
  for (const name of [...Object.keys(verb.options), ...Object.keys(COMMON)]) expect(help).toContain(`--${name}`)
  expect(help).toContain('-f, --fast')
  expect(help).toContain('--to PLACE')
})

test('a verb is loaded only when it is asked for', async () => {
  const text = await readFile(new URL('../../src/cli/verbs.ts', import.meta.url), 'utf8')
  expect(text.match(/^import (?!type ).*/gm)).toBeNull()
})
