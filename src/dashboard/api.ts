// The API from the page's side: same paths, same types, same problems.
import { signal } from '@preact/signals'
import type { ProblemDocument } from '../control-plane/admin/api.js'

interface SessionReply {
  readonly signedIn: boolean
  readonly csrf?: string
}

export interface Session {
  readonly csrf: string
}

/** Undefined until it is known whether there is one; null: nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined)

/** What the server said no with. The message is a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly problem: ProblemDocument | undefined
  constructor(status: number, problem: ProblemDocument | undefined) {
    super(sentence(status, problem))
    this.status = status
    this.problem = problem
  }
}

function sentence(status: number, problem: ProblemDocument | undefined): string {
  if (problem === undefined) return `the server answered with status ${status}`
  const faults = (problem.errors ?? []).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const rules = (problem.rules ?? []).map(({ rule, words }) => `${rule}: ${words}`)
  const said = rules.length > 0 ? `${problem.title}:` : (problem.detail ?? problem.title)
  return [said, ...rules, ...faults].join('\n')
}

/** @throws ApiError; TypeError where the server cannot be reached */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const csrf = session.peek()?.csrf
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(csrf === undefined || method === 'GET' ? {} : { 'x-csrf-token': csrf }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  // Bytes from outside; the types are those of the server that served this page.
  const reply: unknown = await response.json().catch(() => undefined)
  if (response.ok) return reply as T
  if (response.status === 401) session.value = null
  throw new ApiError(response.status, reply as ProblemDocument | undefined)
}

export const get = <T>(path: string): Promise<T> => call<T>('GET', path)

/** `/v1/explain` and `{ name: 'a b' }` to `/v1/explain?name=a%20b`; what is empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`
}

export async function resume(): Promise<void> {
  session.value = sessionIn(await get<SessionReply>('/session').catch(() => ({ signedIn: false })))
}

/** @throws ApiError where the token is not the right one */
export async function signIn(token: string): Promise<void> {
  session.value = sessionIn(await call<SessionReply>('POST', '/session', { token }))
}

const sessionIn = ({ csrf }: SessionReply): Session | null => (csrf === undefined ? null : { csrf })

export async function signOut(): Promise<void> {
  await call('DELETE', '/session')
  session.value = null
}
