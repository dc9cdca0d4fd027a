// What a process does with its time, by perf(1): some thousand times a second it is seen what runs, in the kernel and outside.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from './servers/servers.mjs'

const HERTZ = 1999
const MOST_BYTES = 1 << 30

/** A system call, by what the kernel calls it; of two functions the compiler may have made one. */
const CALL = /^(?:__(?:x64|arm64)_sys|__sys|ksys|__do_sys|do)_(\w+)$/
const WHAT_FOR = {
  receiving: ['recvmmsg', 'recvmsg', 'recvfrom', 'read', 'readv'],
  sending: ['sendmmsg', 'sendmsg', 'sendto', 'write', 'writev'],
  'waiting and waking': [
    'epoll_wait',
    'epoll_pwait',
    'epoll_ctl',
    'poll',
    'ppoll',
    'select',
    'futex',
    'clock_nanosleep',
  ],
}

/** Where a sample can have been. Waiting is also what a call does that finds nothing there. */
export const SHARES = ['the program itself', ...Object.keys(WHAT_FOR), 'the rest of the kernel']
const [OURS, , , WAITING, REST] = SHARES

/** Why it cannot be had here, in words; undefined where it can. */
export function perfUnavailable() {
  const perf = findProgram('perf')
  if (perf === undefined) return 'perf is not installed'
  const { status } = spawnSync(perf, ['stat', '-e', 'cpu-clock:k', '--', 'true'], { stdio: 'ignore' })
  return status === 0 ? undefined : 'perf may not look into the kernel'
}

/**
 * Looks at these processes for some seconds, and resolves to the share of each of SHARES, from 0 to 1.
 * @throws Error where nothing ran meanwhile
 */
export async function profile(pids, seconds) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-perf-'))
  const data = join(folder, 'data')
  try {
    const what = ['-q', '-e', 'cpu-clock', '-F', String(HERTZ), '-g', '-p', pids.join(','), '-o', data]
    // The command begins when perf looks, and perf ends with it.
    await once(
      spawn(findProgram('perf'), ['record', ...what, '--', 'sleep', String(seconds)], { stdio: 'ignore' }),
      'exit',
    )
    return sharesOf(readStacks(data))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Samples apart by empty lines; in each a function a line, from the innermost on. */
function readStacks(data) {
  const words = ['script', '-i', data, '-F', 'ip,sym,dso']
  return spawnSync(findProgram('perf'), words, { encoding: 'utf8', maxBuffer: MOST_BYTES }).stdout
}

/** Shares of the stacks that perf script tells of. */
export function sharesOf(text) {
  const seen = new Map(SHARES.map(share => [share, 0]))
  let samples = 0
  for (const stack of text.split(/\n\s*\n/)) {
    const frames = [...stack.matchAll(/^\s*[0-9a-f]+ (\S+).*\((.*)\)$/gm)].map(([, name, where]) => ({ name, where }))
    if (frames.length === 0) continue
    samples++
    const share = shareOf(frames)
    seen.set(share, seen.get(share) + 1)
  }
  if (samples === 0) throw new Error('perf saw nothing run')
  return new Map([...seen].map(([share, count]) => [share, count / samples]))
}

function shareOf(frames) {
  if (!frames[0].where.startsWith('[kernel')) return OURS
  if (frames.some(({ name }) => name === 'schedule')) return WAITING
  const calls = frames.map(({ name }) => CALL.exec(name)?.[1])
  return Object.keys(WHAT_FOR).find(share => calls.some(call => WHAT_FOR[share].includes(call))) ?? REST
}
