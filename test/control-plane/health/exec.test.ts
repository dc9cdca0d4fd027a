// The exec check: programs of this node that are really run.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { attempt } from '../../../src/control-plane/health/attempt.js'
import { checker } from '../../../src/control-plane/health/check.js'
import { newTrace } from '../../../src/control-plane/health/trace.js'
import { causeOf, TIMING } from './asking.js'

const exec = (...command: string[]) => ({ type: 'exec', ...TIMING, port: 0, command }) as const

test.each([
  [['true'], undefined],
  [['false'], 'false ended with code 1'],
  [['sh', '-c', 'echo queue is full; exit 3'], 'sh ended with code 3: queue is full'],
  [['sh', '-c', 'test "$MERIDIAN_ADDRESS $MERIDIAN_CHECK" = "127.0.0.1 api" && test -z "$HOME"'], undefined],
  [['/nonexistent/program'], 'there is no program /nonexistent/program'],
  [['sh', '-c', 'yes'], 'sh wrote more than 65536 bytes: y'],
  [['sh', '-c', 'kill -9 $$'], 'sh was ended'],
])('exec: %j: %s', async (command, cause) => {
  expect(await causeOf(exec(...command))).toBe(cause)
})

test('exec: a program that does not end is ended; where it is not allowed it is not run', async () => {
  expect(await causeOf(exec('sleep', '100'), undefined, 200)).toBe('no answer within 0.2 s')
  expect(await causeOf(exec('true'), undefined, 4000, false)).toBe(
    'exec checks are not allowed in the settings of this node',
  )
})

/** What became of a process, as `ps` names it; undefined where it is gone. */
function stateOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) (.).*$/s, '$1')
  } catch {
    return undefined
  }
}
const isGone = (pid: string): boolean => [undefined, 'Z', 'X'].includes(stateOf(pid))

test.each([
  ['that it waits for, when its time is over', 'sleep 1000 & echo $! > "$0"; wait', true],
  ['that it leaves behind, when it has ended', 'sleep 1000 & echo $! > "$0"', false],
])(
  'exec: what the program starts, and %s, is ended with it',
  async (_, script, silent) => {
    const folder = mkdtempSync(join(tmpdir(), 'meridian-exec-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'pid')
    const pid = (): string => {
      try {
        return readFileSync(file, 'utf8').trim()
      } catch {
        return ''
      }
    }
    const abort = new AbortController()
    const probe = checker({ execAllowed: true })
    const spec = exec('sh', '-c', script, file)
    const cause = attempt(signal => probe(spec, '127.0.0.1', signal, newTrace(), {}), 60_000, abort)
    await expect.poll(pid, { timeout: 30_000 }).not.toBe('')
    if (silent) abort.abort(new Error('over'))
    expect(await cause).toBe(silent ? 'over' : undefined)
    await expect.poll(() => isGone(pid()), { timeout: 30_000 }).toBe(true)
  },
  90_000,
)
