// A node whose program can be replaced under it, as the installation of another release does.
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { startNode } from '../fleet/node.mjs'
import { until } from '../fleet/process.mjs'

/** @param release the folder of the release that it begins with */
export async function startUpgradable(root, name, etcdUrls, release) {
  const link = join(root, `program-${name}`)
  const install = release => {
    rmSync(link, { force: true })
    symlinkSync(release, link)
  }
  install(release)
  const node = await startNode(root, name, etcdUrls, '', join(link, 'dist', 'main.js'))
  let pid = node.program()
  const isThere = () => {
    try {
      process.kill(pid, 0)
      return true
    } catch {
      return false
    }
  }
  const kill = () => isThere() && process.kill(pid, 'SIGKILL')
  process.once('exit', kill)
  return {
    ...node,
    install,
    /** As `systemctl reload` does: a process of what is installed now takes over. */
    async makeWay() {
      const from = node.said().length
      process.kill(pid, 'SIGUSR2')
      const [, next] = await until(
        `${name} makes way`,
        () => /process (\d+) answers/.exec(node.said().slice(from)) ?? undefined,
      )
      pid = Number(next)
    },
    async kill() {
      kill()
      await node.kill()
    },
    async begin() {
      await node.begin()
      pid = node.program()
    },
    async close() {
      kill()
      await node.close()
    },
  }
}
