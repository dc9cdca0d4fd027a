import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { broken, prove } from './proof.js'

const HOUR = ['fleet-days', '--hours', '1', '--processes', '1'] as const

test('a fleet keeps what it promises through hours of random faults, in simulated time, and a day that was cut off, or is of another program, is lived through again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'meridian-days-'))
  try {
    const log = join(folder, 'days.jsonl')
    expect(broken(await prove(...HOUR, '--seeds', '1', '--log', log))).toEqual({})
    const [first] = (await readFile(log, 'utf8')).split('\n')
    const other = JSON.stringify({ ...JSON.parse(first!), seed: 2, program: 'another' })
    await writeFile(log, `${first}\n${other}\n{"seed":2,"hou`)
    expect(broken(await prove(...HOUR, '--seeds', '2', '--log', log))).toEqual({})
    const days = (await readFile(log, 'utf8')).split('\n')
    expect(days.map(day => day.slice(0, 30))).toEqual([
      '{"hours":1,"broken":0,"seed":1',
      '{"hours":1,"broken":0,"seed":2',
      '{"seed":2,"hou',
      '{"hours":1,"broken":0,"seed":2',
      '',
    ])
    expect(days[0]).toBe(first)
    const again = await prove(...HOUR, '--seeds', '2', '--log', log)
    expect(broken(again)).toEqual({})
    expect((await readFile(log, 'utf8')).split('\n')).toEqual(days)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.each([
  ['writes whatever the versions are', 1],
  ['forgets no node that is gone', 2],
])(
  'of a fleet whose store %s it is found out that nothing is as it has to be',
  async (_, number) => {
    const proof = await prove('fleet-days', '--seeds', '2', '--hours', '3', '--break', String(number))
    expect(broken(proof)).toMatchObject({ failed: [expect.stringContaining('no edit is lost or made twice')] })
  },
  120_000,
)
