// The load generator as its parent sees it: jobs go in one at a time, what was measured comes out.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { pinned } from './cores.mjs'
import { family } from './measure.mjs'

const FILE = fileURLToPath(new URL('load.mjs', import.meta.url))

/** On the core with this place in the list of cores. */
export function startGenerator(core) {
  const [program, words] = pinned([core], process.execPath, [FILE])
  const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map()
  child.on('message', ({ id, ...answer }) => {
    waiting.get(id)(answer)
    waiting.delete(id)
  })
  child.on('exit', () => {
    for (const settle of waiting.values()) settle({ error: 'the load generator died' })
  })
  let jobs = 0
  return {
    /** Jobs are done one after the other. @throws Error where the load could not be made */
    async run(job) {
      const id = ++jobs
      const { result, error } = await new Promise(resolve => {
        waiting.set(id, resolve)
        child.send({ ...job, id })
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
