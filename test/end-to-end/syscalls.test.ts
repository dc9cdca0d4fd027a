import { expect, test } from 'vitest'
import { run } from './program.js'
import { broken, prove } from './proof.js'

const CI = process.env['CI'] === 'true'

/** Why no process can be traced here, in words; undefined where one can. */
async function untraceable(): Promise<string | undefined> {
  const { code, stderr } = await run('strace', ['-o', '/dev/null', 'true']).catch(error => ({
    code: 1,
    stderr: `${error}`,
  }))
  return code === 0 ? undefined : `strace cannot trace here: ${stderr.trim()}`
}

const reason = await untraceable()

test.runIf(CI || reason === undefined)('strace can count system calls here', () => {
  expect(reason).toBeUndefined()
})

test.runIf(reason === undefined)(
  'packets are received and sent in batches, and none by a call of its own',
  async () => {
    const proof = await prove('syscalls', '--answers', '20000', '--steered', '0')
    expect(broken(proof)).toEqual({})
    expect(proof.figures['recvmmsg an answer']).toBeLessThan(0.5)
  },
  90_000,
)
