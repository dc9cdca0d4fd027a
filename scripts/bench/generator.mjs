// The load generator as its parent sees it: jobs go in one at a time, what was measured comes out.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { family } from './measure.mjs'
import { pinned } from './start.mjs'

const FILE = fileURLToPath(new URL('load.mjs', import.meta.url))

export function startGenerator(core) {
  const [program, words] = pinned(core, process.execPath, [FILE])
  const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let settle = () => {}
  child.on('message', answer => settle(answer))
  child.on('exit', () => settle({ error: 'the load generator died' }))
  return {
    pid: child.pid,
    /** One at a time. @throws Error where the load could not be made */
    async run(job) {
      const { result, error } = await new Promise(resolve => {
        settle = resolve
        child.send(job)
      })
      if (error !== undefined) throw new Error(error)
      return result
    },
    stop: () => child.disconnect(),
  }
}

/** A job against a server that runs. */
export const jobFor = ({ server, port, pid }, load, kind, timing) => ({
  load,
  kind,
  port,
  pids: family(pid),
  echo: server.echoes === true,
  ...timing,
})
