// A token from where its owner keeps it: a file, or a command such as that of a password store.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import type { TokenSource } from './contexts.js'
import { readToken } from './token.js'

/** ms; somebody may have to touch a key, or type a passphrase. */
const COMMAND_MS = 60_000

/** @throws Error with a sentence where there is no token */
export async function tokenOf(source: TokenSource): Promise<string> {
  switch (source.kind) {
    case 'file':
      return readToken(source.path)
    case 'command':
      return ask(source.command)
    case 'kept':
      return source.token
  }
}

/** The first line that it prints. It may talk to whoever sits at the terminal. */
async function ask(command: string): Promise<string> {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['inherit', 'pipe', 'inherit'], timeout: COMMAND_MS })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [printed, code] = await Promise.all([text(child.stdout), ended])
  const [token = ''] = printed.split('\n', 1)
  if (code !== 0) throw new Error(`the command that gives the token failed: ${command}`)
  if (token.trim() === '') throw new Error(`the command that gives the token printed none: ${command}`)
  return token.trim()
}
