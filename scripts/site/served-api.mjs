// What a server of this build says of its API, asked of one that is started for it, and ends with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const LIMIT_MS = 60_000

const SETTINGS = {
  traffic: 'traffic.yaml',
  'state-directory': 'state',
  listen: ['127.0.0.1:0'],
  admin: { listen: '127.0.0.1:0' },
}

/** @throws Error where none answers within a minute */
export async function servedApi(root) {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-site-'))
  writeFileSync(join(folder, 'traffic.yaml'), 'zones: {}\n')
  writeFileSync(join(folder, 'server.yaml'), JSON.stringify(SETTINGS))
  const words = ['serve', '--plain', '--settings', join(folder, 'server.yaml')]
  const server = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(server, 'exit')
  const limit = setTimeout(() => server.kill(), LIMIT_MS)
  try {
    for await (const line of createInterface(server.stdout)) {
      const [, url] = /admin API on (http:\S+)/.exec(line) ?? []
      if (url !== undefined) return await (await fetch(`${url}/openapi.json`)).json()
    }
    throw new Error('the server ended before it told where its API is')
  } finally {
    clearTimeout(limit)
    server.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}
